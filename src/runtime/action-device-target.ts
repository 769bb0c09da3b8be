import { getDeviceTarget, setDeviceTarget } from '../flowfuse/device-targets'
import { getInstanceSnapshot } from '../flowfuse/instance-snapshots'
import { devicesOfInstance } from '../flowfuse/reached-devices'
import type { DeviceTargetPlan, DeviceTargetRequest } from '../shared/actions'
import { CodedError } from '../shared/errors'
import { isMajorStep } from '../shared/major-step'
import { requireSeen, seenOf, type ActionPlace } from './action-place'
import { devicesOf } from './device-target'
import { pushTimes } from './push-times'
import { changeOnce, unseen } from './until-seen'

/** Which devices would get a snapshot, and which Node-RED with it. @throws CodedError `snapshot-gone` */
export async function deviceTargetPlan ({ session, instance }: ActionPlace, snapshotId: string): Promise<DeviceTargetPlan> {
    const [{ id, name, modules }, target, { devices, complete }, { nodeRedNow }] = await Promise.all([
        getInstanceSnapshot(session, instance.id, snapshotId), getDeviceTarget(session, instance.id),
        devicesOfInstance(session, instance.id), devicesOf(session, instance.id)
    ])
    const nodeRedThen = modules['node-red'] ?? null
    const plan = {
        snapshot: { id, name },
        instance: { id: instance.id, name: instance.name },
        isDeviceTarget: target === snapshotId,
        devices,
        complete,
        nodeRedNow,
        nodeRedThen,
        needsConsent: devices.length > 0 && (nodeRedThen === null || isMajorStep(nodeRedNow, nodeRedThen))
    }
    return { ...plan, seen: seenOf([plan, target]) }
}

/**
 * Makes a snapshot the target of all devices of its instance, when that would still do what the user was shown, and sees that it is.
 * @throws CodedError `action-moved`, `target-version-unagreed`, `snapshot-gone`, `target-not-seen`
 */
export async function targetThere (place: ActionPlace, snapshotId: string, request: DeviceTargetRequest, times = pushTimes): Promise<void> {
    const { session, instance } = place
    const plan = await deviceTargetPlan(place, snapshotId)
    requireSeen(request.seen, plan)
    if (plan.needsConsent && !request.majorStep) {
        throw new CodedError('target-version-unagreed', { name: plan.snapshot.name, of: instance.name }, 409)
    }
    const isSet = async () => await getDeviceTarget(session, instance.id) === snapshotId
    const set = await changeOnce(() => setDeviceTarget(session, instance.id, snapshotId), isSet, times)
    if (set !== 'seen') {
        throw unseen('target-not-seen', { name: plan.snapshot.name, instance: instance.name }, set)
    }
}
