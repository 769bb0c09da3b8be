import { CodedError } from '../../shared/errors'
import type { AnyJob, ChangesSince, Job, PushPreview } from '../../shared/requests'
import { changesSince } from '../../snapshot/changes-since'
import { takeOut } from '../additions'
import type { Capture } from '../capture'
import { devicesOf } from '../device-target'
import { pushPreview } from '../push-preview'
import { parsePushRequest, platformId } from '../push-request'
import { localSource, runningSource } from '../push-source'
import { startPush, states } from '../push-start'
import { ownSettings } from '../runtime-settings'
import type { Services } from '../services'
import { openSession } from '../sessions'
import type { StoredLink } from '../store/connections-file'
import { findTarget } from '../targets'
import type { Router } from './router'

/** push/preview, push, and jobs/:job: following, cancelling, and taking out what it added. */
export function addPushRoutes (router: Router, services: Services): void {
    const { nodeRed, connections, platforms, jobs, targets, local } = services
    const sourceOf = (snapshot: string | undefined, whileWalking?: () => void) =>
        snapshot === undefined ? runningSource(nodeRed, local.kept, whileWalking) : localSource(nodeRed, local.snapshots, snapshot)

    router.add('get', 'push/preview', 'view', async ({ user, query }): Promise<PushPreview> => {
        const session = await openSession(services, user)
        const stored = await targets.find(user, session)
        const source = await sourceOf(query.local === undefined ? undefined : platformId(query.local))
        const link = await connections.link(session.origin, stored.instance.id)
        const [{ target, instance }, platform, changes, devices] = await Promise.all([
            findTarget(session, stored.instance.id),
            platforms.get(session.origin),
            link && changesSincePush(services, session.origin, stored.instance.id, link, source.captured),
            devicesOf(session, stored.instance.id)
        ])
        const { origin: server, kind } = session
        const settings = ownSettings(nodeRed)
        return pushPreview({ ...source, server, kind, settings, target, instance, platform, link, changes, devices })
    })

    router.add('post', 'push', 'act', async ({ user, body }): Promise<Job> => {
        const request = parsePushRequest(body)
        const session = await openSession(services, user)
        const stored = await targets.find(user, session)
        // The dialog may be older than the choice: what it showed is what is pushed to, or nothing.
        if (stored.instance.id !== request.instanceId) {
            throw new CodedError('target-changed', { instance: stored.instance.name }, 409)
        }
        return await startPush(services, user, session, stored.instance, request, whileWalking => sourceOf(request.local, whileWalking))
    }, 202)

    router.add('delete', 'jobs/:job', 'act', async ({ user, params }): Promise<AnyJob> => jobs.cancel(user, params.job ?? ''))

    // A push that failed after it had written to the instance: that is taken back, by name.
    router.add('delete', 'jobs/:job/additions', 'act', async ({ user, params }): Promise<Job> => {
        const job = jobs.get(user, params.job ?? '')
        const added = job.kind === 'push' ? job.result.added : undefined
        if (job.kind !== 'push' || job.state !== 'failed' || !added || added.variables.length + added.modules.length === 0) {
            throw new CodedError('nothing-to-take-out', {}, 409)
        }
        await takeOut(await openSession(services, user), job.result.instance, added)
        return job
    })

    router.add('get', 'jobs/:job', 'see', async ({ user, params }): Promise<AnyJob> => jobs.get(user, params.job ?? ''))
}

/** @returns null also where nobody knows what the last push held */
async function changesSincePush (
    services: Services, server: string, instanceId: string, link: StoredLink, captured: Capture
): Promise<ChangesSince | null> {
    const inventory = await services.inventories.get(server, instanceId, link.snapshotId)
    return inventory && changesSince(inventory, await states(services, captured))
}
