import should from 'should'
import { PullComparison } from '../../src/editor/pull-comparison'
import type { BaseState, CredentialChange } from '../../src/shared/pull'
import type { FlowNode } from '../../src/snapshot/model'

const tab = (id: string, label: string): FlowNode => ({ id, type: 'tab', label })
const node = (id: string, z: string, change: FlowNode = {}): FlowNode => ({ id, type: 'comment', z, name: id, x: 10, y: 10, wires: [], ...change })
const config = (id: string, change: FlowNode = {}): FlowNode => ({ id, type: 'mqtt-broker', name: id, ...change })

interface Sides { here: FlowNode[], there: FlowNode[], base?: Record<string, BaseState>, credentials?: Record<string, CredentialChange> }

function compared ({ here, there, base, credentials = {} }: Sides) {
    const comparison = new PullComparison()
    const outline = comparison.compare({ here: JSON.stringify({ flows: here, rev: 'r1' }), there: JSON.stringify(there), base: base ?? null, credentials })
    return { comparison, ...outline, unit: (id: string) => outline.units.find(unit => unit.id === id)! }
}

const all = { mine: [], theirs: [], otherwise: 'theirs' } as const
const shared = {
    here: [tab('a', 'A'), tab('b', 'B'), config('c', { port: 1 }), node('n', 'a', { broker: 'c', type: 'mqtt in' }), node('m', 'b', { broker: 'c', type: 'mqtt in' })],
    there: [tab('a', 'A'), tab('b', 'B'), config('c', { port: 2 }), node('n', 'a', { broker: 'c', type: 'mqtt in', topic: 'x' }), node('m', 'b', { broker: 'c', type: 'mqtt in' })]
}

describe('a comparison for the preview of a pull', () => {
    it('counts by flow, and shows flows before config nodes', () => {
        const { units, totals, rev, unit, flows } = compared({
            here: [tab('a', 'A'), config('c'), tab('old', 'Old'), node('n', 'a'), node('gone', 'a')],
            there: [tab('a', 'A'), config('c', { port: 2 }), tab('new', 'New'), node('n', 'a', { info: 'x' }), node('added', 'new')]
        })
        rev.should.equal('r1')
        units.map(({ kind }) => kind).should.eql(['tab', 'tab', 'tab', 'global-config'])
        unit('a').counts.should.eql({ added: 0, deleted: 1, changed: 1, moved: 0 })
        unit('new').should.containEql({ here: false, there: true, counts: { added: 1, deleted: 0, changed: 0, moved: 0 } })
        unit('old').should.containEql({ here: true, there: false, counts: { added: 0, deleted: 0, changed: 0, moved: 0 } })
        totals.should.eql({ added: 2, deleted: 2, changed: 2, moved: 0 })
        flows.should.eql({ here: 2, there: 2 })
    })

    it('counts what only moved apart from what changed', () => {
        compared({ here: [tab('a', 'A'), node('n', 'a')], there: [tab('a', 'A'), node('n', 'a', { x: 90 })] }).totals.should.eql({ added: 0, deleted: 0, changed: 0, moved: 1 })
    })

    it('names new and changed code, and no node whose code is as before', () => {
        const func = (id: string, code: string, change: FlowNode = {}) => node(id, 'a', { type: 'function', func: code, ...change })
        const { code } = compared({
            here: [tab('a', 'A'), func('same', 'x'), func('other', 'x'), func('renamed', 'x')],
            there: [tab('a', 'A'), func('same', 'x'), func('other', 'y'), func('renamed', 'x', { info: 'y' }), node('run', 'a', { type: 'exec', command: 'ls' })]
        })
        code.map(({ id }) => id).should.eql(['other', 'run'])
        code[0]!.flow.should.equal('A')
    })

    it('names what was disabled here and would run code once it is not', () => {
        const func = (id: string, z: string, change: FlowNode = {}) => node(id, z, { type: 'function', func: 'x', ...change })
        const { code } = compared({
            here: [{ ...tab('a', 'A'), disabled: true }, tab('b', 'B'), func('f', 'b', { d: true }), node('quiet', 'b', { d: true }), func('moves', 'a'), func('off', 'b')],
            there: [{ ...tab('a', 'A'), disabled: false }, tab('b', 'B'), func('f', 'b'), node('quiet', 'b'), func('moves', 'b'), func('off', 'b', { d: true })]
        })
        code.map(({ id }) => id).should.eql(['a', 'f', 'moves'])
    })

    it('shows a node of which nothing differs but its credentials, without them', () => {
        const flows = [tab('a', 'A'), node('n', 'a'), node('kept', 'a')]
        const { comparison, unit } = compared({ here: flows, there: flows, credentials: { n: 'changed', kept: 'missing' } })
        unit('a').differs.should.be.true()
        const { rows, total } = comparison.changes('a', 10)
        total.should.equal(1)
        rows[0]!.should.containEql({ id: 'n', change: 'changed', properties: [], credentials: 'changed' })
    })

    it('gives rows a page at a time', () => {
        const many = Array.from({ length: 120 }, (_, index) => node(`n${index}`, 'a'))
        const { comparison } = compared({ here: [tab('a', 'A')], there: [tab('a', 'A'), ...many] })
        const { rows, total } = comparison.changes('a', 50)
        rows.should.have.length(50)
        total.should.equal(120)
    })

    it('keeps the snapshot when only this side is compared anew', () => {
        const { comparison } = compared({ here: [], there: [tab('a', 'A')] })
        comparison.compare({ here: JSON.stringify({ flows: [tab('a', 'A')], rev: 'r2' }), there: null, base: null, credentials: {} })
            .should.containEql({ rev: 'r2', totals: { added: 0, deleted: 0, changed: 0, moved: 0 } })
    })

    it('stands hostile flows', () => {
        const hostile = JSON.parse('[null, 7, {"id": "__proto__", "type": "tab"}, {"id": "constructor", "type": "constructor", "z": "__proto__"}, {"id": 5}]') as FlowNode[]
        const { comparison, units } = compared({ here: [], there: hostile })
        units.forEach(({ id }) => comparison.changes(id, 10))
        should(() => comparison.plan(all, [])).not.throw()
        should(() => comparison.copy('__proto__')).not.throw()
    })
})

describe('the plan that the preview shows', () => {
    it('counts the flows that are replaced, and all of them when nothing is kept', () => {
        const { comparison } = compared(shared)
        comparison.plan(all, []).should.containEql({ all: true, replaced: 1, added: 0, parts: 1, open: [] })
        comparison.plan({ ...all, otherwise: 'mine' }, []).should.containEql({ all: false, replaced: 0, parts: 0, open: [] })
    })

    it('counts the credentials of what is taken, and none where those here are kept', () => {
        const flows = [tab('a', 'A'), tab('b', 'B'), node('n', 'a'), node('m', 'b'), node('o', 'b')]
        const { comparison } = compared({ here: flows, there: [...flows, config('c')], credentials: { n: 'changed', m: 'changed', o: 'missing', c: 'added' } })
        comparison.plan(all, []).credentials.should.eql({ added: 1, changed: 2, missing: 1 })
        comparison.plan({ ...all, mine: ['b'] }, []).credentials.should.eql({ added: 1, changed: 1, missing: 0 })
        comparison.plan({ ...all, otherwise: 'mine' }, []).credentials.should.eql({ added: 0, changed: 0, missing: 0 })
        comparison.plan(all, [], 'mine').credentials.should.eql({ added: 0, changed: 0, missing: 0 })
    })

    it('asks about one that differs in its credentials alone, unless no credentials are taken', () => {
        const flows = [tab('a', 'A'), tab('b', 'B'), config('c'), node('n', 'a', { broker: 'c', type: 'mqtt in' }), node('m', 'b', { broker: 'c', type: 'mqtt in' })]
        const there = flows.map(one => one.id === 'n' ? { ...one, topic: 'x' } : one.id === 'm' ? { ...one, topic: 'y' } : one)
        const { comparison } = compared({ here: flows, there, credentials: { c: 'changed' } })
        const mixed = { mine: ['b'], theirs: ['a'], otherwise: 'theirs' } as const
        comparison.plan(mixed, ['a', 'b']).open.map(({ id }) => id).should.eql(['c'])
        comparison.plan(mixed, ['a', 'b'], 'mine').open.should.eql([])
    })

    it('asks about a config node that is used from both sides, until it is decided', () => {
        const { comparison } = compared(shared)
        const mixed = { mine: [], theirs: ['a'], otherwise: 'mine' as const }
        comparison.plan(mixed, ['a']).open.should.eql([{ id: 'c', because: 'shared', mine: [], theirs: ['A'], also: ['B'] }])
        comparison.plan({ ...mixed, mine: ['c'] }, ['a', 'c']).should.containEql({ open: [], replaced: 1, parts: 0 })
    })

    it('names what uses such a one by its side where it differs, and apart where it is the same', () => {
        const there = shared.there.map(one => one.id === 'm' ? { ...one, topic: 'y' } : one)
        const mixed = { mine: ['b'], theirs: ['a'], otherwise: 'mine' } as const
        const users = (flows: FlowNode[]) => compared({ here: shared.here, there: flows }).comparison.plan(mixed, ['a', 'b']).open
        users(there).should.containDeep([{ id: 'c', mine: ['B'], theirs: ['A'], also: [] }])
        users(shared.there).should.containDeep([{ id: 'c', mine: [], theirs: ['A'], also: ['B'] }])
    })

    it('asks about what was changed here since both sides were the same, where it would be lost', () => {
        const base = { n: { here: 'changed', there: 'same' } } as const
        const { comparison, unit } = compared({ here: [tab('a', 'A'), node('n', 'a', { info: 'mine' })], there: [tab('a', 'A'), node('n', 'a')], base })
        unit('a').conflicts.should.equal(1)
        comparison.plan(all, []).open.should.eql([{ id: 'a', because: 'since', mine: [], theirs: [], also: [] }])
        comparison.plan({ ...all, theirs: ['a'] }, ['a']).open.should.eql([])
        comparison.plan({ ...all, otherwise: 'mine' }, []).open.should.eql([])
    })

    it('asks about credentials that were typed in here since, where the snapshot has other ones, and where it takes them away', () => {
        const flows = [tab('a', 'A'), node('n', 'a'), config('c')]
        const base = { n: { here: 'changed', there: 'same' }, c: { here: 'changed', there: 'same' } } as const
        const { comparison, unit } = compared({ here: flows, there: flows, base, credentials: { n: 'changed', c: 'missing' } })
        unit('a').conflicts.should.equal(1)
        const asked = (rule: 'theirs' | 'exactly' | 'mine') => comparison.plan(all, [], rule).open.map(({ id, because }) => [id, because])
        asked('theirs').should.eql([['a', 'since']])
        asked('exactly').sort().should.eql([['a', 'since'], ['c', 'since']])
        asked('mine').should.eql([])
        comparison.plan({ ...all, theirs: ['a', 'c'] }, ['a', 'c'], 'exactly').open.should.eql([])
    })

    it('asks about no credentials that were the same here all the time', () => {
        const flows = [tab('a', 'A'), node('n', 'a')]
        const { comparison } = compared({ here: flows, there: flows, base: { n: { here: 'same', there: 'changed' } }, credentials: { n: 'changed' } })
        comparison.plan(all, []).open.should.eql([])
    })
})

describe('a flow that is copied', () => {
    it('brings what stands in it and the subflows and config nodes that it uses, without credentials', () => {
        const there = [
            tab('a', 'A'), tab('b', 'B'), node('other', 'b'), config('c', { credentials: { password: 'x' } }), config('unused'),
            { id: 's', type: 'subflow', name: 'S' }, node('inside', 's', { broker: 'c' }), node('n', 'a', { type: 'subflow:s' }),
            { id: 'g', type: 'group', z: 'a', nodes: ['n'], x: 0, y: 0 }, { id: 'j', type: 'junction', z: 'a', x: 1, y: 1 }
        ]
        const { comparison } = compared({ here: [], there })
        const copied = comparison.copy('a')
        copied.map(({ id }) => id).should.eql(['a', 'c', 's', 'inside', 'n', 'g', 'j'])
        JSON.stringify(copied).should.not.containEql('password')
    })
})

describe('the properties of a node that differ', () => {
    const details = (here: FlowNode, there: FlowNode) => compared({ here: [here], there: [there] }).comparison.details(0, 0)

    it('are shown as values, and code by its lines', () => {
        const rows = details(node('n', '', { qos: 1, func: 'a\nb\nc' }), node('n', '', { qos: 2, func: 'a\nB\nc' }))
        rows.find(({ name }) => name === 'qos')!.should.eql({ name: 'qos', look: 'value', here: '1', there: '2' })
        const code = rows.find(({ name }) => name === 'func')!
        should(code).have.property('look', 'lines')
        should(code).have.propertyByPath('lines', 'blocks', '0', 'lines').eql([
            { sign: ' ', text: 'a' }, { sign: '-', text: 'b' }, { sign: '+', text: 'B' }, { sign: ' ', text: 'c' }
        ])
    })

    it('never are its credentials', () => {
        details(node('n', '', { credentials: { password: 'x' } }), node('n', '', { credentials: { password: 'y' } })).should.eql([])
    })

    it('are cut where they are long, in lines and in number', () => {
        const long = Array.from({ length: 5000 }, (_, index) => `line ${index} ${'x'.repeat(2000)}`).join('\n')
        const text = JSON.stringify(details(node('n', '', { func: '' }), node('n', '', { func: long })))
        text.length.should.be.below(200_000)
    })
})
