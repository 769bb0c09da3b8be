import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import { asList, asObject, text } from '../snapshot/parse'
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
        // They are kept and shown: no server may fill the disk with them.
        const [id, username, name] = ['id', 'username', 'name'].map(key => text(user, key).slice(0, limits.nameLength)) as [string, string, string]
        return { id, username, name }
    } catch (error) {
        throw error instanceof FlowFuseError && error.platformStatus === 403 ? error.as('token-powerless') : error
    }
}

/**
 * True for a token that is surely read-only. The platform lists a user's tokens without saying which one asks, so that only a list of
 * nothing else proves it; a read-only token beside others shows itself by a refused push.
 */
export async function isReadOnly (session: Session): Promise<boolean> {
    try {
        const answer = asObject(await session.request({ method: 'GET', path: '/api/v1/user/tokens', what: 'user' }), 'user')
        const tokens = asList(answer.tokens, 'user')
        return tokens.length > 0 && tokens.every(token => asObject(token, 'user').readOnly === true)
    } catch (error) {
        // Nobody signs in to hear of this: what can't be read counts as unknown.
        if (error instanceof CodedError) {
            return false
        }
        throw error
    }
}
