import { CodedError } from '../../shared/errors'
import { looks, type Look, type Status } from '../../shared/status'
import { fields, flag, platformId } from '../push-request'
import type { Services } from '../services'
import { openSession } from '../sessions'
import { lookAt, standing, standingFor } from '../status'
import type { Router } from './router'

/** status: how what runs here stands to the target, and the automatic push to it. */
export function addStatusRoutes (router: Router, services: Services): void {
    const { connections, targets, autoPush } = services

    const statusOf = async (user: string, look: Look): Promise<Status> => {
        const stored = await connections.get(user)
        if (stored === null) {
            throw new CodedError('not-connected', {}, 409)
        }
        const { server, signIn } = stored
        // What looks at nothing needs no sign-in that works, and renews none.
        const session = look === 'nothing' ? null : await openSession(services, user)
        const target = await targets.known(user, server) ?? (session && await targets.find(user, session))
        if (target === null) {
            throw new CodedError('target-missing', {}, 409)
        }
        const { id } = target.instance
        const link = await connections.link(server, id)
        const [stands, seen, automatic] = await Promise.all([
            standing(services, server, id, link),
            session === null ? { there: null, state: null } : lookAt(session, id, look, link),
            autoPush.state(server, id, user)
        ])
        return { instance: id, link, ...standingFor(signIn?.kind ?? 'token', stands), ...seen, automatic }
    }

    router.add('get', 'status', 'see', ({ user, query }) => statusOf(user, lookOf(query.look)))

    router.add('put', 'status/automatic-push', 'act', async ({ user, body }): Promise<Status> => {
        const { instanceId, on } = fields(body)
        await autoPush.set(user, platformId(instanceId), flag(on, 'on'))
        return await statusOf(user, 'nothing')
    })
}

/** @throws CodedError `body-invalid` */
function lookOf (value: unknown): Look {
    const look = looks.find(each => each === value)
    if (look === undefined) {
        throw new CodedError('body-invalid', { field: 'look' })
    }
    return look
}
