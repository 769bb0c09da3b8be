import { isLoopback } from './server'

/** A proxy as axios takes it. */
export interface Proxy {
    protocol: string
    host: string
    port: number
    auth?: { username: string, password: string }
}

/**
 * The proxy rules of an environment (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY; the lower-case names win, as everywhere), read now and
 * never again. Loopback never goes through a proxy.
 * @returns the proxy for an origin; null where there is none, or its address is none
 */
export function proxyFrom (environment: NodeJS.ProcessEnv): (origin: string) => Proxy | null {
    const read = (name: string) => environment[name.toLowerCase()] || environment[name] || ''
    const proxies: Record<string, Proxy | null> = {
        'http:': parseProxy(read('HTTP_PROXY') || read('ALL_PROXY')),
        'https:': parseProxy(read('HTTPS_PROXY') || read('ALL_PROXY'))
    }
    const exceptions = read('NO_PROXY').toLowerCase().split(/[\s,]+/).filter(entry => entry !== '')
    return origin => {
        const url = new URL(origin)
        const isDirect = isLoopback(url.hostname) || exceptions.some(entry => isMeant(entry, url))
        return isDirect ? null : proxies[url.protocol] ?? null
    }
}

/** `*`, a name with everything below it (with or without `.` or `*.` before it), an address; each with a port or without. */
function isMeant (entry: string, url: URL): boolean {
    if (entry === '*') {
        return true
    }
    const [, name, port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [undefined, entry, undefined]
    const bare = name.replace(/^\*?\./, '')
    const samePort = port === undefined || port === portOf(url)
    return samePort && bare !== '' && (url.hostname === bare || url.hostname.endsWith(`.${bare}`))
}

function portOf (url: URL): string {
    return url.port || (url.protocol === 'https:' ? '443' : '80')
}

function parseProxy (text: string): Proxy | null {
    const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
    if (text === '' || !URL.canParse(withScheme)) {
        return null
    }
    const url = new URL(withScheme)
    if (!['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
        return null
    }
    const auth = url.username === '' ? undefined : { username: decoded(url.username), password: decoded(url.password) }
    return { protocol: url.protocol, host: url.hostname, port: Number(portOf(url)), ...(auth && { auth }) }
}

function decoded (text: string): string {
    try {
        return decodeURIComponent(text)
    } catch {
        // A password with a bare % is meant as it is written.
        return text
    }
}
