import type { ReachedDevices } from '../shared/actions'
import type { Named } from '../shared/requests'
import { asObject, isObject, optionalText, text } from '../snapshot/parse'
import { devicePages } from './devices'
import { naming } from './errors'
import { platformPath } from './http'
import type { Session } from './session'

/** The devices of an instance. @throws FlowFuseError `instance-gone` */
export async function devicesOfInstance (session: Session, instanceId: string): Promise<ReachedDevices> {
    return await naming(devicePages(session, platformPath`/api/v1/projects/${instanceId}/devices`, named), { gone: 'instance-gone' })
}

/**
 * The devices of a team whose target is a snapshot: those of its instance, and those of an application that were given it.
 * @throws FlowFuseError `team-gone`, `not-permitted`
 */
export async function devicesWithTarget (session: Session, teamId: string, snapshotId: string): Promise<ReachedDevices> {
    const path = platformPath`/api/v1/teams/${teamId}/devices`
    const { devices, complete } = await naming(devicePages(session, path, device => ({ ...named(device), target: targetOf(device) })), { gone: 'team-gone' })
    return { devices: devices.filter(({ target }) => target === snapshotId).map(({ id, name }) => ({ id, name })), complete }
}

/**
 * Ids of all snapshots that devices of a team run or shall run.
 * @returns null where there are more devices than are looked at
 * @throws FlowFuseError `team-gone`, `not-permitted`
 */
export async function snapshotsOnDevices (session: Session, teamId: string): Promise<Set<string> | null> {
    const path = platformPath`/api/v1/teams/${teamId}/devices`
    const { devices, complete } = await naming(devicePages(session, path, device => ({ ...named(device), snapshots: snapshotsOf(device) })), { gone: 'team-gone' })
    return complete ? new Set(devices.flatMap(({ snapshots }) => snapshots)) : null
}

function named (value: unknown): Named {
    const device = asObject(value, 'devices')
    return { id: text(device, 'id'), name: text(device, 'name') }
}

function targetOf (value: unknown): string {
    const { targetSnapshot } = asObject(value, 'devices')
    return isObject(targetSnapshot) ? optionalText(targetSnapshot, 'id') : ''
}

function snapshotsOf (value: unknown): string[] {
    const { targetSnapshot, activeSnapshot } = asObject(value, 'devices')
    return [targetSnapshot, activeSnapshot].filter(isObject).map(snapshot => optionalText(snapshot, 'id'))
}
