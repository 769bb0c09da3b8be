import { crashed, invalid, ok, okay, refused, type Answer } from '../answer'
import { callerOf, deviceIn, instanceIn, objectBody, ownedSnapshotIn, textField, type Call } from '../call'
import { isObject, type JsonObject } from '../json'
import type { Router } from '../router'
import { contentOfCreate, contentOfLiveDevice, contentOfSilentDevice, keepSnapshot } from '../snapshot'
import { createdSnapshotView, listedSnapshot, ownedSnapshotView } from '../views/snapshot'
import type { Instance, Snapshot } from '../world'
import { targetDevices } from './instance'
import { cursorMeta, limitOf, pageFrom } from './paging'
import { exportAnswer } from './snapshot'

/** Snapshots as belongings of an instance or a device. */
export function addOwnedSnapshotRoutes (router: Router): void {
    const ofInstance = '/api/v1/projects/:instanceId/snapshots'
    router.add('GET', ofInstance, (call) => {
        const instance = instanceIn(call, 'project:snapshot:list')
        return list(call, call.world.snapshotsOf('instance', instance.id))
    })
    router.add('POST', ofInstance, create)
    router.add('GET', `${ofInstance}/:snapshotId`, (call) =>
        ok(ownedSnapshotView(ownedSnapshotIn(call, instanceIn(call, 'project:snapshot:read'))))
    )
    router.add('POST', `${ofInstance}/:snapshotId/export`, (call) => {
        const body = objectBody(call)
        return exportAnswer(call, ownedSnapshotIn(call, instanceIn(call, 'project:snapshot:export')), body)
    })
    router.add('DELETE', `${ofInstance}/:snapshotId`, (call) => {
        call.world.deleteSnapshot(ownedSnapshotIn(call, instanceIn(call, 'project:snapshot:delete')).id)
        return okay()
    })
    const ofDevice = '/api/v1/devices/:deviceId/snapshots'
    router.add('GET', ofDevice, (call) => {
        const device = deviceIn(call, 'device:snapshot:list', 404)
        return list(call, call.world.snapshotsOf('device', device.id))
    })
    router.add('GET', `${ofDevice}/:snapshotId`, (call) =>
        ok(ownedSnapshotView(ownedSnapshotIn(call, deviceIn(call, 'device:snapshot:read', 404))))
    )
    router.add('DELETE', `${ofDevice}/:snapshotId`, (call) => {
        call.world.deleteSnapshot(ownedSnapshotIn(call, deviceIn(call, 'device:snapshot:delete', 404)).id)
        return okay()
    })
    router.add('POST', ofDevice, captureApplicationDevice)
    router.add('POST', '/api/v1/devices/:deviceId/snapshot', captureInstanceDevice)
}

function list (call: Call, all: Snapshot[]): Answer {
    const page = pageFrom(all, call.query, limitOf(call.query, 1000))
    const snapshots = page.items.map((snapshot) => listedSnapshot(snapshot, call.world))
    return ok({ meta: cursorMeta(page.next), count: page.count, snapshots })
}

function create (call: Call): Answer {
    const body = objectBody(call)
    checkSchema(body)
    const instance = instanceIn(call, 'project:snapshot:create')
    const snapshot = keep(call, instance, body, contentOfCreate(call.world, instance, body))
    return ok(createdSnapshotView(snapshot, call.world))
}

function keep (call: Call, instance: Instance, body: JsonObject, content: ReturnType<typeof contentOfCreate>): Snapshot {
    const { id, credentialSecret } = instance
    const name = textField(body, 'name') ?? ''
    const description = textField(body, 'description') ?? ''
    const owner = { type: 'instance', id, credentialSecret } as const
    const snapshot = keepSnapshot(call.world, owner, callerOf(call).user, name, description, content)
    if (body.setAsTarget === true) targetDevices(call.world, instance, snapshot.id)
    return snapshot
}

/** The schema of a create; a lone value is taken for an array of one, which makes its messages odd. */
function checkSchema (body: JsonObject): void {
    textField(body, 'name')
    textField(body, 'description')
    const { flows, settings } = body
    if (flows !== undefined && !isObject(flows)) {
        const wrong = Array.isArray(flows) ? flows.findIndex((node) => !isObject(node)) : 0
        if (wrong >= 0) {
            const message = `body/flows must be object, body/flows/${wrong} must be object`
            throw invalid(`${message}, body/flows must match exactly one schema in oneOf`)
        }
    }
    if (isObject(settings) && settings.modules !== undefined && !isObject(settings.modules)) {
        throw invalid('body/settings/modules must be object')
    }
}

/** Where the device gives nothing, as without a broker: 500. */
function captureApplicationDevice (call: Call): Answer {
    const device = deviceIn(call, 'device:snapshot:create', 404)
    if (device.owner?.type !== 'application') {
        throw refused('invalid_device', 'Device is not associated with an application')
    }
    const { world } = call
    const body = objectBody(call)
    if (device.live) {
        const owner = { type: 'device', id: device.id, credentialSecret: device.credentialSecret } as const
        const content = contentOfLiveDevice(device.live, owner)
        const name = textField(body, 'name') ?? ''
        return ok(createdSnapshotView(keepSnapshot(world, owner, callerOf(call).user, name, textField(body, 'description') ?? '', content), world))
    }
    throw crashed("Cannot read properties of null (reading 'flows')")
}

/** Where the device gives nothing here, the answer is 200 and the snapshot is empty. */
function captureInstanceDevice (call: Call): Answer {
    const body = objectBody(call)
    const device = deviceIn(call, 'project:snapshot:create')
    const instance = device.owner?.type === 'instance' ? call.world.instances.get(device.owner.id) : undefined
    if (!instance) {
        const advice = 'application owned devices must use the application device snapshot endpoint'
        throw refused('invalid_device', `Device is not associated with a instance, ${advice}`)
    }
    const content = device.live ? contentOfLiveDevice(device.live, instance) : contentOfSilentDevice(call.world, instance)
    const snapshot = keep(call, instance, body, content)
    return ok(createdSnapshotView(snapshot, call.world))
}
