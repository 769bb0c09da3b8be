import should from 'should'
import { SnapshotComparison } from '../../src/editor/snapshot-comparison'
import type { CredentialChange } from '../../src/shared/pull'
import type { FlowNode } from '../../src/snapshot/model'

const tab = (id: string, label: string): FlowNode => ({ id, type: 'tab', label })
const node = (id: string, z: string, change: FlowNode = {}): FlowNode => ({ id, type: 'comment', z, name: id, x: 10, y: 10, wires: [], ...change })

function compared (here: FlowNode[], there: FlowNode[], credentials: Record<string, CredentialChange> = {}) {
    const comparison = new SnapshotComparison()
    const outline = comparison.compare({ here: JSON.stringify(here), there: JSON.stringify(there), credentials })
    return { comparison, ...outline, rows: outline.groups.flatMap(({ rows }) => rows) }
}

describe('two snapshots, compared', () => {
    it('are grouped by flow, subflow and config node, without those that are the same', () => {
        const same = [tab('s', 'Same'), node('in same', 's')]
        const { groups, totals, flows } = compared(
            [{ id: 'c', type: 'mqtt-broker', name: 'broker', port: 1 }, tab('a', 'A'), ...same, node('n', 'a'), node('gone', 'a')],
            [{ id: 'c', type: 'mqtt-broker', name: 'broker', port: 2 }, tab('a', 'A'), ...same, tab('b', 'B'), node('n', 'a', { info: 'x' }), node('new', 'b')]
        )
        groups.map(({ kind, name, rows }) => [kind, name, ...rows.map(({ sort, name: what }) => `${sort} ${what}`)]).should.eql([
            ['tab', 'A', 'changed n', 'deleted gone'], ['tab', 'B', 'added B', 'added new'], ['global-config', 'broker', 'changed broker']
        ])
        totals.should.eql({ added: 2, deleted: 1, changed: 2, moved: 0 })
        flows.should.eql({ here: 2, there: 3 })
    })

    it('tell what only moved, in a flow, in its order or from another one, apart from what also changed', () => {
        const { rows } = compared(
            [tab('a', 'A'), tab('b', 'B'), node('laid', 'a'), node('away', 'a'), node('both', 'a')],
            [tab('a', 'A'), tab('b', 'B'), node('laid', 'a', { x: 90 }), node('away', 'b'), node('both', 'b', { info: 'x' })]
        )
        rows.map(({ id, sort, moved }) => ({ id, sort, moved })).should.eql([
            { id: 'laid', sort: 'moved', moved: 'layout' }, { id: 'away', sort: 'moved', moved: { from: 'A' } }, { id: 'both', sort: 'changed', moved: { from: 'A' } }
        ])
    })

    it('count other credentials as a change, those that only one side has too', () => {
        const flows = [tab('a', 'A'), node('n', 'a'), node('m', 'a'), node('laid', 'a')]
        const there = flows.map(one => one.id === 'laid' ? { ...one, x: 90 } : one)
        const { rows } = compared(flows, there, { n: 'changed', m: 'missing', laid: 'added', elsewhere: 'added' })
        rows.map(({ id, sort, credentials }) => [id, sort, credentials]).should.eql([['laid', 'changed', 'added'], ['n', 'changed', 'changed'], ['m', 'changed', 'missing']])
    })

    it('give the flow of a row on either side, for a drawing', () => {
        const { comparison } = compared([tab('a', 'A'), node('n', 'a'), node('other', 'b')], [tab('b', 'B'), { id: 's', type: 'subflow', name: 'S' }, node('in', 's')])
        comparison.flow('here', 'a').map(({ id }) => id).should.eql(['a', 'n'])
        comparison.flow('there', 'a').should.eql([])
        comparison.flow('there', 's').map(({ id }) => id).should.eql(['s', 'in'])
        comparison.flow('there', 'b').map(({ id }) => id).should.eql(['b', 's'])
    })

    it('show each change once, whatever has the same id', () => {
        const here = JSON.parse('[{"id": "x", "type": "tab", "label": "X"}, {"id": "n", "z": "x", "type": "comment", "x": 1, "y": 1}]') as FlowNode[]
        const there = JSON.parse('[{"id": "x", "type": "mqtt-broker"}, {"id": "n", "z": "x", "type": "comment", "x": 1, "y": 1, "info": "a"}]') as FlowNode[]
        const { rows } = compared(here, there)
        new Set(rows.map(({ here: one, there: other }) => `${one}/${other}`)).size.should.equal(rows.length)
        rows.should.have.length(3)
    })

    it('stand hostile flows and long names', () => {
        const long = 'x'.repeat(100_000)
        const hostile = JSON.parse('[null, 7, "a", [], {"id": "__proto__", "type": "tab"}, {"id": "constructor", "type": "constructor", "z": "__proto__"}, {"id": 5}]') as FlowNode[]
        const { groups, comparison } = compared([...hostile, node('long', '', { name: long, [long]: 1 })], [node('long', '', { name: long })])
        JSON.stringify(groups).length.should.be.below(5000)
        should(() => comparison.flow('here', '__proto__')).not.throw()
        new SnapshotComparison().compare({ here: '{}', there: 'null', credentials: {} }).groups.should.eql([])
    })
})
