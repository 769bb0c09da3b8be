import 'should'
import { canonical } from '../../src/snapshot/canonical'

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
