import { crashed, ok, type Answer } from '../answer'
import { applicationIn, type Call } from '../call'
import type { Router } from '../router'
import { listedInstance, statusOf } from '../views/instance'
import { applicationSnapshotView } from '../views/snapshot'
import { applicationView } from '../views/team'
import { listDevices } from './device'
import { limitOf, pageFrom } from './paging'

/** An application, its instances, devices and snapshots. */
export function addApplicationRoutes (router: Router): void {
    router.add('GET', '/api/v1/applications/:applicationId', (call) =>
        ok(applicationView(applicationIn(call, 'project:read'), call.world))
    )
    router.add('GET', '/api/v1/applications/:applicationId/instances', (call) => {
        const application = applicationIn(call, 'team:projects:list')
        const instances = call.world.instancesOf(application.id).map((instance) => listedInstance(instance, call.world))
        return ok({ count: instances.length, instances })
    })
    router.add('GET', '/api/v1/applications/:applicationId/instances/status', (call) => {
        const application = applicationIn(call, 'team:projects:list')
        const instances = call.world.instancesOf(application.id).map((instance) => statusOf(instance, call.world))
        return ok({ count: instances.length, instances })
    })
    router.add('GET', '/api/v1/applications/:applicationId/devices', (call) => {
        const application = applicationIn(call, 'team:device:list')
        return listDevices(call, call.world.devicesOf('application', application.id), true)
    })
    router.add('GET', '/api/v1/applications/:applicationId/snapshots', listSnapshots)
}

/** All snapshots of the instances and devices of an application. The cursor is lost on the way out: no `meta`. */
function listSnapshots (call: Call): Answer {
    const { world, query } = call
    const application = applicationIn(call, 'project:snapshot:list')
    if (query.has('instanceId')) throw crashed('SQLITE_ERROR: no such column: ProjectSnapshot.InstanceId')
    const deviceId = query.get('deviceId')
    const owners = new Set([
        ...world.instancesOf(application.id).map(({ id }) => `instance ${id}`),
        ...world.devicesOf('application', application.id).map(({ id }) => `device ${id}`)
    ])
    const all = [...world.snapshots.values()]
        .filter(({ owner }) => owners.has(`${owner.type} ${owner.id}`) && (!deviceId || owner.id === deviceId))
        .reverse()
    const page = pageFrom(all, query, limitOf(query, 1000))
    return ok({ count: page.count, snapshots: page.items.map((snapshot) => applicationSnapshotView(snapshot, world)) })
}
