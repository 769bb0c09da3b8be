import { setTimeout as delay } from 'node:timers/promises'
import type { FlowFuseError } from '../flowfuse/errors'
import type { Session } from '../flowfuse/session'
import { listSnapshots, type SnapshotMeta } from '../flowfuse/snapshots'
import { CodedError } from '../shared/errors'
import type { pushTimes } from './push-times'

/** Enough to tell a new snapshot from those before, even when others push at the same time. */
export const recentSnapshots = 50

export interface LostSnapshot {
    instanceId: string
    name: string
    /** Id of the user who pushed. */
    userId: string
    /** What was there before. */
    before: SnapshotMeta[]
}

/**
 * Looks for the snapshot that a call made whose answer was lost: exactly one new one with our name by our user.
 * @throws FlowFuseError `push-outcome-unknown`
 */
export async function findLost (session: Session, lost: LostSnapshot, times: typeof pushTimes, cause: FlowFuseError): Promise<SnapshotMeta> {
    const { lostAnswer, poll } = times
    const { instanceId, name, userId, before } = lost
    const known = new Set(before.map(snapshot => snapshot.id))
    // Not the wall clock, which may be set meanwhile.
    const deadline = performance.now() + lostAnswer
    let found: SnapshotMeta[] = []
    while (found.length === 0 && performance.now() < deadline) {
        await delay(poll)
        const now = await listSnapshots(session, instanceId, recentSnapshots).catch((error: unknown) => {
            if (error instanceof CodedError) {
                return []
            }
            throw error
        })
        found = now.filter(snapshot => !known.has(snapshot.id) && snapshot.name === name && snapshot.user?.id === userId)
    }
    const [only] = found
    if (only === undefined || found.length > 1) {
        throw cause.as('push-outcome-unknown', { name, seconds: lostAnswer / 1000 })
    }
    return only
}
