import { refusal } from '../shared/abilities'
import type { DeviceOwner, DevicePart, DevicesPage, DeviceState, PlatformSnapshots } from '../shared/devices'
import { CodedError } from '../shared/errors'
import { roles } from '../shared/permissions'
import type { Named } from '../shared/requests'
import { asObject, isObject, list, object, optionalNumber, optionalText, text } from '../snapshot/parse'
import { devicePage, devicePages } from './devices'
import { FlowFuseError, naming } from './errors'
import { platformPath } from './http'
import type { Session } from './session'
import { madeSnapshot, type SnapshotMeta } from './snapshots'

/** Devices of one owner, by name. `complete` is false where there are more. */
export interface OwnedDevices { devices: DeviceState[], complete: boolean }

/** The devices of an instance. @throws FlowFuseError `instance-gone` */
export async function statesOfInstance (session: Session, instanceId: string): Promise<OwnedDevices> {
    return await naming(devicePages(session, ofInstance(instanceId), device => deviceState(device, 'instance')), { gone: 'instance-gone' })
}

/**
 * The devices that belong to an application itself. A sign-in that may not list devices sees them in its team's applications, without their
 * snapshots. `part`: where they were seen.
 * @throws FlowFuseError `application-gone`, `team-gone`
 */
export async function statesOfApplication (
    session: Session, { team, application }: { team: Named, application: Named }
): Promise<OwnedDevices & { part: DevicePart }> {
    const summaries = async () => ({ ...await summariesOfApplication(session, team.id, application.id), part: 'team' as const })
    if (refusal('listDevices', { team: { name: '', role: roles.admin }, kind: session.kind, version: null }) !== null) {
        return await summaries()
    }
    const pages = devicePages(session, ofApplication(application.id), device => deviceState(device, 'application'))
    try {
        return { ...await naming(pages, { gone: 'application-gone' }), part: 'application' }
    } catch (error) {
        if (error instanceof FlowFuseError && error.platformStatus === 403) {
            return await summaries()
        }
        throw error
    }
}

/**
 * Some of the devices of an instance and its application, by one request.
 * @param cursor null for the first page
 * @throws FlowFuseError `instance-gone`, `application-gone`, `team-gone`, `not-permitted`
 */
export async function statesPage (
    session: Session, { team, application, instance }: { team: Named, application: Named, instance: Named }, part: DevicePart, cursor: string | null
): Promise<DevicesPage> {
    if (part === 'team') {
        return { devices: (await summariesOfApplication(session, team.id, application.id)).devices, next: null }
    }
    const path = part === 'instance' ? ofInstance(instance.id) : ofApplication(application.id)
    const gone = part === 'instance' ? 'instance-gone' : 'application-gone'
    const { devices, next } = await naming(devicePage(session, path, cursor ?? '', device => deviceState(device, part)), { gone })
    return { devices, next: next || null }
}

function ofInstance (id: string): string {
    return platformPath`/api/v1/projects/${id}/devices`
}

function ofApplication (id: string): string {
    return platformPath`/api/v1/applications/${id}/devices`
}

async function summariesOfApplication (session: Session, teamId: string, applicationId: string): Promise<OwnedDevices> {
    const path = platformPath`/api/v1/teams/${teamId}/applications`
    const answer = asObject(await naming(session.request({ method: 'GET', path, what: 'applications' }), { gone: 'team-gone' }), 'applications')
    const found = list(answer, 'applications').map(item => asObject(item, 'applications')).find(({ id }) => id === applicationId)
    if (found === undefined) {
        throw new CodedError('application-gone', {}, 404)
    }
    const devices = (Array.isArray(found.devices) ? found.devices : []).map(device => ({ ...deviceState(device, 'application'), snapshotsTold: false }))
    return { devices: devices.sort((a, b) => a.name.localeCompare(b.name)), complete: true }
}

/** A device, and where it belongs; `owner` is null for one that belongs to nothing. */
export interface FoundDevice { state: DeviceState, team: Named, owner: { kind: DeviceOwner, id: string } | null }

/** @throws FlowFuseError `device-gone`, `not-permitted`; CodedError `answer-unexpected` for another than asked */
export async function getDeviceState (session: Session, id: string): Promise<FoundDevice> {
    const path = platformPath`/api/v1/devices/${id}`
    const device = asObject(await naming(session.request({ method: 'GET', path, what: 'device' }), { gone: 'device-gone' }), 'device')
    if (text(device, 'id') !== id) {
        throw new CodedError('answer-unexpected', { what: 'device' }, 502)
    }
    const team = object(device, 'team', 'device')
    const ownerOf = (kind: DeviceOwner) => isObject(device[kind]) ? { kind, id: text(device[kind], 'id') } : null
    // One of an instance is told the instance's application too.
    const owner = ownerOf('instance') ?? ownerOf('application')
    return { state: deviceState(device, owner?.kind ?? 'application'), team: { id: text(team, 'id'), name: text(team, 'name') }, owner }
}

/**
 * Makes a snapshot of what runs on a device; the platform asks its agent. Never repeat it blindly.
 * @throws FlowFuseError `device-gone`, `not-permitted`; `device-gave-nothing` for a 500, which is how it says that no answer came
 */
export async function captureDevice (
    session: Session, { id, name, owner }: Pick<DeviceState, 'id' | 'name' | 'owner'>, body: { name: string, description: string }
): Promise<SnapshotMeta> {
    const path = owner === 'instance' ? platformPath`/api/v1/devices/${id}/snapshot` : platformPath`/api/v1/devices/${id}/snapshots`
    const answer = await naming(session.request({ method: 'POST', path, what: 'deviceCapture', body, timeoutMs: captureTimeoutMs }), { gone: 'device-gone' })
        .catch((error: unknown) => {
            throw error instanceof FlowFuseError && error.platformStatus === 500 ? error.as('device-gave-nothing', { device: name }) : error
        })
    return madeSnapshot(session, answer, 'deviceCapture')
}

/** The platform waits for the agent, and then reads all that it got. */
const captureTimeoutMs = 60_000

/** Makes one device run a snapshot, at once. Never repeat it blindly. @throws FlowFuseError `device-gone`, `not-permitted` */
export async function targetDevice (session: Session, deviceId: string, snapshotId: string): Promise<void> {
    const path = platformPath`/api/v1/devices/${deviceId}`
    await naming(session.request({ method: 'PUT', path, what: 'deviceTarget', body: { targetSnapshot: snapshotId } }), { gone: 'device-gone' })
}

/**
 * Whether a device's own switch lets the platform make snapshots of it; null where it does not tell.
 * @throws FlowFuseError `device-gone`, `not-permitted`
 */
export async function automaticOf (session: Session, deviceId: string): Promise<boolean | null> {
    const path = platformPath`/api/v1/devices/${deviceId}/settings`
    const { autoSnapshot } = asObject(await naming(session.request({ method: 'GET', path, what: 'deviceSettings' }), { gone: 'device-gone' }), 'deviceSettings')
    return typeof autoSnapshot === 'boolean' ? autoSnapshot : null
}

/** Nothing else of the device's settings is sent, so that nothing else changes. @throws FlowFuseError `device-gone`, `not-permitted` */
export async function setAutomatic (session: Session, deviceId: string, on: boolean): Promise<void> {
    const path = platformPath`/api/v1/devices/${deviceId}/settings`
    await naming(session.request({ method: 'PUT', path, what: 'deviceSettings', body: { autoSnapshot: on } }), { gone: 'device-gone' })
}

/**
 * Whether the platform makes snapshots by itself in a team: its licence must have it, and the type of the team. What can't be read is not
 * told.
 */
export async function platformSnapshots (session: Session, teamId: string): Promise<PlatformSnapshots & { licensed: PlatformSnapshots }> {
    const ask = async (path: string, what: 'settings' | 'teams') => asObject(await session.request({ method: 'GET', path, what }), what)
    const untold = (error: unknown) => {
        if (error instanceof CodedError && error.code !== 'signed-out') {
            return {}
        }
        throw error
    }
    const [settings, team] = await Promise.all([
        ask('/api/v1/settings', 'settings').catch(untold), ask(platformPath`/api/v1/teams/${teamId}`, 'teams').catch(untold)
    ])
    const type = isObject(team) && isObject((team as Record<string, unknown>).type) ? (team as { type: Record<string, unknown> }).type : {}
    const licensed = { instance: feature(settings, 'instanceAutoSnapshot'), devices: feature(settings, 'deviceAutoSnapshot') }
    const inTeam = (name: string) => {
        const own = feature(propertiesOf(team), name)
        return own === true ? true : feature(propertiesOf(type), name)
    }
    const both = (one: boolean | null, other: boolean | null) => one === false || other === false ? false : one === null ? null : other
    return {
        instance: both(licensed.instance, inTeam('instanceAutoSnapshot')),
        devices: both(licensed.devices, inTeam('deviceAutoSnapshot')),
        licensed
    }
}

function propertiesOf (value: unknown): unknown {
    return isObject(value) ? value.properties : undefined
}

/** A feature that a list does not name is off; without a list nothing is told. */
function feature (value: unknown, name: string): boolean | null {
    const features = isObject(value) ? value.features : undefined
    return isObject(features) ? features[name] === true : null
}

function deviceState (value: unknown, owner: DeviceOwner): DeviceState {
    const device = asObject(value, 'devices')
    const snapshot = (of: unknown) => isObject(of) ? { id: text(of, 'id'), name: optionalText(of, 'name') } : null
    return {
        id: text(device, 'id'),
        name: text(device, 'name'),
        owner,
        type: optionalText(device, 'type'),
        state: optionalText(device, 'status'),
        isDeveloper: optionalText(device, 'mode') === 'developer',
        lastSeenAt: optionalText(device, 'lastSeenAt') || null,
        seenAgo: optionalNumber(device, 'lastSeenMs') ?? null,
        target: snapshot(device.targetSnapshot),
        active: snapshot(device.activeSnapshot),
        snapshotsTold: true
    }
}
