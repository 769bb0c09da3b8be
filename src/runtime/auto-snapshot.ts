import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import { automaticSnapshotName } from '../shared/names'
import { localContent, runningCredentialsTag, type LocalCaptureParts } from './local-capture'
import type { LocalSnapshots } from './store/local-snapshots'

export interface AutoSnapshotParts extends LocalCaptureParts {
    snapshots: Pick<LocalSnapshots, 'create'>
    /** True while deploys are not looked at: during a restore or undo, whose deploy is no change by a user, and once the plugin was removed. */
    isBlind: () => boolean
    /** How long Node-RED is left alone after a deploy, whose own work goes on a little after it was announced. */
    pauseMs?: number
}

/** The state that runs, as far as a change of it is worth a snapshot. */
interface Running { revision: string, credentialsTag: string }

/**
 * Makes a local snapshot after each deploy that changed flows or credentials, whoever deployed, one at a time. A deploy never waits for
 * it, and a failure is logged and kept for the panel, never thrown.
 */
export class AutoSnapshot {
    /** Why the last one could not be made; null when it could. */
    failure: ErrorAnswer | null = null
    /** Lasts as long as this process: what ran before its start is no change. */
    private readonly key = randomBytes(32)
    private known: Running | null = null
    /** Revisions that restores have brought since the last look. */
    private readonly restored = new Set<string>()
    private isStarted = false
    private work: Promise<void> = Promise.resolve()
    private isDue = false

    constructor (private readonly parts: AutoSnapshotParts) {}

    /** Follows the deploys from now on. What Node-RED starts with is taken as known. */
    start (): void {
        const { nodeRed, isBlind } = this.parts
        let isAtStart = !nodeRed.hasStarted
        this.isStarted = true
        nodeRed.onDeploy(() => {
            if (isAtStart) {
                isAtStart = false
                this.begin()
            } else if (!isBlind()) {
                this.look()
            }
        })
        if (!isAtStart) {
            this.begin()
        }
    }

    /**
     * Looks at what runs after a restore or undo.
     * @param revision what it brought, of which there is a snapshot already; null when it failed
     */
    follow (revision: string | null): void {
        if (this.isStarted) {
            this.restored.add(revision ?? '')
            this.look()
        }
    }

    /** Ends when nothing is left to do. */
    async settled (): Promise<void> {
        for (let work = null; work !== this.work;) {
            work = this.work
            await work
        }
    }

    /** At once, and with the revision of this moment: somebody may deploy before all credentials are walked. */
    private begin (): void {
        const { nodeRed } = this.parts
        const revision = nodeRed.announcedRevision
        this.work = this.work.then(async () => {
            const credentialsTag = await runningCredentialsTag(nodeRed, this.key)
            this.known = { revision: revision ?? (await nodeRed.liveFlows())?.rev ?? '', credentialsTag }
        }).catch((error: unknown) => this.fail(error))
    }

    /** Of several looks that are due at once, one does. */
    private look (): void {
        if (!this.isDue) {
            this.isDue = true
            this.work = this.work.then(() => this.lookNext()).catch((error: unknown) => this.fail(error))
        }
    }

    private async lookNext (): Promise<void> {
        const { nodeRed, snapshots, isBlind, pauseMs = 250 } = this.parts
        await delay(pauseMs)
        this.isDue = false
        const live = await nodeRed.liveFlows()
        // What a restore brings is looked at when it has ended.
        if (live === null || isBlind()) {
            return
        }
        const wasRestored = this.restored.has(live.rev)
        this.restored.clear()
        const running = { revision: live.rev, credentialsTag: await runningCredentialsTag(nodeRed, this.key) }
        const { known } = this
        if (wasRestored) {
            this.known = running
            return
        }
        if (running.revision === known?.revision && running.credentialsTag === known.credentialsTag) {
            return
        }
        const content = await localContent(this.parts, { name: automaticSnapshotName(new Date()), description: '', kind: 'automatic' })
        await snapshots.create(content)
        this.failure = null
        // Of a deploy that came in between, the look that is due by then finds what it changed.
        this.known = content.revision === running.revision ? running : { ...running, revision: content.revision }
    }

    private fail (error: unknown): void {
        // A deploy came in between: the look at that one is due already.
        if (this.isDue && error instanceof CodedError && error.code === 'capture-moved') {
            return
        }
        const answer = error instanceof CodedError ? error.toAnswer() : { code: 'internal' as const, params: {} }
        if (this.failure?.code !== answer.code) {
            this.parts.nodeRed.logFailure(error)
        }
        this.failure = answer
    }
}
