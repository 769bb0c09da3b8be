import { CodedError } from '../../shared/errors'
import type { FormerSecretAnswer, LocalList, LocalPlan, LocalSummary } from '../../shared/local'
import type { RestoreJob } from '../../shared/requests'
import { localContent } from '../local-capture'
import type { PulledFrom } from '../journal'
import { parseFormerSecret, parseLocalChange, parseLocalRequest, parseRestoreRequest, parseUndoRequest } from '../local-request'
import { nothingYet, replace, replaceSteps } from '../replace'
import { replacePlan } from '../replace-plan'
import { restoreRefusal } from '../safety'
import type { Services } from '../services'
import { countLocked, takeFormerSecret } from '../store/former-secret'
import type { LocalHead } from '../store/local-snapshots'
import { undo, undoable, undoSteps } from '../undo'
import type { Call, Router } from './router'

/** local: snapshots that are kept here, restoring them, undo, and what was sealed under a former secret. */
export function addLocalRoutes (router: Router, services: Services): void {
    const { nodeRed, connections, settings, jobs, local, automatic } = services
    const { snapshots, kept, journal } = local
    const sealedParts = [snapshots, kept, connections]

    router.add('get', 'local', 'see', async (): Promise<LocalList> => {
        const [{ snapshots: heads, setAside }, undo, notice, sealedOtherwise, rev] = await Promise.all([
            snapshots.list(), undoable(local), journal.notice(), countLocked(sealedParts), runningRevision(services)
        ])
        return {
            snapshots: heads.map(head => localSummary(head, rev)),
            setAside,
            automatic: { on: settings.localAuto, keep: settings.keepLocal, failure: automatic.failure },
            undo,
            notice,
            sealedOtherwise,
            restoreRefused: restoreRefusal(nodeRed)
        }
    })

    router.add('post', 'local', 'act', async ({ body }): Promise<LocalSummary> => {
        const content = await localContent(local, { ...parseLocalRequest(body), kind: 'named' })
        return localSummary(await snapshots.create(content), await runningRevision(services))
    }, 201)

    router.add('delete', 'local/notice', 'act', async () => {
        await journal.dismissNotice()
        return {}
    })

    router.add('post', 'local/former-secret', 'act', async ({ body }): Promise<FormerSecretAnswer> => {
        const { secret } = parseFormerSecret(body)
        return await local.environment.applyUnlocked(
            async () => await takeFormerSecret(secret, local.dataKey, sealedParts), () => requireNoRestore(services)
        )
    })

    router.add('put', 'local/:id', 'act', async ({ params, body }): Promise<LocalSummary> => {
        const { id = '' } = params
        const before = (await snapshots.list()).snapshots.find(head => head.id === id)?.name ?? ''
        return localSummary(await snapshots.change(id, parseLocalChange(body, before)), await runningRevision(services))
    })

    router.add('delete', 'local/:id', 'act', async ({ params }) => {
        const { id = '' } = params
        requireNoRestore(services)
        await requireNotNeeded(services, id)
        await snapshots.remove(id)
        return {}
    })

    router.add('get', 'local/:id/plan', 'act', async ({ params }): Promise<LocalPlan> => {
        const { head, ...plan } = await replacePlan(local, params.id ?? '')
        return { snapshot: localSummary(head, plan.rev), ...plan }
    })

    const restore = (mayInstall: boolean) => async ({ user, params, body }: Call): Promise<RestoreJob> => {
        const request = parseRestoreRequest(body, mayInstall)
        const { id = '' } = params
        return jobs.start<'restore'>(user, replaceSteps(request), nothingYet(id), progress =>
            replace(local, id, request, progress).finally(() => automatic.follow(progress.result.rev)), 'restore')
    }
    router.add('post', 'local/:id/restore', 'act', restore(false), 202)
    router.add('post', 'local/:id/restore-with-modules', 'install', restore(true), 202)

    router.add('post', 'undo', 'act', async ({ user, body }): Promise<RestoreJob> => {
        const request = parseUndoRequest(body)
        return jobs.start<'undo'>(user, [...undoSteps], nothingYet(request.id), async progress => {
            const { pulled, snapshot } = await undo(local, request, progress).finally(() => automatic.follow(progress.result.rev))
            await (pulled && takeLinkBack(services, pulled, snapshot.id).catch((error: unknown) => nodeRed.logFailure(error)))
        }, 'undo')
    }, 202)
}

/** @throws CodedError `job-running` during a restore or undo, which nothing may come in between */
export function requireNoRestore ({ jobs }: Pick<Services, 'jobs'>): void {
    if (['restore', 'undo'].includes(jobs.running() ?? '')) {
        throw new CodedError('job-running', {}, 409)
    }
}

/** @throws CodedError `restore-elsewhere` for the snapshot that a restore cut short, or another process' one, is taken back from */
async function requireNotNeeded ({ local: { journal } }: Services, id: string): Promise<void> {
    const found = await journal.found()
    if (found.state === 'open' && found.entry.safety.id === id) {
        throw new CodedError('restore-elsewhere', {}, 409)
    }
}

/** What was pulled is no longer what both sides have in common. */
async function takeLinkBack ({ connections, inventories }: Services, { server, owner, link }: PulledFrom, pulled: string): Promise<void> {
    if (server !== null && await connections.takeLinkBack(server, owner, pulled, link)) {
        await (link && inventories.takeBack(server, owner, link.snapshotId))
    }
}

async function runningRevision ({ nodeRed }: Services): Promise<string | null> {
    return (await nodeRed.liveFlows())?.rev ?? null
}

/** A local snapshot as users see it. @param rev Node-RED's revision now */
export function localSummary (head: LocalHead, rev: string | null): LocalSummary {
    const { id, name, description, createdAt, kind, pinned, counts, bytes, credentials, newer, revision } = head
    return { id, name, description, createdAt, kind, pinned, counts, bytes, credentials, newer, sameFlows: revision === rev }
}
