import 'should'
import { diffFlows, type Base, type Change } from '../../src/snapshot/diff'
import type { FlowNode } from '../../src/snapshot/model'
import { Dice, edited, oddFlows, someFlows } from './some-flows'

const rounds = Array.from({ length: 300 }, (_, seed) => seed)
const copy = (flows: FlowNode[]) => JSON.parse(JSON.stringify(flows)) as FlowNode[]
const brief = (changes: Change[]) => changes.map(({ id, kind, change, flow }) => ({ id, kind, change, flow }))
const tabs = (...ids: string[]): FlowNode[] => ids.map(id => ({ id, type: 'tab', label: id }))
const sets = (seed: number): [FlowNode[], FlowNode[]] => {
    const dice = new Dice(seed)
    const one = someFlows(dice)
    return seed % 3 === 0 ? [oddFlows(dice), oddFlows(dice)] : [one, seed % 3 === 1 ? edited(dice, one) : someFlows(dice)]
}

describe('the differences of two flow sets', () => {
    it('are none for the same set, with keys in any order', () => {
        const turned = (value: unknown): unknown => Array.isArray(value) ? value.map(turned) : typeof value !== 'object' || value === null ? value :
            Object.fromEntries(Object.entries(value).reverse().map(([key, item]) => [key, turned(item)]))
        for (const seed of rounds) {
            const [one] = sets(seed)
            diffFlows(one, copy(one)).should.eql([])
            diffFlows(one, turned(one) as FlowNode[]).should.eql([])
        }
    })

    it('are some for every set that is not the same in what Node-RED sees', () => {
        const seen = (flows: FlowNode[]) => new Set(flows.map(node => JSON.stringify(Object.entries(node).sort())))
        for (const seed of rounds.filter(round => round % 3 === 1)) {
            const [one, other] = sets(seed)
            const [before, after] = [seen(one), seen(other)]
            const isSame = before.size === after.size && [...before].every(text => after.has(text))
            if (!isSame) { diffFlows(one, other).should.not.eql([]) }
        }
    })

    it('are the same from the other side, added for deleted', () => {
        const mirrored = { added: 'deleted', deleted: 'added', changed: 'changed', moved: 'moved', reordered: 'reordered' }
        const seenFrom = (changes: Change[], isOther: boolean) => changes.map(one => ({
            id: one.id, kind: one.kind, properties: one.properties, layoutOnly: one.layoutOnly, reordered: one.reordered,
            change: isOther ? mirrored[one.change] : one.change,
            places: isOther ? [one.there, one.here] : [one.here, one.there],
            flows: one.change !== 'moved' ? [one.flow] : isOther ? [one.flow, one.from] : [one.from, one.flow]
        })).sort((a, b) => (a.places[0] ?? 0) - (b.places[0] ?? 0) || (a.places[1] ?? 0) - (b.places[1] ?? 0))
        for (const seed of rounds) {
            const [one, other] = sets(seed)
            seenFrom(diffFlows(one, other), false).should.eql(seenFrom(diffFlows(other, one), true))
        }
    })

    it('tell what a node is and where it stands', () => {
        const flows: FlowNode[] = [
            { id: 't', type: 'tab', label: 'Line' }, { id: 's', type: 'subflow', name: 'Sub' }, { id: 'g', type: 'group', z: 't' }, { id: 'j', type: 'junction', z: 't', x: 1, y: 1 },
            { id: 'n', type: 'inject', z: 's', x: 1, y: 1 }, { id: 'l', type: 'mqtt-broker', z: 't' }, { id: 'c', type: 'mqtt-broker', name: 'Plant' }
        ]
        const added = diffFlows([], flows)
        brief(added).map(({ kind, flow }) => [kind, flow]).should.eql([
            ['tab', ''], ['subflow', ''], ['group', 't'], ['junction', 't'], ['node', 's'], ['flow-config', 't'], ['global-config', '']
        ])
        added.every(({ change }) => change === 'added').should.be.true()
        added.map(({ name }) => name).filter(Boolean).should.eql(['Line', 'Sub', 'Plant'])
        diffFlows(flows, []).every(({ change }) => change === 'deleted').should.be.true()
    })

    it('name the properties, and tell a mere change of place or size', () => {
        const node = { id: 'n', type: 'function', z: 't', x: 1, y: 1, func: 'a', wires: [['b']] }
        const only = (change: object) => diffFlows([node], [{ ...node, ...change }])[0]!
        only({ func: 'b', wires: [['c']], x: 5 }).should.match({ change: 'changed', properties: ['func', 'wires'], layoutOnly: false })
        only({ x: 5 }).should.match({ change: 'changed', properties: [], layoutOnly: true })
        only({ extra: null }).should.match({ properties: ['extra'], layoutOnly: false })
        only({ func: undefined }).should.match({ properties: ['func'] })
        only({ z: 'u', func: 'b' }).should.match({ change: 'moved', from: 't', flow: 'u', properties: ['func'], layoutOnly: false })
    })

    it('name the fewest tabs and nodes that stand in another order', () => {
        const reordered = (one: FlowNode[], other: FlowNode[]) => diffFlows(one, other).map(({ id, change }) => [id, change])
        reordered(tabs('a', 'b', 'c', 'd'), tabs('d', 'a', 'b', 'c')).should.eql([['d', 'reordered']])
        reordered(tabs('a', 'b', 'c'), tabs('x', 'a', 'c')).should.eql([['x', 'added'], ['b', 'deleted']])
        const nodes = ['a', 'b', 'c'].map(id => ({ id, type: 'inject', z: 't', x: 1, y: 1 }))
        reordered(nodes, [nodes[1]!, nodes[2]!, nodes[0]!]).should.eql([['a', 'reordered']])
        // What stands in different flows has no order among each other
        diffFlows([...nodes, ...tabs('t', 'u')], [...tabs('t', 'u'), ...nodes]).should.eql([])
        const changed = diffFlows(tabs('a', 'b', 'c'), [{ id: 'c', type: 'tab', label: 'new' }, ...tabs('a', 'b')])
        changed.should.have.length(1)
        changed[0]!.should.match({ id: 'c', change: 'changed', reordered: true })
    })

    it('keep a tab and a node with the same id apart', () => {
        brief(diffFlows(tabs('a'), [{ id: 'a', type: 'inject', z: 't', x: 1, y: 1 }])).should.eql([
            { id: 'a', kind: 'node', change: 'added', flow: 't' }, { id: 'a', kind: 'tab', change: 'deleted', flow: '' }
        ])
    })

    it('find each of several nodes with the same id or none', () => {
        const one = [{ type: 'a' }, { type: 'b' }, { id: 'd', type: 'x' }, { id: 'd', type: 'y' }]
        diffFlows(one, [{ type: 'a' }, { type: 'c' }, { id: 'd', type: 'x' }]).map(({ id, change, here, there }) => [id, change, here, there])
            .should.eql([['', 'changed', 1, 1], ['d', 'deleted', 3, -1]])
    })

    it('are a conflict where a pull undoes what came here after the base', () => {
        const here: FlowNode[] = [{ id: 'mine', type: 'tab' }, { id: 'edited', type: 'x', a: 1 }, { id: 'old', type: 'x' }, { id: 'same', type: 'x', a: 1 }]
        const there: FlowNode[] = [{ id: 'edited', type: 'x', a: 2 }, { id: 'same', type: 'x', a: 2 }, { id: 'thrown-away', type: 'x' }, { id: '__proto__', type: 'x' }]
        const base: Base = {
            mine: { here: 'added', there: 'none' }, edited: { here: 'changed', there: 'changed' }, old: { here: 'same', there: 'gone' },
            same: { here: 'same', there: 'changed' }, 'thrown-away': { here: 'gone', there: 'same' }
        }
        diffFlows(here, there, base).filter(({ conflict }) => conflict).map(({ id }) => id).should.eql(['edited', 'thrown-away', 'mine'])
        diffFlows(here, there).some(({ conflict }) => conflict).should.be.false()
    })

    it('are found in what is nested deeper than any stack', () => {
        const deep = (end: string) => { let value: unknown = end; for (let depth = 0; depth < 100_000; depth++) { value = [value] } return [{ id: 'a', type: 'x', value }] }
        diffFlows(deep('one'), deep('one')).should.eql([])
        diffFlows(deep('one'), deep('other')).should.have.length(1)
    })
})
