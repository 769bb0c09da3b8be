import should from 'should'
import type { NodeRedWriting } from '../../src/runtime/node-red-writing'
import { nothingYet } from '../../src/runtime/replace'
import type { RestoreParts } from '../../src/runtime/safety'
import { takeBack } from '../../src/runtime/take-back'
import { CodedError } from '../../src/shared/errors'
import { failure } from '../flowfuse/failure'
import { redDouble } from './red-double'

const entry = {
    kind: 'restore' as const, snapshot: { id: 'a', name: 'v1' }, safety: { id: 'b', name: 'before' }, revBefore: 'old', revAfter: 'new',
    files: { flows: { sha256: null, text: null }, credentials: { sha256: null, text: null } }, variables: '{"before": true}'
}
const safety = { head: { name: 'before' }, flows: [], credentials: {}, stored: { credentials: {}, packageJson: null, packageLock: null } }

describe('taking back a restore that failed', () => {
    const module = { name: 'node-red-node-random', version: '0.4.1', here: null }

    /** Takes back everything that a restore can touch, with whatever `writing` makes of the flows. */
    async function takenBack (writing: Partial<NodeRedWriting>, { flows = true, reason = new Error('failed') } = {}) {
        const told: unknown[] = []
        const settings = { nodes: { [module.name]: { version: module.version } } }
        const parts = {
            nodeRed: redDouble(settings).nodeRed,
            snapshots: { open: async () => await Promise.resolve(safety) },
            environment: { putBack: async (text: string) => { await Promise.resolve(told.push(['variables', text])) } },
            journal: { close: async () => { await Promise.resolve(told.push('closed')) } }
        } as unknown as RestoreParts
        const removeModule = async (name: string) => {
            told.push(['module', name])
            settings.nodes = {}
            await Promise.resolve()
        }
        const progress = { begin: () => undefined, result: { ...nothingYet('a'), installed: [module.name] } }
        const traces = { installing: true, variables: true, flows }
        const done = takeBack(parts, { removeModule, ...writing } as NodeRedWriting, entry, { modules: [module], traces }, progress, reason)
        return { done, told, result: progress.result }
    }
    const overtaken = { replaceStored: async () => await Promise.reject(new CodedError('restore-moved', {}, 409)) }

    it('leaves flows that others have deployed since, and puts variables and modules back all the same', async () => {
        const { done, told, result } = await takenBack(overtaken)
        await done
        told.should.eql([['variables', entry.variables], ['module', module.name], 'closed'])
        should(result).containEql({ takenBack: false, overtaken: true, installed: [], modulesLeft: [] })
    })

    it('claims nothing of flows that it was refused to replace', async () => {
        const { done, result } = await takenBack({}, { flows: false, reason: new CodedError('restore-moved', {}, 409) })
        await done
        should(result).containEql({ takenBack: false, overtaken: true })
        const other = await takenBack({}, { flows: false })
        await other.done
        should(other.result).containEql({ takenBack: true, overtaken: false })
    })

    it('names a module that those flows use now', async () => {
        const { done, told, result } = await takenBack({ ...overtaken, removeModule: async () => await Promise.reject(new Error('in use')) })
        await done
        told.should.containEql('closed')
        result.modulesLeft.should.eql([module.name])
    })

    it('leaves the journal open where the flows could not be written', async () => {
        const { done, told } = await takenBack({ replaceStored: async () => await Promise.reject(new Error('ENOSPC')) })
        await failure(done, 'take-back-failed')
        told.should.eql([['variables', entry.variables]])
    })
})
