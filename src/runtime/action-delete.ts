import { getVisibleDeviceTarget } from '../flowfuse/device-targets'
import { FlowFuseError } from '../flowfuse/errors'
import { deleteOwnedSnapshot, getOwnedSnapshot } from '../flowfuse/instance-snapshots'
import { devicesOfTeam } from '../flowfuse/reached-devices'
import type { SnapshotOwner } from '../flowfuse/snapshots'
import type { DeletionPlan, DeletionRequest } from '../shared/actions'
import { requireSeen, seenOf, type ActionPlace } from './action-place'
import { pushTimes } from './push-times'
import { changeOnce, unseen } from './until-seen'

/** What deleting a snapshot of the instance, or of one of its devices, would do. @throws CodedError `snapshot-gone` */
export async function deletionPlan (place: ActionPlace, snapshotId: string, owner: SnapshotOwner = ownerOf(place)): Promise<DeletionPlan> {
    const { session, instance, team } = place
    const [{ id, name, description }, target, { devices: all, complete }] = await Promise.all([
        getOwnedSnapshot(session, owner, snapshotId),
        owner.kind === 'instance' ? getVisibleDeviceTarget(session, instance.id) : null,
        devicesOfTeam(session, team.id)
    ])
    const isDeviceTarget = target === snapshotId
    const devices = all.filter(device => device.target === snapshotId).map(({ id, name }) => ({ id, name }))
    const seen = seenOf([id, name, description, isDeviceTarget, devices.map(device => device.id), complete])
    return { snapshot: { id, name }, isDeviceTarget, devices, complete, seen }
}

/**
 * Deletes a snapshot, when that would still do what the user was shown, and sees that it is gone.
 * @throws CodedError `action-moved`, `snapshot-gone`, `deletion-not-seen`
 */
export async function deleteThere (
    place: ActionPlace, snapshotId: string, { seen }: DeletionRequest, times = pushTimes, owner: SnapshotOwner = ownerOf(place)
): Promise<void> {
    const plan = await deletionPlan(place, snapshotId, owner)
    requireSeen(seen, plan)
    const { session } = place
    const isGone = async () => await getOwnedSnapshot(session, owner, snapshotId).then(() => false, (error: unknown) => {
        if (error instanceof FlowFuseError && error.platformStatus === 404) {
            return true
        }
        throw error
    })
    const deleted = await changeOnce(() => deleteOwnedSnapshot(session, owner, snapshotId), isGone, times)
    if (deleted !== 'seen') {
        throw unseen('deletion-not-seen', { name: plan.snapshot.name }, deleted)
    }
}

function ownerOf ({ instance }: ActionPlace): SnapshotOwner {
    return { kind: 'instance', id: instance.id }
}
