import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import type { PreparedPull } from '../../src/shared/pull'
import type { RestoreJob } from '../../src/shared/requests'
import { askChild } from '../bench/messages'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { fewFlows, plantFlows } from '../node-red/flow-sets'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { filesHolding, LocalWorld, opened, type Files } from '../node-red/local-world'

const root = join(__dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'pull-cut-'))
const running = new Set<LocalNodeRed>()

/** Where a kill hits: before anything is written, between Node-RED's two files, and when both are. */
const deadly = [/open .*journal/, /rename flows\.json/, /event flows:starting/]

describe('a pull that is cut short', function () {
    this.timeout(5 * 60_000)
    let fake: FakeFlowFuse
    let snapshot: string

    before(async () => {
        existsSync(join(root, 'dist/plugin.js')).should.be.true('there is no built plugin: npm run build')
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        const { flows, credentials } = plantFlows()
        snapshot = fake.addSnapshot(fake.ids.instances.filler, { name: 'v1', flows: flows as never, credentials: credentials as never, env: { LINE: 'new' } })
    })

    after(async () => {
        await Promise.all([...running].map(nodeRed => nodeRed.stop()))
        await fake?.stop()
        rmSync(folder, { recursive: true, force: true })
    })

    async function start (userDir: string, preloaded?: string): Promise<LocalWorld> {
        const nodeRed = await startNodeRed({
            userDir,
            ...(preloaded !== undefined && {
                nodeArguments: ['--require', join(__dirname, '../node-red', preloaded)], environment: { KILL_BELOW: userDir, KILL_NOTE: `${userDir}.note` }
            })
        })
        running.add(nodeRed)
        return new LocalWorld(nodeRed)
    }

    /** A Node-RED that runs a few flows and has looked at the snapshot of others. */
    async function prepared (name: string, preloaded: string): Promise<{ local: LocalWorld, pull: PreparedPull }> {
        const local = await start(join(folder, name), preloaded)
        await local.ask('POST', 'flowfuse-snapshots/connection', { server: fake.url, token: fake.tokens.alice })
        await local.deploy(fewFlows())
        await local.ask('PUT', 'flowfuse-snapshots/variables', { variables: [{ name: 'LINE', hidden: false, value: 'old' }] })
        const owner = { kind: 'instance', id: fake.ids.instances.filler }
        return { local, pull: await local.ask<PreparedPull>('POST', 'flowfuse-snapshots/pull', { owner, snapshot }) }
    }

    async function replace (local: LocalWorld, { id, rev }: PreparedPull): Promise<RestoreJob> {
        const parts = { flows: true, credentials: 'exactly', variables: 'all' }
        const request = { rev, parts, mine: [], theirs: await local.units(id), otherwise: 'theirs' }
        return await local.followed(await local.ask<RestoreJob>('POST', `flowfuse-snapshots/pull/${id}/replace`, request))
    }

    async function variables (local: LocalWorld): Promise<string> {
        return (await local.ask<{ text: string }>('POST', 'flowfuse-snapshots/variables/export', {})).text
    }

    function isPulled (files: Files): void {
        should(files.flows).equal(JSON.stringify(plantFlows().flows))
        should(opened(files)).eql(opened({ flows: null, credentials: JSON.stringify(plantFlows().credentials) }))
    }

    it('is taken back when the disk is full, and comes through once there is room', async () => {
        const { local, pull } = await prepared('full', 'fail-once.cjs')
        const before = local.files()
        for (const file of ['flows_cred.json.$$$', 'flows.json.$$$']) {
            await askChild(local.nodeRed.process, { failNext: file }, 'armed')
            const job = await replace(local, pull)
            should([job.state, job.result.takenBack]).eql(['failed', true], file)
            should(local.files()).eql(before, file)
            should(await variables(local)).match(/LINE=old/)
            should((await local.list()).undo).be.null()
        }
        should((await replace(local, pull)).error).be.null()
        isPulled(local.files())
        should(await variables(local)).match(/LINE=new/)
    })

    it('has either what ran before or what was pulled at the next start, wherever Node-RED was killed', async () => {
        const counted = await prepared('points', 'kill-point.cjs')
        await askChild(counted.local.nodeRed.process, { from: null }, 'counting')
        should((await replace(counted.local, counted.pull)).error).be.null()
        const { points } = await askChild<{ points: string[] }>(counted.local.nodeRed.process, { until: 'event runtime-deploy' }, 'points')
        for (const [index, pattern] of deadly.entries()) {
            const point = points.find(passed => pattern.test(passed))
            should(point).not.be.undefined()
            const { local, pull } = await prepared(`killed-${index}`, 'kill-point.cjs')
            const { userDir, process } = local.nodeRed
            const before = local.files()
            const ended = new Promise(resolve => process.once('exit', (_code, signal) => resolve(signal)))
            await askChild(process, { from: { point, nth: 1 } }, 'counting')
            await Promise.all([replace(local, pull).catch(() => undefined), ended])
            should(readFileSync(`${userDir}.note`, 'utf8')).endWith(point!)

            const again = await start(userDir)
            const line = await variables(again)
            if (again.files().flows === before.flows) {
                should(again.files()).eql(before)
                should(line).match(/LINE=old/)
            } else {
                isPulled(again.files())
                should(line).match(/LINE=new/)
            }
            should(JSON.stringify((await again.running()).flows)).equal(again.files().flows)
            for (const secret of ['canary-password', 'canary-other']) { should(filesHolding(userDir, secret)).eql([]) }
            await again.nodeRed.stop()
        }
    })
})
