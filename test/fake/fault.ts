import { setTimeout as delay } from 'node:timers/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './answer'

/** A request as the platform received it. */
export interface RecordedRequest {
    method: string
    /** Path with query. */
    path: string
    headers: IncomingMessage['headers']
    /** Parsed when it was JSON, else the text; undefined without body, or when it was too large to be read. */
    body: unknown
}

/** Which requests a fault is for. A `path` without query matches whatever the query is. */
export type Matcher =
    | { method?: string, path?: string | RegExp }
    | ((request: Pick<RecordedRequest, 'method' | 'path' | 'headers'>) => boolean)

/** What is answered instead of the normal answer. */
export interface FaultResponse {
    status?: number
    /** Objects are sent as JSON, texts and bytes as they are. */
    body?: unknown
    /** null: no such header. */
    contentType?: string | null
    headers?: Record<string, string | string[]>
    /** Wait this long (ms) before answering. */
    delay?: number
    /** Answer only when this is settled: a test that decides when needs no clock. */
    after?: Promise<unknown>
    /**
     * The platform does what was asked before the fault answers, and its own answer is sent where the fault has no status
     * and no body. With `cut`: the work is done, but the client never hears of it.
     */
    handled?: true
    /** Cut the connection: before anything is sent ('at-once'), or after the header and half of the body ('mid-body'). */
    cut?: 'at-once' | 'mid-body'
}

/**
 * A fault that does as it likes; `normally` does what was asked and gives the normal answer. If the fault neither answers
 * nor destroys, the client waits until the platform stops.
 */
export type FaultHandler = (
    request: IncomingMessage,
    response: ServerResponse,
    recorded: RecordedRequest,
    normally: () => Answer
) => unknown

interface Fault {
    matches: (request: Pick<RecordedRequest, 'method' | 'path' | 'headers'>) => boolean
    answer: FaultResponse | FaultHandler
    times: number
}

/** The faults a test has laid. The oldest one that matches is taken. */
export class Faults {
    private faults: Fault[] = []

    /** Lays a fault for the next `times` matching requests; gives back a function that removes it. */
    add (matcher: Matcher, answer: Fault['answer'], times: number): () => void {
        const fault: Fault = { matches: typeof matcher === 'function' ? matcher : byRoute(matcher), answer, times }
        this.faults.push(fault)
        return () => {
            this.faults = this.faults.filter((other) => other !== fault)
        }
    }

    /** The fault for this request, which counts as one of its times. */
    take (request: Pick<RecordedRequest, 'method' | 'path' | 'headers'>): Fault['answer'] | undefined {
        const fault = this.faults.find(({ matches }) => matches(request))
        if (!fault) return undefined
        fault.times -= 1
        if (fault.times <= 0) this.faults = this.faults.filter((other) => other !== fault)
        return fault.answer
    }
}

function byRoute ({ method, path }: { method?: string, path?: string | RegExp }): Fault['matches'] {
    return (request) => {
        if (method !== undefined && method !== request.method) return false
        if (path === undefined) return true
        if (path instanceof RegExp) return path.test(request.path)
        return path === request.path || path === request.path.split('?')[0]
    }
}

/** Answers with a fault. */
export async function answerFault (
    fault: FaultResponse | FaultHandler,
    request: IncomingMessage,
    response: ServerResponse,
    recorded: RecordedRequest,
    normally: () => Answer
): Promise<void> {
    if (typeof fault === 'function') {
        await fault(request, response, recorded, normally)
        return
    }
    const normal = fault.handled ? normally() : undefined
    if (fault.delay !== undefined) await delay(fault.delay)
    await fault.after?.catch(() => undefined)
    if (fault.cut === 'at-once') {
        request.socket.destroy()
        return
    }
    const own = fault.status !== undefined || fault.body !== undefined
    const { bytes, contentType } = contentOf(normal && !own ? { ...fault, ...answerAsFault(normal) } : fault)
    response.writeHead(fault.status ?? normal?.status ?? 200, {
        ...(contentType !== null && { 'content-type': contentType }),
        'content-length': bytes.length,
        ...fault.headers
    })
    if (fault.cut === 'mid-body') {
        response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => request.socket.destroy())
        return
    }
    response.end(bytes)
}

function answerAsFault ({ json, text, contentType }: Answer): FaultResponse {
    return json === undefined ? { body: text, contentType: contentType ?? null } : { body: json }
}

function contentOf ({ body, contentType }: FaultResponse): { bytes: Buffer, contentType: string | null } {
    if (body === undefined) return { bytes: Buffer.alloc(0), contentType: contentType ?? null }
    if (Buffer.isBuffer(body)) return { bytes: body, contentType: contentType ?? null }
    const standard = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8'
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return { bytes: Buffer.from(text), contentType: contentType === undefined ? standard : contentType }
}
