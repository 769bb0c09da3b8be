import { getUser, isReadOnly } from '../../flowfuse/account'
import { serverOrigin } from '../../flowfuse/server'
import { pastedToken, tokenSession } from '../../flowfuse/session'
import { CodedError, type ErrorAnswer } from '../../shared/errors'
import type { PanelState } from '../../shared/requests'
import { fields, textField } from '../push-request'
import type { Services } from '../services'
import type { Router } from './router'

/** state: what the panel shows first, from the store alone; connection: signing in with a token, and forgetting it. */
export function addConnectionRoutes (router: Router, services: Services): void {
    router.add('get', 'state', 'see', ({ user }) => panelState(services, user))

    router.add('post', 'connection', 'act', async ({ user, body }) => {
        const { server, token } = fields(body)
        const origin = serverOrigin(textField(server, 'server'), services.settings)
        const pasted = pastedToken(textField(token, 'token'))
        // The server is asked without the token first, so that the token never goes to something that is no FlowFuse.
        await services.platforms.find(origin)
        const session = tokenSession(origin, pasted)
        const { id, username, name } = await getUser(session)
        const signIn = await isReadOnly(session) ? { signIn: { kind: 'read-only-token' as const } } : {}
        const former = await services.connections.get(user)
        const target = former?.server === origin ? former.target : null
        services.pulls.forgetUser(user)
        services.views.forgetRemote(user)
        await services.connections.connect(user, { server: origin, user: { id, username, name }, target, ...signIn }, pasted)
        return await panelState(services, user)
    })

    router.add('delete', 'connection', 'act', async ({ user }) => {
        services.pulls.forgetUser(user)
        services.views.forgetRemote(user)
        await services.connections.disconnect(user)
        return await panelState(services, user)
    })
}

export async function panelState ({ nodeRed, settings, connections, platforms, targets }: Services, user: string): Promise<PanelState> {
    const stored = await connections.get(user)
    const problem = connections.problem() ?? (stored === null ? null : await sealingProblem(connections.token(user)))
    const signedOut = stored?.signIn?.kind === 'oauth' && stored.signIn.signedOut
    const target = stored === null ? null : await targets.known(user, stored.server)
    return {
        version: PLUGIN_VERSION,
        defaultServer: settings.server,
        openEditor: nodeRed.isOpen,
        connection: stored === null
            ? null
            : {
                server: stored.server,
                user: { username: stored.user.username, name: stored.user.name },
                platformVersion: platforms.versionOf(stored.server),
                signIn: stored.signIn?.kind ?? 'token'
            },
        connectionProblem: problem ?? (signedOut ? { code: 'signed-out', params: { server: stored.server } } : null),
        target,
        link: stored === null || target === null ? null : await connections.link(stored.server, target.instance.id),
        preset: targets.preset
    }
}

async function sealingProblem (opening: Promise<unknown>): Promise<ErrorAnswer | null> {
    try {
        await opening
        return null
    } catch (error) {
        if (error instanceof CodedError) {
            return error.toAnswer()
        }
        throw error
    }
}
