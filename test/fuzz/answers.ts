import fc from 'fast-check'
import type { Answer as FakeAnswer } from '../fake/answer'
import type { Route } from '../guarantees/plugin-world'
import { FuzzWorld } from './fuzz-world'
import { brokenJson, changedBy, changes, json, texts } from './inputs'
import { told, type Outcome } from './routes'

/** What the platform answers to one of the requests that a call leads to. */
const answers = fc.record({
    nth: fc.nat(6),
    /** Every answer from that one on, as of a platform that is quite another. */
    onwards: fc.boolean(),
    // Neither 429 nor what is tried again after a while: nobody waits here.
    status: fc.option(fc.constantFrom(200, 201, 204, 206, 302, 304, 400, 403, 404, 409, 413, 418), { freq: 8 }),
    type: fc.option(fc.oneof(fc.constantFrom('text/html', 'application/json', 'text/plain; charset=utf-16', 'application/octet-stream', ''), texts.map(text => text.replace(/[^\x20-\x7e]/g, '').slice(0, 100))), { freq: 8 }),
    body: fc.oneof(
        { weight: 8, arbitrary: fc.record({ changes: fc.array(changes, { minLength: 1, maxLength: 4 }) }) },
        { weight: 1, arbitrary: fc.record({ value: json }) },
        { weight: 1, arbitrary: fc.record({ raw: brokenJson }) }
    )
})
type PlatformAnswer = typeof answers extends fc.Arbitrary<infer T> ? T : never

/** Each route, called as it should be, while the platform answers what nobody thought of, `runs` times each. */
export async function fuzzAnswers (runs: number, seed: number, only = /./): Promise<Outcome> {
    const fuzz = await FuzzWorld.start()
    const failures: string[] = []
    let cases = 0
    try {
        for (const route of fuzz.world.routes().filter(({ method, path }) => only.test(`${method} ${path}`))) {
            const asked = await requestsOf(fuzz, route)
            if (asked === 0) { continue }
            const property = fc.asyncProperty(answers, async answer => {
                cases++
                await fuzz.refresh()
                await answered(fuzz, route, answer, asked)
            })
            const found = await fc.check(property, { numRuns: runs, seed })
            if (found.failed) {
                failures.push(`${route.method} ${route.path} (seed ${seed}): ${told(found.counterexample)}: ${String(found.errorInstance)}`)
            }
        }
    } finally {
        await fuzz.stop()
    }
    return { cases, failures }
}

/** How many requests to the platform a good call of a route leads to. */
async function requestsOf (fuzz: FuzzWorld, route: Route): Promise<number> {
    await fuzz.refresh()
    const { path, body, headers } = await fuzz.goodCall(route)
    fuzz.world.fake.requests.length = 0
    await fuzz.check(route, await fuzz.world.call(route.method, path, body, headers))
    return fuzz.world.fake.requests.length
}

async function answered (fuzz: FuzzWorld, route: Route, { nth, onwards, status, type, body }: PlatformAnswer, asked: number): Promise<void> {
    const { path, body: sent, headers } = await fuzz.goodCall(route)
    let seen = 0
    const end = fuzz.world.fake.respondWith(() => true, (_request, response, _recorded, normally) => {
        const normal = normally()
        const isMeant = onwards ? seen >= nth % asked : seen === nth % asked
        seen++
        const bytes = Buffer.from(isMeant ? textOf(normal, body) : normal.json === undefined ? normal.text ?? '' : JSON.stringify(normal.json))
        const contentType = isMeant && type !== null ? type : normal.json === undefined ? normal.contentType ?? '' : 'application/json'
        response.writeHead(isMeant && status !== null ? status : normal.status, { 'content-type': contentType, 'content-length': bytes.length, ...normal.headers })
        response.end(bytes)
    }, Infinity)
    try {
        await fuzz.check(route, await fuzz.world.call(route.method, path, sent, headers))
    } finally {
        end()
    }
}

function textOf ({ json: normal, text }: FakeAnswer, body: PlatformAnswer['body']): string {
    if ('raw' in body) { return body.raw }
    return JSON.stringify('value' in body ? body.value : changedBy(normal ?? text ?? null, body.changes)) ?? ''
}
