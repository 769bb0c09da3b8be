import { randomBytes } from 'node:crypto'
import { limits } from '../shared/limits'
import type { View, ViewCredentials, ViewNote, ViewOrigin } from '../shared/views'
import { Held } from './held'
import type { OpenedExport } from './pull-opening'

/** A snapshot that a user looks at, opened. Holds secrets in clear: kept in memory alone, never logged or shown. */
export interface HeldView extends Pick<View, 'name' | 'description' | 'createdAt' | 'updatedAt' | 'user' | 'bytes'> {
    id: string
    /** When it is forgotten, ISO 8601. */
    until: string
    from: ViewOrigin
    /**
     * What of it is open. Hidden variables that are not have the value null; credentials that are not (see `credentials`) are left out of
     * `credentialsJson`, which is the map `{}` then.
     */
    opened: OpenedExport
    credentials: ViewCredentials['state']
    /** It tells nothing of credentials, variables, modules and settings. */
    flowsOnly: boolean
    notes: ViewNote[]
    /** A file with sealed parts; null where there is nothing to open. */
    sealed: SealedFile | null
}

/** A file as it came, while a part of it is sealed. `opening`: the secret of its credentials, where hidden variables are sealed under another. */
export interface SealedFile { bytes: Uint8Array, opening: string | null }

/** The snapshots that users look at: the newest of each. */
export class HeldViews extends Held<HeldView> {
    /** Of the marks and fingerprints of all views: a plain hash would let anybody who reads it try out passwords. */
    readonly key = randomBytes(32)

    constructor ({ keptMs }: { keptMs: number } = { keptMs: limits.preparedPullMs }) {
        super({ kept: limits.views, fetched: limits.views, keptMs, gone: 'view-gone', givenUp: 'view-given-up' })
    }

    /** What came from FlowFuse goes with the sign-in that it came under. */
    forgetRemote (user: string): void {
        this.forgetUser(user, ({ from }) => from.kind === 'remote')
    }
}
