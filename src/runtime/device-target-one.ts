import { getDeviceState, targetDevice } from '../flowfuse/device-states'
import { FlowFuseError } from '../flowfuse/errors'
import { getInstance } from '../flowfuse/instances'
import { getOwnedSnapshot, type InstanceSnapshot } from '../flowfuse/instance-snapshots'
import { isAtLeast } from '../flowfuse/platform'
import { namedNodeRed, type SnapshotOwner } from '../flowfuse/snapshots'
import type { DeviceState, OneDeviceTargetPlan, OneDeviceTargetRequest } from '../shared/devices'
import { CodedError } from '../shared/errors'
import { isMajorStep } from '../shared/major-step'
import type { Named } from '../shared/requests'
import { requireSeen, seenOf } from './action-place'
import { deviceAt, requireOwnTarget, type DevicePlace } from './device-place'
import { pushTimes } from './push-times'
import { changeOnce, unseen } from './until-seen'

/** From here on an agent in developer mode takes a snapshot that it is told to run. */
const overridesDeveloperSince = '2.27.0'

/**
 * What one device would run, and which Node-RED with it. The snapshot must be of the device's own application: FlowFuse takes any, and one of
 * elsewhere stops the device.
 * @throws CodedError `device-has-instance`, `snapshot-gone`, `device-snapshot-elsewhere`
 */
export async function oneDevicePlan (place: DevicePlace, snapshotId: string, owner: SnapshotOwner): Promise<OneDeviceTargetPlan> {
    requireOwnTarget(place)
    const { session, device, platform } = place
    const [{ id, name, modules }, nodeRedNow] = await Promise.all([
        snapshotOf(place, owner, snapshotId), device.target === null ? null : nodeRedOf(place, device.target)
    ])
    const nodeRedThen = modules['node-red'] ?? null
    const runsNothing = device.target === null && device.active === null
    const plan = {
        server: session.origin,
        snapshot: { id, name },
        isTarget: device.target?.id === snapshotId,
        nodeRedNow,
        nodeRedThen,
        needsConsent: !runsNothing && (nodeRedThen === null || isMajorStep(nodeRedNow, nodeRedThen)),
        developer: developerMode(device, platform)
    }
    const { server: _server, ...shown } = plan
    return { ...shown, device, seen: seenOf([plan, device.id, device.name, device.target?.id ?? null]) }
}

/** What developer mode does to a new target; null outside of it. */
export function developerMode ({ isDeveloper }: DeviceState, platform: { version: string | null }): OneDeviceTargetPlan['developer'] {
    return !isDeveloper ? null : isAtLeast(platform, overridesDeveloperSince) ? 'overridden' : 'ignored'
}

/**
 * Makes one device run a snapshot, when that would still do what the user was shown, and sees that it shall.
 * @throws CodedError `action-moved`, `target-version-unagreed`, `device-target-not-seen`, and as `oneDevicePlan`
 */
export async function targetOneDevice (
    place: DevicePlace, { snapshot, from, seen, majorStep }: OneDeviceTargetRequest, times = pushTimes
): Promise<void> {
    const plan = await oneDevicePlan(place, snapshot, from)
    requireSeen(seen, plan)
    if (plan.needsConsent && !majorStep) {
        throw new CodedError('target-version-unagreed', { name: plan.snapshot.name, of: place.device.name }, 409)
    }
    await setTarget(place, plan.snapshot, times)
}

/** By a call that is never repeated. @throws CodedError `device-target-not-seen` */
export async function setTarget ({ session, device }: Pick<DevicePlace, 'session' | 'device'>, { id, name }: Named, times = pushTimes): Promise<void> {
    const isSet = async () => (await getDeviceState(session, device.id)).state.target?.id === id
    const set = await changeOnce(() => targetDevice(session, device.id, id), isSet, times)
    if (set !== 'seen') {
        throw unseen('device-target-not-seen', { name, device: device.name }, set)
    }
}

/** The Node-RED that a device's present target gives it; null where that can't be told. */
export async function nodeRedOf (
    { session, instance, device }: Pick<DevicePlace, 'session' | 'instance' | 'device'>, target: Named
): Promise<string | null> {
    const told = await namedNodeRed(session, target.id).catch(refused)
    if (told !== null) {
        return told
    }
    // Older platforms tell a snapshot's modules only where it is.
    const owners: SnapshotOwner[] = [{ kind: 'device', id: device.id }, { kind: 'instance', id: instance.id }]
    const found = await Promise.all(owners.map(owner => getOwnedSnapshot(session, owner, target.id).catch(refused)))
    return found.find(snapshot => snapshot !== null)?.modules['node-red'] ?? null
}

/** A snapshot of the device's application, whose owner is asked whether it is there. */
async function snapshotOf (place: DevicePlace, owner: SnapshotOwner, snapshotId: string): Promise<InstanceSnapshot> {
    const { session, instance, device } = place
    const isOurs = owner.id === instance.id || owner.id === device.id || await isOfApplication(place, owner)
    if (!isOurs) {
        throw new CodedError('device-snapshot-elsewhere', { device: device.name }, 409)
    }
    return await getOwnedSnapshot(session, owner, snapshotId)
}

async function isOfApplication (place: DevicePlace, { kind, id }: SnapshotOwner): Promise<boolean> {
    const { session, instance: { application } } = place
    if (kind === 'instance') {
        return (await getInstance(session, id)).application.id === application.id
    }
    return (await deviceAt(place, id).catch(elsewhere))?.owner === 'application'
}

function elsewhere (error: unknown): DeviceState | null {
    if (error instanceof CodedError && error.code === 'device-elsewhere') {
        return null
    }
    throw error
}

/** Not permitted, or gone: the version stays unknown, which is shown. */
function refused (error: unknown): null {
    if (error instanceof FlowFuseError && [400, 403, 404, 500].includes(error.platformStatus ?? 0)) {
        return null
    }
    throw error
}
