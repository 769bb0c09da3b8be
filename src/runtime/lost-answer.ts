import { setTimeout as delay } from 'node:timers/promises'
import { FlowFuseError, isHalfDone, isLost } from '../flowfuse/errors'
import type { Session } from '../flowfuse/session'
import { newestSnapshots, type SnapshotMeta, type SnapshotOwner } from '../flowfuse/snapshots'
import { CodedError } from '../shared/errors'
import { megabytes } from './push-size'
import { pushTimes } from './push-times'

/** Enough to tell a new snapshot from those before, even when others push at the same time. */
export const recentSnapshots = 50

export interface LostSnapshot {
    owner: SnapshotOwner
    name: string
    /** Id of the user who pushed. */
    userId: string
    /** What was there before. */
    before: SnapshotMeta[]
}

/**
 * Makes a snapshot by one call that is never repeated. Where its answer is lost, or a 500, finds out what became of it.
 * @param bytes of what is sent, said where it was too large
 * @throws FlowFuseError `push-outcome-unknown`, `push-cut-short`, `request-too-large-unknown-limit`, and what `send` throws
 */
export async function makeOnce (
    session: Session, wanted: LostSnapshot, bytes: number, send: () => Promise<SnapshotMeta>, times = pushTimes
): Promise<SnapshotMeta> {
    try {
        return await send()
    } catch (error) {
        if (!(error instanceof FlowFuseError)) {
            throw error
        }
        const size = megabytes(bytes)
        if (error.platformStatus === 413) {
            throw error.as('request-too-large-unknown-limit', { size })
        }
        if (!error.mayHaveArrived) {
            throw error.code === 'server-cut' && error.begun ? error.as('push-cut-short', { size }) : error
        }
        if (isHalfDone(error)) {
            const made = await newOnes(session, wanted)
            if (made?.length === 1) {
                return made[0]!
            }
            if (made?.length === 0) {
                throw error
            }
        } else if (!isLost(error)) {
            throw error
        }
        return await findLost(session, wanted, times, error)
    }
}

/**
 * Looks for the snapshot that a call made whose answer was lost: exactly one new one with our name by our user.
 * @throws FlowFuseError `push-outcome-unknown`
 */
async function findLost (session: Session, lost: LostSnapshot, times: typeof pushTimes, cause: FlowFuseError): Promise<SnapshotMeta> {
    const { lostAnswer, poll } = times
    const { name } = lost
    // Not the wall clock, which may be set meanwhile.
    const deadline = performance.now() + lostAnswer
    let found: SnapshotMeta[] = []
    while (found.length === 0 && performance.now() < deadline) {
        await delay(poll)
        found = await newOnes(session, lost) ?? []
    }
    const [only] = found
    if (only === undefined || found.length > 1) {
        throw cause.as('push-outcome-unknown', { name, seconds: lostAnswer / 1000 })
    }
    return only
}

/** Snapshots that were not there before, with our name and by our user; null where the list can't be had. */
async function newOnes (session: Session, { owner, name, userId, before }: LostSnapshot): Promise<SnapshotMeta[] | null> {
    const known = new Set(before.map(snapshot => snapshot.id))
    const now = await newestSnapshots(session, owner, recentSnapshots).catch((error: unknown) => {
        if (error instanceof CodedError) {
            return null
        }
        throw error
    })
    return now && now.filter(snapshot => !known.has(snapshot.id) && snapshot.name === name && snapshot.user?.id === userId)
}
