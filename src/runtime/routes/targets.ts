import { getVisibleDeviceTarget } from '../../flowfuse/device-targets'
import { listDevices } from '../../flowfuse/devices'
import { FlowFuseError } from '../../flowfuse/errors'
import type { Session } from '../../flowfuse/session'
import { snapshotPage } from '../../flowfuse/snapshots'
import { listApplications, listTeams } from '../../flowfuse/teams'
import type { Action } from '../../shared/abilities'
import { CodedError } from '../../shared/errors'
import type { ApplicationList, DeviceList, SnapshotList, Target, TargetAnswer, TargetNames, TeamList } from '../../shared/requests'
import { fields, platformId } from '../push-request'
import type { Services } from '../services'
import { openSession } from '../sessions'
import { pageLimit, snapshotSummary } from '../snapshot-list'
import { findTarget, withAbilities } from '../targets'
import type { Router } from './router'

/** teams with their applications and devices, the target, and an instance's snapshots. */
export function addTargetRoutes (router: Router, services: Services): void {
    const { autoPush, connections, nodeRed, platforms, refusals, targets } = services
    const learnedBy = (user: string, { origin: server, kind }: Session, { instance, team: { role } }: Target) =>
        (action: Action) => refusals.of({ user, server, kind, role, instance: instance.id }, action)

    router.add('get', 'teams', 'see', async ({ user }): Promise<TeamList> => {
        const session = await openSession(services, user)
        return { teams: targets.offered(await listTeams(session)) }
    })

    router.add('get', 'teams/:team/applications', 'see', async ({ user, params }): Promise<ApplicationList> => {
        const session = await openSession(services, user)
        return { applications: await listApplications(session, platformId(params.team)) }
    })

    router.add('get', 'teams/:team/devices', 'see', async ({ user, params }): Promise<DeviceList> => {
        const session = await openSession(services, user)
        const team = platformId(params.team)
        return await listDevices(session, team, async () =>
            (await listApplications(session, team)).flatMap(({ instances }) => instances.map(({ id }) => id)))
    })

    router.add('get', 'target', 'see', async ({ user }): Promise<TargetAnswer> => {
        const session = await openSession(services, user)
        const { instance } = await targets.find(user, session)
        try {
            const { target } = await findTarget(session, instance.id)
            return withAbilities(target, session, (await platforms.get(session.origin)).version, learnedBy(user, session, target))
        } catch (error) {
            if (error instanceof FlowFuseError && error.code === 'instance-gone') {
                targets.forget(user, session.origin)
            }
            throw error
        }
    })

    router.add('put', 'target', 'act', async ({ user, body }): Promise<TargetAnswer> => {
        const { teamId, instanceId } = fields(body)
        const session = await openSession(services, user)
        const { target } = await findTarget(session, platformId(instanceId))
        if (target.team.id !== platformId(teamId)) {
            throw new CodedError('target-not-in-team', {}, 409)
        }
        targets.check(target)
        const { version } = await platforms.get(session.origin)
        await connections.setTarget(user, session.origin, names(target))
        // An automatic push rests while another target is chosen.
        autoPush.look()
        return withAbilities(target, session, version, learnedBy(user, session, target))
    })

    router.add('get', 'instances/:instance/snapshots', 'see', async ({ user, params, query }): Promise<SnapshotList> => {
        const session = await openSession(services, user)
        const instance = platformId(params.instance)
        const cursor = query.cursor === undefined ? null : platformId(query.cursor)
        const [page, shownByDevices, link] = await Promise.all([
            snapshotPage(session, instance, pageLimit(query.limit), cursor),
            getVisibleDeviceTarget(session, instance),
            connections.link(session.origin, instance)
        ])
        const local = { link, revision: nodeRed.announcedRevision }
        return { snapshots: page.snapshots.map(meta => snapshotSummary(meta, local)), next: page.next, deviceTarget: shownByDevices }
    })
}

function names ({ team, application, instance }: TargetNames): TargetNames {
    return {
        team: { id: team.id, name: team.name },
        application,
        instance: { id: instance.id, name: instance.name, url: instance.url }
    }
}
