import type { Session } from '../flowfuse/session'
import { newestSnapshots } from '../flowfuse/snapshots'
import { refusal } from '../shared/abilities'
import { CodedError } from '../shared/errors'
import type { Named, TargetNames } from '../shared/requests'
import { makeRoom } from './auto-push-kept'
import { recentSnapshots } from './lost-answer'
import { runningSource } from './push-source'
import { automaticPushTimes } from './push-times'
import { startPush } from './push-start'
import type { Services } from './services'
import { openSession } from './sessions'
import { standing } from './status'
import type { StoredAutoPush } from './store/connections-file'
import { findTarget } from './targets'

/** Which automatic push: to an instance of a server. */
export interface AutoPushKey { server: string, instanceId: string }

type Change = (edit: (stored: StoredAutoPush) => void) => Promise<void>

/**
 * Pushes what runs here where a deploy changed something that is not on the instance yet, as the user who switched that on and while the
 * instance is that user's target. Never sends a variable of the host.
 * @param newName of the snapshot
 * @throws CodedError what keeps it from being pushed
 */
export async function pushIfDue (services: Services, { server, instanceId }: AutoPushKey, newName: () => string): Promise<void> {
    const { connections, targets, isActive } = services
    const stored = await connections.autoPush(server, instanceId)
    if (!isActive() || stored === null || !stored.on || stored.stopped !== null || !stored.due) {
        return
    }
    const session = await openSession(services, stored.user)
    await requireSameUser(services, stored, server, session)
    const target = await targets.find(stored.user, session)
    if (target.instance.id !== instanceId) {
        // It is still due when the user comes back to this target.
        refuseLocked(services, target)
        return
    }
    const link = await connections.link(server, instanceId)
    const change: Change = edit => connections.changeAutoPush(server, instanceId, edit)
    if ((await standing(services, server, instanceId, link)).standing !== 'same') {
        await pushOnce(services, stored, session, target, newName, change)
    }
    await change(each => { each.due = false })
}

async function pushOnce (
    services: Services, stored: StoredAutoPush, session: Session, { instance }: TargetNames, newName: () => string, change: Change
): Promise<void> {
    const { nodeRed, jobs, platforms } = services
    await makeRoom(await adopt(stored, session, change), {
        session,
        instance,
        standing: async () => {
            const [{ target: { team } }, { version }] = await Promise.all([findTarget(session, instance.id), platforms.get(session.origin)])
            return { teamId: team.id, deleteRefused: refusal('delete', { team, kind: session.kind, version }) }
        },
        keep: kept => change(each => { each.made = kept })
    })
    const name = newName()
    await change(each => { each.making = name })
    const job = await whenIdle(services, () => startPush(services, stored.user, session, instance, {
        instanceId: instance.id, name, description: '', variables: { rule: 'keep' }, restore: null
    }, whileWalking => runningSource(nodeRed, undefined, whileWalking), automaticPushTimes))
    await jobs.ended(job.id)
    const { snapshot } = job.result
    if (snapshot !== null) {
        await change(each => {
            each.made.push({ id: snapshot.id, name: snapshot.name })
            each.making = null
        })
    } else if (job.error !== null) {
        const { code, params, because } = job.error
        throw new CodedError(code, params, 502, { because })
    }
}

/** Of a push whose end was never heard of, or not written down, the snapshot may be there: then it is one of its own. */
async function adopt ({ making, made, userId, instance }: StoredAutoPush, session: Session, change: Change): Promise<Named[]> {
    if (making === null) {
        return made
    }
    const there = await newestSnapshots(session, { kind: 'instance', id: instance.id }, recentSnapshots)
    const lost = there.filter(({ id, name, user }) => name === making && user?.id === userId && made.every(each => each.id !== id))
    const all = [...made, ...lost.map(({ id, name }) => ({ id, name }))]
    await change(each => Object.assign(each, { made: all, making: null }))
    return all
}

/** Somebody may begin other work at the same moment. */
async function whenIdle<T> ({ jobs }: Services, begin: () => Promise<T>): Promise<T> {
    for (;;) {
        await jobs.idle()
        try {
            return await begin()
        } catch (error) {
            if (!(error instanceof CodedError) || error.code !== 'job-running') {
                throw error
            }
        }
    }
}

/** @throws CodedError `auto-push-other-user` where the user has signed in as somebody else, or elsewhere, since */
async function requireSameUser ({ connections }: Services, stored: StoredAutoPush, server: string, session: Session): Promise<void> {
    const connection = await connections.get(stored.user)
    if (session.origin !== server || connection?.user.id !== stored.userId) {
        throw new CodedError('auto-push-other-user', {}, 409)
    }
}

/** @throws CodedError `target-locked` where the operator has locked the target to another one */
function refuseLocked ({ settings: { lockedBy } }: Services, { instance }: TargetNames): void {
    if (lockedBy !== '') {
        throw new CodedError('target-locked', { by: lockedBy, instance: instance.name }, 403)
    }
}
