import 'should'
import type { FlowNode } from '../../src/snapshot/model'
import { VariableUses } from '../../src/snapshot/variable-uses'

function uses (nodes: FlowNode[], credentials: Record<string, Record<string, unknown>> = {}) {
    const found = new VariableUses(['HOST', 'LIMIT'])
    nodes.forEach(node => found.add(node, credentials[String(node?.id)]))
    return { host: found.of('HOST'), limit: found.of('LIMIT') }
}
const tab = (id: string, label: string, env: unknown = []): FlowNode => ({ id, type: 'tab', label, env })

describe('where kept variables are used', () => {
    it('is told by the labels of the flows, each once, whatever way a node names them', () => {
        const { host, limit } = uses([
            { id: 'n1', type: 'http request', z: 't1', url: '${HOST}' },
            { id: 'n2', type: 'function', z: 't1', func: 'return env.get("HOST") + env.get("$parent.LIMIT")' },
            { id: 'n3', type: 'mqtt-broker', name: 'broker', broker: '${HOST}' },
            { id: 's1', type: 'subflow', name: 'Scale', env: [{ name: 'max', type: 'env', value: 'LIMIT' }] },
            { id: 'n4', type: 'mqtt in', z: 't2' },
            tab('t1', 'Line 4'), tab('t2', '')
        ], { n4: { password: '${LIMIT}' } })
        host.should.eql({ usedIn: ['Line 4', 'broker'], shadowedBy: [] })
        limit.usedIn.should.eql(['Line 4', 'Scale', 'tab'])
    })

    it('comes with what defines the same name nearer', () => {
        const entry = [{ name: 'HOST', type: 'str', value: 'x' }]
        const { host, limit } = uses([
            tab('t1', 'Line 4', entry), { id: 'g1', type: 'group', z: 't1', name: 'Inputs', env: entry }, { id: 'c', type: 'global-config', env: entry },
            { id: 'i', type: 'subflow:s1', z: 't1', name: 'first', env: entry }
        ])
        host.should.eql({ usedIn: [], shadowedBy: ['Inputs', 'Line 4', 'first', 'global-config'] })
        limit.should.eql({ usedIn: [], shadowedBy: [] })
    })

    it('is found among nodes that are none', () => {
        const odd = [null, 5, 'x', { type: 'tab' }, { id: 5, z: 5, type: [] }, { id: 'n', env: [null, { name: 5 }], type: 'tab' }] as unknown as FlowNode[]
        uses([...odd, { id: 'n1', type: 'x', z: 'gone', a: '${HOST}' }]).host.should.eql({ usedIn: ['gone'], shadowedBy: [] })
    })
})
