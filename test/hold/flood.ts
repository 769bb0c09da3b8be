/** What an answer of a gigabyte does to the memory of the process: `npm run test:hold -- flood`. */
import { setTimeout as delay } from 'node:timers/promises'
import { tokenSession } from '../../src/flowfuse/session'
import { limits } from '../../src/shared/limits'
import { ownServer } from '../flowfuse/own-server'
import { outcome } from '../guarantees/outcome'
import { gigabyte, pour, zippedMember } from './fault-kinds'
import type { HoldResult } from './run'

const mebibyte = 1024 ** 2
const plain = Buffer.alloc(mebibyte, ' ')

/** Megabytes that the process has grown by at most, and what became of the call. */
export interface Flood { rss: number, heap: number, became: string, seconds: number }

/** A gigabyte in place of an answer, as gzip or as it is. */
export async function flood (isZipped: boolean, status = 200): Promise<Flood> {
    const server = await ownServer((_request, response) => {
        response.writeHead(status, { 'content-type': 'application/json', ...(isZipped && { 'content-encoding': 'gzip' }) })
        response.on('error', () => undefined)
        void (isZipped ? pour(response, zippedMember, gigabyte / (16 * mebibyte)) : pour(response, plain, gigabyte / mebibyte))
    })
    // What a first call loads is not of the flood.
    await outcome(() => tokenSession('http://127.0.0.1:9', 'token').request({ method: 'GET', path: '/', what: 'user' }))
    const measured = () => { const { rss, heapUsed, external } = process.memoryUsage(); return { rss, heap: heapUsed + external } }
    const before = measured()
    const most = { ...before }
    const look = () => { const now = measured(); most.rss = Math.max(most.rss, now.rss); most.heap = Math.max(most.heap, now.heap) }
    const timer = setInterval(look, 1)
    const began = Date.now()
    try {
        const became = await outcome(() => tokenSession(server.url, 'token').request({ method: 'GET', path: '/api/v1/user', what: 'user' }))
        look()
        return {
            rss: (most.rss - before.rss) / mebibyte, heap: (most.heap - before.heap) / mebibyte, became, seconds: (Date.now() - began) / 1000
        }
    } finally {
        clearInterval(timer)
        await server.stop()
        await delay(1)
    }
}

/** In MiB: of gzip nothing is unpacked; of the other no more is kept than an answer may have, once in pieces and once whole. */
export const most = { zipped: 32, plain: 4 * limits.answerBytes / mebibyte }

export async function hold (say: (line: string) => void): Promise<HoldResult> {
    const failures: string[] = []
    const figures: Record<string, string> = {}
    for (const [name, isZipped, status, code, limit] of [
        ['gzip of a gigabyte', true, 200, 'answer-unexpected', most.zipped], ['gzip of a gigabyte with 500', true, 500, 'server-error', most.zipped],
        ['a gigabyte', false, 200, 'answer-too-large', most.plain]
    ] as const) {
        const { rss, heap, became, seconds } = await flood(isZipped, status)
        figures[name] = `+${rss.toFixed(1)} MiB RSS, +${heap.toFixed(1)} MiB heap`
        say(`${name}: ${became} after ${seconds.toFixed(2)} s, ${figures[name]}`)
        if (became !== code || rss > limit) {
            failures.push(`${name}: ${became}, ${figures[name]}; at most ${limit} MiB, and ${code}`)
        }
    }
    return { figures, failures }
}
