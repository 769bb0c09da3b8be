import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import path from 'node:path'
import should from 'should'
import { JsonPieces, parsePieces } from '../../src/runtime/json-pieces'
import type { FlowNode } from '../../src/snapshot/model'
import { mayHoldNames, namesInNode } from '../../src/snapshot/referred-names'

const many = Array.from({ length: 1000 }, (_, i) => ({ id: i, half: '\ud800', text: 'ü😀'.repeat(i % 50) }))
const long = (unit: string) => [
    { a: 1 }, { text: unit.repeat(70_000) }, { b: 2 }, { text: unit.repeat(30_000) }, { text: unit.repeat(30_000) }, { c: 3 }
]
const sets: unknown[][] = [
    [], [{}], [{ id: 'a', name: 'Füllstand 🔑\n\u2028' }], [{ id: '5' }, null, { id: 'b', wires: [['5']] }], many,
    long('x'), long('ü'), long('€'), long('😀'), [long('x'), ...many, long('€')]
]

function write (entries: unknown[], originals = entries): { pieces: Buffer[], text: string, hash: string } {
    const hash = createHash('sha256')
    const json = new JsonPieces('[]', hash)
    entries.forEach((entry, index) => entry === originals[index] ? json.add(entry) : json.addInPlaceOf(originals[index], entry))
    const pieces = json.end()
    return { pieces, text: Buffer.concat(pieces).toString(), hash: hash.digest('hex') }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('JSON in pieces', () => {
    it('is together the JSON of the whole array, in few pieces', () => {
        for (const entries of sets) {
            const { pieces, text } = write(entries)
            should(text === JSON.stringify(entries)).be.true()
            should(pieces.length).be.below(entries.length / 20 + 10)
        }
    })

    it('is what JSON.stringify gives, whatever a value is', () => {
        const half = { half: 'x'.repeat(60_000), more: ['ü'.repeat(900), 'y'.repeat(900)] }
        let nested: unknown = 'bottom'
        for (let depth = 0; depth < 300; depth++) { nested = depth % 2 === 0 ? [nested] : { nested } }
        const odd: unknown[] = [
            undefined, null, true, -0, 1e21, 1e-7, 0.1, NaN, -Infinity, '', '"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028', '\ud800', '\udc00x', [undefined], [, 1],
            { b: 1, 10: 2, 9: 3, a: { undefined } }, { f () { return 1 } }, { toJSON: () => 'own' }, [new Date(0), { a: new Date(0) }], Object.create({ no: 1 }),
            Object.assign(Object.create(null) as object, { a: 1 }), new Map([[1, 2]]), Object('boxed'), [Object(5)], Buffer.from('x'),
            { [Symbol('s')]: 1, a: Symbol('t') }, JSON.parse('{"__proto__":{"a":1},"b":2}'), Object.defineProperty({ a: 1 }, 'not', { value: 1, enumerable: false }),
            nested, half, { ...half, last: undefined }, { ...half, key: half }, { 'ké"y': { 'k\n': 1 } }
        ]
        for (const value of odd) {
            const { text } = write([1, value, half, value, 2])
            should(text === JSON.stringify([1, value, half, value, 2])).be.true()
        }
    })

    it('refuses what JSON can’t hold, like JSON.stringify', () => {
        const circle: Record<string, unknown> = {}
        circle.again = [circle, circle]
        should(() => new JsonPieces('[]').add(circle)).throw(/circular/)
        should(() => new JsonPieces('[]').add({ a: 1n })).throw(/BigInt/)
    })

    it('is together the JSON of an object', () => {
        const json = new JsonPieces('{}')
        for (let index = 0; index < 5000; index++) { json.addMember(`n${index}`, { password: `p${index}` }) }
        const whole = JSON.parse(Buffer.concat(json.end()).toString()) as Record<string, unknown>
        should(Object.keys(whole)).have.length(5000)
        should(whole.n4999).eql({ password: 'p4999' })
        should(Buffer.concat(new JsonPieces('{}').end()).toString()).equal('{}')
    })

    it('can be read again piece by piece', () => {
        for (const entries of sets) {
            const again = [...parsePieces(write(entries).pieces)].flat(1)
            should(JSON.stringify(again) === JSON.stringify(entries)).be.true()
        }
        const json = new JsonPieces('{}')
        json.addMember('__proto__', { a: 1 })
        should([...parsePieces(json.end())].map(part => JSON.stringify(part))).eql(['{"__proto__":{"a":1}}'])
    })

    it('keeps apart what is written and what is hashed', () => {
        for (const entries of sets) {
            const originals = entries.map((entry, index) => index % 3 === 0 ? entry : { other: entry, inline: 'x'.repeat(index % 300) })
            const { text, hash } = write(entries, originals)
            should(text === JSON.stringify(entries)).be.true()
            should(hash).equal(sha256(JSON.stringify(originals)))
        }
    })
})

describe('the revision', () => {
    it('is the hash of the whole array\'s JSON, node by node', () => {
        for (const nodes of sets) {
            should(write(nodes).hash).equal(sha256(JSON.stringify(nodes)))
        }
    })

    it('is the one that Node-RED\'s storage reports', async () => {
        const load = createRequire(path.resolve('package.json'))
        const storage = load('@node-red/runtime/lib/storage') as { init: (runtime: unknown) => Promise<void>, getFlows: () => Promise<{ rev: string }> }
        for (const nodes of sets) {
            const storageModule = { init: async () => {}, getFlows: async () => nodes, getCredentials: async () => ({}) }
            await storage.init({ settings: { storageModule } })
            should(write(nodes).hash).equal((await storage.getFlows()).rev)
        }
    })
})

describe('the look for names of variables while writing', () => {
    const texts = [
        'env.get("A")', '${A}', '$(A)', '$env("A")', '{{env.A}}', 'process.env.A', 'getSetting(n, "A")', 'env', 'A', '', 'plain', 'en', 'v', 'ge', 'tSetting',
        'é', '\n', '"', '\\', '$', '{', '😀', 'x'.repeat(1200)
    ]
    const keys = ['a', 'payload', 'payloadType', 'v', 'vt', 'type', 'value', 'env', '${A}', 'ké', 'e"n']

    /** Always the same nodes for a seed. */
    function randomNode (seed: number): FlowNode {
        let state = seed * 2_654_435_761 % 4_294_967_296
        const below = (count: number) => {
            state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
            return Math.floor(state / 4_294_967_296 * count)
        }
        const pick = <T>(from: T[]) => from[below(from.length)] as T
        const text = () => Array.from({ length: below(3) + 1 }, () => pick(texts)).join('')
        const value = (depth: number): unknown => {
            switch (below(depth > 3 ? 4 : 7)) {
            case 0: return below(1000)
            case 1: return 'plain'
            case 2: case 3: return text()
            case 4: return Array.from({ length: below(3) }, () => value(depth + 1))
            default: return object(depth + 1)
            }
        }
        const object = (depth: number) => Object.fromEntries(Array.from({ length: below(5) }, () => [pick(keys), value(depth)]))
        return { id: `n${seed}`, type: 'x', ...object(0) }
    }

    it('never overlooks a node in which the full search finds one', () => {
        let named = 0
        let passedOver = 0
        for (let seed = 1; seed <= 20_000; seed++) {
            const node = randomNode(seed)
            const found: string[] = []
            namesInNode(node, name => { found.push(name) })
            const json = new JsonPieces('[]')
            const may = json.add(node)
            should(Buffer.concat(json.end()).toString() === `[${JSON.stringify(node)}]`).be.true()
            should(may || found.length === 0).equal(true, JSON.stringify(node))
            should(mayHoldNames(JSON.stringify(node)) || found.length === 0).equal(true, JSON.stringify(node))
            named += found.length > 0 ? 1 : 0
            passedOver += may ? 0 : 1
        }
        should(named).be.above(1000)
        should(passedOver).be.above(1000)
    })

    it('is made anew for each entry, and for the value of a member alone', () => {
        const array = new JsonPieces('[]')
        should([{ a: '${A}' }, { a: 'b' }, { func: 'env.get("A")' }, { a: 'env' }, {}].map(node => array.add(node))).eql([true, false, true, true, false])
        const object = new JsonPieces('{}')
        should([object.addMember('env', { a: 'b' }), object.addMember('n', { a: '$(A)' })]).eql([false, true])
    })
})
