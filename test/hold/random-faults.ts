import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerFault } from '../fake/fault'
import type { FakeFlowFuse, FaultResponse } from '../fake/platform'

/** Numbers from 0 up to 1, the same for the same seed. */
export function randomFrom (seed: number): () => number {
    let state = seed >>> 0
    return () => {
        state = (state + 0x6D2B79F5) >>> 0
        let mixed = Math.imul(state ^ (state >>> 15), state | 1)
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    }
}

const page = { body: '<!DOCTYPE html><title>502 Bad Gateway</title>', contentType: 'text/html' }

/** What a platform, or something before it, may do to any request. `handled`: it was done all the same. */
const faults: Record<string, FaultResponse> = {
    'cut at once': { cut: 'at-once' },
    'cut after the work': { cut: 'at-once', handled: true },
    'cut in the answer': { cut: 'mid-body', handled: true },
    'late': { delay: 20, handled: true },
    'web page': page,
    'web page after the work': { ...page, handled: true },
    'other JSON': { body: { odd: [true] } },
    'broken JSON': { body: '{"id": "x', contentType: 'application/json' },
    'other JSON after the work': { body: [], handled: true },
    'unauthorized': { status: 401, body: { code: 'unauthorized', error: 'unauthorized' } },
    'forbidden': { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } },
    'not found': { status: 404, body: { code: 'not_found', error: 'Not Found' } },
    'conflict': { status: 409, body: { code: 'conflict', error: 'busy' } },
    'too large': { status: 413, body: { code: 'FST_ERR_CTP_BODY_TOO_LARGE', error: 'Payload Too Large' } },
    'too often': { status: 429, body: {}, headers: { 'retry-after': '0.01' } },
    'error': { status: 500, body: { code: 'unexpected_error', error: 'oh' } },
    'error after the work': { status: 500, body: { code: 'unexpected_error', error: 'oh' }, handled: true },
    'bad gateway': { status: 502, ...page },
    'bad gateway after the work': { status: 502, ...page, handled: true },
    'unavailable': { status: 503, ...page, headers: { 'retry-after': '0.01' } },
    'elsewhere': { status: 307 }
}

/** Lets one request of a platform in so many fail, by chance. */
export class RandomFaults {
    /** How often each fault came. */
    readonly came = new Map<string, number>()
    /** Requests that reached the place where redirections lead. */
    strangers = 0
    private isPaused = false
    private readonly elsewhere = createServer((_request, response) => {
        this.strangers++
        response.end('{}')
    })

    private constructor (private readonly random: () => number) {}

    /** @param rate of requests that fail, from 0 up to 1 */
    static async lay (fake: FakeFlowFuse, random: () => number, rate: number): Promise<RandomFaults> {
        const laid = new RandomFaults(random)
        await new Promise<void>(resolve => laid.elsewhere.listen(0, '127.0.0.1', resolve))
        fake.respondWith(() => !laid.isPaused && random() < rate, (...call) => answerFault(laid.draw(), ...call), Infinity)
        return laid
    }

    get count (): number {
        return [...this.came.values()].reduce((sum, count) => sum + count, 0)
    }

    /** What is done without any failure. */
    async without<T> (work: () => Promise<T>): Promise<T> {
        this.isPaused = true
        try {
            return await work()
        } finally {
            this.isPaused = false
        }
    }

    async stop (): Promise<void> {
        this.elsewhere.closeAllConnections()
        await new Promise(resolve => this.elsewhere.close(resolve))
    }

    private draw (): FaultResponse {
        const names = Object.keys(faults)
        const name = names[Math.floor(this.random() * names.length)]!
        this.came.set(name, (this.came.get(name) ?? 0) + 1)
        const { port } = this.elsewhere.address() as AddressInfo
        return { ...faults[name], ...(name === 'elsewhere' && { headers: { location: `http://127.0.0.1:${port}/` } }) }
    }
}
