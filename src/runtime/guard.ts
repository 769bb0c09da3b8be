import type { Request, RequestHandler, Response } from 'express'
import { callbackEnding } from '../flowfuse/oauth'
import { CodedError } from '../shared/errors'
import { fileType } from '../shared/files'

export interface GuardRules {
    /** `X-Forwarded-Host` counts, because a reverse proxy of the operator's sets it; of several values the last, which the nearest one added. */
    trustProxy: boolean
    /** Node-RED has no `adminAuth`. */
    isOpen: boolean
    /** Host names that are trusted besides the private ones. */
    allowedHosts: string[]
}

/** Endings of names that public DNS never gives to anybody, so that no foreign page can point one at this machine. */
const privateEndings = ['.local', '.lan', '.internal', '.home.arpa', '.localhost']

/** What Node.js keeps of a request's headers where its server says no other number: `maxHeadersCount`. */
const keptHeaders = 1000

/** What the guard looks at. `socket` tells which server took the request. */
export type GuardedRequest = Pick<Request, 'method' | 'headers'> & Partial<Pick<Request, 'path' | 'rawHeaders' | 'socket'>>

/**
 * Stands before every route of the plugin. Node-RED's admin API allows every origin on 4.1, and asks for no sign-in by default: without
 * this any web page could read and change things here.
 * @throws CodedError `headers-refused`, `origin-refused`, `host-refused`, `content-type-refused`
 */
export function checkRequest (request: GuardedRequest, rules: GuardRules): void {
    const { method, headers, path } = request
    // A browser sends its own headers behind those of the page: the page could push them over the edge.
    if (mayLackHeaders(request)) {
        throw new CodedError('headers-refused', {}, 431)
    }
    // FlowFuse leads the browser to the callback, so it comes from another site; a state and a cookie guard it instead.
    if (method !== 'GET' || path !== `/${callbackEnding}`) {
        checkOrigin(request, rules)
    }
    checkHost(request, rules)
    if (!isRead(method) && !isSendable(headers['content-type'] ?? '')) {
        throw new CodedError('content-type-refused', {}, 415)
    }
}

/** Node.js drops what comes after so many headers and says nothing of it. */
function mayLackHeaders ({ rawHeaders = [], socket }: GuardedRequest): boolean {
    const { maxHeadersCount } = (socket as { server?: { maxHeadersCount?: number | null } } | undefined)?.server ?? {}
    // Names and values, one after the other. 0 is no limit for Node.js; nobody in earnest sends more than the usual one.
    return rawHeaders.length >= 2 * (maxHeadersCount && maxHeadersCount > 0 ? maxHeadersCount : keptHeaders)
}

/** JSON, or a snapshot file: what a page of another origin can't send without being asked first. */
function isSendable (contentType: string): boolean {
    const [type = ''] = contentType.toLowerCase().split(';')
    return ['application/json', fileType].includes(type.trim())
}

function checkOrigin ({ method, headers }: Pick<Request, 'method' | 'headers'>, rules: GuardRules): void {
    const reads = isRead(method)
    const host = requestHost(headers, rules.trustProxy)
    const site = headers['sec-fetch-site']
    const siteIsOurs = site === undefined || site === 'same-origin' || (reads && site === 'none')
    const { origin } = headers
    const originIsOurs = origin === undefined ? reads || isProgram(headers, rules) : hostOf(origin) === host
    if (!siteIsOurs || !originIsOurs) {
        throw new CodedError('origin-refused', {}, 403)
    }
}

function checkHost ({ headers }: Pick<Request, 'headers'>, rules: GuardRules): void {
    const host = requestHost(headers, rules.trustProxy)
    // Whoever reaches Node-RED past the proxy can forward any name: then only the operator's word makes one trusted.
    const isForwarded = host !== ownHost(headers)
    if (rules.isOpen && !isAllowedHost(host, rules.allowedHosts) && (isForwarded || !isPrivateHost(host))) {
        throw new CodedError('host-refused', { host: host.slice(0, 255) }, 403)
    }
}

function isRead (method: string): boolean {
    return method === 'GET' || method === 'HEAD'
}

/** The guard as a middleware; it also takes back what Node-RED's CORS handler said, and keeps answers out of caches. */
export function guard (rules: GuardRules): RequestHandler {
    return (request, response, next) => {
        response.getHeaderNames().filter(name => name.startsWith('access-control-')).forEach(name => response.removeHeader(name))
        response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
        try {
            checkRequest(request, rules)
            next()
        } catch (error) {
            sendError(response, error)
        }
    }
}

/** Sends any error as `{code, params}`; what is no CodedError says nothing of itself to the browser. */
export function sendError (response: Response, error: unknown): void {
    const coded = error instanceof CodedError ? error : new CodedError('internal', {}, 500)
    if (!response.headersSent) {
        response.status(coded.status).json(coded.toAnswer())
    }
}

function requestHost (headers: Request['headers'], trustProxy: boolean): string {
    const forwarded = trustProxy ? headers['x-forwarded-host'] : undefined
    return forwarded === undefined ? ownHost(headers) : String(forwarded).split(',').at(-1)!.trim().toLowerCase()
}

function ownHost ({ host = '' }: Request['headers']): string {
    return host.toLowerCase()
}

/** @returns null for what is no page's. Where a proxy ends TLS, the page's scheme is another than the one that came here. */
function hostOf (origin: string): string | null {
    const { protocol, host } = URL.canParse(origin) ? new URL(origin) : { protocol: '', host: '' }
    return ['http:', 'https:'].includes(protocol) ? host : null
}

/** No browser sends a bearer by itself, and no page knows one. In an open editor none means anything: a page could make one up. */
function isProgram (headers: Request['headers'], { isOpen }: GuardRules): boolean {
    return !isOpen && /^bearer .+/i.test(headers.authorization ?? '')
}

/** Names that only somebody on this network can have given: what a foreign page could resolve to us (DNS rebinding) is not among them. */
function isPrivateHost (host: string): boolean {
    const hostname = hostnameOf(host)
    const isAddress = /^\[.*\]$|^\d{1,3}(\.\d{1,3}){3}$/.test(hostname)
    const isSingleLabel = hostname !== '' && !hostname.includes('.')
    return isAddress || isSingleLabel || privateEndings.some(ending => hostname.endsWith(ending))
}

function isAllowedHost (host: string, allowedHosts: string[]): boolean {
    const hostname = hostnameOf(host)
    return hostname !== '' && allowedHosts.some(allowed => [hostname, host].includes(allowed.toLowerCase()))
}

/** @returns '' for what is no host: more than name and port would be read as a user or a path */
function hostnameOf (host: string): string {
    return /[@/\\?#]/.test(host) || !URL.canParse(`http://${host}`) ? '' : new URL(`http://${host}`).hostname
}
