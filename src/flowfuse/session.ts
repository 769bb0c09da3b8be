import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import type { SignInKind } from '../shared/abilities'
import { callPlatform, type PlatformRequest } from './http'

/** A sign-in: calls to one origin as one user. The token stays inside. */
export interface Session {
    readonly origin: string
    /** What kind of sign-in it is: that limits what it may do, beside the user's role. */
    readonly kind: SignInKind
    request (request: PlatformRequest): Promise<unknown>
}

/** A session with a personal access token, bound for its whole life to the origin it was given for. */
export function tokenSession (origin: string, token: string, kind: 'token' | 'read-only-token' = 'token'): Session {
    return {
        origin,
        kind,
        request: request => callPlatform(origin, token, request)
    }
}

/**
 * A token as a user pasted it, without the white space around it.
 * @throws CodedError `token-missing`, or `token-malformed` for what no HTTP header may carry
 */
export function pastedToken (text: string): string {
    const token = text.trim()
    if (token === '') {
        throw new CodedError('token-missing')
    }
    if (token.length > limits.tokenLength || !/^[\x21-\x7e]+$/.test(token)) {
        throw new CodedError('token-malformed')
    }
    return token
}
