import { randomUUID } from 'node:crypto'
import { CodedError, type ErrorCode } from '../shared/errors'

interface Entry<T> { user: string, held: T, timer: NodeJS.Timeout }

/** `changing`: id of what is held and is being changed; null for something new. */
interface Fetching { controller: AbortController, changing: string | null }

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
    private readonly underWay = new Map<string, Fetching[]>()

    constructor (private readonly rules: HoldingRules) {}

    /**
     * Fetches one for a user and keeps it. Where too many are being fetched for the same user, the first of them is given up.
     * @throws CodedError `rules.givenUp`, and what `fetch` throws
     */
    async prepare (user: string, fetch: (signal: AbortSignal) => Promise<Omit<T, 'id' | 'until'>>): Promise<T> {
        return await this.within(user, fetch, fetched => this.keep(user, fetched))
    }

    /**
     * As `prepare`, what becomes of one that is held already: it is put in its place. One change of each is under way at a time: a newer one
     * takes the place of that before it.
     * @throws CodedError `rules.gone`, `rules.givenUp`, and what `fetch` throws
     */
    async prepareChange (user: string, id: string, fetch: (signal: AbortSignal) => Promise<Partial<Omit<T, 'id' | 'until'>>>): Promise<T> {
        this.get(user, id)
        return await this.within(user, fetch, change => this.change(user, id, change), id)
    }

    /** What is fetched for a user and not kept, under the same limit. @throws CodedError `rules.givenUp`, and what `fetch` throws */
    async fetchOnly<R> (user: string, fetch: (signal: AbortSignal) => Promise<R>): Promise<R> {
        return await this.within(user, fetch, fetched => fetched)
    }

    private async within<F, R> (
        user: string, fetch: (signal: AbortSignal) => Promise<F>, done: (fetched: F) => R, changing: string | null = null
    ): Promise<R> {
        const fetching: Fetching = { controller: new AbortController(), changing }
        const { signal } = fetching.controller
        const under = this.underWay.get(user) ?? []
        const isSame = (other: Fetching) => changing !== null && other.changing === changing
        const others = under.filter(other => !isSame(other))
        this.underWay.set(user, [...under, fetching])
        const tooMany = others.slice(0, Math.max(0, others.length + 1 - this.rules.fetched))
        under.filter(other => isSame(other) || tooMany.includes(other)).forEach(other => this.giveUp(other))
        try {
            const fetched = await fetch(signal)
            signal.throwIfAborted()
            return done(fetched)
        } catch (error) {
            throw signal.aborted ? signal.reason : error
        } finally {
            const left = (this.underWay.get(user) ?? []).filter(other => other !== fetching)
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
        this.underWay.get(user)?.forEach(fetching => this.giveUp(fetching))
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

    private giveUp ({ controller }: Fetching): void {
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
