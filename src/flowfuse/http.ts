import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import axios, { AxiosError, type AxiosResponse } from 'axios'
import { CodedError, type Thing } from '../shared/errors'
import { limits } from '../shared/limits'
import { parseAnswer } from '../snapshot/parse'
import { connectionErrorCode, FlowFuseError, platformMessage } from './errors'
import { proxyFrom, type Proxy } from './proxy'
import { secretsIn, withoutSecrets } from './refusal-words'

/** A JSON body that was serialised beforehand, piece by piece. */
export interface SerialisedBody {
    chunks: Buffer[]
    /** Its whole length. */
    bytes: number
    /** What of it must not come back in the words of a refusal. */
    secrets: () => unknown
}

export interface PlatformRequest {
    method: 'GET' | 'POST' | 'PUT' | 'DELETE'
    /** Path below the origin, with every id encoded by `platformPath`. */
    path: string
    /** What is asked for, in the user's words; goes into `answer-unexpected`. */
    what: Thing
    body?: Record<string, unknown> | SerialisedBody
    /** Total time for the whole call in milliseconds; 30 s when absent. */
    timeoutMs?: number
    signal?: AbortSignal
    /** Gives the bytes of the JSON in place of its value, for those who read it elsewhere, and check it there. */
    unread?: true
}

/** Fixed when Node-RED starts: variables that flows or snapshots set later must not lead a token elsewhere. */
const proxyFor = proxyFrom(process.env)

const defaultTimeoutMs = 30_000
const tries = 3
const longestWaitMs = 10_000

/**
 * Fills ids into a path of the platform, encoded, so that none can leave its place.
 * @throws CodedError `id-invalid` for '', '.' and '..', which no encoding keeps in place
 */
export function platformPath (strings: TemplateStringsArray, ...ids: string[]): string {
    if (ids.some(id => ['', '.', '..'].includes(id))) {
        throw new CodedError('id-invalid')
    }
    return strings.reduce((path, piece, index) => path + encodeURIComponent(ids[index - 1] ?? '') + piece)
}

/**
 * One call to the platform at `origin`; `token` is sent there and nowhere else, because redirects are not followed.
 * GETs are repeated up to twice when the server is busy (429, 503) or cut the connection; nothing else is ever repeated.
 * @returns the parsed JSON of a 2xx answer, checked for depth and hostile keys, or a Buffer where `unread` asks for it
 * @throws FlowFuseError for everything else, also for a 2xx that is no JSON
 */
export async function callPlatform (origin: string, token: string | null, request: PlatformRequest): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
        try {
            return readAnswer(origin, token, request, await send(origin, token, request))
        } catch (error) {
            const waitMs = request.method === 'GET' && attempt < tries ? retryDelay(error, attempt) : null
            if (waitMs === null) {
                throw error
            }
            // Whoever stops waiting gets the failure that was waited for.
            await delay(waitMs, undefined, { signal: request.signal }).catch(() => { throw error })
        }
    }
}

async function send (origin: string, token: string | null, request: PlatformRequest): Promise<AxiosResponse<Buffer>> {
    const timeout = AbortSignal.timeout(request.timeoutMs ?? defaultTimeoutMs)
    const serialised = isSerialised(request.body) ? request.body : null
    let handedOver = serialised === null
    const proxy = proxyFor(origin)
    const data = serialised === null
        ? request.body
        : Readable.from(serialised.chunks).once('end', () => { handedOver = true })
    try {
        return await axios.request<Buffer>({
            url: origin + request.path,
            method: request.method,
            data,
            headers: {
                accept: 'application/json',
                'accept-encoding': 'identity',
                ...(request.body !== undefined && { 'content-type': 'application/json' }),
                ...(serialised !== null && { 'content-length': serialised.bytes }),
                ...(token !== null && { authorization: `Bearer ${token}` })
            },
            proxy: proxy ?? false,
            responseType: 'arraybuffer',
            decompress: false,
            maxRedirects: 0,
            maxBodyLength: Infinity,
            maxContentLength: limits.answerBytes,
            validateStatus: () => true,
            signal: request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal])
        })
    } catch (error) {
        throw connectionFailure(origin, request, error, handedOver, proxy)
    }
}

function connectionFailure (
    origin: string, request: PlatformRequest, error: unknown, handedOver: boolean, proxy: Proxy | null
): FlowFuseError {
    const cause = error instanceof AxiosError ? error : undefined
    const nodeCode = cause?.code ?? ''
    // The cause that axios gives holds the request with its headers: only its words go on, never the object.
    const reason = (cause?.message ?? String(error)).slice(0, 200)
    const detail = { mayHaveArrived: handedOver && !neverConnected(error) && failedCall(error) !== 'write' }
    if (/maxContentLength/.test(reason)) {
        return new FlowFuseError('answer-too-large', { server: origin, what: request.what, limit: limits.answerBytes }, detail)
    }
    // Only the proxy is connected to from here; what lies behind it, it tells by a status.
    if (proxy !== null && neverConnected(error)) {
        return new FlowFuseError('proxy-unreachable', { server: origin, proxy: `${proxy.host}:${proxy.port}`, reason }, detail)
    }
    if (/wrong version number|packet length too long/i.test(cause?.message ?? '')) {
        return new FlowFuseError('server-no-tls', { server: origin, to: origin.replace(/^https:/, 'http:') }, detail)
    }
    const seconds = Math.round((request.timeoutMs ?? defaultTimeoutMs) / 1000)
    return new FlowFuseError(connectionErrorCode(nodeCode), { server: origin, host: new URL(origin).hostname, reason, seconds }, detail)
}

/** True when the failure came before a connection stood, so that nothing can have been sent. */
function neverConnected (error: unknown): boolean {
    const { code } = error as { code?: unknown }
    return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || ['connect', 'getaddrinfo'].includes(failedCall(error))
}

/** The system call that failed; `write` means that a part of the request was never taken. */
function failedCall (error: unknown): string {
    const { cause } = error as { cause?: { syscall?: unknown } }
    return String(cause?.syscall)
}

function readAnswer (origin: string, token: string | null, request: PlatformRequest, response: AxiosResponse<Buffer>): unknown {
    const status = response.status
    const isJson = /^application\/(\w+\+)?json\b/i.test(String(response.headers['content-type'] ?? ''))
    const detail = { platformStatus: status, mayHaveArrived: true }
    const fail = (code: FlowFuseError['code'], params: FlowFuseError['params'] = {}) =>
        new FlowFuseError(code, { server: origin, what: request.what, status, ...params }, detail)
    const parsed = () => parseAnswer(Buffer.from(response.data).toString('utf8'), request.what)
    if (status >= 200 && status < 300) {
        // Old platforms answer unknown routes with 200 and a web page.
        if (!isJson) {
            throw fail('answer-unexpected')
        }
        if (request.unread) {
            return response.data
        }
        try {
            return parsed()
        } catch (error) {
            throw error instanceof CodedError ? fail(error.code) : error
        }
    }
    if (status >= 300 && status < 400) {
        const to = redirectOrigin(origin, response.headers.location)
        throw to === null ? fail('answer-unexpected') : fail('server-redirects', { to })
    }
    const open = (words: string) => withoutSecrets(words, [token, sentInConfidence(request)])
    const message = (isJson ? platformMessage(safely(parsed), open) : '') || open(response.statusText).slice(0, 100)
    switch (status) {
    case 401: throw fail('token-refused')
    case 403: throw fail('not-permitted')
    case 404: throw fail('gone')
    case 407: throw fail('proxy-failed')
    case 409: throw fail('platform-conflict', { message })
    case 413: throw fail('server-takes-less')
    case 429: throw fail('rate-limited', { seconds: retryAfterSeconds(response) ?? 60 })
    default: throw status >= 500
        ? fail('server-error', { message, seconds: retryAfterSeconds(response) ?? 0 })
        : fail('platform-refused', { message })
    }
}

/** The other web server that a redirect points to; null when it points to none. */
function redirectOrigin (origin: string, location: unknown): string | null {
    const url = typeof location === 'string' && URL.canParse(location, origin) ? new URL(location, origin) : null
    return url !== null && ['http:', 'https:'].includes(url.protocol) && url.origin !== origin ? url.origin : null
}

function retryAfterSeconds (response: AxiosResponse): number | null {
    const seconds = Number(response.headers['retry-after'] ?? NaN)
    return Number.isFinite(seconds) && seconds >= 0 ? seconds : null
}

/** How long to wait before the next try in milliseconds, or null when a repetition makes no sense. */
function retryDelay (error: unknown, attempt: number): number | null {
    if (!(error instanceof FlowFuseError)) {
        return null
    }
    const busy = error.platformStatus === 429 || error.platformStatus === 503
    if (busy) {
        const waitMs = Number(error.params.seconds) * 1000 || attempt * 500
        return waitMs <= longestWaitMs ? waitMs : null
    }
    return error.code === 'server-cut' ? attempt * 200 : null
}

function safely (read: () => unknown): unknown {
    try {
        return read()
    } catch {
        // An unreadable body of an error answer says nothing more than its status did.
        return undefined
    }
}

function sentInConfidence ({ body }: PlatformRequest): unknown {
    return isSerialised(body) ? body.secrets() : secretsIn(body)
}

function isSerialised (body: PlatformRequest['body']): body is SerialisedBody {
    return body !== undefined && Array.isArray((body as SerialisedBody).chunks)
}
