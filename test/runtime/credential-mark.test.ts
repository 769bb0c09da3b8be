import should from 'should'
import { capture } from '../../src/runtime/capture'
import { markOf, markOfCaptured } from '../../src/runtime/credential-mark'
import type { FlowNode } from '../../src/snapshot/model'
import { redDouble } from './red-double'

const flows = [{ id: 't', type: 'tab' }, { id: 'n', type: 'x' }, { id: 5, type: 'x' }, { id: '5', type: 'x' }, { type: 'x' }, { id: 'e', type: 'x' }] as FlowNode[]
const credentials = { n: { user: 'Jürgen “4”', deep: { x: [1, null] } }, 5: { key: 'p' }, e: {}, t: { long: 'x'.repeat(70_000) }, orphan: { gone: 'x' } }

describe('the mark of credentials', () => {
    const marks = async (open: Record<string, Record<string, unknown>>) => {
        const red = redDouble()
        red.deploy(flows, open)
        return [await markOf(red.nodeRed, flows), markOfCaptured((await capture(red.nodeRed)).credentialsJson)]
    }

    it('is the same of what runs and of what was captured of it', async () => {
        for (const open of [credentials, {}]) {
            const [running, captured] = await marks(open)
            should(captured).equal(running)
        }
    })

    it('is another one of other credentials, and none of them can be read in it', async () => {
        const [before] = await marks(credentials)
        const [changed] = await marks({ ...credentials, n: { ...credentials.n, user: 'other' } })
        const [moved] = await marks({ ...credentials, n: credentials[5], 5: credentials.n })
        const [none] = await marks({})
        should(new Set([before, changed, moved, none]).size).equal(4)
        should(before).match(/^[A-Za-z0-9+/]{43}=$/)
    })
})
