import { limits } from '../shared/limits'
import type { View, ViewCredentials, ViewNote, ViewOrigin } from '../shared/views'
import type { RuntimeSettings } from '../snapshot/model'
import type { JsonObject } from '../snapshot/parse'
import { Held } from './held'
import type { OpenedExport } from './pull-opening'

/** A snapshot that a user looks at, opened. Holds secrets in clear: kept in memory alone, never logged or shown. */
export interface HeldView extends Pick<View, 'name' | 'description' | 'createdAt' | 'updatedAt' | 'user' | 'bytes'> {
    id: string
    /** When it is forgotten, ISO 8601. */
    until: string
    from: ViewOrigin
    opened: OpenedView
    credentials: ViewCredentials['state']
    notes: ViewNote[]
    /** A file as it came, while its secret was not given yet; null where there is nothing to open. */
    sealed: Uint8Array | null
}

/**
 * What of a snapshot is open. Hidden variables that are not have the value null; credentials that are not (see `HeldView.credentials`) are
 * left out of `credentialsJson`, which is the map `{}` then.
 */
export interface OpenedView extends OpenedExport {
    /** As the snapshot has them, perhaps with secrets in them; {} where it has none. */
    runtimeSettings: RuntimeSettings
    /** `settings.modules` as the snapshot has it, {} where it has none; `modules` may come from its palette instead. */
    ownModules: JsonObject
    /** Every other member of the snapshot besides `flows` and `settings`, as it came: ownerType, user, exportedBy … */
    members: JsonObject
}

/** The snapshots that users look at: the newest of each. */
export class HeldViews extends Held<HeldView> {
    constructor ({ keptMs }: { keptMs: number } = { keptMs: limits.preparedPullMs }) {
        super({ kept: limits.views, fetched: limits.views, keptMs, gone: 'view-gone', givenUp: 'view-given-up' })
    }
}
