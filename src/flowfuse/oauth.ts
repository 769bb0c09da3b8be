import { createHash, randomBytes } from 'node:crypto'
import { asObject, text } from '../snapshot/parse'
import { FlowFuseError } from './errors'
import { callPlatform } from './http'

/** The client that FlowFuse knows Node-RED plugins by. Its rights are fixed: to list, and to create snapshots. */
const client = 'ff-plugin'

/** FlowFuse sends a code only to addresses whose path ends like this, whatever comes before. */
export const callbackEnding = 'flowfuse-nr-tools/auth/callback'

/** What a sign-in gives. Both tokens die together: a refresh replaces both, and the use of an expired access token destroys both. */
export interface TokenPair {
    accessToken: string
    refreshToken: string
    /** How long the access token is good for, counted from before it was asked for, in milliseconds. */
    lifeMs: number
}

/** A secret that only we know until the code is exchanged (PKCE): who steals the code can do nothing with it. */
export function newVerifier (): string {
    return randomBytes(48).toString('base64url')
}

/** Where the user signs in and agrees; an address of the platform for a browser. */
export function authorizeUrl (origin: string, { redirectUri, state, verifier }: { redirectUri: string, state: string, verifier: string }): string {
    const url = new URL('/account/authorize', origin)
    url.search = new URLSearchParams({
        client_id: client,
        scope: client,
        response_type: 'code',
        state,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        redirect_uri: redirectUri
    }).toString()
    return url.href
}

/**
 * The tokens for the code that came with the callback. A code works once.
 * @throws FlowFuseError; a wrong verifier is a `server-error`, since the platform answers it with 500
 */
export async function exchangeCode (
    origin: string, { code, verifier, redirectUri }: { code: string, verifier: string, redirectUri: string }
): Promise<TokenPair> {
    return await tokens(origin, { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri })
}

/**
 * A new pair for an old one, also when that has expired but was never presented since.
 * @throws FlowFuseError `signed-out` when the platform refuses; anything else leaves open whether the old pair is still good
 */
export async function refreshTokens (origin: string, refreshToken: string): Promise<TokenPair> {
    try {
        return await tokens(origin, { grant_type: 'refresh_token', refresh_token: refreshToken })
    } catch (error) {
        // Its own words prove that the platform refused, and not something in between.
        const refused = error instanceof FlowFuseError && error.platformStatus === 400 && /refresh_token/.test(String(error.params.message))
        throw refused ? error.as('signed-out') : error
    }
}

async function tokens (origin: string, grant: Record<string, string>): Promise<TokenPair> {
    const answer = asObject(await callPlatform(origin, null, {
        method: 'POST', path: '/account/token', what: 'sign-in', body: { client_id: client, ...grant }
    }), 'sign-in')
    const pair = { accessToken: text(answer, 'access_token'), refreshToken: text(answer, 'refresh_token') }
    const seconds = answer.expires_in
    // What no header may carry is no token, and a life that is no number can't be kept to.
    const usable = Object.values(pair).every(token => /^[\x21-\x7e]{1,1024}$/.test(token)) && typeof seconds === 'number' && seconds > 0
    if (!usable) {
        throw new FlowFuseError('answer-unexpected', { server: origin, what: 'sign-in' }, { platformStatus: 200, mayHaveArrived: true })
    }
    return { ...pair, lifeMs: seconds * 1000 }
}
