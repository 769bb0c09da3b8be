import { OAuthSession } from '../flowfuse/oauth-session'
import { FlowFuseError } from '../flowfuse/errors'
import { tokenSession, type Session } from '../flowfuse/session'
import type { Services } from './services'
import type { Connections } from './store/connections'

/** One OAuth session a user, for all requests and jobs, because it replaces its tokens as it goes. */
const running = new WeakMap<Connections, Map<string, { id: string, session: OAuthSession }>>()

/**
 * The user's sign-in, ready for calls. A platform that refuses a token leaves it stored: it may be the server that is wrong.
 * @throws CodedError `not-connected`, `store-sealed-otherwise`, `signed-out`
 */
export async function openSession ({ connections }: Pick<Services, 'connections'>, user: string): Promise<Session> {
    const { server, token, signIn } = await connections.token(user)
    if (signIn?.kind !== 'oauth') {
        return tokenSession(server, token, signIn?.kind)
    }
    if (signIn.signedOut) {
        throw new FlowFuseError('signed-out', { server }, { mayHaveArrived: false })
    }
    const sessions = running.get(connections) ?? new Map<string, { id: string, session: OAuthSession }>()
    running.set(connections, sessions)
    const { id } = signIn
    const former = sessions.get(user)
    if (former?.id === id) {
        return former.session
    }
    const session = new OAuthSession(server, token, {
        keep: refreshToken => connections.renew(user, id, refreshToken),
        signedOut: () => connections.renew(user, id, null)
    })
    sessions.set(user, { id, session })
    return session
}
