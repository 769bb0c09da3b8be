import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { getUser, type User } from '../flowfuse/account'
import { FlowFuseError } from '../flowfuse/errors'
import { authorizeUrl, callbackEnding, exchangeCode, newVerifier } from '../flowfuse/oauth'
import { tokenSession } from '../flowfuse/session'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import { limits } from '../shared/limits'
import type { SignInState } from '../shared/requests'

/** What came back from the platform, through a browser that may be anybody's. */
export interface Callback { state: string, code: string, error: string, errorDescription: string, cookies: string }

/** A finished sign-in that its user has not accepted yet. */
export interface PendingSignIn { id: string, server: string, user: User, refreshToken: string }

interface Attempt {
    readonly id: string
    readonly user: string
    readonly server: string
    readonly redirectUri: string
    readonly verifier: string
    readonly startedAt: number
    /** Each works once; null when used. */
    ticket: string | null
    cookie: string | null
    state: string | null
    outcome: { pending: PendingSignIn } | { error: ErrorAnswer } | null
}

/**
 * Sign-ins under way, for five minutes each. An attempt is bound to the Node-RED user who started it and, by a cookie that the first page
 * of its window sets, to that browser: a link of somebody else's sign-in leads nowhere.
 */
export class SignIns {
    private readonly attempts = new Map<string, Attempt>()

    constructor (private readonly now: () => number = Date.now) {}

    /** @param editorUrl checked by `editorAddress` */
    start (user: string, server: string, editorUrl: string): { id: string, ticket: string } {
        this.forgetOld(1)
        const id = randomUUID()
        const ticket = secret()
        const redirectUri = new URL(`flowfuse-snapshots/${callbackEnding}`, editorUrl).href
        this.attempts.set(id, {
            id, user, server, redirectUri, ticket, verifier: newVerifier(), startedAt: this.now(), cookie: null, state: secret(), outcome: null
        })
        return { id, ticket }
    }

    /**
     * The first page of the window: where to go on, and the cookie that the callback will ask for.
     * @throws CodedError `sign-in-late` for a ticket that is unknown, used or too old
     */
    open (ticket: string): { location: string, cookie: string } {
        this.forgetOld()
        const attempt = [...this.attempts.values()].find(candidate => candidate.ticket !== null && isSame(candidate.ticket, ticket))
        if (attempt === undefined || attempt.state === null) {
            throw new CodedError('sign-in-late', {}, 410)
        }
        const { server, redirectUri, verifier, state } = attempt
        attempt.ticket = null
        attempt.cookie = secret()
        return { location: authorizeUrl(server, { redirectUri, state, verifier }), cookie: setCookie(attempt, attempt.cookie) }
    }

    /**
     * The end of the sign-in. Whatever comes here first uses the state up.
     * @throws CodedError `sign-in-late` for a state that is unknown, used or too old, `sign-in-other-browser`, `sign-in-denied`; FlowFuseError
     */
    async finish (callback: Callback): Promise<void> {
        const { state, cookies } = callback
        this.forgetOld()
        const attempt = [...this.attempts.values()].find(candidate => candidate.state !== null && isSame(candidate.state, state))
        if (attempt === undefined) {
            throw new CodedError('sign-in-late', {}, 410)
        }
        const { cookie } = attempt
        attempt.state = null
        attempt.ticket = null
        attempt.cookie = null
        try {
            if (cookie === null || !cookiesNamed(cookies, cookieName(attempt)).some(value => isSame(cookie, value))) {
                throw new CodedError('sign-in-other-browser', {}, 403)
            }
            attempt.outcome = { pending: await complete(attempt, callback) }
        } catch (failure) {
            attempt.outcome = { error: failure instanceof CodedError ? failure.toAnswer() : { code: 'internal', params: {} } }
            throw failure
        }
    }

    /** @throws CodedError `sign-in-unknown`, also for another user's sign-in */
    state (user: string, id: string): SignInState {
        const { outcome, server } = this.own(user, id)
        if (outcome === null) {
            return { phase: 'waiting' }
        }
        if ('error' in outcome) {
            return { phase: 'failed', error: outcome.error }
        }
        const { username, name } = outcome.pending.user
        return { phase: 'ready', server, user: { username, name } }
    }

    /** What the user has seen and accepted; it is forgotten here. @throws CodedError `sign-in-unknown` */
    take (user: string, id: string): PendingSignIn {
        const { outcome } = this.own(user, id)
        if (outcome === null || 'error' in outcome) {
            throw new CodedError('sign-in-unknown', {}, 404)
        }
        this.attempts.delete(id)
        return outcome.pending
    }

    cancel (user: string, id: string): void {
        this.own(user, id)
        this.attempts.delete(id)
    }

    private own (user: string, id: string): Attempt {
        this.forgetOld()
        const attempt = this.attempts.get(id)
        if (attempt === undefined || attempt.user !== user) {
            throw new CodedError('sign-in-unknown', {}, 404)
        }
        return attempt
    }

    /** Too old, or more than anybody needs: the oldest go first, also to make room for `more`. */
    private forgetOld (more = 0): void {
        const excess = this.attempts.size + more - limits.signIns
        ;[...this.attempts.values()].forEach(({ id, startedAt }, index) => {
            if (index < excess || this.now() - startedAt >= limits.signInMs) {
                this.attempts.delete(id)
            }
        })
    }
}

/**
 * Where the editor is, as its browser says, checked: FlowFuse will lead there with the code.
 * @param origin `Origin` of the request, which a page can't forge
 * @throws CodedError `origin-refused` for another place than the request came from, `editor-url-invalid`
 */
export function editorAddress (text: string, origin: string | undefined): string {
    if (text.length > limits.serverUrlLength || !URL.canParse(text)) {
        throw new CodedError('editor-url-invalid')
    }
    const url = new URL(text)
    if (!['http:', 'https:'].includes(url.protocol) || url.origin !== origin) {
        throw new CodedError('origin-refused', {}, 403)
    }
    // The path goes into a cookie's attributes, where a semicolon would begin another one.
    if (url.username !== '' || url.password !== '' || !/^[\w/.~%!$&'()*+,=:@-]*$/.test(url.pathname)) {
        throw new CodedError('editor-url-invalid')
    }
    return url.origin + url.pathname
}

async function complete (attempt: Attempt, { code, error, errorDescription }: Callback): Promise<PendingSignIn> {
    const { id, server, verifier, redirectUri } = attempt
    if (error === 'access_denied') {
        throw new CodedError('sign-in-denied', { server }, 403)
    }
    if (error !== '' || code === '') {
        throw new CodedError('platform-refused', { server, message: (errorDescription || error || 'no code').slice(0, 200) }, 502)
    }
    try {
        const pair = await exchangeCode(server, { code, verifier, redirectUri })
        const user = await getUser(tokenSession(server, pair.accessToken))
        return { id, server, user, refreshToken: pair.refreshToken }
    } catch (failure) {
        throw failure instanceof FlowFuseError ? withoutToken(failure) : failure
    }
}

/** Nobody pasted a token here, so that no sentence is to tell of one. */
function withoutToken (failure: FlowFuseError): FlowFuseError {
    switch (failure.platformStatus) {
    case 401: return failure.as('signed-out')
    case 403: return failure.as('not-permitted')
    default: return failure
    }
}

/** A name of its own for each attempt: on localhost all ports share their cookies. */
function cookieName ({ id }: Attempt): string {
    return `ffs-sign-in-${id}`
}

function setCookie (attempt: Attempt, value: string): string {
    const { protocol, pathname } = new URL(attempt.redirectUri)
    const attributes = [`Path=${pathname}`, `Max-Age=${limits.signInMs / 1000}`, 'HttpOnly', 'SameSite=Lax', ...(protocol === 'https:' ? ['Secure'] : [])]
    return [`${cookieName(attempt)}=${value}`, ...attributes].join('; ')
}

function cookiesNamed (header: string, name: string): string[] {
    return header.split(';').map(pair => pair.trim().split('=')).filter(([key]) => key === name).map(([, value]) => value ?? '')
}

function secret (): string {
    return randomBytes(32).toString('base64url')
}

function isSame (one: string, other: string): boolean {
    const [a, b] = [Buffer.from(one), Buffer.from(other)]
    return a.length === b.length && timingSafeEqual(a, b)
}
