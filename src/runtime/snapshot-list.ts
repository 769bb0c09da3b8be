import type { SnapshotMeta } from '../flowfuse/snapshots'
import type { Link, SnapshotSummary } from '../shared/requests'

/** What is known here about the target's snapshots. */
export interface LocalStanding {
    /** The last push from here. */
    link: Link | null
    /** Node-RED's revision of the flows that run here; null while it is not known. */
    revision: string | null
}

/** A snapshot as the list shows it. The flows are said to be the same only where the hash of what was pushed proves it. */
export function snapshotSummary (snapshot: SnapshotMeta, { link, revision }: LocalStanding): SnapshotSummary {
    const { id, name, description, createdAt, user } = snapshot
    const pushedFromHere = id === link?.snapshotId
    return {
        id,
        name,
        description,
        createdAt,
        user: user && { username: user.username },
        pushedFromHere,
        sameFlows: pushedFromHere && revision !== null && link.revision === revision
    }
}
