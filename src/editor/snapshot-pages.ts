import { limits } from '../shared/limits'
import type { SnapshotList } from '../shared/requests'
import type { Api } from './api'
import { type Failure, nextStep, toFailure } from './failure'

/** A search asks for more at once than a look at the list does. */
const searchPage = 200

/** The snapshots of one instance, as far as they were loaded. Answers about another instance, or overtaken ones, are dropped. */
export class SnapshotPages {
    value: SnapshotList | null = null
    loading = false
    failure: Failure | null = null
    /** True while older ones are on their way, and why they did not come. */
    loadingMore = false
    moreFailure: Failure | null = null
    private instance: string | null = null
    private moreAtWork: Promise<void> = Promise.resolve()
    /** Counts what makes answers on their way obsolete. */
    private turn = 0

    constructor (private readonly api: Pick<Api, 'snapshots'>, private readonly changed: () => void) {}

    /** Turns to an instance; what was seen of another one, or by another sign-in (`anew`), is dropped at once. */
    show (instance: string | null, anew = false): void {
        if (instance !== this.instance || anew) {
            this.instance = instance
            this.turn++
            Object.assign(this, { value: null, loading: false, failure: null, loadingMore: false, moreFailure: null })
            this.changed()
        }
    }

    /** Loads the newest ones again, as many as were there. */
    async refresh (): Promise<void> {
        const { instance } = this
        if (instance === null) {
            return
        }
        const turn = ++this.turn
        this.set(turn, { loading: true, loadingMore: false, moreFailure: null })
        try {
            const value = await this.api.snapshots(instance, { limit: this.atLeast(this.value?.snapshots.length ?? 0) })
            this.set(turn, { value, loading: false, failure: null })
        } catch (error) {
            const failure = toFailure(error)
            // What can no longer be seen is not shown as if it could; what only was not reached stays.
            this.set(turn, { loading: false, failure, ...(nextStep(failure) === 'retry' ? {} : { value: null }) })
        }
    }

    /** Loads the page after those that are there; one at a time. */
    async more (limit: number = limits.snapshotsPerPage): Promise<void> {
        if (!this.loadingMore) {
            this.moreAtWork = this.loadMore(limit)
        }
        await this.moreAtWork
    }

    /** Loads older ones while `wanted` says so, as many as a search looks through. */
    async loadRest (wanted: () => boolean): Promise<void> {
        while (wanted() && this.moreFailure === null && !this.loading && canSearchMore(this.value)) {
            await this.more(searchPage)
        }
    }

    private async loadMore (limit: number): Promise<void> {
        const { instance, value, turn } = this
        if (instance === null || value === null || value.next === null || this.loading) {
            return
        }
        this.set(turn, { loadingMore: true, moreFailure: null })
        try {
            const page = await this.api.snapshots(instance, { cursor: value.next, limit })
            const joined = joinPages(value, page) ?? await this.fromTheTop(instance, value, limit)
            this.set(turn, { value: joined, loadingMore: false })
        } catch (error) {
            this.set(turn, { loadingMore: false, moreFailure: toFailure(error) })
        }
    }

    /** A cursor is not understood after its snapshot was deleted: then the list is asked for as a whole, and what does not grow has ended. */
    private async fromTheTop (instance: string, before: SnapshotList, limit: number): Promise<SnapshotList> {
        const list = await this.api.snapshots(instance, { limit: this.atLeast(before.snapshots.length + limit) })
        return list.snapshots.length > before.snapshots.length ? list : { ...list, next: null }
    }

    private atLeast (count: number): number {
        return Math.min(Math.max(count, limits.snapshotsPerPage), limits.snapshotsSearched)
    }

    private set (turn: number, change: Partial<SnapshotPages>): void {
        if (turn === this.turn) {
            Object.assign(this, change)
            this.changed()
        }
    }
}

/** True while a search has not looked through all there is, or as many as it may. */
export function canSearchMore (list: SnapshotList | null): boolean {
    return list !== null && list.next !== null && list.snapshots.length < limits.snapshotsSearched
}

/** A list with the page that follows it; null when the page does not follow, but is the first one again. */
export function joinPages (list: SnapshotList, page: SnapshotList): SnapshotList | null {
    const known = new Set(list.snapshots.map(({ id }) => id))
    if (page.snapshots.some(({ id }) => known.has(id))) {
        return null
    }
    return { ...page, snapshots: [...list.snapshots, ...page.snapshots] }
}
