import { listApplications, listTeams } from '../../flowfuse/teams'
import { listSnapshots } from '../../flowfuse/snapshots'
import { CodedError } from '../../shared/errors'
import { limits } from '../../shared/limits'
import type { ApplicationList, SnapshotList, Target, TargetNames, TeamList } from '../../shared/requests'
import { fields, platformId } from '../push-request'
import { openSession } from '../sessions'
import { findTarget } from '../targets'
import type { Router, Services } from './router'

/** teams, applications, target and the target's snapshots. */
export function addTargetRoutes (router: Router, services: Services): void {
    const { connections } = services

    router.add('get', 'teams', 'see', async ({ user }): Promise<TeamList> => {
        const session = await openSession(services, user)
        return { teams: await listTeams(session) }
    })

    router.add('get', 'teams/:team/applications', 'see', async ({ user, params }): Promise<ApplicationList> => {
        const session = await openSession(services, user)
        return { applications: await listApplications(session, platformId(params.team)) }
    })

    router.add('get', 'target', 'see', async ({ user }): Promise<Target> => {
        const session = await openSession(services, user)
        const stored = (await connections.get(user))?.target
        if (!stored) {
            throw new CodedError('target-missing', {}, 409)
        }
        return (await findTarget(session, stored.instance.id)).target
    })

    router.add('put', 'target', 'act', async ({ user, body }): Promise<Target> => {
        const { teamId, instanceId } = fields(body)
        const session = await openSession(services, user)
        const { target } = await findTarget(session, platformId(instanceId))
        if (target.team.id !== platformId(teamId)) {
            throw new CodedError('target-not-in-team', {}, 409)
        }
        await connections.setTarget(user, session.origin, names(target))
        return target
    })

    router.add('get', 'instances/:instance/snapshots', 'see', async ({ user, params }): Promise<SnapshotList> => {
        const session = await openSession(services, user)
        const instance = platformId(params.instance)
        const [snapshots, link] = await Promise.all([
            listSnapshots(session, instance, limits.snapshotsPerPage),
            connections.link(session.origin, instance)
        ])
        return {
            snapshots: snapshots.map(({ id, name, description, createdAt, user: author }) => ({
                id, name, description, createdAt, user: author && { username: author.username }, pushedFromHere: id === link?.snapshotId
            }))
        }
    })
}

function names ({ team, application, instance }: Target): TargetNames {
    return {
        team: { id: team.id, name: team.name },
        application,
        instance: { id: instance.id, name: instance.name, url: instance.url }
    }
}
