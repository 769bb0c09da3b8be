import { getDeviceTarget } from '../flowfuse/device-targets'
import { FlowFuseError } from '../flowfuse/errors'
import { deleteOwnedSnapshot } from '../flowfuse/instance-snapshots'
import { devicesOfTeam } from '../flowfuse/reached-devices'
import type { Session } from '../flowfuse/session'
import { newestSnapshots, type SnapshotMeta } from '../flowfuse/snapshots'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import type { Named } from '../shared/requests'
import { automaticPushesKept } from '../shared/status'

/** More than anybody makes by hand while ten automatic ones are kept. */
const listed = 1000

export interface RoomParts {
    session: Session
    instance: Named
    /** The instance's team, and why the sign-in may not delete there; null when nothing is known against it. */
    standing: () => Promise<{ teamId: string, deleteRefused: ErrorAnswer | null }>
    /** Told what is left of its snapshots, after each that is not there or not its own any more. */
    keep: (made: Named[]) => Promise<void>
}

/**
 * Makes room for one more automatic push: deletes the oldest of its own until fewer than ten are left. One that was renamed or described
 * meanwhile is somebody's now, and one that devices run or shall run stays; neither counts.
 * @param made its snapshots, oldest first
 * @throws CodedError `auto-push-full` where the sign-in may not delete; FlowFuseError
 */
export async function makeRoom (made: Named[], parts: RoomParts): Promise<void> {
    const { session, instance, standing, keep } = parts
    if (made.length < automaticPushesKept) {
        return
    }
    const there = new Map((await newestSnapshots(session, { kind: 'instance', id: instance.id }, listed)).map(snapshot => [snapshot.id, snapshot]))
    let own = made.filter(each => isStill(each, there.get(each.id)))
    await keep(own)
    if (own.length < automaticPushesKept) {
        return
    }
    const { teamId, deleteRefused } = await standing()
    if (deleteRefused !== null) {
        throw full(instance, deleteRefused)
    }
    const used = await inUse(session, instance, teamId)
    if (used === null) {
        throw full(instance)
    }
    const free = own.filter(({ id }) => !used.has(id))
    for (const oldest of free.slice(0, Math.max(0, free.length - automaticPushesKept + 1))) {
        await deleteOwnedSnapshot(session, { kind: 'instance', id: instance.id }, oldest.id).catch((error: unknown) => {
            // Gone already is as good; any other doubt is settled by the list, before the next push.
            if (!(error instanceof FlowFuseError) || error.platformStatus !== 404) {
                throw error instanceof FlowFuseError && error.platformStatus === 403 ? full(instance, error.toAnswer()) : error
            }
        })
        own = own.filter(({ id }) => id !== oldest.id)
        await keep(own)
    }
}

function isStill ({ name }: Named, now: SnapshotMeta | undefined): boolean {
    return now !== undefined && now.name === name && now.description === ''
}

/** Ids of snapshots that the instance's devices, or any of the team's, run or shall run; null where that can't be told of all. */
async function inUse (session: Session, instance: Named, teamId: string): Promise<Set<string> | null> {
    const [ofAll, { devices, complete }] = await Promise.all([getDeviceTarget(session, instance.id), devicesOfTeam(session, teamId)])
    return complete ? new Set([ofAll, ...devices.flatMap(({ target, active }) => [target, active])].filter(id => id !== null)) : null
}

function full ({ name }: Named, because?: ErrorAnswer): CodedError {
    return new CodedError('auto-push-full', { instance: name, count: automaticPushesKept }, 409, { because })
}
