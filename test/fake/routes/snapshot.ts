import { crashed, invalid, notFound, ok, okay, refused, type Answer } from '../answer'
import { callerOf, objectBody, requirePermission, snapshotIn, textField, type Call } from '../call'
import { isObject, type JsonObject } from '../json'
import type { Router } from '../router'
import { componentsIn, contentOfImport, exportedSnapshot, fullSnapshot, keepSnapshot } from '../snapshot'
import { ownedSnapshotView, snapshotView } from '../views/snapshot'
import { userSummary } from '../views/user'
import type { Device, Instance, Snapshot, Team, World } from '../world'

/** Snapshots by their own id, whoever owns them. */
export function addSnapshotRoutes (router: Router, world: World): void {
    if (world.generation.importsSnapshots) router.add('POST', '/api/v1/snapshots/import', importSnapshot)
    router.add('GET', '/api/v1/snapshots/:snapshotId', (call) =>
        ok(snapshotView(snapshotIn(call, 'snapshot:meta'), call.world))
    )
    router.add('GET', '/api/v1/snapshots/:snapshotId/full', (call) => ok(fullSnapshot(snapshotIn(call, 'snapshot:full'))))
    router.add('POST', '/api/v1/snapshots/:snapshotId/export', (call) => {
        const body = objectBody(call)
        const components = componentsIn(call.world.generation.exportsComponents ? body : {})
        return exportAnswer(call, snapshotIn(call, 'snapshot:export'), body, components)
    })
    if (world.generation.editsSnapshots) router.add('PUT', '/api/v1/snapshots/:snapshotId', edit)
    router.add('DELETE', '/api/v1/snapshots/:snapshotId', (call) => {
        call.world.deleteSnapshot(snapshotIn(call, 'snapshot:delete').id)
        return okay()
    })
}

/** The export of a snapshot under the secret in the body, with whom it belongs to and who exported it. */
export function exportAnswer (
    call: Call,
    snapshot: Snapshot,
    body: JsonObject,
    components = componentsIn({})
): Answer {
    const secret = textField(body, 'credentialSecret') ?? ''
    if (secret === '') throw refused('bad_request', 'credentialSecret is mandatory in the body')
    const exported = exportedSnapshot(call.world, snapshot, secret, body, components)
    const user = call.world.users.get(snapshot.userId)
    return ok({
        ...exported,
        ...(user && { user: userSummary(user, call.world) }),
        exportedBy: userSummary(callerOf(call).user, call.world)
    })
}

function edit (call: Call): Answer {
    const body = objectBody(call)
    const name = textField(body, 'name')
    const description = textField(body, 'description')
    const snapshot = snapshotIn(call, 'snapshot:edit')
    if (name !== undefined && name.trim() === '') throw crashed('Snapshot name is required')
    snapshot.name = name ?? snapshot.name
    snapshot.description = description ?? snapshot.description
    snapshot.updatedAt = call.world.timestamp()
    return ok(ownedSnapshotView(snapshot))
}

function importSnapshot (call: Call): Answer {
    const { world } = call
    const body = objectBody(call)
    if (isObject(body.snapshot)) checkFile(body.snapshot)
    componentsIn(body)
    callerOf(call)
    const { type, owner, team } = ownerIn(world, body)
    const { user } = requirePermission(call, team, 'snapshot:import')
    const file = body.snapshot
    if (!isObject(file)) throw notFound()
    const content = contentOfImport(owner, file, body)
    const { id, credentialSecret } = owner
    const name = textField(file, 'name') ?? ''
    const description = textField(file, 'description') ?? ''
    const snapshot = keepSnapshot(world, { type, id, credentialSecret }, user, name, description, content)
    return ok(snapshotView(snapshot, world))
}

/** The schema of an uploaded file. */
function checkFile (file: JsonObject): void {
    for (const name of ['name', 'flows', 'settings']) {
        if (file[name] === undefined) throw invalid(`body/snapshot must have required property '${name}'`)
    }
    if (!isObject(file.flows)) throw invalid('body/snapshot/flows must be object')
    if (file.flows.flows === undefined) throw invalid("body/snapshot/flows must have required property 'flows'")
    if (!isObject(file.settings)) throw invalid('body/snapshot/settings must be object')
    const { env } = file.settings
    if (env !== undefined && !isObject(env)) throw invalid('body/snapshot/settings/env must be object')
}

function ownerIn (
    world: World,
    body: JsonObject
): { type: 'instance' | 'device', owner: Instance | Device, team: Team | undefined } {
    const { ownerType: type, ownerId, snapshot } = body
    if (type === undefined || ownerId === undefined || snapshot === undefined) throw notFound()
    if (type !== 'instance' && type !== 'device') throw refused('bad_request', 'Invalid ownerType')
    if (type === 'instance') {
        const instance = world.instances.get(String(ownerId))
        if (!instance) throw notFound()
        return { type, owner: instance, team: world.teamOfInstance(instance) }
    }
    const device = world.devices.get(String(ownerId))
    if (!device) throw notFound()
    return { type, owner: device, team: world.teams.get(device.teamId) }
}
