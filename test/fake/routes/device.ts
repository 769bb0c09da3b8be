import { okay, ok, refused, type Answer } from '../answer'
import { deviceIn, objectBody, textField, type Call } from '../call'
import type { Router } from '../router'
import { deviceStatus, deviceView } from '../views/device'
import type { Device } from '../world'
import { cursorMeta, limitOf, paged, pageFrom } from './paging'

/** A device, its target and its settings. */
export function addDeviceRoutes (router: Router): void {
    router.add('GET', '/api/v1/devices/:deviceId', (call) => {
        const device = deviceIn(call, 'device:read')
        const login = call.world.generation.recentFields && { localLoginEnabled: false }
        return ok({ ...deviceView(device, call.world, call.world.generation.recentFields), ...login })
    })
    router.add('PUT', '/api/v1/devices/:deviceId', setTarget)
    router.add('GET', '/api/v1/devices/:deviceId/settings', showSettings)
    router.add('PUT', '/api/v1/devices/:deviceId/settings', (call) => {
        const device = deviceIn(call, 'device:edit-env')
        const { autoSnapshot } = objectBody(call)
        if (typeof autoSnapshot === 'boolean') device.autoSnapshot = autoSnapshot
        return okay()
    })
    router.add('PUT', '/api/v1/devices/:deviceId/mode', (call) => {
        deviceIn(call, 'device:edit')
        throw refused('not_licensed', 'Device mode can only be set for licensed platforms')
    })
    router.add('DELETE', '/api/v1/devices/:deviceId', (call) => {
        const device = deviceIn(call, 'device:delete')
        for (const snapshot of call.world.snapshotsOf('device', device.id)) call.world.deleteSnapshot(snapshot.id)
        call.world.devices.delete(device.id)
        return okay()
    })
}

/** Restores a snapshot on one device. Whether the device can ever receive it is not checked. */
function setTarget (call: Call): Answer {
    const { world } = call
    const body = objectBody(call)
    const device = deviceIn(call, 'device:edit')
    if (body.targetSnapshot !== undefined) {
        const snapshot = world.snapshots.get(textField(body, 'targetSnapshot') ?? '')
        const elsewhere = world.generation.checksTargetTeam && snapshot && world.teamOfSnapshot(snapshot)?.id !== device.teamId
        if (!snapshot || elsewhere) throw refused('invalid_snapshot', 'invalid snapshot')
        device.targetSnapshotId = snapshot.id
    }
    return ok(deviceView(device, world, world.generation.recentFields))
}

function showSettings (call: Call): Answer {
    const { world } = call
    const device = deviceIn(call, 'device:read')
    const owner = device.owner
    const ownerName = owner?.type === 'application' ? world.applications.get(owner.id)?.name : world.instances.get(owner?.id ?? '')?.name
    const prefix = owner?.type === 'instance' ? 'FF_INSTANCE' : 'FF_APPLICATION'
    const active = world.snapshots.get(device.activeSnapshotId ?? '')
    const env = Object.entries({
        ...(owner && { [`${prefix}_ID`]: owner.id, [`${prefix}_NAME`]: ownerName ?? '' }),
        FF_DEVICE_ID: device.id,
        FF_DEVICE_NAME: device.name,
        FF_DEVICE_TYPE: device.type,
        FF_SNAPSHOT_ID: active?.id ?? '0',
        FF_SNAPSHOT_NAME: active?.name ?? 'None'
    }).map(([name, value]) => ({ name, value, platform: true }))
    return ok({ env, autoSnapshot: device.autoSnapshot })
}

/** A list of devices with `query`, `cursor`, `page` or `statusOnly`; `groups`: the items show their device group. */
export function listDevices (call: Call, devices: Device[], groups: boolean): Answer {
    const { world, query } = call
    const text = query.get('query')?.toLowerCase() ?? ''
    const wanted = devices.filter(({ name, type }) => `${name}\n${type}`.toLowerCase().includes(text))
    const count = world.generation.filtersInstances ? wanted.length : devices.length
    if (query.get('statusOnly') === 'true') {
        return ok({ meta: {}, count, devices: wanted.map((device) => deviceStatus(device, world)) })
    }
    if (world.generation.filtersInstances && query.has('page')) {
        const { shown, meta } = paged(wanted, query)
        return ok({ meta, count, devices: shown.map((device) => deviceView(device, world, groups)) })
    }
    const page = pageFrom(wanted, query, limitOf(query, 100, 100))
    const items = page.items.map((device) => deviceView(device, world, groups))
    return ok({ meta: cursorMeta(page.next), count, devices: items })
}
