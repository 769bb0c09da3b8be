import should from 'should'
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import path from 'node:path'
import { canonical, contentHash, RevisionHash } from '../../src/snapshot/canonical'
import type { Content } from '../../src/snapshot/canonical'
import type { FlowNode } from '../../src/snapshot/model'

describe('the canonical form', () => {
    it('does not depend on the order of keys, at any depth', () => {
        canonical({ b: 1, a: [{ d: 1, c: null }] }).should.equal(canonical({ a: [{ c: null, d: 1 }], b: 1 }))
        canonical({ b: 1, a: [{ d: 1, c: null }] }).should.equal('{"a":[{"c":null,"d":1}],"b":1}')
    })

    it('keeps the order of arrays', () => {
        canonical([2, 1]).should.not.equal(canonical([1, 2]))
    })

    it('keeps the key __proto__', () => {
        canonical(JSON.parse('{"b":1,"__proto__":2}')).should.equal('{"__proto__":2,"b":1}')
    })

    it('leaves out what JSON leaves out', () => {
        canonical({ a: undefined, b: [undefined] }).should.equal('{"b":[null]}')
        canonical(undefined).should.equal('null')
    })
})

describe('the content hash', () => {
    const content: Content = {
        flows: [{ id: 'a', type: 'x', p: 1 }, { id: 'b', type: 'y' }],
        credentials: { a: { user: 'plc', password: 'p4ss' } },
        env: { HOST: 'h', KEY: { hidden: true, value: 'k' } },
        modules: { 'node-red': '4.1.0', lodash: '4.17.21' }
    }

    it('is equal for equal content in another key order', () => {
        contentHash({
            modules: { lodash: '4.17.21', 'node-red': '4.1.0' },
            env: { KEY: { value: 'k', hidden: true }, HOST: 'h' },
            credentials: { a: { password: 'p4ss', user: 'plc' } },
            flows: [{ p: 1, type: 'x', id: 'a' }, { type: 'y', id: 'b' }]
        }).should.equal(contentHash(content))
        contentHash(content).should.match(/^[0-9a-f]{64}$/)
    })

    it('differs when any part differs', () => {
        const others: Content[] = [
            { ...content, flows: [...content.flows].reverse() },
            { ...content, flows: content.flows.slice(1) },
            { ...content, flows: [] },
            { ...content, credentials: {} },
            { ...content, credentials: { a: { user: 'plc', password: 'other' } } },
            { ...content, env: { ...content.env, HOST: 'other' } },
            { ...content, env: { HOST: 'h', KEY: 'k' } },
            { ...content, modules: { ...content.modules, lodash: '4.17.20' } },
            { ...content, flows: [{ id: 'a', type: 'x', p: 1 }], env: {}, modules: {} }
        ]
        new Set([content, ...others].map(contentHash)).size.should.equal(others.length + 1)
    })

    it('does not mistake one part for another', () => {
        const none: Content = { flows: [], credentials: {}, env: {}, modules: {} }
        const odd = (...flows: unknown[]): string => contentHash({ ...none, flows: flows as FlowNode[] })
        odd(1, 2).should.not.equal(odd(12))
        contentHash({ ...none, env: { A: '1' } }).should.not.equal(contentHash({ ...none, modules: { A: '1' } }))
    })
})

describe('the revision', () => {
    const sets: unknown[][] = [[], [{}], [{ id: 'a', name: 'Füllstand 🔑\n\u2028' }], [{ id: '5' }, null, { id: 'b', wires: [['5']] }], Array.from({ length: 1000 }, (_, i) => ({ id: i, half: '\ud800' }))]

    it('is the hash of the whole array\'s JSON, node by node', () => {
        for (const nodes of sets) {
            const hash = new RevisionHash()
            nodes.forEach(node => hash.add(JSON.stringify(node)))
            hash.digest().should.equal(createHash('sha256').update(JSON.stringify(nodes)).digest('hex'))
        }
    })

    it('is the one that Node-RED\'s storage reports', async () => {
        const load = createRequire(path.resolve('package.json'))
        const storage = load('@node-red/runtime/lib/storage') as { init: (runtime: unknown) => Promise<void>, getFlows: () => Promise<{ rev: string }> }
        for (const nodes of sets) {
            const storageModule = { init: async () => {}, getFlows: async () => nodes, getCredentials: async () => ({}) }
            await storage.init({ settings: { storageModule } })
            const hash = new RevisionHash()
            nodes.forEach(node => hash.add(JSON.stringify(node)))
            hash.digest().should.equal((await storage.getFlows()).rev)
        }
    })

    it('ends with its digest', () => {
        const hash = new RevisionHash()
        hash.digest()
        should.throws(() => hash.add('{}'))
    })
})
