import should from 'should'
import { capture } from '../../src/runtime/capture'
import { nodeStates } from '../../src/runtime/node-states'
import { fingerprint } from '../../src/snapshot/canonical'
import { redDouble } from './red-double'

const key = Buffer.alloc(32, 1)

describe('the nodes of a push, as the next one is compared with them', () => {
    it('are those that were captured, with their credentials, whatever was deployed since', async () => {
        const red = redDouble()
        const flows = Array.from({ length: 3000 }, (_, index) => (
            { id: `n${index}`, type: 'x', z: 't', name: `ü${index}`, x: index, y: 1, text: 'x'.repeat(index) }
        ))
        const credentials = Object.fromEntries(flows.map(({ id }, index) => [id, { password: `p${index}` }]))
        red.deploy(flows, credentials)
        const captured = await capture(red.nodeRed)
        red.deploy([{ id: 'n0', type: 'y' }])
        should(await nodeStates(captured, key)).eql(flows.map(node =>
            ({ id: node.id, name: node.name, flow: 't', hash: fingerprint(key, node, credentials[node.id]) })))
    })

    it('are called by name, label or type, and only those with an id count', async () => {
        const red = redDouble()
        red.deploy([{ id: 't', type: 'tab', label: 'Line 4' }, { type: 'x' }, { id: 5, type: 'x' }, { id: 'n', type: 'x', name: 'Oven', z: 't' }])
        const states = await nodeStates(await capture(red.nodeRed), key)
        should(states.map(({ id, name, flow }) => [id, name, flow])).eql([['t', 'Line 4', ''], ['5', 'x', ''], ['n', 'Oven', 't']])
    })
})
