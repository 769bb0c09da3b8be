import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import path from 'node:path'
import should from 'should'
import { JsonPieces, parsePieces } from '../../src/runtime/json-pieces'

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
