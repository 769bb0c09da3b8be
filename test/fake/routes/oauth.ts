import { createHash, randomBytes } from 'node:crypto'
import { crashed, ok, redirect, Refusal, type Answer } from '../answer'
import { textField, type Call } from '../call'
import { isObject, type JsonObject } from '../json'
import type { Router } from '../router'

/** A sign-in on its way: a request until the user agrees, then a code. */
interface SignIn {
    redirectUri: URL
    state: string
    challenge: string
    userId?: string
}

/** Requests and codes of a platform; each can be used once. */
class SignIns {
    private readonly pending = new Map<string, SignIn>()

    keep (signIn: SignIn): string {
        const id = randomBytes(16).toString('base64url')
        this.pending.set(id, signIn)
        return id
    }

    take (id: string): SignIn | undefined {
        const signIn = this.pending.get(id)
        this.pending.delete(id)
        return signIn
    }

    has (id: string): boolean {
        return this.pending.has(id)
    }
}

const CLIENT = 'ff-plugin'

/** OAuth for plugins: no client secret, PKCE with S256. */
export function addOAuthRoutes (router: Router): void {
    const requests = new SignIns()
    const codes = new SignIns()
    router.add('GET', '/account/authorize', (call) => authorize(call, requests))
    router.add('GET', '/account/complete/:requestId', (call) => complete(call, requests, codes))
    router.add('GET', '/account/reject/:requestId', (call) => reject(call, requests))
    router.add('POST', '/account/token', (call) => giveTokens(call, codes))
}

const wrong = (description: string, error = 'invalid_request'): Refusal => new Refusal(400, { error, description })

/** The redirect target of a plugin: only the end of its path is looked at. */
function redirectOf (call: Call): URL {
    const names = call.world.generation.assistantSignIn ? '(flow(fuse|forge)-nr-tools|nr-assistant)' : 'flow(fuse|forge)-nr-tools'
    const text = call.query.get('redirect_uri') ?? ''
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (!url || !new RegExp(`/${names}/auth/callback$`).test(url.pathname)) throw wrong('Invalid redirect_uri')
    return url
}

function authorize (call: Call, requests: SignIns): Answer {
    const { query, world } = call
    if (query.get('client_id') !== CLIENT) throw wrong('Invalid client_id')
    const redirectUri = redirectOf(call)
    const state = query.get('state') ?? ''
    const back = (description: string, error = 'invalid_request'): Answer =>
        redirect(withQuery(redirectUri, { error, errorDescription: description, state }))
    const missing = ['scope', 'response_type', 'code_challenge', 'code_challenge_method'].find((name) => !query.has(name))
    if (missing) return back(`querystring must have required property '${missing}'`)
    if (query.get('response_type') !== 'code') {
        return back("Invalid response_type. Only 'code' is supported", 'unsupported_response_type')
    }
    const scope = query.get('scope') ?? ''
    if (scope !== CLIENT) {
        return back(world.generation.assistantSignIn ? `Invalid scope '${scope}'` : `Invalid scope '${scope}'. Only 'ff-plugin' is supported`)
    }
    if (query.get('code_challenge_method') !== 'S256') {
        return back("Invalid code_challenge_method. Only 'S256' is supported")
    }
    const id = requests.keep({ redirectUri, state, challenge: query.get('code_challenge') ?? '' })
    return redirect(`${world.base}/account/request/${id}`)
}

/** The user agrees. Asking with a token instead of a login fails, and uses the request up either way. */
function complete (call: Call, requests: SignIns, codes: SignIns): Answer {
    const { world, headers } = call
    const signIn = requests.take(call.params.requestId ?? '')
    if (!signIn) throw wrong('Invalid request')
    const caller = world.tokens.identify({ cookie: headers.cookie })
    if (typeof caller === 'string') throw wrong('Access Denied', 'access_denied')
    const code = codes.keep({ ...signIn, userId: caller.user.id })
    return redirect(withQuery(signIn.redirectUri, { code, state: signIn.state }))
}

function reject (call: Call, requests: SignIns): Answer {
    const signIn = requests.take(call.params.requestId ?? '')
    if (!signIn) throw wrong('Invalid request')
    const { redirectUri, state } = signIn
    return redirect(withQuery(redirectUri, { error: 'access_denied', errorDescription: 'Access Denied', state }))
}

function giveTokens (call: Call, codes: SignIns): Answer {
    const body = isObject(call.body) ? call.body : {}
    const grant = textField(body, 'grant_type')
    if (grant === undefined) throw wrong("body must have required property 'grant_type'")
    if (grant !== 'authorization_code' && grant !== 'refresh_token') {
        throw wrong("Invalid grant_type. Only 'authorization_code' and 'refresh_token' are supported")
    }
    if (grant === 'refresh_token') return refresh(call, body)
    return exchange(call, body, codes)
}

function refresh (call: Call, body: JsonObject): Answer {
    if (body.client_id !== CLIENT) throw wrong('Invalid client_id')
    if (typeof body.refresh_token !== 'string') {
        throw crashed('The "data" argument must be of type string. Received undefined', 'ERR_INVALID_ARG_TYPE')
    }
    const token = call.world.tokens.refresh(body.refresh_token)
    if (!token) throw wrong('Invalid refresh_token')
    return ok({ access_token: token.secret, expires_in: 1799, refresh_token: token.refreshToken })
}

/** A code for tokens. A wrong verifier is a bug of the platform: 500, and the code is gone. */
function exchange (call: Call, body: JsonObject, codes: SignIns): Answer {
    const signIn = codes.take(textField(body, 'code') ?? '')
    if (!signIn?.userId) throw wrong('Invalid code')
    if (body.client_id !== CLIENT) throw wrong('Invalid client_id')
    if (body.redirect_uri !== signIn.redirectUri.href) throw wrong('Invalid redirect_uri')
    if (typeof body.code_verifier !== 'string') throw wrong('Invalid code_verifier')
    const challenge = createHash('sha256').update(body.code_verifier).digest('base64url')
    if (challenge !== signIn.challenge) throw crashed('Invalid URL', 'ERR_INVALID_URL')
    const token = call.world.tokens.createPlugin(signIn.userId)
    return ok({ access_token: token.secret, expires_in: 1799, refresh_token: token.refreshToken, state: signIn.state })
}

/** A query replaces the one the redirect target had; blanks are written %20. */
function withQuery (target: URL, values: Record<string, string>): string {
    const query = Object.entries(values).map(([name, value]) => `${name}=${encode(value)}`)
    return `${target.href.split('?')[0]}?${query.join('&')}`
}

const encode = (text: string): string => encodeURIComponent(text).replace(/'/g, '%27')
