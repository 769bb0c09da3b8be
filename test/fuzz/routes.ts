import fc from 'fast-check'
import { filled, type Route } from '../guarantees/plugin-world'
import { FuzzWorld } from './fuzz-world'
import { brokenJson, changedBy, changes, json, texts, trickyTexts } from './inputs'

export interface Outcome { cases: number, failures: string[] }

/** What is sent to a route in place of what the editor sends. */
const attacks = fc.record({
    /** In place of one of the ids in the address; null: none. */
    id: fc.option(fc.tuple(fc.nat(3), texts), { freq: 4 }),
    query: fc.option(fc.array(fc.tuple(fc.constantFrom('cursor', 'limit', 'look', 'part', 'local', 'snapshot', 'kind', 'id', 'state', 'code', 'error', '__proto__', 'cursor[a]', 'kind[]'), texts), { maxLength: 3 })),
    body: fc.oneof(
        { weight: 6, arbitrary: fc.record({ changes: fc.array(changes, { minLength: 1, maxLength: 3 }) }) },
        { weight: 1, arbitrary: fc.record({ value: json }) },
        { weight: 1, arbitrary: fc.record({ raw: brokenJson }) }
    ),
    headers: fc.oneof(
        { weight: 8, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.record({ 'content-encoding': fc.constantFrom('gzip', 'deflate', 'br', 'identity', 'x-gzip') }) },
        { weight: 1, arbitrary: fc.dictionary(
            fc.constantFrom('content-type', 'content-encoding', 'accept', 'accept-encoding', 'x-file-name', 'cookie', 'if-none-match', 'range', 'authorization', 'x-forwarded-host', 'expect-ct'),
            fc.oneof(texts, fc.constantFrom('gzip', 'br', 'application/json; charset=utf-7', 'application/vnd.flowfuse-snapshot+json', 'multipart/form-data', 'bytes=0-1')).map(inHeader),
            { maxKeys: 2 }
        ) }
    )
})

/** Each route with input that nobody thought of, `runs` times each. */
export async function fuzzRoutes (runs: number, seed: number, only = /./): Promise<Outcome> {
    const fuzz = await FuzzWorld.start()
    const failures: string[] = []
    let cases = 0
    try {
        for (const route of fuzz.world.routes().filter(({ method, path }) => only.test(`${method} ${path}`))) {
            const property = fc.asyncProperty(attacks, async attack => {
                cases++
                await fuzz.refresh()
                await attacked(fuzz, route, attack)
            })
            const found = await fc.check(property, { numRuns: runs, seed, endOnFailure: false, markInterruptAsFailure: true })
            if (found.failed) {
                failures.push(`${route.method} ${route.path} (seed ${seed}): ${told(found.counterexample)}: ${String(found.errorInstance)}`)
            }
        }
    } finally {
        await fuzz.stop()
    }
    return { cases, failures }
}

/** What a counterexample was, short enough to be read. */
export function told (value: unknown): string {
    return (JSON.stringify(value, (_, each: unknown) => typeof each === 'string' && each.length > 200 ? `${each.slice(0, 20)}… of ${each.length}` : each) ?? '').slice(0, 600)
}

type Attack = typeof attacks extends fc.Arbitrary<infer T> ? T : never

async function attacked (fuzz: FuzzWorld, route: Route, { id, query, body, headers }: Attack): Promise<void> {
    const good = await fuzz.goodCall(route)
    const places = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
    const place = id === null ? undefined : places[id[0] % Math.max(1, places.length)]
    const pieces = route.path.split('/')
    const ids = good.path.split('?')[0]!.split('/')
    const path = place === undefined ? good.path.split('?')[0]! : filled(route.path, name => name === place ? inAddress(id![1]) : ids[pieces.indexOf(`:${name}`)] ?? 'x')
    const asked = query === null ? good.path.split('?')[1] ?? '' : query.map(([name, value]) => `${name}=${inAddress(value)}`).join('&')
    const sent = 'raw' in body ? body.raw : JSON.stringify('value' in body ? body.value : changedBy(good.body, body.changes)) ?? ''
    const answer = await fuzz.world.call(route.method, `${path}?${asked}`, sent, { ...good.headers, ...headers })
    await fuzz.check(route, answer)
}

/** Tricks that are escaped already stay as they are: Node.js sends no other bytes in an address, and takes no very long one. */
function inAddress (text: string): string {
    const isRaw = trickyTexts.includes(text) && /^[\x21-\x22\x24-\x3e\x40-\x7e]+$/.test(text)
    return isRaw ? text.slice(0, 3000) : encodeURIComponent(Buffer.from(text.slice(0, 3000)).toString())
}

function inHeader (text: string): string {
    return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 500)
}
