import { getDeviceState, platformSnapshots, statesOfApplication, statesOfInstance, statesPage } from '../flowfuse/device-states'
import type { Session } from '../flowfuse/session'
import type { Action } from '../shared/abilities'
import type { DevicePart, DevicesPage, DeviceState, PlatformSnapshots, TargetDevices } from '../shared/devices'
import { CodedError } from '../shared/errors'
import type { TargetNames } from '../shared/requests'
import { findPlace, type ActionPlace } from './action-place'
import type { Services } from './services'
import { openSession } from './sessions'
import { known } from './targets'

/** Where an action on a device is done: the target it belongs to, and the device as it is now. */
export interface DevicePlace extends ActionPlace { device: DeviceState }

/**
 * The devices of the target's instance, and of its application, by name.
 * @throws CodedError `target-changed`, `instance-gone`, `application-gone`
 */
export async function devicesOfTarget (services: Services, user: string, instanceId: string): Promise<TargetDevices> {
    const { session, target } = await findTargetNames(services, user, instanceId)
    const [own, shared] = await Promise.all([statesOfInstance(session, instanceId), statesOfApplication(session, target)])
    const all = [...own.devices, ...shared.devices].sort((a, b) => a.name.localeCompare(b.name))
    return { devices: all, complete: own.complete && shared.complete, parts: ['instance', shared.part] }
}

/** Some of them, by one request to the platform. @throws as `devicesOfTarget`; FlowFuseError `not-permitted` */
export async function devicesPage (
    services: Services, user: string, instanceId: string, part: DevicePart, cursor: string | null
): Promise<DevicesPage> {
    const { session, target } = await findTargetNames(services, user, instanceId)
    return await statesPage(session, target, part, cursor)
}

/** Whether the platform makes snapshots by itself in the team of the target. @throws CodedError `target-changed` */
export async function platformSnapshotsOfTarget (services: Services, user: string, instanceId: string): Promise<PlatformSnapshots> {
    const { session, target } = await findTargetNames(services, user, instanceId)
    const { instance, devices } = await platformSnapshots(session, target.team.id)
    return { instance, devices }
}

/** The target as remembered: a list needs no more of it. */
async function findTargetNames (services: Services, user: string, instanceId: string): Promise<{ session: Session, target: TargetNames }> {
    const session = await openSession(services, user)
    const target = await services.targets.find(user, session)
    if (target.instance.id !== instanceId) {
        throw new CodedError('target-changed', { instance: target.instance.name }, 409)
    }
    return { session, target }
}

/**
 * The device that a user's action is about: one of the target's instance or of its application, read anew.
 * @param writes whether something is put onto it, which the operator may have kept to the target's instance
 * @throws CodedError `device-gone`, `device-elsewhere`, `target-locked`, and as `findPlace`
 */
export async function findDevice (
    services: Services, user: string, instanceId: string, deviceId: string, writes: boolean, ...actions: Action[]
): Promise<DevicePlace> {
    const place = await findPlace(services, user, instanceId, ...actions)
    const device = await deviceAt(place, deviceId)
    const isKept = writes && device.owner === 'application'
    const locked = isKept ? services.targets.lockRefusal(place.team, { kind: 'device', id: device.id, name: device.name }) : null
    if (locked !== null) {
        throw new CodedError(locked.code, locked.params, 403)
    }
    return { ...place, device }
}

/** The device as it is now. @throws CodedError `device-gone`, `device-elsewhere` */
export async function deviceAt ({ session, team, instance }: ActionPlace, deviceId: string): Promise<DeviceState> {
    if (known(session, team, 'listDevices') !== null) {
        // Who may not ask for a device still sees it in the lists.
        const target = { team, application: instance.application }
        const lists = await Promise.all([statesOfInstance(session, instance.id), statesOfApplication(session, target)])
        const found = lists.flatMap(({ devices }) => devices).find(({ id }) => id === deviceId)
        if (found === undefined) {
            throw new CodedError('device-gone', {}, 404)
        }
        return found
    }
    const { state, owner } = await getDeviceState(session, deviceId)
    const isOurs = owner !== null && owner.id === (owner.kind === 'instance' ? instance.id : instance.application.id)
    if (!isOurs) {
        throw new CodedError('device-elsewhere', { device: state.name, instance: instance.name }, 409)
    }
    return state
}

/** One of an instance runs what its instance says. @throws CodedError `device-has-instance` */
export function requireOwnTarget ({ device, instance }: Pick<DevicePlace, 'device' | 'instance'>): void {
    if (device.owner === 'instance') {
        throw new CodedError('device-has-instance', { device: device.name, instance: instance.name }, 409)
    }
}
