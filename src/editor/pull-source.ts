import type { PullOwnerKind, PullRequest } from '../shared/pull'
import type { Named, SnapshotSummary } from '../shared/requests'
import type { Api } from './api'
import { Observable } from './observable'
import { SnapshotPages } from './snapshot-pages'

/** An instance or a device that has snapshots. */
export type PullOwner = Named & { kind: PullOwnerKind }

/** What is to be pulled: an owner, and one of its snapshots. As long as the user has chosen none, it is the newest. */
export class PullSource extends Observable {
    owner: PullOwner | null = null
    readonly pages: SnapshotPages
    private chosen: string | null = null
    /** One that was chosen before the list was there. */
    private given: SnapshotSummary | null = null

    constructor (api: Pick<Api, 'snapshots' | 'deviceSnapshots'>) {
        super()
        this.pages = new SnapshotPages({
            snapshots: async (id, page) => await (this.owner?.kind === 'device' ? api.deviceSnapshots(id, page) : api.snapshots(id, page))
        }, () => this.changed())
    }

    /** Turns to an owner and loads its newest snapshots. `snapshot`: one of its snapshots that is wanted. */
    chooseOwner (owner: PullOwner, snapshot: SnapshotSummary | null = null): void {
        if (owner.id !== this.owner?.id) {
            this.given = snapshot
            this.chosen = snapshot?.id ?? null
            this.owner = owner
            this.pages.show(owner.id, true)
            void this.pages.refresh()
        }
    }

    /** Nothing is chosen any more. */
    forget (): void {
        Object.assign(this, { owner: null, chosen: null, given: null })
        this.pages.show(null)
        this.changed()
    }

    chooseSnapshot (id: string): void {
        this.chosen = id
        this.changed()
    }

    get snapshot (): SnapshotSummary | null {
        const all = this.pages.value?.snapshots ?? []
        const given = this.given?.id === this.chosen ? this.given : null
        return all.find(({ id }) => id === this.chosen) ?? given ?? all[0] ?? null
    }

    /** What is chosen, as it is asked for; null before there is anything to choose. */
    get request (): PullRequest | null {
        const { owner, snapshot } = this
        return owner === null || snapshot === null ? null : { owner: { kind: owner.kind, id: owner.id }, snapshot: snapshot.id }
    }
}
