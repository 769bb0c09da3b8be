import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { askChild } from '../bench/messages'
import { fewFlows } from '../node-red/flow-sets'
import { startNodeRed } from '../node-red/local'
import { LocalWorld } from '../node-red/local-world'

const root = join(__dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'local-modules-'))
const name = 'node-red-node-random'
const flows = [{ id: 't', type: 'tab' }, { id: 'r', type: 'random', z: 't', low: 1, high: 10, inte: 'true', property: 'payload', wires: [[]] }]

describe('restoring a local snapshot whose modules are missing', function () {
    this.timeout(5 * 60_000)
    let world: LocalWorld
    let id: string

    const start = async () => new LocalWorld(await startNodeRed({
        userDir: join(folder, 'user'), nodeArguments: ['--require', join(__dirname, '../node-red/fail-once.cjs')]
    }))
    const restarted = async () => {
        await world.nodeRed.stop()
        world = await start()
    }

    before(async () => {
        existsSync(join(root, 'dist/plugin.js')).should.be.true('there is no built plugin: npm run build')
        world = await start()
        await world.ask('POST', 'nodes', { module: name, version: '0.4.1' })
        await world.deploy({ flows, credentials: {} })
        ;({ id } = await world.keep('with a module'))
        await world.deploy(fewFlows())
        await world.nodeRed.call('DELETE', `nodes/${name}`)
    })

    after(async () => {
        await world?.nodeRed.stop()
        rmSync(folder, { recursive: true, force: true })
    })

    const listed = () => Object.keys((JSON.parse(readFileSync(join(world.nodeRed.userDir, 'package.json'), 'utf8')) as { dependencies: object }).dependencies)
    const restore = async (modules: string[]) => {
        return await world.followed(await world.ask('POST', `flowfuse-snapshots/local/${id}/restore-with-modules`, { ...await world.planned(id), modules }))
    }

    it('names them, and the types that would not run', async () => {
        const { modules, notes } = await world.plan(id)
        modules.should.eql([{ name, version: '0.4.1', here: null, refused: null }])
        notes.should.eql([{ code: 'missing-types', params: { count: 1, types: 'random' } }])
    })

    it('installs nothing that the snapshot does not need', async () => {
        should((await restore(['node-red-node-base64'])).error?.code).equal('module-not-in-plan')
    })

    it('takes what it installed away again when the flows can’t be written', async () => {
        const before = world.files()
        await askChild(world.nodeRed.process, { failNext: 'flows.json.$$$' }, 'armed')
        const { state, result } = await restore([name])
        should([state, result.takenBack, result.installed, result.modulesLeft]).eql(['failed', true, [], []])
        listed().should.not.containEql(name)
        should(world.files()).eql(before)
    })

    it('installs them on consent, before the flows that need them', async () => {
        const { error, result } = await restore([name])
        should(error).be.null()
        result.installed.should.eql([name])
        result.afterRestart.should.eql([])
        listed().should.containEql(name)
        should(JSON.stringify((await world.running()).flows)).equal(JSON.stringify(flows))
        ;(await world.plan(id)).modules.should.eql([])
    })

    describe('or here in another version', () => {
        const there = () => (JSON.parse(readFileSync(join(world.nodeRed.userDir, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version

        before(async () => {
            await world.deploy(fewFlows())
            await world.nodeRed.call('DELETE', `nodes/${name}`)
            await world.ask('POST', 'nodes', { module: name, version: '0.4.0' })
            await restarted()
        })

        it('leaves them alone unless that is asked for', async () => {
            ;(await world.plan(id)).modules.should.eql([{ name, version: '0.4.1', here: '0.4.0', refused: null }])
            const { result } = await world.restore(id)
            result.installed.should.eql([])
            there().should.equal('0.4.0')
            await world.deploy(fewFlows())
        })

        it('puts the version back that was there when the flows can’t be written', async () => {
            await askChild(world.nodeRed.process, { failNext: 'flows.json.$$$' }, 'armed')
            const { state, result } = await restore([name])
            should([state, result.takenBack, result.afterRestart, result.modulesLeft]).eql(['failed', true, [], []])
            there().should.equal('0.4.0')
        })

        it('installs the other version, which Node-RED takes after a restart', async () => {
            const { error, result } = await restore([name])
            should(error).be.null()
            should([result.installed, result.afterRestart]).eql([[name], [name]])
            there().should.equal('0.4.1')
            await restarted()
            const modules = await world.ask<Array<{ module: string, version: string }>>('GET', 'nodes', undefined, { accept: 'application/json' })
            should(modules.find(({ module }) => module === name)?.version).equal('0.4.1')
        })
    })
})
