import { CodedError } from '../../shared/errors'
import type { ChangesSince, Job, PushPreview, PushResult } from '../../shared/requests'
import { changesSince, inventoryOf, type NodeState } from '../../snapshot/changes-since'
import { takeOut } from '../additions'
import { capture, type Capture } from '../capture'
import { devicesOf } from '../device-target'
import { hostEnvironment } from '../environment'
import { installedModules } from '../modules'
import { nodeStates } from '../node-states'
import { push, pushSteps } from '../push'
import { pushPreview } from '../push-preview'
import { parsePushRequest } from '../push-request'
import { ownSettings } from '../runtime-settings'
import { openSession } from '../sessions'
import type { StoredLink } from '../store/connections'
import { findTarget } from '../targets'
import type { Router, Services } from './router'

/** push/preview, push, and jobs/:job: following, cancelling, and taking out what it added. */
export function addPushRoutes (router: Router, services: Services): void {
    const { nodeRed, connections, inventories, platforms, jobs, targets } = services

    router.add('get', 'push/preview', 'view', async ({ user }): Promise<PushPreview> => {
        const session = await openSession(services, user)
        const stored = await targets.find(user, session)
        const captured = await capture(nodeRed)
        const link = await connections.link(session.origin, stored.instance.id)
        const [{ target, instance }, modules, platform, changes, devices] = await Promise.all([
            findTarget(session, stored.instance.id),
            installedModules(nodeRed, captured.modulesInUse),
            platforms.get(session.origin),
            link && changesSincePush(services, session.origin, stored.instance.id, link, captured),
            devicesOf(session, stored.instance.id)
        ])
        const host = hostEnvironment(process.env, nodeRed.setting('envVarExcludes'))
        const { origin: server, kind } = session
        const settings = ownSettings(nodeRed)
        return pushPreview({ server, kind, captured, modules, host, settings, target, instance, platform, link, changes, devices })
    })

    router.add('post', 'push', 'act', async ({ user, body }): Promise<Job> => {
        const request = parsePushRequest(body)
        const session = await openSession(services, user)
        const stored = await targets.find(user, session)
        // The dialog may be older than the choice: what it showed is what is pushed to, or nothing.
        if (stored.instance.id !== request.instanceId) {
            throw new CodedError('target-changed', { instance: stored.instance.name }, 409)
        }
        const [connection, platform] = await Promise.all([connections.get(user), platforms.get(session.origin)])
        const result: PushResult = { snapshot: null, before: null, restored: false, stateAfter: null, instance: stored.instance }
        return jobs.start(user, pushSteps(request), result, progress => push({
            nodeRed,
            session,
            user: { id: connection?.user.id ?? '' },
            platform,
            onCreated: async (snapshot, captured, deployedAt) => {
                await connections.setLink(session.origin, request.instanceId, {
                    snapshotId: snapshot.id, name: snapshot.name, pushedAt: snapshot.createdAt, deployedAt, revision: captured.revision
                })
                // Only the next description needs it: no reason to wait for it, or to call a push failed that went through.
                inventories.set(session.origin, request.instanceId, snapshot.id, async () => inventoryOf(await states(services, captured)),
                    error => nodeRed.logFailure(error))
            },
            onRestored: deployedAt => connections.setDeployedAt(session.origin, request.instanceId, deployedAt)
        }, request, progress))
    }, 202)

    router.add('delete', 'jobs/:job', 'act', async ({ user, params }): Promise<Job> => jobs.cancel(user, params.job ?? ''))

    // A push that failed after it had written to the instance: that is taken back, by name.
    router.add('delete', 'jobs/:job/additions', 'act', async ({ user, params }): Promise<Job> => {
        const job = jobs.get(user, params.job ?? '')
        const { added, instance } = job.result
        if (job.state !== 'failed' || !added || added.variables.length + added.modules.length === 0) {
            throw new CodedError('nothing-to-take-out', {}, 409)
        }
        await takeOut(await openSession(services, user), instance, added)
        job.result.added = { variables: [], modules: [] }
        return job
    })

    router.add('get', 'jobs/:job', 'see', async ({ user, params }): Promise<Job> => jobs.get(user, params.job ?? ''))
}

async function states ({ connections }: Services, captured: Capture): Promise<NodeState[]> {
    const key = await connections.fingerprintKey()
    return key === null ? [] : nodeStates(captured, key)
}

/** @returns null also where nobody knows what the last push held */
async function changesSincePush (
    services: Services, server: string, instanceId: string, link: StoredLink, captured: Capture
): Promise<ChangesSince | null> {
    const inventory = await services.inventories.get(server, instanceId, link.snapshotId)
    return inventory && changesSince(inventory, await states(services, captured))
}
