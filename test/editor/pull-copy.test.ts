import should from 'should'
import { copyOf } from '../../src/editor/pull-copy'
import type { FlowNode } from '../../src/snapshot/model'

const flows: FlowNode[] = [
    { id: 'a', type: 'tab', label: 'A', env: [{ name: 'PLANT', value: 'north' }] },
    { id: 'n', type: 'mqtt in', z: 'a', x: 1, y: 1, broker: 'broker', wires: [['i']], credentials: { user: 'canary' } },
    { id: 'i', type: 'subflow:s', z: 'a', x: 2, y: 1, wires: [] },
    { id: 's', type: 'subflow', name: 'S' },
    { id: 'in', type: 'http request', z: 's', x: 1, y: 1, rows: [{ tls: 'tls' }], wires: [] },
    { id: 'broker', type: 'mqtt-broker', name: 'plant' },
    { id: 'tls', type: 'tls-config', name: 'plant' },
    { id: 'unused', type: 'mqtt-broker', name: 'other' },
    { id: 'g', type: 'global-config', env: [{ name: 'NAME', value: 'a' }] },
    { id: 'b', type: 'tab', label: 'B' },
    { id: 'm', type: 'debug', z: 'b', x: 1, y: 1, name: 'g', wires: [] }
]

const ids = (nodes: FlowNode[]) => nodes.map(({ id }) => id)

describe('the copy of a flow', () => {
    it('has what stands in it, and the subflows and config nodes that any of it uses', () => {
        should(ids(copyOf(flows, 'a'))).eql(['a', 'n', 'i', 's', 'in', 'broker', 'tls'])
    })

    it('has no global variables, though a text may be their id', () => {
        should(ids(copyOf(flows, 'b'))).eql(['b', 'm'])
    })

    it('has no credentials, and is no part of what it was made of', () => {
        const copy = copyOf(flows, 'a')
        should(JSON.stringify(copy)).not.match(/canary/)
        const [tab] = copy
        Object.assign(tab!, { label: 'changed' })
        should(flows[0]!.label).equal('A')
    })

    it('is empty for what is no flow', () => {
        should(['s', 'n', 'none', ''].map(id => copyOf(flows, id))).eql([[], [], [], []])
    })
})
