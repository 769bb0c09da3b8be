/** Who a request speaks for: a personal access token, or the cookie of a signed-in session. */
export type Identity = { token: string } | { cookie: string }

/** The platform answered with an error, or with something that is no JSON. `body` is what it sent, parsed where it could be. */
export class PlatformError extends Error {
    constructor (message: string, readonly status: number, readonly body: unknown) {
        super(message)
        this.name = 'PlatformError'
    }
}

/**
 * One request to the platform's API.
 * @param url the platform's address, without a path
 * @param identity who asks
 * @param path the path, with the leading slash
 * @param body sent as JSON; none when undefined
 * @returns the parsed answer, as the type the caller expects; undefined for an empty one
 * @throws PlatformError for a status that is not 2xx and for an answer that is not JSON
 */
export async function call<T> (url: string, identity: Identity, method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(url + path, {
        method,
        headers: {
            ...('token' in identity ? { authorization: `Bearer ${identity.token}` } : { cookie: identity.cookie }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' })
        },
        body: body === undefined ? undefined : JSON.stringify(body)
    })
    const text = await response.text()
    const answer = parse(text)
    if (!response.ok) throw new PlatformError(`${method} ${path} was refused with ${response.status}: ${text.slice(0, 500)}`, response.status, answer)
    // The platform answers routes it does not know with its web page and status 200.
    if (text !== '' && answer === text) throw new PlatformError(`${method} ${path} answered ${response.status} without JSON: is there such a route?`, response.status, text)
    return answer as T
}

/**
 * Signs in as the login page does.
 * @returns the session's cookie
 * @throws PlatformError when the name or password is wrong
 */
export async function login (url: string, username: string, password: string): Promise<{ cookie: string }> {
    const response = await fetch(`${url}/account/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password })
    })
    const cookie = response.headers.getSetCookie().find(header => header.startsWith('sid='))?.split(';')[0]
    if (!response.ok || !cookie) throw new PlatformError(`Signing in as ${username} was refused with ${response.status}.`, response.status, await response.text())
    return { cookie }
}

function parse (text: string): unknown {
    if (text === '') return undefined
    try {
        return JSON.parse(text)
    } catch {
        return text
    }
}
