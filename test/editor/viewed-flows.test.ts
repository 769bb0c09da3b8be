import 'should'
import { findNodes, propertiesOfNode, viewedFlows } from '../../src/editor/viewed-flows'
import type { FlowNode } from '../../src/snapshot/model'

const nodes: FlowNode[] = [
    { id: 'sub', type: 'subflow', name: 'Scale it' },
    { id: 'line1', type: 'tab', label: 'Line 1' },
    { id: 'line2', type: 'tab', label: '', disabled: true },
    { id: 'broker', type: 'mqtt-broker', name: 'plant broker' },
    { id: 'local', type: 'mqtt-broker', name: 'local broker', z: 'line1' },
    { id: 'press', type: 'mqtt out', name: 'press', z: 'line1', x: 1, y: 1, wires: [], broker: 'broker', func: 'a\nb', list: [1] },
    { id: 'lost', type: 'debug', name: 'lost', z: 'gone', x: 1, y: 1, wires: [] }
]

describe('the parts of a snapshot that is looked at', () => {
    it('are its tabs and then its subflows, and what is drawn in none of them', () => {
        const { flows, undrawn } = viewedFlows(nodes)
        flows.map(({ id, name, disabled, count }) => [id, name, disabled, count]).should.eql([['line1', 'Line 1', false, 2], ['line2', 'tab', true, 0], ['sub', 'Scale it', false, 0]])
        undrawn.map(({ id }) => id).should.eql(['broker', 'local', 'lost'])
    })

    it('are found by every word of a search, in name, type or id', () => {
        findNodes(nodes, 'MQTT broker', 10).map(({ id }) => id).should.eql(['broker', 'local'])
        findNodes(nodes, 'press', 10).should.eql([{ id: 'press', name: 'press', type: 'mqtt out', flow: 'line1' }])
        findNodes(nodes, '  ', 10).should.eql([])
        findNodes(nodes, 'e', 2).should.have.length(2)
    })

    it('tell the properties of a node, and which node one of them names', () => {
        propertiesOfNode(nodes[5]!, nodes).should.eql([
            { name: 'name', text: 'press', of: null }, { name: 'broker', text: 'broker', of: 'plant broker' }, { name: 'func', text: 'a\nb', of: null },
            { name: 'list', text: '[\n    1\n]', of: null }
        ])
    })
})
