import { randomUUID } from 'node:crypto'
import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import type { PulledSnapshot } from '../shared/pull'
import type { OpenedExport } from './pull-opening'

/** A snapshot of FlowFuse that a user looks at, opened. Holds secrets in clear: kept in memory alone. */
export interface Pull {
    id: string
    /** When it is forgotten, ISO 8601. */
    until: string
    /** Origin of the server that it came from. */
    server: string
    snapshot: PulledSnapshot
    /** Time of the last deploy on the instance; null for a device, or where there was none. */
    deployedAt: string | null
    opened: OpenedExport
}

interface Entry { user: string, pull: Pull, timer: NodeJS.Timeout }

/** The snapshots that users look at: the newest two of each, for a while. */
export class PreparedPulls {
    private readonly entries = new Map<string, Entry>()
    private readonly underWay = new Map<string, AbortController>()

    constructor (private readonly times: { keptMs: number } = { keptMs: limits.preparedPullMs }) {}

    /**
     * Fetches a snapshot for a user and keeps it; one that is still being fetched for the same user is given up.
     * @throws CodedError `pull-given-up`, and what `fetch` throws
     */
    async prepare (user: string, fetch: (signal: AbortSignal) => Promise<Omit<Pull, 'id' | 'until'>>): Promise<Pull> {
        this.giveUp(user)
        const controller = new AbortController()
        this.underWay.set(user, controller)
        try {
            const fetched = await fetch(controller.signal)
            controller.signal.throwIfAborted()
            return this.keep(user, fetched)
        } catch (error) {
            throw controller.signal.aborted ? controller.signal.reason : error
        } finally {
            if (this.underWay.get(user) === controller) {
                this.underWay.delete(user)
            }
        }
    }

    /** @throws CodedError `pull-gone`, also for another user's */
    get (user: string, id: string): Pull {
        const entry = this.entries.get(id)
        if (entry === undefined || entry.user !== user) {
            throw new CodedError('pull-gone', {}, 404)
        }
        return entry.pull
    }

    /** @throws CodedError `pull-gone` */
    drop (user: string, id: string): void {
        this.get(user, id)
        this.forget(id)
    }

    /** Forgets all of a user's, with what is being fetched. */
    forgetUser (user: string): void {
        this.giveUp(user)
        this.idsOf(user).forEach(id => this.forget(id))
    }

    private keep (user: string, fetched: Omit<Pull, 'id' | 'until'>): Pull {
        const id = randomUUID()
        const others = this.idsOf(user)
        others.slice(0, Math.max(0, others.length + 1 - limits.preparedPulls)).forEach(old => this.forget(old))
        const timer = setTimeout(() => this.forget(id), this.times.keptMs).unref()
        const pull = { ...fetched, id, until: new Date(Date.now() + this.times.keptMs).toISOString() }
        this.entries.set(id, { user, pull, timer })
        return pull
    }

    private giveUp (user: string): void {
        this.underWay.get(user)?.abort(new CodedError('pull-given-up', {}, 409))
    }

    /** Oldest first. */
    private idsOf (user: string): string[] {
        return [...this.entries.values()].filter(entry => entry.user === user).map(entry => entry.pull.id)
    }

    private forget (id: string): void {
        clearTimeout(this.entries.get(id)?.timer)
        this.entries.delete(id)
    }
}
