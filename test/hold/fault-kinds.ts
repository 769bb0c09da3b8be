import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { ServerResponse } from 'node:http'
import type { Exchange, Laid, Mishap, Passed } from './fault-proxy'

/**
 * One kind of fault. harmless: what was asked for goes through all the same. unheard: the platform did nothing of it. lost: it did, and the
 * answer says nothing of that. refused: the platform has said no.
 */
export interface Fault { name: string, means: 'harmless' | 'unheard' | 'lost' | 'refused', mishap: Laid['mishap'] }

const json = 'application/json; charset=utf-8'
const page = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>'
const gatewayPage = '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>'
export const gigabyte = 1024 ** 3

const answering = (status: number, body: string, type: string = json, headers: Record<string, string> = {}): Mishap => ({ response }) => {
    response.writeHead(status, { 'content-type': type, ...headers }).end(body)
}
const refusing = (status: number, body: object, headers: Record<string, string> = {}) => answering(status, JSON.stringify(body), json, headers)

/** Sends the answer as it is on the wire, up to so many bytes, and breaks the connection. */
const cutting = (howFar: (whole: number, head: number) => number): Mishap => async ({ request, pass }) => {
    const { status, headers, body } = await pass()
    const head = `HTTP/1.1 ${status} OK\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`).join('')}\r\n`
    const whole = Buffer.concat([Buffer.from(head), body])
    const part = whole.subarray(0, howFar(whole.length, head.length))
    request.socket.write(part, () => request.socket.destroy())
}

/** Nothing comes but a byte now and then, until the client has had enough. */
const dripping: Mishap = async ({ response, expire }) => {
    response.writeHead(200, { 'content-type': json })
    for (const byte of '{"id": "') {
        response.write(byte)
        await delay(1)
    }
    await expire()
}

/** As much as the client takes of so many pieces. */
export async function pour (response: ServerResponse, piece: Buffer, times: number): Promise<void> {
    for (let at = 0; at < times && !response.destroyed; at++) {
        if (!response.write(piece)) {
            const ended = new AbortController()
            await Promise.race(['drain', 'close'].map(event => once(response, event, { signal: ended.signal }).catch(() => undefined)))
            ended.abort()
        }
    }
    response.end()
}

/** Members of gzip one after another are gzip: 64 of 16 MiB each. */
export const zippedMember = gzipSync(Buffer.alloc(16 * 1024 ** 2, ' '))
const zipped: Mishap = ({ response }) => {
    response.writeHead(200, { 'content-type': json, 'content-encoding': 'gzip' })
    return pour(response, zippedMember, gigabyte / (16 * 1024 ** 2))
}
const mebibyte = Buffer.alloc(1024 ** 2, ' ')
const endless: Mishap = ({ response }) => {
    response.writeHead(200, { 'content-type': json })
    return pour(response, mebibyte, 1024)
}

/** The platform does it first. */
const afterwards = (mishap: Mishap): Mishap => async (exchange: Exchange) => {
    await exchange.pass()
    await mishap(exchange)
}
const late: Mishap = async ({ response, pass }) => {
    const { status, headers, body }: Passed = await pass()
    await delay(25)
    const { connection: _own, 'keep-alive': _too, ...rest } = headers
    response.writeHead(status, rest).end(body)
}

const unauthorized = { code: 'unauthorized', error: 'unauthorized' }
const internal = { statusCode: 500, error: 'Internal Server Error', message: 'kaboom' }

/** Those that leave it open whether the platform has done what it was asked: once it has not, once it has. */
const both: Array<[string, Mishap]> = [
    ['no answer', ({ expire }) => expire()],
    ['a slow drip', dripping],
    ['a connection that breaks', ({ request }) => request.socket.resetAndDestroy()],
    ['a web page with 200', answering(200, page, 'text/html; charset=utf-8')],
    ['a web page that says it is JSON', answering(200, page)],
    ['nothing at all with 200', answering(200, '')],
    ['half of a JSON', answering(200, '{"id": "AbCdEfGhIj", "na')],
    ['another JSON', answering(200, '{"odd":true}')],
    ['an array for an object', answering(200, '[]')],
    ['hostile JSON', answering(200, '{"id":"s","__proto__":{"polluted":true}}')],
    ['what is no HTTP', ({ request }) => { request.socket.end('SSH-2.0-OpenSSH_9.6\r\n') }],
    ['500', refusing(500, internal)],
    ['502 of a gateway', answering(502, gatewayPage, 'text/html')],
    ['503', answering(503, '', 'text/plain', { 'retry-after': '0' })],
    ['504 of a gateway', answering(504, '', 'text/html')],
    ['a gigabyte in gzip', zipped],
    ['a gigabyte', endless]
]

/** Every fault. */
export const faults: Fault[] = [
    { name: 'nothing that listens', means: 'unheard', mishap: 'refused' },
    { name: 'the death of the platform', means: 'unheard', mishap: 'dies' },
    { name: 'an answer that takes its time', means: 'harmless', mishap: late },
    ...both.map(([name, mishap]): Fault => ({ name: `${name}, not done`, means: 'unheard', mishap })),
    ...both.map(([name, mishap]): Fault => ({ name: `${name}, done`, means: 'lost', mishap: afterwards(mishap) })),
    { name: 'a cut after 9 bytes, done', means: 'lost', mishap: cutting(() => 9) },
    { name: 'a cut in the head, done', means: 'lost', mishap: cutting((_whole, head) => Math.floor(head / 2)) },
    { name: 'a cut after the head, done', means: 'lost', mishap: cutting((_whole, head) => head) },
    { name: 'a cut one byte before the end, done', means: 'lost', mishap: cutting(whole => whole - 1) },
    { name: '400', means: 'refused', mishap: refusing(400, { code: 'invalid_request', error: 'Invalid' }) },
    { name: '401', means: 'refused', mishap: refusing(401, unauthorized) },
    { name: '402', means: 'refused', mishap: refusing(402, { code: 'not_licensed', error: 'Not licensed' }) },
    { name: '403', means: 'refused', mishap: refusing(403, unauthorized) },
    { name: '404', means: 'refused', mishap: refusing(404, { code: 'not_found', error: 'Not Found' }) },
    { name: '404 of a web page', means: 'refused', mishap: answering(404, page, 'text/html') },
    { name: '407', means: 'refused', mishap: answering(407, '', 'text/html') },
    { name: '409', means: 'refused', mishap: refusing(409, { code: 'conflict', error: 'Conflict' }) },
    { name: '413', means: 'refused', mishap: refusing(413, { code: 'FST_ERR_CTP_BODY_TOO_LARGE', error: 'Payload Too Large', message: 'Request body is too large' }) },
    { name: '413 of a gateway', means: 'refused', mishap: answering(413, '<html>413 Request Entity Too Large</html>', 'text/html') },
    { name: '429', means: 'refused', mishap: refusing(429, { error: 'Too Many Requests', message: 'Rate limit exceeded, retry in 1 minute' }) },
    { name: '429 for a moment', means: 'refused', mishap: refusing(429, { error: 'Too Many Requests' }, { 'retry-after': '0.01' }) },
    { name: 'a redirect to another origin', means: 'refused', mishap: ({ response, request, elsewhere }) => { response.writeHead(307, { location: `${elsewhere}${request.url}` }).end() } },
    { name: 'a redirect that is found elsewhere', means: 'refused', mishap: ({ response, elsewhere }) => { response.writeHead(302, { location: `${elsewhere}/login` }).end() } },
    { name: 'a redirect to its own sign-in', means: 'refused', mishap: ({ response }) => { response.writeHead(302, { location: '/login' }).end() } }
]
