import { setTimeout as delay } from 'node:timers/promises'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import { automaticPushName } from '../shared/names'
import type { AutoPush as AutoPushState } from '../shared/status'
import { afterFailure } from './auto-push-failure'
import { pushIfDue, type AutoPushKey } from './auto-push-once'
import type { Services } from './services'
import { openSession } from './sessions'
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
    private async attempt (key: AutoPushKey): Promise<void> {
        if (this.attemptOf(key).retryAt !== null) {
            return
        }
        try {
            await pushIfDue(this.services(), key, () => automaticPushName(new Date(this.options.clock.now())))
            this.forget(key)
        } catch (error) {
            await this.failed(key, error)
        }
    }

    private async failed (key: AutoPushKey, error: unknown): Promise<void> {
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

    private retry (key: AutoPushKey): void {
        this.attempts.set(nameOf(key), { ...this.attemptOf(key), retryAt: null })
        this.work = this.work.then(() => this.attempt(key)).catch((error: unknown) => this.services().nodeRed.logFailure(error))
    }

    /** Failures of which there is no sentence, and those that end it, are in the log too. */
    private note (key: AutoPushKey, error: unknown): void {
        const { nodeRed } = this.services()
        const former = this.attemptOf(key).failure
        const failure = answerFor(error)
        if (failure.code !== former?.code) {
            nodeRed.logFailure(error)
        }
        this.attempts.set(nameOf(key), { ...this.attemptOf(key), failure })
    }

    private attemptOf (key: AutoPushKey): Attempt {
        return this.attempts.get(nameOf(key)) ?? first
    }

    private forget (key: AutoPushKey): void {
        this.attemptOf(key).cancel()
        this.attempts.delete(nameOf(key))
    }
}

function answerFor (error: unknown): ErrorAnswer {
    return error instanceof CodedError ? error.toAnswer() : { code: 'internal', params: {} }
}

function nameOf ({ server, instanceId }: AutoPushKey): string {
    return `${server} ${instanceId}`
}
