import type { SnapshotMeta } from '../flowfuse/snapshots'
import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import type { Link, SnapshotSummary } from '../shared/requests'

/** What is known here about the target's snapshots. */
export interface LocalStanding {
    /** The last push from here, or pull. */
    link: Link | null
    /** Node-RED's revision of the flows that run here; null while it is not known. */
    revision: string | null
}

/** A snapshot as the list shows it. The flows are said to be the same only where the hash of what was pushed proves it. */
export function snapshotSummary (snapshot: SnapshotMeta, { link, revision }: LocalStanding): SnapshotSummary {
    const { id, name, description, createdAt, user } = snapshot
    const isLinked = id === link?.snapshotId
    const pushedFromHere = isLinked && link.pulledAt === undefined
    return {
        id,
        name,
        description,
        createdAt,
        user: user && { username: user.username },
        pushedFromHere,
        sameFlows: isLinked && revision !== null && link.revision === revision
    }
}

/** How many snapshots a request asks for. @throws CodedError `body-invalid` */
export function pageLimit (value: unknown): number {
    const limit = value === undefined ? limits.snapshotsPerPage : Number(value)
    if (!Number.isInteger(limit) || limit < 1 || limit > limits.snapshotsSearched) {
        throw new CodedError('body-invalid', { field: 'limit' })
    }
    return limit
}
