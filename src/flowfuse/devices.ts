import { limits } from '../shared/limits'
import type { DeviceList, DeviceSummary, Named } from '../shared/requests'
import { asObject, isObject, list, object, optionalText, text } from '../snapshot/parse'
import { FlowFuseError, naming } from './errors'
import { platformPath } from './http'
import type { Session } from './session'

/** The most that the platform gives at once. */
const pageSize = 100

/**
 * The devices of a team, by name, as far as the sign-in may see them: one that may not list a team's devices still sees those of its
 * instances, which are asked one after the other, and only so many of them.
 * @param instanceIds of the team, asked for only where they are needed
 * @throws FlowFuseError `team-gone`
 */
export async function listDevices (session: Session, teamId: string, instanceIds: () => Promise<string[]>): Promise<DeviceList> {
    try {
        return await allPages(session, platformPath`/api/v1/teams/${teamId}/devices`)
    } catch (error) {
        if (!(error instanceof FlowFuseError) || error.platformStatus !== 403) {
            throw error instanceof FlowFuseError && error.platformStatus === 404 ? error.as('team-gone') : error
        }
        const asked = (await instanceIds()).slice(0, limits.instancesAskedForDevices)
        const devices: DeviceSummary[] = []
        for (const id of asked) {
            devices.push(...(await naming(allPages(session, platformPath`/api/v1/projects/${id}/devices`), { gone: 'instance-gone' })).devices)
        }
        // Devices that belong to no instance and no application stay unseen in any case.
        return { devices: devices.sort((a, b) => a.name.localeCompare(b.name)), complete: false }
    }
}

/** What device it is, and of which team. @throws FlowFuseError `gone`, `not-permitted` */
export async function getDevice (session: Session, id: string): Promise<Named & { team: Named }> {
    const device = asObject(await session.request({ method: 'GET', path: platformPath`/api/v1/devices/${id}`, what: 'devices' }), 'devices')
    const team = object(device, 'team', 'device')
    return { id: text(device, 'id'), name: text(device, 'name'), team: { id: text(team, 'id'), name: text(team, 'name') } }
}

/** A device as any list of the platform shows it. */
export function deviceSummary (value: unknown): DeviceSummary {
    const device = asObject(value, 'devices')
    const idOf = (owner: unknown) => isObject(owner) ? optionalText(owner, 'id') || null : null
    return {
        id: text(device, 'id'),
        name: text(device, 'name'),
        state: optionalText(device, 'status'),
        application: idOf(device.application),
        instance: idOf(device.instance)
    }
}

async function allPages (session: Session, path: string): Promise<DeviceList> {
    return await devicePages(session, path, deviceSummary)
}

/** All devices of a list of the platform, by name, each as `read` makes it. `complete` is false where there are more than are asked for. */
export async function devicePages<T extends Named> (
    session: Session, path: string, read: (device: unknown) => T
): Promise<{ devices: T[], complete: boolean }> {
    const found = new Map<string, T>()
    for (let cursor = ''; found.size < limits.devicesListed;) {
        const page = await devicePage(session, path, cursor, read)
        const before = found.size
        page.devices.forEach(device => found.set(device.id, device))
        cursor = page.next
        // A cursor that is not understood gives the first page again: nothing new is the end too.
        if (cursor === '' || found.size === before) {
            return { devices: byName(found), complete: true }
        }
    }
    return { devices: byName(found), complete: false }
}

/** One page of a list of the platform, by one request. @param cursor '' for the first one. `next` is '' after the last one. */
export async function devicePage<T> (
    session: Session, path: string, cursor: string, read: (device: unknown) => T
): Promise<{ devices: T[], next: string }> {
    const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = asObject(await session.request({ method: 'GET', path: `${path}?limit=${pageSize}${query}`, what: 'devices' }), 'devices')
    return { devices: list(page, 'devices').map(read), next: optionalText(asObject(page.meta ?? {}, 'devices'), 'next_cursor') }
}

function byName<T extends Named> (found: Map<string, T>): T[] {
    return [...found.values()].sort((a, b) => a.name.localeCompare(b.name))
}
