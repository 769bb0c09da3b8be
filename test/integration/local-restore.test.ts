import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { ensureNodeRed5 } from '../node-red/five/install'
import { fewFlows, oddFlows, plantFlows, unknownFlows, type FlowSet } from '../node-red/flow-sets'
import { startNodeRed, type LocalOptions } from '../node-red/local'
import { filesHolding, filesIn, LocalWorld, noFlows, opened, type Files } from '../node-red/local-world'

const root = join(__dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'local-restore-'))
const sets: Array<[string, () => FlowSet]> = [['a plant’s flows', plantFlows], ['unknown node types', unknownFlows], ['odd ids', oddFlows]]

let count = 0
const stops: Array<() => Promise<void>> = []

async function start (options: Partial<LocalOptions> = {}): Promise<LocalWorld> {
    const nodeRed = await startNodeRed({ userDir: join(folder, `user-${count++}`), ...options })
    stops.push(() => nodeRed.stop())
    return new LocalWorld(nodeRed)
}

const textOf = (flows: unknown, pretty: boolean) => JSON.stringify(flows, null, pretty ? 4 : undefined)
const secretsOf = (set: FlowSet) => JSON.stringify(set.credentials).match(/canary-\w+/g) ?? []

function sameCredentials (files: Files, { credentials }: FlowSet): void {
    should(opened(files)).eql(opened({ flows: null, credentials: JSON.stringify(credentials) }))
}

describe('restoring a local snapshot', function () {
    this.timeout(5 * 60_000)
    let binary: LocalOptions['binary']

    before(async function () {
        this.timeout(10 * 60_000)
        existsSync(join(root, 'dist/plugin.js')).should.be.true('there is no built plugin: npm run build')
        binary = await ensureNodeRed5(line => process.stdout.write(`    ${line}\n`))
    })

    after(async () => {
        await Promise.all(stops.map(stop => stop()))
        rmSync(folder, { recursive: true, force: true })
    })

    for (const version of ['4.1', '5.0']) {
        for (const pretty of [false, true]) {
            it(`brings back exactly what was saved, and undo what was there before, in Node-RED ${version}${pretty ? ' with flowFilePretty' : ''}`, async () => {
                const options = { ...(version === '5.0' && { binary }), settings: `flowFilePretty: ${pretty}` }
                let world = await start(options)
                for (const [, make] of sets) {
                    const set = make()
                    const rev = await world.deploy(set)
                    const saved = world.files()
                    should(saved.flows).equal(textOf(set.flows, pretty))
                    const snapshot = await world.keep('v1')
                    for (const other of [noFlows, fewFlows()]) {
                        await world.deploy(other)
                        const before = world.files()

                        const job = await world.restore(snapshot.id)
                        should(job.error).be.null()
                        should(job.result.rev).equal(rev)
                        should(world.files().flows).equal(saved.flows)
                        sameCredentials(world.files(), set)
                        should((await world.running()).rev).equal(rev)

                        should((await world.undo()).error).be.null()
                        should(world.files()).eql(before)
                        should(textOf((await world.running()).flows, pretty)).equal(before.flows)
                        should((await world.list()).undo).be.null()
                    }
                    should((await world.restore(snapshot.id)).error).be.null()
                    await world.nodeRed.stop()
                    world = await start({ ...options, userDir: world.nodeRed.userDir })
                    await world.deploy({ flows: [...set.flows, { id: 'later', type: 'tab', label: 'deployed later' }], credentials: {} })
                    sameCredentials(world.files(), set)
                    for (const secret of secretsOf(set)) {
                        should(filesHolding(world.nodeRed.userDir, secret)).eql([])
                    }
                }
                await world.nodeRed.stop()
            })
        }
    }

    it('takes credentials away again by undo that had no file before', async () => {
        const world = await start()
        const snapshot = await world.deploy(plantFlows()).then(() => world.keep('with credentials'))
        await world.nodeRed.stop()
        const { userDir } = world.nodeRed
        writeFileSync(join(userDir, 'flows.json'), '[{"id":"tab1","type":"tab","label":"alone"}]')
        rmSync(join(userDir, 'flows_cred.json'))

        const again = await start({ userDir })
        should((await again.restore(snapshot.id)).error).be.null()
        sameCredentials(again.files(), plantFlows())
        should((await again.undo()).error).be.null()
        should(again.files()).eql({ flows: '[{"id":"tab1","type":"tab","label":"alone"}]', credentials: null })
        await again.nodeRed.stop()
    })

    it('brings a flow file back by undo in the layout that somebody gave it', async () => {
        const world = await start()
        const snapshot = await world.deploy(plantFlows()).then(() => world.keep('v1'))
        await world.deploy(fewFlows())
        await world.nodeRed.stop()
        const { userDir } = world.nodeRed
        const byHand = `${JSON.stringify(fewFlows().flows, null, 2)}\n`
        const sealed = ` ${readFileSync(join(userDir, 'flows_cred.json'), 'utf8')}\n`
        writeFileSync(join(userDir, 'flows.json'), byHand)
        writeFileSync(join(userDir, 'flows_cred.json'), sealed)

        const again = await start({ userDir })
        should((await again.restore(snapshot.id)).error).be.null()
        should((await again.undo()).error).be.null()
        should(again.files()).eql({ flows: byHand, credentials: sealed })
        await again.nodeRed.stop()
    })

    for (const version of ['4.1', '5.0']) {
        it(`writes the credential file that Node-RED ${version} has in use where its flows lie elsewhere, and no other`, async () => {
            const elsewhere = join(folder, `elsewhere-${version}`)
            const userDir = join(folder, `user-of-elsewhere-${version}`)
            ;[elsewhere, userDir].forEach(path => mkdirSync(path))
            const stale = '{"$":"of another Node-RED"}'
            const [beside, inUserDir] = [join(elsewhere, 'flows_cred.json'), join(userDir, 'flows_cred.json')]
            // 4.1 never looks there.
            if (version === '4.1') writeFileSync(beside, stale)
            const options = { userDir, settings: `flowFile: ${JSON.stringify(join(elsewhere, 'flows.json'))}`, ...(version === '5.0' && { binary }) }
            const world = await start(options)
            const files = () => ({ flows: filesIn(elsewhere).flows, beside: filesIn(elsewhere).credentials, inUserDir: filesIn(userDir).credentials })
            const own = () => ({ flows: null, credentials: files()[version === '4.1' ? 'inUserDir' : 'beside'] })

            await world.deploy(plantFlows())
            const { id } = await world.keep('v1')
            await world.nodeRed.stop()
            writeFileSync(join(elsewhere, 'flows.json'), '[{"id":"alone","type":"tab"}]')
            rmSync(version === '4.1' ? inUserDir : beside)
            const before = files()

            const again = await start(options)
            should((await again.restore(id)).error).be.null()
            sameCredentials(own(), plantFlows())
            should(files()).containEql(version === '4.1' ? { beside: stale } : { inUserDir: null })
            should((await again.undo()).error).be.null()
            should(files()).eql(before)
            await again.nodeRed.stop()
        })
    }
})
