import { okay, refused, type Answer } from '../answer'
import { instanceIn, objectBody, textField, type Call } from '../call'
import { enterStates, restart, restore } from '../restore'
import type { Router } from '../router'

/** What changes the state of an instance. */
export function addActionRoutes (router: Router): void {
    router.add('POST', '/api/v1/projects/:instanceId/actions/rollback', rollback)
    router.add('POST', '/api/v1/projects/:instanceId/actions/restart', (call) => {
        const instance = instanceIn(call, 'project:change-status')
        if (instance.state === 'suspended') throw refused('project_suspended', 'Project suspended')
        restart(call.world, instance)
        return okay()
    })
    router.add('POST', '/api/v1/projects/:instanceId/actions/suspend', (call) => {
        const instance = instanceIn(call, 'project:change-status')
        if (instance.state === 'suspended') throw refused('project_suspended', 'Project suspended')
        enterStates(instance, ['suspending', 'suspended'])
        return okay()
    })
    router.add('POST', '/api/v1/projects/:instanceId/actions/start', (call) => {
        enterStates(instanceIn(call, 'project:change-status'), ['starting', 'running'])
        return okay()
    })
}

/** The restore. Only a snapshot of the instance itself is accepted. */
function rollback (call: Call): Answer {
    const body = objectBody(call)
    const id = textField(body, 'snapshot')
    const instance = instanceIn(call, 'project:snapshot:rollback')
    if (id === undefined) {
        throw refused('unexpected_error', 'Error: WHERE parameter "id" has invalid "undefined" value', 500)
    }
    const snapshot = call.world.snapshots.get(id)
    if (!snapshot || snapshot.owner.type !== 'instance' || snapshot.owner.id !== instance.id) {
        throw refused('invalid_snapshot', `snapshot '${id}' not found for project '${instance.id}'`)
    }
    restore(call.world, instance, snapshot)
    return okay()
}
