import { randomUUID } from 'node:crypto'
import { CodedError, type ErrorCode } from '../shared/errors'

interface Entry<T> { user: string, held: T, timer: NodeJS.Timeout }

/** What each user looks at. */
export interface HoldingRules {
    /** How many of a user's are kept, and are being fetched, at a time; a newer one takes the place of the oldest. */
    kept: number
    fetched: number
    keptMs: number
    /** What is said of one that is not there, and of one whose place was taken while it was being fetched. */
    gone: ErrorCode
    givenUp: ErrorCode
}

/** Opened snapshots that users look at, for a while. They hold secrets in clear: kept in memory alone. */
export class Held<T extends { id: string, until: string }> {
    private readonly entries = new Map<string, Entry<T>>()
    private readonly underWay = new Map<string, AbortController[]>()

    constructor (private readonly rules: HoldingRules) {}

    /**
     * Fetches one for a user and keeps it. Where too many are being fetched for the same user, the first of them is given up.
     * @throws CodedError `rules.givenUp`, and what `fetch` throws
     */
    async prepare (user: string, fetch: (signal: AbortSignal) => Promise<Omit<T, 'id' | 'until'>>): Promise<T> {
        const controller = new AbortController()
        const others = this.underWay.get(user) ?? []
        this.underWay.set(user, [...others, controller])
        others.slice(0, Math.max(0, others.length + 1 - this.rules.fetched)).forEach(other => this.giveUp(other))
        try {
            const fetched = await fetch(controller.signal)
            controller.signal.throwIfAborted()
            return this.keep(user, fetched)
        } catch (error) {
            throw controller.signal.aborted ? controller.signal.reason : error
        } finally {
            const left = (this.underWay.get(user) ?? []).filter(other => other !== controller)
            if (left.length > 0) {
                this.underWay.set(user, left)
            } else {
                this.underWay.delete(user)
            }
        }
    }

    /** @throws CodedError `rules.gone`, also for another user's */
    get (user: string, id: string): T {
        const entry = this.entries.get(id)
        if (entry === undefined || entry.user !== user) {
            throw new CodedError(this.rules.gone, {}, 404)
        }
        return entry.held
    }

    /** @throws CodedError `rules.gone` */
    drop (user: string, id: string): void {
        this.get(user, id)
        this.forget(id)
    }

    /** Puts what has become of one in its place; it is kept no longer than before. @throws CodedError `rules.gone` */
    change (user: string, id: string, change: Partial<Omit<T, 'id' | 'until'>>): T {
        const held = { ...this.get(user, id), ...change }
        this.entries.get(id)!.held = held
        return held
    }

    /** Forgets all of a user's, or some, with what is being fetched. */
    forgetUser (user: string, which: (held: T) => boolean = () => true): void {
        this.underWay.get(user)?.forEach(controller => this.giveUp(controller))
        this.heldBy(user).filter(which).forEach(({ id }) => this.forget(id))
    }

    private keep (user: string, fetched: Omit<T, 'id' | 'until'>): T {
        const id = randomUUID()
        const others = this.heldBy(user)
        others.slice(0, Math.max(0, others.length + 1 - this.rules.kept)).forEach(old => this.forget(old.id))
        const timer = setTimeout(() => this.forget(id), this.rules.keptMs).unref()
        const held = { ...fetched, id, until: new Date(Date.now() + this.rules.keptMs).toISOString() } as T
        this.entries.set(id, { user, held, timer })
        return held
    }

    private giveUp (controller: AbortController): void {
        controller.abort(new CodedError(this.rules.givenUp, {}, 409))
    }

    /** Oldest first. */
    private heldBy (user: string): T[] {
        return [...this.entries.values()].filter(entry => entry.user === user).map(entry => entry.held)
    }

    private forget (id: string): void {
        clearTimeout(this.entries.get(id)?.timer)
        this.entries.delete(id)
    }
}
