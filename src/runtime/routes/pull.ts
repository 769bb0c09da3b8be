import { isAtLeast, keepsHiddenSince } from '../../flowfuse/platform'
import { deviceSnapshotPage } from '../../flowfuse/snapshots'
import { CodedError } from '../../shared/errors'
import type { PreparedPull } from '../../shared/pull'
import type { RestoreJob, SnapshotList } from '../../shared/requests'
import { preparedPull, type Remembered } from '../pull-compare'
import { fetchPull } from '../pull'
import { fingerprintsOf, runningJson } from '../pull-nodes'
import type { Pull } from '../pull-prepared'
import { replaceByPull } from '../pull-replace'
import { parsePullReplaceRequest, parsePullRequest, viewToPull } from '../pull-request'
import { platformId } from '../push-request'
import { nothingYet, replaceSteps } from '../replace'
import type { Services } from '../services'
import { openSession } from '../sessions'
import { pullOfView } from '../view-pull'
import { pageLimit, snapshotSummary } from '../snapshot-list'
import type { Call, Router } from './router'

/** pull: looking at a snapshot of FlowFuse, opened, beside what runs here, and replacing that by it. */
export function addPullRoutes (router: Router, services: Services): void {
    const { nodeRed, connections, platforms, jobs, local, automatic, pulls, views } = services

    router.add('get', 'devices/:device/snapshots', 'see', async ({ user, params, query }): Promise<SnapshotList> => {
        const session = await openSession(services, user)
        const device = platformId(params.device)
        const cursor = query.cursor === undefined ? null : platformId(query.cursor)
        const [page, link] = await Promise.all([
            deviceSnapshotPage(session, device, pageLimit(query.limit), cursor), connections.link(session.origin, device)
        ])
        const known = { link, revision: nodeRed.announcedRevision }
        return { snapshots: page.snapshots.map(meta => snapshotSummary(meta, known)), next: page.next, deviceTarget: null }
    })

    const prepared = async (pull: Pull): Promise<PreparedPull> => {
        const keepsHidden = pull.server === null || isAtLeast(await platforms.get(pull.server), keepsHiddenSince)
        return await preparedPull(local, pull, await remembered(services, pull), keepsHidden)
    }

    router.add('post', 'pull', 'act', async ({ user, body }): Promise<PreparedPull> => {
        const view = viewToPull(body)
        if (view !== null) {
            return await prepared(await pulls.prepare(user, async () => pullOfView(views.get(user, view))))
        }
        const request = parsePullRequest(body)
        const session = await openSession(services, user)
        const key = await fingerprintKey(services)
        return await prepared(await pulls.prepare(user, signal => fetchPull(session, request, key, signal)))
    })

    router.add('get', 'pull/:id', 'act', ({ user, params }): Promise<PreparedPull> => prepared(pulls.get(user, params.id ?? '')))

    router.addPieces('pull/:id/flows', 'act', async ({ user, params }) => pulls.get(user, params.id ?? '').opened.flowsJson)

    router.addPieces('pull/:id/here', 'view', async ({ user, params }) => {
        pulls.get(user, params.id ?? '')
        return await runningJson(nodeRed)
    })

    router.add('delete', 'pull/:id', 'act', async ({ user, params }) => {
        pulls.drop(user, params.id ?? '')
        return {}
    })

    const replace = (mayInstall: boolean) => async ({ user, params, body }: Call): Promise<RestoreJob> => {
        const request = parsePullReplaceRequest(body, mayInstall)
        const pull = pulls.get(user, params.id ?? '')
        return jobs.start<'restore'>(user, replaceSteps(request), nothingYet(pull.snapshot.id), async progress => {
            await replaceByPull(local, pull, request, progress, await remembered(services, pull)).finally(() => automatic.follow(progress.result.rev))
            await (request.parts.flows ? remember(services, pull) : undefined)
        }, 'restore')
    }
    router.add('post', 'pull/:id/replace', 'act', replace(false), 202)
    router.add('post', 'pull/:id/replace-with-modules', 'install', replace(true), 202)
}

async function remembered ({ connections, inventories, ...services }: Services, { server, snapshot: { owner } }: Pull): Promise<Remembered> {
    if (server === null) {
        return { link: null, base: null, key: services.views.key }
    }
    const key = await fingerprintKey({ connections, ...services })
    const link = await connections.link(server, owner.id)
    const inventory = link && await inventories.get(server, owner.id, link.snapshotId)
    return { link, base: link && inventory && { name: link.name, at: link.pulledAt ?? link.pushedAt, inventory }, key }
}

/** What was pulled is what both sides have in common from now on. A pull that went through does not fail because that can't be written. */
async function remember ({ connections, inventories, content, nodeRed }: Services, { server, snapshot, deployedAt, opened }: Pull): Promise<void> {
    if (server === null) {
        return
    }
    const { id: snapshotId, name, createdAt, owner } = snapshot
    const failed = (error: unknown) => nodeRed.logFailure(error)
    const link = { snapshotId, name, pushedAt: createdAt, pulledAt: new Date().toISOString(), deployedAt, revision: opened.revision }
    await connections.setLink(server, owner.id, link).catch(failed)
    inventories.set(server, owner.id, snapshotId, () => fingerprintsOf(opened), failed, async () => {
        // What is installed right afterwards is what a pull brought, as far as it was wanted.
        const running = await content.get()
        return running && await content.beside(running, { variables: {} })
    })
}

/** There is one since the sign-in was kept. @throws CodedError `not-connected` */
async function fingerprintKey ({ connections }: Pick<Services, 'connections'>): Promise<Uint8Array> {
    const key = await connections.fingerprintKey()
    if (key === null) {
        throw new CodedError('not-connected', {}, 409)
    }
    return key
}
