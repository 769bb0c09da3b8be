import type { DeviceSummary, InstanceSummary, Named } from '../shared/requests'
import { asObject, list, number, optionalText, text } from '../snapshot/parse'
import { deviceSummary } from './devices'
import { FlowFuseError, naming } from './errors'
import { platformPath } from './http'
import type { Session } from './session'

export interface Team extends Named {
    /** The user's role there, see `roles` in shared/permissions. */
    role: number
}

/** The teams that the user is a member of. The platform does not page them. */
export async function listTeams (session: Session): Promise<Team[]> {
    const answer = asObject(await session.request({ method: 'GET', path: '/api/v1/user/teams', what: 'teams' }), 'teams')
    return list(answer, 'teams').map(item => {
        const team = asObject(item, 'teams')
        return { id: text(team, 'id'), name: text(team, 'name'), role: number(team, 'role') }
    })
}

export interface Application extends Named { instances: InstanceSummary[], devices: DeviceSummary[] }

/**
 * Applications of a team with their instances, and the devices that belong to none of these, all by name (the platform has no stable
 * order), the instances with live states.
 * @throws FlowFuseError `team-gone` when the team is gone or the user is no member
 */
export async function listApplications (session: Session, teamId: string): Promise<Application[]> {
    const path = platformPath`/api/v1/teams/${teamId}/applications`
    const [answer, states] = await naming(Promise.all([
        session.request({ method: 'GET', path, what: 'applications' }),
        instanceStates(session, `${path}/status`)
    ]), { gone: 'team-gone' }).catch((error: unknown) => {
        // A token may be limited to other teams, and still be shown all of them.
        throw error instanceof FlowFuseError && error.platformStatus === 403 ? error.as('token-not-for-team') : error
    })
    return list(asObject(answer, 'applications'), 'applications').map(item => {
        const application = asObject(item, 'applications')
        const instances = list(application, 'instances').map(entry => {
            const instance = asObject(entry, 'instances')
            const id = text(instance, 'id')
            return { id, name: text(instance, 'name'), url: optionalText(instance, 'url'), state: states.get(id) ?? '' }
        })
        const id = text(application, 'id')
        // Inside an application a device is not told which one it is in.
        const devices = (Array.isArray(application.devices) ? application.devices : []).map(device => ({ ...deviceSummary(device), application: id }))
        return { id, name: text(application, 'name'), instances: instances.sort(byName), devices: devices.sort(byName) }
    }).sort(byName)
}

async function instanceStates (session: Session, path: string): Promise<Map<string, string>> {
    const answer = asObject(await session.request({ method: 'GET', path, what: 'states' }), 'states')
    const instances = list(answer, 'applications').flatMap(item => list(asObject(item, 'states'), 'instances'))
    return new Map(instances.map(item => {
        const instance = asObject(item, 'states')
        return [text(instance, 'id'), optionalText(asObject(instance.meta ?? {}, 'states'), 'state')]
    }))
}

function byName (a: Named, b: Named): number {
    return a.name.localeCompare(b.name)
}
