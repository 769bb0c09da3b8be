import 'should'
import { countedAt, everything, kindsIn, listItems, stepFrom, totalCounts, type ListItem } from '../../src/editor/compare-list'
import type { ComparedSnapshots } from '../../src/editor/compare-work'
import { SnapshotComparison } from '../../src/editor/snapshot-comparison'
import { compareParts } from '../../src/snapshot/compare'
import type { FlowNode } from '../../src/snapshot/model'

const tab = (id: string, label: string): FlowNode => ({ id, type: 'tab', label })
const node = (id: string, z: string, change: FlowNode = {}): FlowNode => ({ id, type: 'comment', z, name: id, x: 10, y: 10, wires: [], ...change })
const parts = (modules: Record<string, string>) => ({ variables: [], modules, settings: {}, credentials: { state: 'none' as const, marks: {} } })

function compared (): ComparedSnapshots {
    const here = [tab('a', 'A'), tab('b', 'B'), node('n', 'a'), node('laid', 'a'), node('gone', 'b')]
    const there = [tab('a', 'A'), tab('b', 'B'), node('n', 'a', { info: 'x' }), node('laid', 'a', { x: 90 })]
    const flows = new SnapshotComparison().compare({ here: JSON.stringify(here), there: JSON.stringify(there), credentials: {} })
    return { ...flows, parts: compareParts(parts({ m: '1.0.0' }), parts({ m: '2.0.0' })), credentialsTold: true, same: false, equal: false }
}

const shown = (items: ListItem[]) => items.map(item => item.head ? `[${item.group.flow?.name ?? item.group.kind}]` : item.row?.name ?? item.part?.name)

describe('the list of a comparison', () => {
    it('has what differs under its flow, and modules after all flows', () => {
        shown(listItems(compared(), everything, new Set())).should.eql(['[A]', 'n', 'laid', '[B]', 'gone', '[modules]', 'm'])
        totalCounts(compared()).should.eql({ added: 0, deleted: 1, changed: 2, moved: 1 })
        kindsIn(compared()).should.eql(['tab', 'modules'])
    })

    it('leaves out what only moved, or every kind but one, with the heads of what is empty then', () => {
        shown(listItems(compared(), { ...everything, hidden: new Set(['moved', 'deleted']) }, new Set())).should.eql(['[A]', 'n', '[modules]', 'm'])
        shown(listItems(compared(), { ...everything, kind: 'modules' }, new Set())).should.eql(['[modules]', 'm'])
        listItems(compared(), { ...everything, hidden: new Set(['moved', 'deleted', 'changed']) }, new Set()).should.eql([])
    })

    it('goes from change to change, over heads and into no end', () => {
        const items = listItems(compared(), everything, new Set())
        stepFrom(items, -1, 1).should.equal(1)
        stepFrom(items, 2, 1).should.equal(4)
        stepFrom(items, 4, -1).should.equal(2)
        stepFrom(items, 6, 1).should.equal(6)
        stepFrom(items, 1, -1).should.equal(1)
        countedAt(items, -1).should.eql({ at: 0, count: 4 })
        countedAt(items, 4).should.eql({ at: 3, count: 4 })
    })

    it('stops at a folded flow once', () => {
        const [head] = listItems(compared(), everything, new Set())
        const items = listItems(compared(), everything, new Set([head!.key]))
        shown(items).should.eql(['[A]', '[B]', 'gone', '[modules]', 'm'])
        stepFrom(items, -1, 1).should.equal(0)
        countedAt(items, 4).should.eql({ at: 3, count: 3 })
    })
})
