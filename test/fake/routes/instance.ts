import { notFound, nothing, notSignedIn, ok, okay, refused, type Answer } from '../answer'
import { instanceIn, objectBody, requirePermission, textField, type Call } from '../call'
import { envFromSettings, settingsInvalid } from '../environment'
import { isObject, type JsonObject } from '../json'
import { modulesFromSettings } from '../palette'
import type { Router } from '../router'
import { settingsAfter } from '../runtime-settings'
import { editedInstance, instanceView, metaOf } from '../views/instance'
import type { Instance, World } from '../world'
import { newInstance } from '../world-seed'
import { listDevices } from './device'

/** An instance, its settings, state and devices. */
export function addInstanceRoutes (router: Router, world: World): void {
    router.add('POST', '/api/v1/projects', createInstance)
    router.add('GET', '/api/v1/projects/:instanceId', (call) =>
        ok(instanceView(instanceIn(call, 'project:read'), call.world))
    )
    router.add('PUT', '/api/v1/projects/:instanceId', edit)
    router.add('DELETE', '/api/v1/projects/:instanceId', (call) => {
        call.world.deleteInstance(instanceIn(call, 'project:delete').id)
        return okay()
    })
    if (world.generation.instanceStatusRoute) {
        router.add('GET', '/api/v1/projects/:instanceId/status', (call) => {
            const instance = instanceIn(call, 'project:status')
            return ok({ id: instance.id, name: instance.name, meta: metaOf(instance, call.world) })
        })
    }
    // Only for the token of the instance itself, which nobody outside has.
    router.add('GET', '/api/v1/projects/:instanceId/settings', (call) => {
        instanceIn(call, 'project:read')
        throw notSignedIn()
    })
    router.add('GET', '/api/v1/projects/:instanceId/devices', (call) => {
        const instance = instanceIn(call, 'project:read')
        return listDevices(call, call.world.devicesOf('instance', instance.id), false)
    })
    router.add('GET', '/api/v1/projects/:instanceId/devices/settings', (call) => {
        const target = instanceIn(call, 'project:read').targetSnapshotId
        return ok({ targetSnapshot: target ?? (call.world.generation.recentFields ? null : '') })
    })
    router.add('POST', '/api/v1/projects/:instanceId/devices/settings', setTarget)
}

/** Changes settings. Whoever changes variables alone needs less, and sees less of the result. */
function edit (call: Call): Answer {
    const { world } = call
    const body = objectBody(call)
    const settings = isObject(body.settings) ? body.settings : {}
    const envOnly = Object.keys(body).join() === 'settings' && Object.keys(settings).join() === 'env'
    const instance = instanceIn(call, envOnly ? 'project:edit-env' : 'project:edit')
    const { user } = requirePermission(call, world.teamOfInstance(instance), 'project:edit-env')
    applySettings(world, instance, settings)
    const whole = (world.teamOfInstance(instance)?.members.get(user.id) ?? 0) >= 50
    return ok(editedInstance(instance, world, whole))
}

function applySettings (world: World, instance: Instance, settings: JsonObject): void {
    const { palette } = settings
    const env = settings.env === undefined ? instance.env : envFromSettings(settings.env, instance)
    let modules = instance.modules
    if (isObject(palette) && palette.modules !== undefined) {
        try {
            modules = modulesFromSettings(palette.modules, world.generation)
        } catch (error) {
            throw settingsInvalid((error as Error).message)
        }
    }
    instance.env = env
    instance.modules = modules
    instance.settings = settingsAfter(instance.settings, settings, world.generation)
    instance.updatedAt = world.timestamp()
}

/** The snapshot that all devices of an instance shall run. It cannot be taken away here. */
function setTarget (call: Call): Answer {
    const body = objectBody(call)
    const instance = instanceIn(call, 'project:snapshot:set-target')
    const id = textField(body, 'targetSnapshot') ?? ''
    if (id === '') return nothing(200)
    const snapshot = call.world.snapshots.get(id)
    if (snapshot?.owner.id !== instance.id) throw refused('invalid_snapshot', 'Invalid snapshot')
    targetDevices(call.world, instance, id)
    return okay()
}

/** Makes a snapshot the target of an instance and of every device it owns. */
export function targetDevices (world: World, instance: Instance, snapshotId: string): void {
    instance.targetSnapshotId = snapshotId
    for (const device of world.devicesOf('instance', instance.id)) device.targetSnapshotId = snapshotId
}

function createInstance (call: Call): Answer {
    const { world } = call
    const body = objectBody(call)
    const application = world.applications.get(textField(body, 'applicationId') ?? '')
    if (!application) throw notFound()
    requirePermission(call, world.teams.get(application.teamId), 'project:create')
    const instance = newInstance(world, textField(body, 'name') ?? '', application.id)
    return ok(instanceView(instance, world))
}
