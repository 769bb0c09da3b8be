import should from 'should'
import { CodedError } from '../../src/shared/errors'
import { seal, sealText } from '../../src/snapshot/credentials'
import { parseExport } from '../../src/snapshot/exported'

const secret = 'only for this'
const exported = (change: object = {}) => JSON.stringify({
    id: 's1', name: 'v1', description: 'the first', createdAt: '2020-01-01T00:00:00.000Z', user: { id: 'u', username: 'alice' },
    flows: { flows: [{ id: 'n', type: 'debug' }], credentials: seal({ n: { password: 'open' } }, secret) },
    settings: { settings: {}, env: {}, modules: { 'node-red': '4.0.9' } },
    ...change
})
const parse = (change?: object) => parseExport(exported(change), secret)

describe('an export of FlowFuse', () => {
    it('tells what it is, and its credentials in clear', () => {
        should(parse()).containEql({ id: 's1', name: 'v1', description: 'the first', createdAt: '2020-01-01T00:00:00.000Z', username: 'alice' })
        should(parse().credentials).eql({ n: { password: 'open' } })
    })

    it('is none without an id and a name', () => {
        for (const change of [{ id: undefined }, { id: 5 }, { name: undefined }]) {
            should(() => parse(change)).throw(CodedError, { code: 'answer-unexpected' })
        }
    })

    it('may lack who made it, credentials, variables and modules', () => {
        const { username, credentials, env, modules } = parse({ user: undefined, flows: { flows: [] }, settings: {} })
        should({ username, credentials, env, modules }).eql({ username: null, credentials: {}, env: {}, modules: null })
    })

    it('has hidden variables sealed, in clear, or as plain ones, by the age of the platform', () => {
        const env = {
            PLAIN: 'a', SEALED: { hidden: true, $: sealText('“b”', secret) }, EMPTY: { hidden: true, $: sealText('', secret) },
            CLEAR: { hidden: true, value: 'c' }, SHUT: { hidden: true, $: 'no cipher' }, NOTHING: null, NUMBER: 4, LIST: ['a']
        }
        const { env: opened, unfitVariables } = parse({ settings: { env } })
        should(opened).eql({
            PLAIN: 'a', SEALED: { hidden: true, value: '“b”' }, EMPTY: { hidden: true, value: '' }, CLEAR: { hidden: true, value: 'c' }, SHUT: { hidden: true, value: null }
        })
        should(unfitVariables).eql(['NOTHING', 'NUMBER', 'LIST'])
    })

    it('has its modules in the palette where it names none itself', () => {
        const palette = { modules: { a: '^1.0.0', b: null } }
        should(parse({ settings: { modules: {}, settings: { palette } } }).modules).eql({ a: '^1.0.0', b: '' })
        should(parse({ settings: { modules: { c: '1.0.0' }, settings: { palette } } }).modules).eql({ c: '1.0.0' })
    })

    it('is refused with nodes that Node-RED could not run, and says how many', () => {
        const unfit = [
            { type: 'debug' }, { id: '', type: 'debug' }, { id: null, type: 'tab' }, { id: {}, type: 'debug' }, { id: 'a' }, null,
            { id: 'a', type: 'debug', wires: [null] }, { id: 'a', type: 'debug', wires: {} }, { id: 'a', type: 'tab', env: [null] },
            { id: 'a', type: 'subflow:b', env: {} }, { id: 'a', type: 'link in', links: {} }, { id: 'a', type: 'subflow', in: [null] },
            { id: 'a', type: 'subflow', out: [{ wires: [null] }] }, { id: 'a', type: 'subflow', out: [{}] }
        ]
        for (const node of unfit) {
            should(() => parse({ flows: { flows: [{ id: 'n', type: 'debug' }, node] } })).throw(CodedError, { code: 'pull-nodes-unfit', params: { name: 'v1', count: 1 } })
        }
        should(() => parse({ flows: { flows: unfit } })).throw(CodedError, { params: { name: 'v1', count: unfit.length } })
    })

    it('may have a number for an id, one id twice, and lists that Node-RED passes over', () => {
        const flows = [
            { id: 5, type: 'debug', wires: null }, { id: 'a', type: 'debug', wires: [['b'], []] }, { id: 'a', type: 'tab', env: [{ name: 'A' }] },
            { id: 'b', type: 'other', env: 'own meaning', links: 7 }, { id: 's', type: 'subflow', in: [{ wires: [{ id: 'x' }] }], out: [] },
            { id: 'l', type: 'link out', links: [null, 'x'] }
        ]
        should(parse({ flows: { flows } }).flows).eql(flows)
    })

    it('is refused when something in it stands in itself', () => {
        const flows = [{ id: 's', type: 'subflow', name: 'Mixer' }, { id: 'i', type: 'subflow:s', z: 's', x: 1, y: 1, wires: [] }]
        should(() => parse({ flows: { flows } })).throw(CodedError, { code: 'subflow-in-itself', params: { name: 'v1', part: 'Mixer' } })
    })

    it('is called the content of the snapshot where it can’t be read', () => {
        should(() => parseExport('no JSON', secret)).throw(CodedError, { code: 'answer-unexpected', params: { what: 'content' } })
    })

    it('says nothing of what it holds when it can’t be read', () => {
        for (const text of ['{"secret-canary', exported({ flows: { flows: [{ id: 'secret-canary' }] } }), exported().replace(/"\$":"[^"]*"/, '"$":"secret-canary"')]) {
            let answer = ''
            try {
                parseExport(text, secret)
            } catch (error) {
                answer = JSON.stringify((error as CodedError).toAnswer())
            }
            should(answer).match(/"code"/).and.not.match(/canary/)
        }
    })
})
