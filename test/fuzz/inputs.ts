import fc from 'fast-check'

/** Texts that have led somebody astray before: paths, markup, names of prototypes, ends of numbers, what turns a line around. */
export const trickyTexts = [
    '', ' ', '.', '..', '../../user', '..\\..', '/', '//evil.example', 'a/b', 'a%2Fb', '%2e%2e%2f', '%ZZ', '%', '\u0000', 'a\u0000b', '\r\nSet-Cookie: a=b', '__proto__', 'constructor',
    'prototype', 'toString', 'hasOwnProperty', '<img src=x onerror=alert(1)>', '"><script>', '${PATH}', '{{x}}', '-1', '0', '1e999', 'NaN', 'null', 'true', '\uD800', '\u202E\u2066', 'ÿ',
    '😀', 'x'.repeat(300), 'x'.repeat(70_000), 'Auto Snapshot - 2026-11-21 18:02:11', 'node-red', '--registry=https://evil.example', '1.0.0', '^1', 'latest', 'file:../x', 'running',
    'instance', 'device', 'application', 'team', 'mine', 'theirs', 'all', 'keys', 'none', 'keep', 'add', 'exactly', 'view', 'local', 'remote'
]

/** Names of members that mean something to some part of the plugin, or to JavaScript. */
const keys = fc.constantFrom(
    'id', 'name', 'type', 'z', 'g', 'wires', 'nodes', 'flows', 'credentials', 'env', 'settings', 'modules', 'kind', 'owner', 'snapshot', 'source', 'parts', 'secret', '$', 'value', 'hidden',
    'length', 'toJSON', 'toString', 'then', 'constructor', 'prototype', 'in', 'out', 'style', 'user', 'meta', 'next_cursor', 'hash', 'x'
)

export const texts: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...trickyTexts), fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }))

const numbers: fc.Arbitrary<number> = fc.oneof(
    fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, -0, -1, 1, 2 ** 53, -(2 ** 53), 1e308, 5e-324, 2 ** 31, 65536)
)

/** Whatever JSON can say, as it is once it was read. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>(tie => ({
    value: fc.oneof(
        { maxDepth: 4, depthIdentifier: 'json' },
        fc.oneof(texts, numbers, fc.boolean(), fc.constant(null)),
        fc.array(tie('value'), { maxLength: 4, depthIdentifier: 'json' }),
        fc.dictionary(fc.oneof(keys, fc.string({ maxLength: 8 })), tie('value'), { maxKeys: 4, depthIdentifier: 'json' })
    )
})).value.map(value => JSON.parse(JSON.stringify(value)) as unknown)

/** One change to a value that is as it should be: where, by turns on the way down, and what is done there. */
export interface Change { way: number[], kind: 'put' | 'drop' | 'add' | 'repeat' | 'wrap', value: unknown, key: string }

export const changes: fc.Arbitrary<Change> = fc.record({
    way: fc.array(fc.nat(20), { minLength: 1, maxLength: 8 }),
    kind: fc.constantFrom('put', 'put', 'put', 'drop', 'add', 'repeat', 'wrap'),
    value: json,
    key: keys
})

/** A copy of a JSON value with that change in it. */
export function changed (value: unknown, { way, kind, value: other, key }: Change): unknown {
    const whole: { root: unknown } = { root: structuredClone(value) }
    let holder = whole as unknown as Record<string, unknown>
    let at = 'root'
    for (const turn of way.slice(1)) {
        const below = holder[at]
        const names = typeof below === 'object' && below !== null ? Object.keys(below) : []
        if (names.length === 0) { break }
        holder = below as Record<string, unknown>
        at = names[turn % names.length] ?? ''
    }
    const here = holder[at]
    const open = { enumerable: true, writable: true, configurable: true }
    const put = (name: string, what: unknown) => Object.defineProperty(holder, name, { ...open, value: what })
    switch (kind) {
    case 'put': put(at, other); break
    case 'drop': if (holder !== whole as unknown) { delete holder[at] } break
    case 'add': if (!Array.isArray(holder) && holder !== whole as unknown) { put(key, other) } break
    case 'repeat': put(at, Array.from({ length: 30 }, () => here)); break
    case 'wrap': put(at, { [key]: here }); break
    }
    return whole.root
}

export function changedBy (value: unknown, all: readonly Change[]): unknown {
    return all.reduce((now: unknown, change) => changed(now, change), value)
}

/** Text that is hardly JSON, or more of it than anybody wants. */
export const brokenJson: fc.Arbitrary<string> = fc.oneof(
    fc.constantFrom(
        '', '{', '}', '[', '"', 'null', 'undefined', '{"a":}', '{"a":1,}', '\uFEFF{}', '[1e400]', '{"a":1,"a":2}', "{'a':1}", `${'['.repeat(3000)}`, `${'['.repeat(3000)}${']'.repeat(3000)}`,
        `${'{"a":'.repeat(150)}1${'}'.repeat(150)}`, '{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}', '\u0000'.repeat(50)
    ),
    fc.string({ maxLength: 60 }),
    fc.tuple(json, fc.nat(200)).map(([value, at]) => (JSON.stringify(value) ?? '').slice(0, at))
)
