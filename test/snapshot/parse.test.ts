import should from 'should'
import { CodedError } from '../../src/shared/errors'
import type { ErrorCode } from '../../src/shared/errors'
import { limits } from '../../src/shared/limits'
import { asList, asObject, list, number, object, optionalNumber, optionalObject, optionalText, parseAnswer, text } from '../../src/snapshot/parse'

describe('JSON from outside', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    const nestedObjects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)

    it('is read when it is sound', () => {
        should(parseAnswer('{"a":[1,null,"x",{"b":true}]}', 'snapshot')).deepEqual({ a: [1, null, 'x', { b: true }] })
        should(parseAnswer('5', 'snapshot')).equal(5)
    })

    it('is refused when it is no JSON, without quoting it', () => {
        for (const wrong of ['', '<!DOCTYPE html>', '{"password":"p4ss"', '{} {}', '{"token":p4ss}']) {
            const error = thrown(() => parseAnswer(wrong, 'snapshot'), 'answer-unexpected', { what: 'snapshot' })
            JSON.stringify([error.message, String(error.stack), String(error.cause)]).should.not.containEql('p4ss')
        }
    })

    it('is refused when it is nested too deep, and never exhausts the stack', () => {
        parseAnswer(nested(limits.jsonDepth), 'snapshot')
        parseAnswer(nestedObjects(limits.jsonDepth), 'snapshot')
        for (const deep of [nested(limits.jsonDepth + 1), nestedObjects(limits.jsonDepth + 1), nested(100_000), nestedObjects(100_000)]) {
            thrown(() => parseAnswer(deep, 'snapshot'), 'answer-hostile', { what: 'snapshot' })
        }
    })

    it('is refused with keys that reach a prototype, wherever they are', () => {
        for (const hostile of ['{"__proto__":{}}', '{"__proto__":1}', '[{"a":[{"__proto__":null}]}]', '{"\\u005f_proto__":{}}', '{"constructor":{"prototype":{}}}', '{"a":{"constructor":{"prototype":1}}}']) {
            thrown(() => parseAnswer(hostile, 'snapshot'), 'answer-hostile', { what: 'snapshot' })
        }
    })

    it('may hold the words constructor and prototype, which a node can have as properties', () => {
        const flows = '[{"id":"1","constructor":"Widget","prototype":{"a":1}},{"constructor":{"name":"x"}}]'
        JSON.stringify(parseAnswer(flows, 'flows')).should.equal(flows)
    })
})

describe('fields of an answer', () => {
    const answer = { name: 'v1', empty: '', count: 0, items: [1], meta: { a: 1 }, nothing: null }

    it('are given as what they are', () => {
        text(answer, 'name').should.equal('v1')
        text(answer, 'empty').should.equal('')
        number(answer, 'count').should.equal(0)
        list(answer, 'items').should.deepEqual([1])
        object(answer, 'meta').should.deepEqual({ a: 1 })
        asObject(answer, 'snapshot').should.equal(answer)
        asList(answer.items, 'items').should.equal(answer.items)
    })

    it('are named when they are missing or something else', () => {
        for (const [read, what] of [
            [() => text(answer, 'missing'), 'missing'], [() => text(answer, 'count'), 'count'], [() => text(answer, 'nothing'), 'nothing'],
            [() => number(answer, 'name'), 'name'], [() => number(answer, 'missing'), 'missing'], [() => list(answer, 'meta'), 'meta'],
            [() => object(answer, 'items'), 'items'], [() => object(answer, 'nothing'), 'nothing'],
            [() => optionalText(answer, 'count'), 'count'], [() => optionalNumber(answer, 'name'), 'name'], [() => optionalObject(answer, 'items'), 'items'],
            [() => text(answer, 'id', 'snapshot'), 'snapshot.id'],
            [() => asObject([], 'team'), 'team'], [() => asObject(null, 'team'), 'team'], [() => asObject('x', 'team'), 'team'], [() => asList({}, 'teams'), 'teams']
        ] as const) {
            thrown(read, 'answer-unexpected', { what })
        }
    })

    it('may be absent or null where they are optional', () => {
        optionalText(answer, 'missing').should.equal('')
        optionalText(answer, 'nothing').should.equal('')
        should(optionalNumber(answer, 'nothing')).equal(undefined)
        should(optionalObject(answer, 'missing')).equal(undefined)
    })

    it('are never taken from a prototype', () => {
        thrown(() => object({}, '__proto__'), 'answer-unexpected', { what: '__proto__' })
        optionalText({}, 'toString').should.equal('')
    })
})

function thrown (action: () => unknown, code: ErrorCode, params: object): CodedError {
    try {
        action()
    } catch (error) {
        if (!(error instanceof CodedError)) { throw error }
        error.code.should.equal(code)
        error.params.should.deepEqual(params)
        return error
    }
    throw new Error(`${code} was not thrown`)
}
