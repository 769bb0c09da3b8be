import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { askChild } from '../bench/messages'
import { fewFlows, plantFlows, type FlowSet } from '../node-red/flow-sets'
import { startNodeRed, type LocalOptions } from '../node-red/local'
import { filesHolding, LocalWorld, noFlows, opened, type Files } from '../node-red/local-world'

const root = join(__dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'local-refusals-'))
const stops: Array<() => Promise<void>> = []
let count = 0

async function start (options: Partial<LocalOptions> = {}): Promise<LocalWorld> {
    const nodeRed = await startNodeRed({ userDir: join(folder, `user-${count++}`), ...options })
    stops.push(() => nodeRed.stop())
    return new LocalWorld(nodeRed)
}

/** The same user folder under other settings. */
async function restarted ({ nodeRed }: LocalWorld, settings = '', more: Partial<LocalOptions> = {}): Promise<LocalWorld> {
    await nodeRed.stop()
    return await start({ userDir: nodeRed.userDir, settings, ...more })
}

/** A Node-RED that has kept a plant's flows as “v1” and now runs a few others. */
async function prepared (settings = ''): Promise<{ world: LocalWorld, id: string }> {
    const world = await start({ settings })
    await world.deploy(plantFlows())
    const { id } = await world.keep('v1')
    // A tab of both would keep its credentials otherwise.
    await world.deploy(noFlows)
    await world.deploy(fewFlows())
    return { world, id }
}

const credentialsOf = ({ credentials }: FlowSet) => opened({ flows: null, credentials: JSON.stringify(credentials) })
const isPlant = (files: Files, secret?: string) => {
    should(files.flows).equal(JSON.stringify(plantFlows().flows))
    should(opened(files, secret)).eql(credentialsOf(plantFlows()))
}

describe('a restore that meets difficulties', function () {
    this.timeout(5 * 60_000)

    before(() => existsSync(join(root, 'dist/plugin.js')).should.be.true('there is no built plugin: npm run build'))

    after(async () => {
        await Promise.all(stops.map(stop => stop()))
        rmSync(folder, { recursive: true, force: true })
    })

    const fileStorage = createRequire(createRequire(__filename).resolve('node-red/package.json')).resolve('@node-red/runtime/lib/storage/localfilesystem')
    const refusing = {
        'restore-read-only': 'readOnly: true',
        'restore-storage': `storageModule: require(${JSON.stringify(fileStorage)})`,
        'restore-projects': 'editorTheme: { tours: false, projects: { enabled: true } }'
    }
    it('is refused by name, with nothing changed, where it could not be taken back exactly', async () => {
        const { world, id } = await prepared()
        let last = world
        const before = world.files()
        for (const [code, settings] of Object.entries(refusing)) {
            last = await restarted(last, settings)
            should((await last.list()).restoreRefused?.code).equal(code)
            const job = await last.followed(await last.ask('POST', `flowfuse-snapshots/local/${id}/restore`, await last.planned(id)))
            should(job.error?.code).equal(code)
            should(last.files()).eql(before)
        }
        await last.nodeRed.stop()
    })

    it('is refused with nothing changed when the flows that it would bring would hang Node-RED', async () => {
        const world = await start({ settings: 'runtimeState: { enabled: true, ui: true }' })
        // What never starts can be kept.
        await world.ask('POST', 'flows/state', { state: 'stop' })
        const group = { id: 'inner-group', type: 'group', z: 't', g: 'inner-group', name: '', style: {}, nodes: [], x: 1, y: 1, w: 9, h: 9 }
        await world.deploy({ flows: [{ id: 't', type: 'tab' }, group], credentials: {} })
        const { id } = await world.keep('v1')
        await world.deploy(fewFlows())
        await world.ask('POST', 'flows/state', { state: 'start' })
        const before = world.files()
        const job = await world.restore(id)
        should([job.error?.code, job.error?.params, job.result.safety]).eql(['group-in-itself', { name: 'v1', part: 'inner-group' }, null])
        should(world.files()).eql(before)
    })

    it('writes nothing when others have deployed credentials since it was planned, of which the revision tells nothing', async () => {
        const { world, id } = await prepared()
        await world.deploy(fewFlows())
        const { rev, credentialMark } = await world.plan(id)
        await world.deploy({ flows: fewFlows().flows, credentials: { req1: { user: 'other', password: 'typed meanwhile' } } })
        should((await world.running()).rev).equal(rev)
        const before = world.files()
        const restore = async (mark: string) =>
            await world.followed(await world.ask('POST', `flowfuse-snapshots/local/${id}/restore`, { rev, credentialMark: mark }))
        const job = await restore(credentialMark)
        should([job.error?.code, job.result.safety]).eql(['restore-moved', null])
        should(world.files()).eql(before)
        should((await restore((await world.plan(id)).credentialMark)).error).be.null()
        await world.nodeRed.stop()
    })

    it('writes nothing when others have deployed since it was planned', async () => {
        const { world, id } = await prepared()
        const planned = await world.planned(id)
        await world.deploy({ flows: [{ id: 'x', type: 'tab', label: 'theirs' }], credentials: {} })
        const before = world.files()
        const job = await world.followed(await world.ask('POST', `flowfuse-snapshots/local/${id}/restore`, planned))
        should(job.error?.code).equal('restore-moved')
        should(job.result.safety).be.null()
        should(world.files()).eql(before)
        await world.nodeRed.stop()
    })

    it('leaves one of the two whole when others deploy at the same time', async () => {
        const { world, id } = await prepared()
        for (let round = 0; round < 5; round++) {
            const planned = await world.planned(id)
            const { flows, credentials } = fewFlows()
            const theirs = world.nodeRed.call('POST', 'flows', { flows: [...flows, { id: `round${round}`, type: 'tab' }], credentials, rev: planned.rev }, { 'Node-RED-API-Version': 'v2' })
            const started = await world.nodeRed.call('POST', `flowfuse-snapshots/local/${id}/restore`, planned)
            const job = await world.followed(started.body as never)
            const { status } = await theirs
            const isTheirs = status < 300
            should([job.state, status]).eql(isTheirs ? ['failed', 200] : ['done', 409])
            should(opened(world.files())).eql(credentialsOf(isTheirs ? fewFlows() : plantFlows()))
            await world.deploy(noFlows)
            await world.deploy(fewFlows())
        }
        await world.nodeRed.stop()
    })

    it('refuses modules where settings.js refuses installing, and restores without them', async () => {
        const { world, id } = await prepared('externalModules: { palette: { allowInstall: false } }')
        const { rev, credentialMark, installRefused } = await world.plan(id)
        should(installRefused?.code).equal('install-refused')
        const before = world.files()
        const job = await world.followed(await world.ask('POST', `flowfuse-snapshots/local/${id}/restore-with-modules`, { rev, credentialMark, modules: ['node-red-node-random'] }))
        should(job.error?.code).equal('install-refused')
        should(world.files()).eql(before)
        should((await world.restore(id)).error).be.null()
        await world.nodeRed.stop()
    })

    it('says that safe mode ends, and starts the restored flows', async () => {
        const { world, id } = await prepared()
        const safe = await restarted(world, 'safeMode: true')
        should((await safe.plan(id)).notes.map(note => note.code)).eql(['safe-mode-ends'])
        should((await safe.restore(id)).error).be.null()
        isPlant(safe.files())
        await safe.nodeRed.stop()
    })

    it('keeps stopped flows stopped', async () => {
        const { world, id } = await prepared('runtimeState: { enabled: true, ui: false }')
        await world.ask('POST', 'flows/state', { state: 'stop' })
        should((await world.restore(id)).error).be.null()
        should(await world.ask('GET', 'flows/state')).eql({ state: 'stop' })
        isPlant(world.files())
        should((await world.undo()).error).be.null()
        should(await world.ask('GET', 'flows/state')).eql({ state: 'stop' })
        await world.nodeRed.stop()
    })

    it('is exact also where Node-RED does not encrypt, and keeps nothing in clear itself', async () => {
        const { world, id } = await prepared('credentialSecret: false')
        const before = world.files()
        should((await world.restore(id)).error).be.null()
        isPlant(world.files())
        should((await world.undo()).error).be.null()
        should(world.files()).eql(before)
        for (const secret of ['canary-password', 'canary-other']) {
            should(filesHolding(join(world.nodeRed.userDir, 'flowfuse-snapshots'), secret)).eql([])
        }
        await world.nodeRed.stop()
    })

    it('is the repair for credentials that Node-RED can’t decrypt, and undo brings their file back untouched', async () => {
        const { world, id } = await prepared()
        const before = world.files()
        const changed = await restarted(world, "credentialSecret: 'another'")
        should((await changed.restore(id, { withoutCredentials: true })).error?.code).equal('restore-needs-credentials')
        should(changed.files()).eql(before)

        await changed.ask('POST', 'flowfuse-snapshots/local/former-secret', { secret: 'local' })
        should((await changed.plan(id)).notes.map(note => note.code)).containEql('repairs-credentials')
        should((await changed.restore(id)).error).be.null()
        isPlant(changed.files(), 'another')
        should((await changed.undo()).error).be.null()
        should(changed.files()).eql(before)
        await changed.nodeRed.stop()
    })

    it('needs consent where the snapshot’s credentials can’t be opened, and nodes then keep theirs', async () => {
        const { world, id } = await prepared()
        const changed = await restarted(world, "credentialSecret: 'another'")
        await changed.deploy(fewFlows())
        should((await changed.restore(id)).error?.code).equal('restore-without-credentials')
        should((await changed.restore(id, { withoutCredentials: true })).error).be.null()
        should(changed.files().flows).equal(JSON.stringify(plantFlows().flows))
        should(opened(changed.files(), 'another')).eql(credentialsOf(fewFlows()))
        await changed.nodeRed.stop()
    })

    it('is undone also when the restore itself moved Node-RED to another secret', async () => {
        const { world, id } = await prepared('credentialSecret: undefined')
        const { flows } = world.files()
        const moved = await restarted(world)
        should((await moved.restore(id)).error).be.null()
        isPlant(moved.files())
        should((await moved.undo()).error).be.null()
        should(moved.files().flows).equal(flows)
        should(opened(moved.files())).eql(credentialsOf(fewFlows()))
        const again = await restarted(moved)
        await again.deploy({ flows: [...fewFlows().flows, { id: 'later', type: 'tab' }], credentials: {} })
        should(opened(again.files())).eql(credentialsOf(fewFlows()))
        await again.nodeRed.stop()
    })

    it('is refused when the flow file was changed beneath Node-RED', async () => {
        const { world, id } = await prepared()
        writeFileSync(join(world.nodeRed.userDir, 'flows.json'), '[{"id":"pulled","type":"tab"}]')
        const before = world.files()
        should((await world.restore(id)).error?.code).equal('flow-file-differs')
        should(world.files()).eql(before)
        await world.nodeRed.stop()
    })

    it('takes everything back when the flow file can’t be written', async () => {
        const { world, id } = await prepared()
        const failing = await restarted(world, '', { nodeArguments: ['--require', join(__dirname, '../node-red/fail-once.cjs')] })
        const before = failing.files()
        await askChild(failing.nodeRed.process, { failNext: 'flows.json.$$$' }, 'armed')
        const job = await failing.restore(id)
        should(job.state).equal('failed')
        should(job.result.takenBack).be.true()
        should(failing.files()).eql(before)
        should((await failing.list()).undo).be.null()
        should((await failing.restore(id)).error).be.null()
        isPlant(failing.files())
        await failing.nodeRed.stop()
    })

    it('takes everything back when the flow file was cut short, which Node-RED itself does not notice', async () => {
        const { world, id } = await prepared()
        const failing = await restarted(world, '', { nodeArguments: ['--require', join(__dirname, '../node-red/fail-once.cjs')] })
        const before = failing.files()
        await askChild(failing.nodeRed.process, { cutNext: 'flows.json.$$$', times: 1 }, 'armed')
        const job = await failing.restore(id)
        should([job.error?.code, job.result.takenBack]).eql(['restore-not-exact', true])
        should(failing.files()).eql(before)
        should((await failing.restore(id)).error).be.null()
        isPlant(failing.files())
        await failing.nodeRed.stop()
    })

    it('loads no flow file that was cut short while it was taken back', async () => {
        const { world, id } = await prepared()
        const before = world.files()
        const failing = await restarted(world, '', { nodeArguments: ['--require', join(__dirname, '../node-red/fail-once.cjs')] })
        await askChild(failing.nodeRed.process, { cutNext: 'flows.json.$$$', times: 2 }, 'armed')
        should((await failing.restore(id)).error?.code).equal('take-back-failed')
        should((await failing.running()).flows).have.length(plantFlows().flows.length)
        await failing.nodeRed.stop()

        // What lies there is no JSON, from which Node-RED would start with no flows.
        const again = await start({ userDir: failing.nodeRed.userDir })
        should(again.files()).eql(before)
        should((await again.list()).notice?.outcome).equal('rolled-back')
        await again.nodeRed.stop()
    })

    it('keeps the snapshot that the next start takes it back from', async () => {
        const { world, id } = await prepared()
        mkdirSync(join(world.nodeRed.userDir, 'flows.json.$$$'))
        const job = await world.restore(id)
        should(job.error?.code).equal('take-back-failed')
        const refused = await world.nodeRed.call('DELETE', `flowfuse-snapshots/local/${job.result.safety!.id}`)
        should(refused).containEql({ status: 409, body: { code: 'restore-elsewhere', params: {} } })
        should((await world.list()).snapshots.map(snapshot => snapshot.id)).containEql(job.result.safety!.id)
        await world.nodeRed.stop()
    })

    it('is put right by the next start when it could not be taken back at once', async () => {
        const { world, id } = await prepared()
        const before = world.files()
        const { userDir } = world.nodeRed
        // Node-RED writes its flow file under this name first, which then fails each time.
        mkdirSync(join(userDir, 'flows.json.$$$'))
        const job = await world.restore(id)
        should(job.error?.code).equal('take-back-failed')
        should(job.result.takenBack).be.false()
        should((await world.restore(id)).error?.code).equal('restore-elsewhere')
        await world.nodeRed.stop()
        rmSync(join(userDir, 'flows.json.$$$'), { recursive: true })

        const again = await start({ userDir })
        should(again.files()).eql(before)
        const { notice } = await again.list()
        // The credentials could be put back, and the flows had not been written.
        should([notice?.outcome, notice?.name]).eql(['nothing-changed', 'v1'])
        await again.ask('DELETE', 'flowfuse-snapshots/local/notice')
        should((await again.list()).notice).be.null()
        await again.nodeRed.stop()
    })
})
