import 'should'
import should from 'should'
import { fingerprint } from '../../src/snapshot/canonical'
import { changesSince, inventoryOf, type NodeState } from '../../src/snapshot/changes-since'
import type { FlowNode } from '../../src/snapshot/model'

const key = Buffer.alloc(32, 1)
const state = (node: FlowNode, credentials?: Record<string, unknown>): NodeState => ({
    id: String(node.id), hash: fingerprint(key, node, credentials), name: String(node.name ?? node.label ?? node.type), flow: String(node.z ?? '')
})
const tab = state({ id: 't', type: 'tab', label: 'Line 4' })
const scale = { id: 'n', type: 'function', name: 'scale', z: 't', x: 1, y: 2, func: 'a' }
const base = inventoryOf([tab, state(scale, { user: 'u' })])

describe('what changed since the last push', () => {
    it('is nothing when nothing or only a position did', () => {
        should(changesSince(base, [tab, state({ ...scale, x: 100, y: 200 }, { user: 'u' })])).be.null()
        should(changesSince(new Map(), [])).be.null()
    })

    it('names changed nodes, also for a changed credential', () => {
        changesSince(base, [tab, state({ ...scale, func: 'b' }, { user: 'u' })])!.changed.should.eql(['scale'])
        changesSince(base, [tab, state(scale, { user: 'v' })])!.changed.should.eql(['scale'])
    })

    it('counts new nodes by flow, and those that are gone', () => {
        const more = ['a', 'b'].map(id => state({ id, type: 'inject', z: 't' }))
        changesSince(base, [tab, ...more, state({ id: 'c', type: 'mqtt-broker' })])!
            .should.eql({ added: [{ flow: 'Line 4', count: 2 }, { flow: '', count: 1 }], addedElsewhere: 0, changed: [], changedMore: 0, removed: 1 })
    })

    it('stays short however much changed', () => {
        const tabs = [...'abcdef'].map(id => state({ id, type: 'tab', label: id }))
        const many = Array.from({ length: 1000 }, (_, index) => state({ id: `n${index}`, type: 'x', z: 'abcdef'[index % 6] }))
        const old = inventoryOf(tabs)
        const added = changesSince(old, [...tabs, ...many])!
        added.added.should.have.length(3)
        added.addedElsewhere.should.equal(1000 - added.added.reduce((sum, { count }) => sum + count, 0))
        const changed = changesSince(inventoryOf(many), many.map(node => ({ ...node, hash: 'other' })))!
        changed.changed.should.have.length(5)
        changed.changedMore.should.equal(995)
    })

    it('keeps hostile ids apart, and counts a double one once', () => {
        const odd = [state({ id: '__proto__', type: 'x' }), state({ id: 'constructor', type: 'x' }), state({ id: 'constructor', type: 'y' })]
        changesSince(new Map(), odd)!.added.should.eql([{ flow: '', count: 2 }])
        should(changesSince(inventoryOf(odd), odd)).be.null()
    })

    it('remembers no content and no name, and nothing that another key could find out', () => {
        JSON.stringify(base).should.not.match(/scale|Line|function|"u"/)
        fingerprint(key, scale, undefined).should.not.equal(fingerprint(Buffer.alloc(32, 2), scale, undefined))
    })
})
