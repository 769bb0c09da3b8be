import { setTimeout as delay } from 'node:timers/promises'
import type { Session } from '../flowfuse/session'
import { newestSnapshots } from '../flowfuse/snapshots'
import { refusal } from '../shared/abilities'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import { automaticPushName } from '../shared/names'
import type { PushResult, TargetNames } from '../shared/requests'
import type { AutoPush as AutoPushState } from '../shared/status'
import { makeRoom } from './auto-push-kept'
import { afterFailure } from './auto-push-failure'
import { recentSnapshots } from './lost-answer'
import { runningSource } from './push-source'
import { startPush } from './push-start'
import type { Services } from './routes/router'
import { openSession } from './sessions'
import { standing } from './status'
import type { StoredAutoPush } from './store/connections'
import { findTarget, requireRole } from './targets'

/** Time, as an automatic push sees it. */
export interface Clock {
    now: () => number
    /** Calls `run` once after so many milliseconds. @returns a function that ends it */
    later: (ms: number, run: () => void) => () => void
    /** From 0 up to 1. */
    random: () => number
}

const clock: Clock = {
    now: Date.now,
    later: (ms, run) => {
        const timer = setTimeout(run, ms).unref()
        return () => { clearTimeout(timer) }
    },
    random: Math.random
}

/** What became of the last attempt at one instance. */
interface Attempt { failure: ErrorAnswer | null, tries: number, retryAt: number | null, cancel: () => void }

type Key = { server: string, instanceId: string }

const first: Attempt = { failure: null, tries: 0, retryAt: null, cancel: () => undefined }

/**
 * Pushes what runs here after each deploy that changed it, to the instances for which a user has switched that on, as that user. One push
 * at a time and none while other work is under way; a deploy never waits for it. What a push was refused for ends it until somebody
 * switches it on again; what was only not reached is tried again later, with what runs by then.
 */
export class AutoPush {
    private readonly attempts = new Map<string, Attempt>()
    /** Digest of what ran at the last look; null where nothing is switched on. */
    private known: string | null = null
    private work: Promise<void> = Promise.resolve()
    private isDue = false

    /** @param options pauseMs: how long Node-RED is left alone after a deploy */
    constructor (private readonly services: () => Services, private readonly options: { clock: Clock, pauseMs: number } = { clock, pauseMs: 2000 }) {}

    /** Follows the deploys from now on. What Node-RED starts with is no change; what was due before its end is pushed then. */
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

    /**
     * Switches it on or off for the user's target.
     * @throws CodedError `target-changed`, `auto-push-unlinked`, and what keeps the user from pushing
     */
    async set (user: string, instanceId: string, on: boolean): Promise<void> {
        const { connections, targets } = this.services()
        const session = await openSession(this.services(), user)
        const key = { server: session.origin, instanceId }
        if (!on) {
            this.forget(key)
            await connections.changeAutoPush(session.origin, instanceId, stored => Object.assign(stored, { on: false, due: false, stopped: null }))
            return
        }
        const target = await targets.find(user, session)
        if (target.instance.id !== instanceId) {
            throw new CodedError('target-changed', { instance: target.instance.name }, 409)
        }
        if (await connections.link(session.origin, instanceId) === null) {
            throw new CodedError('auto-push-unlinked', { instance: target.instance.name }, 409)
        }
        const { target: live } = await findTarget(session, instanceId)
        targets.check(live)
        requireRole(session, [live.team], live.team, 'push')
        const former = await connections.autoPush(session.origin, instanceId)
        const userId = (await connections.get(user))?.user.id ?? ''
        const { id, name } = live.instance
        await this.know()
        this.forget(key)
        await connections.setAutoPush(session.origin, instanceId, {
            on: true, user, userId, instance: { id, name }, stopped: null, due: false, made: former?.made ?? [], making: former?.making ?? null
        })
    }

    async state (server: string, instanceId: string): Promise<AutoPushState> {
        const stored = await this.services().connections.autoPush(server, instanceId)
        const { failure, retryAt } = this.attemptOf({ server, instanceId })
        return {
            on: stored?.on ?? false,
            by: stored?.user ?? '',
            stopped: stored?.stopped ?? null,
            failure: stored?.on && stored.stopped === null ? failure : null,
            retryAt: retryAt === null ? null : new Date(retryAt).toISOString(),
            kept: stored?.made.length ?? 0
        }
    }

    /** Of several looks that are due at once, one does. */
    private look (): void {
        if (!this.isDue) {
            this.isDue = true
            this.work = this.work.then(() => this.lookNext()).catch((error: unknown) => this.services().nodeRed.logFailure(error))
        }
    }

    private async lookNext (): Promise<void> {
        const { connections, content, jobs, isActive } = this.services()
        await delay(this.options.pauseMs, undefined, { ref: false })
        await jobs.idle()
        this.isDue = false
        const running = isActive() ? await connections.runningAutoPushes() : []
        if (running.length === 0) {
            this.known = null
            return
        }
        const before = this.known
        const now = await content.get().catch((error: unknown) => {
            running.forEach(({ server, instance }) => this.note({ server, instanceId: instance.id }, error))
            return null
        })
        if (now === null) {
            return
        }
        this.known = now.digest
        const isChanged = before !== null && before !== now.digest
        for (const { server, instance, due } of running) {
            await (isChanged ? connections.changeAutoPush(server, instance.id, stored => { stored.due = true }) : undefined)
            await (isChanged || due ? this.attempt({ server, instanceId: instance.id }) : undefined)
        }
    }

    private async know (): Promise<void> {
        this.known ??= (await this.services().content.get())?.digest ?? null
    }

    /** One that is due later anyway takes what runs by then. */
    private async attempt (key: Key): Promise<void> {
        if (this.attemptOf(key).retryAt !== null) {
            return
        }
        try {
            await this.pushIfDue(key)
            this.forget(key)
        } catch (error) {
            await this.failed(key, error)
        }
    }

    private async failed (key: Key, error: unknown): Promise<void> {
        const { connections } = this.services()
        const { tries } = this.attemptOf(key)
        const what = afterFailure(error, tries, this.options.clock.random())
        this.note(key, error)
        if (what === 'stop') {
            await connections.changeAutoPush(key.server, key.instanceId, stored => { stored.stopped = answerFor(error) })
        } else if (what === 'wait') {
            // Until the next deploy: the same would fail for the same reason.
            await connections.changeAutoPush(key.server, key.instanceId, stored => { stored.due = false })
        } else {
            const { now, later } = this.options.clock
            const cancel = later(what.retryInMs, () => this.retry(key))
            this.attempts.set(nameOf(key), { failure: answerFor(error), tries: tries + 1, retryAt: now() + what.retryInMs, cancel })
        }
    }

    private retry (key: Key): void {
        this.attempts.set(nameOf(key), { ...this.attemptOf(key), retryAt: null })
        this.work = this.work.then(() => this.attempt(key)).catch((error: unknown) => this.services().nodeRed.logFailure(error))
    }

    /** Failures of which there is no sentence, and those that end it, are in the log too. */
    private note (key: Key, error: unknown): void {
        const { nodeRed } = this.services()
        const former = this.attemptOf(key).failure
        const failure = answerFor(error)
        if (failure.code !== former?.code) {
            nodeRed.logFailure(error)
        }
        this.attempts.set(nameOf(key), { ...this.attemptOf(key), failure })
    }

    private attemptOf (key: Key): Attempt {
        return this.attempts.get(nameOf(key)) ?? first
    }

    private forget (key: Key): void {
        this.attemptOf(key).cancel()
        this.attempts.delete(nameOf(key))
    }

    private async pushIfDue ({ server, instanceId }: Key): Promise<void> {
        const services = this.services()
        const { connections, inventories, content, targets, isActive } = services
        const stored = await connections.autoPush(server, instanceId)
        if (!isActive() || stored === null || !stored.on || stored.stopped !== null || !stored.due) {
            return
        }
        const session = await openSession(services, stored.user)
        await requireSameUser(services, stored, server, session)
        const target = await targets.find(stored.user, session)
        if (target.instance.id !== instanceId) {
            // It is still due when the user comes back to this target.
            refuseLocked(services, target)
            return
        }
        const link = await connections.link(server, instanceId)
        if ((await standing({ content, inventories }, server, instanceId, link)).standing !== 'same') {
            await this.push(stored, server, session, target)
        }
        await connections.changeAutoPush(server, instanceId, each => { each.due = false })
    }

    private async push (stored: StoredAutoPush, server: string, session: Session, { instance }: TargetNames): Promise<void> {
        const services = this.services()
        const { connections, nodeRed, jobs } = services
        const change = (edit: (each: StoredAutoPush) => void) => connections.changeAutoPush(server, instance.id, edit)
        const made = await this.adopt(stored, session, change)
        await this.makeRoom(made, session, instance, change)
        const name = automaticPushName(new Date(this.options.clock.now()))
        await change(each => { each.making = name })
        const job = await this.whenIdle(() => startPush(services, stored.user, session, instance, {
            instanceId: instance.id, name, description: '', variables: { rule: 'keep' }, restore: null
        }, whileWalking => runningSource(nodeRed, undefined, whileWalking)))
        await jobs.ended(job.id)
        const { snapshot } = job.result
        if (snapshot !== null) {
            await change(each => {
                each.made.push({ id: snapshot.id, name: snapshot.name })
                each.making = null
            })
        } else if (job.error !== null) {
            const { code, params, because } = job.error
            throw new CodedError(code, params, 502, { because })
        }
    }

    /** Somebody may begin other work at the same moment. */
    private async whenIdle<T> (begin: () => Promise<T>): Promise<T> {
        for (;;) {
            await this.services().jobs.idle()
            try {
                return await begin()
            } catch (error) {
                if (!(error instanceof CodedError) || error.code !== 'job-running') {
                    throw error
                }
            }
        }
    }

    /** Of a push whose end was never heard of, or not written down, the snapshot may be there: then it is one of its own. */
    private async adopt (
        { making, made, userId, instance }: StoredAutoPush, session: Session, change: (edit: (each: StoredAutoPush) => void) => Promise<void>
    ): Promise<StoredAutoPush['made']> {
        if (making === null) {
            return made
        }
        const there = await newestSnapshots(session, { kind: 'instance', id: instance.id }, recentSnapshots)
        const lost = there.filter(({ id, name, user }) => name === making && user?.id === userId && made.every(each => each.id !== id))
        const all = [...made, ...lost.map(({ id, name }) => ({ id, name }))]
        await change(each => Object.assign(each, { made: all, making: null }))
        return all
    }

    private async makeRoom (
        made: StoredAutoPush['made'], session: Session, instance: PushResult['instance'], change: (edit: (each: StoredAutoPush) => void) => Promise<void>
    ): Promise<void> {
        const { platforms } = this.services()
        await makeRoom(made, {
            session,
            instance,
            standing: async () => {
                const [{ target: { team } }, { version }] = await Promise.all([findTarget(session, instance.id), platforms.get(session.origin)])
                return { teamId: team.id, deleteRefused: refusal('delete', { team, kind: session.kind, version }) }
            },
            keep: kept => change(each => { each.made = kept })
        })
    }
}

/** @throws CodedError `auto-push-other-user` where the user has signed in as somebody else, or elsewhere, since */
async function requireSameUser ({ connections }: Services, stored: StoredAutoPush, server: string, session: Session): Promise<void> {
    const connection = await connections.get(stored.user)
    if (session.origin !== server || connection?.user.id !== stored.userId) {
        throw new CodedError('auto-push-other-user', {}, 409)
    }
}

/** @throws CodedError `target-locked` where the operator has locked the target to another one */
function refuseLocked ({ settings: { lockedBy } }: Services, { instance }: TargetNames): void {
    if (lockedBy !== '') {
        throw new CodedError('target-locked', { by: lockedBy, instance: instance.name }, 403)
    }
}

function answerFor (error: unknown): ErrorAnswer {
    return error instanceof CodedError ? error.toAnswer() : { code: 'internal', params: {} }
}

function nameOf ({ server, instanceId }: Key): string {
    return `${server} ${instanceId}`
}
