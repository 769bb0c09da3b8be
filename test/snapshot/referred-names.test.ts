import 'should'
import type { FlowNode } from '../../src/snapshot/model'
import { namesInCredentials, namesInNode, namesInTypedValue } from '../../src/snapshot/referred-names'

describe('names that a node refers to', () => {
    const cases: Array<[string, FlowNode, string[]]> = [
        ['function code', { type: 'function', func: 'const a = env.get("A"), b = env.get(\'B\')', initialize: 'env . get ( `C` )', finalize: 'env?.get("D")' }, ['A', 'B', 'C', 'D']],
        ['function code, past one level', { func: 'env.get("$parent.A")' }, ['$parent.A']],
        ['getSetting in function code', { func: 'RED.util.getSetting(node, "A")' }, ['A']],
        ['the process where code has access to it', { func: 'process.env.A + process.env["B"]' }, ['A', 'B']],
        ['a name with other text around the call', { func: 'if (env.get("A", 1)) { return }' }, ['A']],
        ['inject props', { props: [{ p: 'payload' }, { p: 'topic', v: 'A', vt: 'env' }], payload: '${B}', payloadType: 'env' }, ['A', 'B']],
        ['change rules', { rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'A', tot: 'env' }, { t: 'change', from: 'B', fromt: 'env', to: 'x${C}', tot: 'env' }] }, ['A', 'B', 'C']],
        ['switch rules', { property: 'A', propertyType: 'env', rules: [{ t: 'btwn', v: 'B', vt: 'env', v2: 'C', v2t: 'env' }] }, ['A', 'B', 'C']],
        ['trigger', { op1: 'A', op1type: 'env', op2: 'no', op2type: 'str' }, ['A']],
        ['file', { filename: 'A', filenameType: 'env' }, ['A']],
        ['http request and websocket headers', { headers: [{ keyType: 'env', keyValue: 'A', valueType: 'env', valueValue: 'B' }] }, ['A', 'B']],
        ['status of debug', { statusVal: 'A', statusType: 'env' }, ['A']],
        ['split and join', { reduceInit: 'A', reduceInitType: 'env', exp_init: 'B', exp_init_type: 'env' }, ['A', 'B']],
        ['topicType of other nodes, and nested type and value', { topic: 'A', topicType: 'env', title: { type: 'env', value: 'B' } }, ['A', 'B']],
        ['JSONata in a rule', { rules: [{ to: '$env("A") & payload', tot: 'jsonata' }] }, ['A']],
        ['JSONata across lines', { property: '$env(\n  \'A\'\n)' }, ['A']],
        ['mustache templates', { template: '{{env.A}} {{{env.B}}} {{& env.C }} {{#env.D}}on{{/env.D}} {{^ env.E}}off{{/env.E}} {{ env.F }} {{payload.env.G}}' }, ['A', 'B', 'C', 'D', 'E', 'F']]
    ]
    for (const [title, node, expected] of cases) {
        it(`are found: ${title}`, () => { namesIn(node).should.deepEqual(expected) })
    }

    const none: Array<[string, FlowNode]> = [
        ['names made at run time', { func: 'env.get(name); env.get("A" + i); env.get(`A${i}`.trim())' }],
        ['other objects with get', { func: 'context.get("A"); myenv.get("A"); env.getter("A")' }],
        ['values of other types', { payload: 'A', payloadType: 'str', rules: [{ v: 'B', vt: 'msg' }] }],
        ['the word env as a value', { payload: 'env', name: 'env', environment: 'env' }],
        ['the type of the node itself', { type: 'env', value: 'A' }],
        ['wires, ids and inline credentials', { id: '${A}', z: '${A}', wires: [['${B}']], credentials: { password: '${C}' } }]
    ]
    for (const [title, node] of none) {
        it(`are not: ${title}`, () => { namesIn(node).should.deepEqual([]) })
    }

    it('are found in credentials only where they could be names', () => {
        const found: string[] = []
        namesInCredentials({ a: '${A}', b: { c: ['$(B)'] }, d: '${$parent.C}', e: '${s3cr-t!}', f: 'env.get("D")x' }, name => found.push(name))
        found.sort().should.deepEqual(['$parent.C', 'A', 'B', 'D'])
    })

    it('are taken from a mixed value up to a brace that is never closed', () => {
        const found: string[] = []
        namesInTypedValue('a${A}${}b${B}c${C', name => found.push(name))
        found.should.deepEqual(['A', 'B'])
    })

    it('are found at the end of a megabyte made to slow the search down', function () {
        // Quadratic work on a megabyte would take far longer than this
        this.timeout(10_000)
        const size = 1_000_000
        const starts = ['${', '$(', '{{', '{{env.', '{{ ', '{{{', '$env(', '$env("', '$env ', 'env.get(', 'env.get("', 'env.get ( ', 'env ', 'env.', 'env.get', 'getSetting(', 'getSetting(a', 'process.env', 'process.env[', ' ', 'a', '}', '"', '\\', 'envenv']
        for (const start of starts) {
            const hostile = start.repeat(size / start.length)
            for (const text of [hostile, `${start}${' '.repeat(size)}`, `${start}${'a'.repeat(size)}`]) {
                const node = { p: `${text}\n;env.get("A") + $env("B") {{env.C}} process.env.D getSetting(node, "E")`, q: text, qType: 'env' }
                namesIn(node).should.containDeep(['A', 'B', 'C', 'D', 'E'])
            }
        }
    })
})

function namesIn (node: FlowNode): string[] {
    const names = new Set<string>()
    namesInNode(node, name => names.add(name))
    return [...names].sort()
}
