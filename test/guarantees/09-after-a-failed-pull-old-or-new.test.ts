import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import type { FlowNode } from '../../src/snapshot/model'
import { PluginWorld } from './plugin-world'

const before: FlowNode[] = [{ id: 't1', type: 'tab', label: 'before' }, { id: 'n1', type: 'x', z: 't1', wires: [] }]
const after: FlowNode[] = [{ id: 't1', type: 'tab', label: 'after' }, { id: 'n1', type: 'x', z: 't1', wires: [] }, { id: 'n2', type: 'x', z: 't1', wires: [] }]
const credentials = { before: { n1: { password: 'old' } }, after: { n1: { password: 'new' }, n2: { password: 'newer' } } }
const module = 'node-red-contrib-x'

/** What is kept, and what the process has of it. */
const variable = 'FFS_GUARANTEE_LINE'

interface Job { state: string, error: { code: string } | null, result: { takenBack?: boolean, modulesLeft?: string[], installed?: string[] } }

describe('Guarantee 9: after a pull that fails or dies everything is old or new, never between', () => {
    let world: PluginWorld
    let userDir: string

    beforeEach(async () => {
        userDir = mkdtempSync(join(tmpdir(), 'ffs-guarantee-'))
        world = await PluginWorld.start({ userDir, flows: before, credentials: credentials.before, settings: { credentialSecret: 'secret' } })
        await world.connect()
        await world.json('PUT', 'variables', { variables: [{ name: variable, hidden: true, value: 'old' }] })
    })
    afterEach(async () => {
        await world.json('PUT', 'variables', { variables: [] })
        await world.stop({ keepFolder: true })
        rmSync(userDir, { recursive: true, force: true, maxRetries: 5 })
    })

    /** A snapshot of the instance there, looked at to be pulled. */
    const prepared = async (modules: Record<string, string> = {}) => {
        const { filler } = world.fake.ids.instances
        const snapshot = world.fake.addSnapshot(filler, {
            name: 'v2', flows: after as unknown as never, credentials: credentials.after, env: { [variable]: 'new' }, modules: { 'node-red': '4.1.15', ...modules }, settings: {}
        })
        return await world.json<{ id: string, rev: string }>('POST', 'pull', { owner: { kind: 'instance', id: filler }, snapshot })
    }
    const pull = async (modules: string[] = []): Promise<Job> => {
        const { id } = await prepared(modules.length > 0 ? { [module]: '1.0.0' } : {})
        const body = { rev: world.red.rev, parts: { flows: true, credentials: 'exactly', variables: 'all' }, mine: [], theirs: ['t1'], otherwise: 'theirs', modules }
        const { id: job } = await world.json<{ id: string }>('POST', `pull/${id}/replace${modules.length > 0 ? '-with-modules' : ''}`, body)
        return await world.ended(job)
    }

    const shouldBe = (which: 'before' | 'after') => {
        const [flows, kept, value] = which === 'before' ? [before, credentials.before, 'old'] : [after, credentials.after, 'new']
        should(world.red.flows).eql(flows)
        should(world.red.credentials).eql(kept)
        should(world.red.files()).eql({ flows: JSON.stringify(flows), credentials: JSON.stringify(kept) })
        should(process.env[variable]).equal(value)
    }

    it('one that goes through brings all of it', async () => {
        const job = await pull([module])
        should(job).containDeep({ state: 'done', error: null, result: { installed: [module] } })
        shouldBe('after')
        should(world.red.installed).eql([`${module}@1.0.0`])
    })

    const throwing = (count = 1) => () => {
        if (count-- > 0) {
            throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
        }
    }
    const failing: Array<[string, (red: PluginWorld['red']) => void]> = [
        ['an install fails', red => { red.before.addModule = throwing() }],
        ['Node-RED refuses the flows', red => { red.before.setFlows = throwing() }],
        ['the flows can’t be written', red => { red.before.saveFlows = throwing() }],
        ['other flows than those that were asked for run afterwards', red => {
            red.before.afterDeploy = () => { delete red.before.afterDeploy; red.credentials = { n1: { password: 'something else' } } }
        }],
        ['the flow file is cut short afterwards', red => {
            red.before.afterDeploy = () => { delete red.before.afterDeploy; red.cutFlowFile() }
        }]
    ]
    for (const [what, fail] of failing) {
        it(`is taken back where ${what}`, async () => {
            fail(world.red)
            const job = await pull([module])
            should(job.state).equal('failed')
            should(job.error?.code).be.a.String()
            should(job.result).containEql({ takenBack: true, installed: [] })
            shouldBe('before')
            should(world.red.installed.length).equal(world.red.removed.length)
            should(await world.json('GET', 'local')).containEql({ undo: null, notice: null })
        })
    }

    it('names the modules that could not be taken back', async () => {
        world.red.before.setFlows = throwing()
        world.red.removeModuleFails = true
        should((await pull([module])).result).containDeep({ takenBack: true, modulesLeft: [module] })
        shouldBe('before')
    })

    it('removes no module that is only here', async () => {
        should((await pull()).state).equal('done')
        should(world.red.removed).eql([])
    })

    it('writes nothing without a safety snapshot', async () => {
        await prepared()
        const deploys = world.red.deploys
        world.red.api.nodes.getCredentials = () => { throw new Error('can’t be read') }
        should((await pull().catch(() => ({ state: 'failed' }))).state).equal('failed')
        should(world.red.deploys).equal(deploys)
    })

    it('is undone to the byte', async () => {
        await pull()
        shouldBe('after')
        const { undo } = await world.json<{ undo: { id: string } }>('GET', 'local')
        const { id } = await world.json<{ id: string }>('POST', 'undo', { id: undo.id, rev: world.red.rev })
        should(await world.ended(id)).containEql({ state: 'done' })
        shouldBe('before')
    })

    it('an undo that fails is taken back too', async () => {
        await pull()
        const { undo } = await world.json<{ undo: { id: string } }>('GET', 'local')
        world.red.before.saveFlows = throwing()
        const { id } = await world.json<{ id: string }>('POST', 'undo', { id: undo.id, rev: world.red.rev })
        should(await world.ended(id)).containDeep({ state: 'failed', result: { takenBack: true } })
        shouldBe('after')
    })

    describe('that dies', () => {
        /** What the folder held when the process was gone, started again. */
        const startedAgain = async (work: () => Promise<unknown>) => {
            await work()
            delete process.env[variable]
            await world.stop({ keepFolder: true })
            let found: string[] = []
            world = await PluginWorld.start({
                userDir, flows: [], credentials: {}, settings: { credentialSecret: 'secret' },
                // What Node-RED then loads.
                loads: red => { const { flows, credentials: kept } = red.files(); found = [flows, kept] }
            })
            return found
        }

        for (const [what, at] of [['before anything was written', 'setFlows'], ['once the flows were written', 'saved'], ['once they run', 'afterDeploy']] as const) {
            it(`${what} is rolled back before any flow runs`, async () => {
                const found = await startedAgain(async () => {
                    world.red.dieAt(at)
                    void pull().catch(() => undefined)
                    await world.red.dead
                })
                should(found).eql([JSON.stringify(before), JSON.stringify(credentials.before)])
                should(process.env[variable]).equal('old')
                const { notice } = await world.json<{ notice: { outcome: string, kind: string } }>('GET', 'local')
                should(notice).containEql({ outcome: 'rolled-back', kind: 'pull' })
            })
        }

        it('leaves a journal that says so until then, and none afterwards', async () => {
            const journal = () => readFileSync(join(userDir, 'flowfuse-snapshots/journal.json'), 'utf8')
            world.red.dieAt('setFlows')
            void pull().catch(() => undefined)
            await world.red.dead
            should(JSON.parse(journal())).containEql({ kind: 'restore' })
            should(journal()).not.match(/"old"|"new"|password/)
            await startedAgain(async () => undefined)
            should(journal).throw()
        })
    })
})
