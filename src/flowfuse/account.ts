import { asObject, text } from '../snapshot/parse'
import { FlowFuseError } from './errors'
import type { Session } from './session'

export interface User { id: string, username: string, name: string }

/**
 * The user behind a sign-in.
 * @throws FlowFuseError `token-refused` (401), `token-powerless` (403: a token made without a name has no rights at all)
 */
export async function getUser (session: Session): Promise<User> {
    try {
        const user = asObject(await session.request({ method: 'GET', path: '/api/v1/user', what: 'user' }), 'user')
        return { id: text(user, 'id'), username: text(user, 'username'), name: text(user, 'name') }
    } catch (error) {
        throw error instanceof FlowFuseError && error.platformStatus === 403 ? error.as('token-powerless') : error
    }
}
