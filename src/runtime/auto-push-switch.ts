import type { Session } from '../flowfuse/session'
import { CodedError } from '../shared/errors'
import type { Target } from '../shared/requests'
import type { AutoPushKey } from './auto-push-once'
import type { Content } from './running-content'
import type { Services } from './services'
import { openSession } from './sessions'
import { findTarget, requireRole } from './targets'

/**
 * Switches the automatic push to the user's target on, as that user. What was due when it stopped, or is due since, stays so.
 * @returns which one, and what runs here; null where that can't be told
 * @throws CodedError `target-changed`, `auto-push-unlinked`, what keeps the user from pushing, and as `capture` does
 */
export async function switchOn (services: Services, user: string, instanceId: string): Promise<{ key: AutoPushKey, now: Content | null }> {
    const { connections, content } = services
    const session = await openSession(services, user)
    const { instance: { id, name } } = await pushTarget(services, user, session, instanceId)
    if (await connections.link(session.origin, instanceId) === null) {
        throw new CodedError('auto-push-unlinked', { instance: name }, 409)
    }
    const former = await connections.autoPush(session.origin, instanceId)
    const userId = (await connections.get(user))?.user.id ?? ''
    const now = await content.get()
    await connections.setAutoPush(session.origin, instanceId, {
        on: true,
        user,
        userId,
        instance: { id, name },
        stopped: null,
        due: former !== null && former.on && former.due,
        seen: now?.nodes,
        made: former?.made ?? [],
        making: former?.making ?? null
    })
    return { key: { server: session.origin, instanceId }, now }
}

/**
 * Switches it off. One's own takes no sign-in that works; somebody else's only who may push there, with it as target.
 * @throws CodedError `not-connected`, and for somebody else's `target-changed` and what keeps the user from pushing
 */
export async function switchOff (services: Services, user: string, instanceId: string): Promise<AutoPushKey> {
    const { connections } = services
    const connection = await connections.get(user)
    if (connection === null) {
        throw new CodedError('not-connected', {}, 409)
    }
    const { server } = connection
    const stored = await connections.autoPush(server, instanceId)
    if (stored !== null && stored.user !== user) {
        await pushTarget(services, user, await openSession(services, user), instanceId)
    }
    await connections.changeAutoPush(server, instanceId, each => Object.assign(each, { on: false, due: false, stopped: null }))
    return { server, instanceId }
}

/** @throws CodedError `target-changed` where it is not the user's target, and what keeps the user from pushing there */
async function pushTarget (services: Services, user: string, session: Session, instanceId: string): Promise<Target> {
    const { targets } = services
    const { instance } = await targets.find(user, session)
    if (instance.id !== instanceId) {
        throw new CodedError('target-changed', { instance: instance.name }, 409)
    }
    const { target } = await findTarget(session, instanceId)
    targets.check(target)
    requireRole(session, [target.team], target.team, 'push')
    return target
}
