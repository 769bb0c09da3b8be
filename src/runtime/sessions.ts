import { tokenSession, type Session } from '../flowfuse/session'
import type { Services } from './routes/router'

/**
 * The user's sign-in, ready for calls. A platform that refuses the token leaves it stored: it may be the server that is wrong.
 * @throws CodedError `not-connected`, `store-sealed-otherwise`
 */
export async function openSession ({ connections }: Pick<Services, 'connections'>, user: string): Promise<Session> {
    const { server, token } = await connections.token(user)
    return tokenSession(server, token)
}
