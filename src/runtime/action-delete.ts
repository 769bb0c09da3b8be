import { deviceTarget } from '../flowfuse/devices'
import { FlowFuseError } from '../flowfuse/errors'
import { deleteInstanceSnapshot, getInstanceSnapshot } from '../flowfuse/instance-snapshots'
import { devicesWithTarget } from '../flowfuse/reached-devices'
import type { DeletionPlan, DeletionRequest } from '../shared/actions'
import { requireSeen, seenOf, type ActionPlace } from './action-place'
import { pushTimes } from './push-times'
import { changeOnce, unseen } from './until-seen'

/** What deleting a snapshot would do. @throws CodedError `snapshot-gone` */
export async function deletionPlan ({ session, instance, team }: ActionPlace, snapshotId: string): Promise<DeletionPlan> {
    const [{ id, name, description }, target, { devices, complete }] = await Promise.all([
        getInstanceSnapshot(session, instance.id, snapshotId), deviceTarget(session, instance.id), devicesWithTarget(session, team.id, snapshotId)
    ])
    const isDeviceTarget = target === snapshotId
    const seen = seenOf([id, name, description, isDeviceTarget, devices.map(device => device.id), complete])
    return { snapshot: { id, name }, isDeviceTarget, devices, complete, seen }
}

/**
 * Deletes a snapshot, when that would still do what the user was shown, and sees that it is gone.
 * @throws CodedError `action-moved`, `snapshot-gone`, `deletion-not-seen`
 */
export async function deleteThere (place: ActionPlace, snapshotId: string, { seen }: DeletionRequest, times = pushTimes): Promise<void> {
    const plan = await deletionPlan(place, snapshotId)
    requireSeen(seen, plan)
    const { session, instance } = place
    const isGone = async () => await getInstanceSnapshot(session, instance.id, snapshotId).then(() => false, (error: unknown) => {
        if (error instanceof FlowFuseError && error.platformStatus === 404) {
            return true
        }
        throw error
    })
    const deleted = await changeOnce(() => deleteInstanceSnapshot(session, instance.id, snapshotId), isGone, times)
    if (deleted !== 'seen') {
        throw unseen('deletion-not-seen', { name: plan.snapshot.name }, deleted)
    }
}
