import 'should'
import { canonical, contentHash } from '../../src/snapshot/canonical'
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
