import { setTimeout as delay } from 'node:timers/promises'
import { automaticPushName } from '../shared/names'
import type { AutoPush as AutoPushState } from '../shared/status'
import { answerFor, Attempts, clock, type Clock } from './auto-push-attempts'
import { afterFailure } from './auto-push-failure'
import { pushIfDue, type AutoPushKey } from './auto-push-once'
import { switchOff, switchOn } from './auto-push-switch'
import type { Content } from './running-content'
import type { Services } from './services'
import type { StoredAutoPush } from './store/connections-file'

type Running = StoredAutoPush & { server: string }

/**
 * Pushes what runs here after each deploy that changed it, to the instances for which a user has switched that on, as that user. One push
 * at a time and none while other work is under way; a deploy never waits for it. What a push was refused for ends it until somebody
 * switches it on again; what was only not reached is tried again later, with what runs by then.
 */
export class AutoPush {
    private readonly attempts: Attempts
    /** Digest of what ran at the last look; null where nothing is switched on. */
    private known: string | null = null
    private work: Promise<void> = Promise.resolve()
    private isLookDue = false

    /** @param options pauseMs: how long Node-RED is left alone after a deploy */
    constructor (private readonly services: () => Services, private readonly options: { clock: Clock, pauseMs: number } = { clock, pauseMs: 2000 }) {
        this.attempts = new Attempts(options.clock, error => this.services().nodeRed.logFailure(error))
    }

    /** Follows the deploys from now on. A deploy that Node-RED's end came too soon after is noticed when it starts again. */
    start (): void {
        const { nodeRed } = this.services()
        nodeRed.onDeploy(() => this.look())
        if (nodeRed.hasStarted) {
            this.look()
        }
    }

    /** Ends when nothing is left to do now. */
    async settled (): Promise<void> {
        for (let work = null; work !== this.work;) {
            work = this.work
            await work
        }
    }

    /** Switches it on or off for the user's target. @throws CodedError as `switchOn` and `switchOff` do */
    async set (user: string, instanceId: string, on: boolean): Promise<void> {
        if (!on) {
            this.attempts.forget(await switchOff(this.services(), user, instanceId))
            return
        }
        const { key, now } = await switchOn(this.services(), user, instanceId)
        this.known ??= now?.digest ?? null
        this.attempts.forget(key)
        this.look()
    }

    /** @param user who asks */
    async state (server: string, instanceId: string, user: string): Promise<AutoPushState> {
        const stored = await this.services().connections.autoPush(server, instanceId)
        const { failure, retryAt } = this.attempts.of({ server, instanceId })
        return {
            on: stored?.on ?? false,
            by: stored?.user ?? '',
            mine: stored?.user === user,
            stopped: stored?.stopped ?? null,
            failure: stored?.on && stored.stopped === null ? failure : null,
            retryAt: retryAt === null ? null : new Date(retryAt).toISOString(),
            kept: stored?.made.length ?? 0
        }
    }

    /** Looks soon, in the background, whether anything is to be pushed: after a deploy, or when a user chose another target. */
    look (): void {
        // Of several looks that are due at once, one does.
        if (!this.isLookDue) {
            this.isLookDue = true
            this.work = this.work.then(() => this.lookNext()).catch((error: unknown) => this.services().nodeRed.logFailure(error))
        }
    }

    private async lookNext (): Promise<void> {
        const { connections, content, jobs, isActive } = this.services()
        await delay(this.options.pauseMs, undefined, { ref: false })
        await jobs.idle()
        this.isLookDue = false
        const running = isActive() ? await connections.runningAutoPushes() : []
        if (running.length === 0) {
            this.known = null
            return
        }
        const now = await content.get().catch((error: unknown) => this.lookFailed(running, error))
        if (now === null) {
            return
        }
        const due = await this.noteChange(running, now)
        this.known = now.digest
        for (const each of running) {
            const key = keyOf(each)
            const { tries, retryAt } = this.attempts.of(key)
            if (due.includes(each)) {
                await this.attempt(key)
            } else if (tries > 0 && retryAt === null) {
                // Only the look had failed, and there was nothing to push.
                this.attempts.forget(key)
            }
        }
    }

    /**
     * Writes down what is due before any of it is pushed: Node-RED may end at any time. Modules change without a deploy while it is off, so
     * that after a start only nodes and credentials count.
     */
    private async noteChange (running: Running[], now: Content): Promise<Running[]> {
        const isChanged = this.known !== null && this.known !== now.digest
        const due: Running[] = []
        for (const each of running) {
            const isNew = isChanged || (each.seen !== undefined && each.seen !== now.nodes)
            if (isNew || each.due) {
                due.push(each)
            }
            if (isNew || each.seen !== now.nodes) {
                await this.services().connections.changeAutoPush(each.server, each.instance.id, stored => {
                    Object.assign(stored, { due: stored.due || isNew, seen: now.nodes })
                })
            }
        }
        return due
    }

    /** One that is due later anyway takes what runs by then. */
    private async attempt (key: AutoPushKey): Promise<void> {
        if (this.attempts.of(key).retryAt !== null) {
            return
        }
        try {
            await pushIfDue(this.services(), key, () => automaticPushName(new Date(this.options.clock.now())))
            this.attempts.forget(key)
        } catch (error) {
            // Until the next deploy: the same would fail for the same reason.
            await this.failed(key, error, { dueWhenWaiting: false })
        }
    }

    private async lookFailed (running: Running[], error: unknown): Promise<null> {
        for (const each of running.filter(each => this.attempts.of(keyOf(each)).retryAt === null)) {
            await this.failed(keyOf(each), error, { dueWhenWaiting: each.due })
        }
        return null
    }

    private async failed (key: AutoPushKey, error: unknown, { dueWhenWaiting }: { dueWhenWaiting: boolean }): Promise<void> {
        const { clock } = this.options
        const change = (edit: Partial<StoredAutoPush>) =>
            this.services().connections.changeAutoPush(key.server, key.instanceId, stored => Object.assign(stored, edit))
        const what = afterFailure(error, this.attempts.of(key).tries, clock.random())
        if (what === 'stop') {
            this.attempts.failed(key, error)
            await change({ stopped: answerFor(error), due: true })
        } else if (what === 'wait') {
            this.attempts.failed(key, error)
            await change({ due: dueWhenWaiting })
        } else {
            this.attempts.failedFor(key, error, what.retryInMs, () => this.look())
        }
    }
}

function keyOf ({ server, instance }: Running): AutoPushKey {
    return { server, instanceId: instance.id }
}
