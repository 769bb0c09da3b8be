import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'

export interface ServerRules {
    /** Operator's consent to send tokens over plain http to other machines (`allowHttp`). */
    allowHttp: boolean
    /** Origins that may be connected to; empty means any (`allowedServers`). */
    allowedServers: string[]
}

/**
 * The origin that a user's text means: no scheme is https, path and trailing slash are dropped (people paste page addresses).
 * @throws CodedError `server-url-invalid`, `server-http-refused` (plain http to anything but loopback), `server-not-allowed`
 */
export function serverOrigin (text: string, rules: ServerRules): string {
    const origin = parseOrigin(text)
    const url = new URL(origin)
    if (url.protocol === 'http:' && !isLoopback(url.hostname) && !rules.allowHttp) {
        throw new CodedError('server-http-refused', { server: origin })
    }
    if (rules.allowedServers.length > 0 && !rules.allowedServers.some(allowed => isOrigin(allowed, origin))) {
        throw new CodedError('server-not-allowed', { server: origin, allowed: rules.allowedServers.join(', ') })
    }
    return origin
}

/** True for names and addresses that never leave this machine. */
export function isLoopback (hostname: string): boolean {
    return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** An entry of the operator's that is no address allows nothing. */
function isOrigin (allowed: string, origin: string): boolean {
    try {
        return parseOrigin(allowed) === origin
    } catch {
        return false
    }
}

function parseOrigin (text: string): string {
    const invalid = new CodedError('server-url-invalid', { value: text.slice(0, 100) })
    const trimmed = text.trim()
    if (trimmed === '' || trimmed.length > limits.serverUrlLength) {
        throw invalid
    }
    // `host:port` without a scheme parses as scheme `host`, so only a real `://` counts as one.
    const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`
    if (!URL.canParse(withScheme)) {
        throw invalid
    }
    const url = new URL(withScheme)
    if (!['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '' || url.hostname === '') {
        throw invalid
    }
    return url.origin
}
