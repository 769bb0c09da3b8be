import { limits } from '../shared/limits'
import type { PulledSnapshot } from '../shared/pull'
import { Held } from './held'
import type { OpenedExport } from './pull-opening'

/** A snapshot that a user looks at to pull it, opened. Holds secrets in clear: kept in memory alone. */
export interface Pull {
    id: string
    /** When it is forgotten, ISO 8601. */
    until: string
    /** Origin of the server that it came from; null for what is pulled from a view, which has no base. */
    server: string | null
    snapshot: PulledSnapshot
    /** Time of the last deploy on the instance; null for a device, or where there was none. */
    deployedAt: string | null
    opened: OpenedExport
    /** It tells nothing of credentials, variables, modules and settings. */
    flowsOnly: boolean
    /** false: there may be credentials in the snapshot, which could not be read; `opened` has none then. */
    credentialsKnown: boolean
    /** Mark of the credentials here that it was last compared with. */
    credentialMark?: string
}

/** The snapshots that users look at to pull them: the newest two of each. One that is still being fetched is given up for a newer one. */
export class PreparedPulls extends Held<Pull> {
    constructor ({ keptMs }: { keptMs: number } = { keptMs: limits.preparedPullMs }) {
        super({ kept: limits.preparedPulls, fetched: 1, keptMs, gone: 'pull-gone', givenUp: 'pull-given-up' })
    }
}
