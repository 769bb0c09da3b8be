import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { errorCodes } from '../../src/shared/errors'
import type { Job } from '../../src/shared/requests'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { faults } from '../hold/fault-kinds'
import { FaultProxy } from '../hold/fault-proxy'
import { fewFlows } from '../node-red/flow-sets'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'

/** These take the half minute that a call waits. */
const slow = /^(no answer|a slow drip)/

describe('faults on the way from a running Node-RED to FlowFuse', function () {
    this.timeout(4 * 60_000)
    const userDir = mkdtempSync(join(tmpdir(), 'faults-'))
    let fake: FakeFlowFuse
    let proxy: FaultProxy
    let nodeRed: LocalNodeRed

    before(async () => {
        existsSync(join(__dirname, '../../dist/plugin.js')).should.be.true('there is no built plugin: npm run build')
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        proxy = await FaultProxy.start(fake.url, () => undefined)
        nodeRed = await startNodeRed({ userDir })
        await nodeRed.call('POST', 'flows', { flows: fewFlows().flows }, { 'Node-RED-API-Version': 'v2' })
        should((await ask('POST', 'connection', { server: proxy.url, token: fake.tokens.alice })).status).equal(200)
        should((await ask('PUT', 'target', { teamId: fake.ids.teams.bottlingPlant, instanceId: fake.ids.instances.filler })).status).equal(200)
    })

    after(async () => {
        await nodeRed?.stop()
        await proxy?.stop()
        await fake?.stop()
        rmSync(userDir, { recursive: true, force: true })
    })

    const ask = async (method: string, path: string, body?: unknown) => {
        const { status, body: answer } = await nodeRed.call(method, `flowfuse-snapshots/${path}`, body)
        return { status, answer: answer as Record<string, unknown> }
    }
    const push = async (name: string): Promise<Job> => {
        const { answer: { id } } = await ask('POST', 'push', {
            instanceId: fake.ids.instances.filler, name, description: '', variables: { rule: 'keep' }, addModules: [], deviceTarget: null, restore: null
        })
        for (;;) {
            const { answer } = await ask('GET', `jobs/${String(id)}`)
            if (answer.state !== 'running') {
                return answer as unknown as Job
            }
        }
    }
    const lives = async () => {
        should(nodeRed.process.exitCode).be.null()
        should((await nodeRed.call('GET', 'flows')).status).equal(200)
        should(proxy.strangers).eql([])
        should(nodeRed.output()).not.containEql(fake.tokens.alice)
    }

    it('are told in a code, whichever it is, and a second try works', async () => {
        for (const { name, mishap } of faults.filter(each => !slow.test(each.name))) {
            await proxy.lay({ point: mishap === 'refused' ? null : { call: 'GET /api/v1/user/teams', nth: 1 }, mishap, isLasting: true })
            const { status, answer } = await ask('GET', 'teams')
            should(proxy.struck).be.above(0, name)
            if (status !== 200) {
                should(errorCodes).containEql(answer.code)
                should(answer.code).not.equal('internal')
            }
            await proxy.forget()
            should((await ask('GET', 'teams')).status).equal(200, name)
        }
        await lives()
    })

    it('that hide what became of a push are found out', async () => {
        for (const { name, mishap } of faults.filter(({ means, name: each }) => means === 'lost' && !slow.test(each))) {
            await proxy.lay({ point: { call: 'POST /api/v1/projects/:id/snapshots', nth: 1 }, mishap, isLasting: false })
            const { state, result } = await push(name)
            should([state, result.snapshot?.name]).eql(['done', name])
            should(fake.snapshotsOf(fake.ids.instances.filler).filter(snapshot => snapshot.name === name)).have.length(1)
        }
        await lives()
    })

    it('that pour a gigabyte into it leave its memory as it was', async function () {
        if (process.platform !== 'linux') {
            this.skip()
        }
        const rss = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${nodeRed.process.pid}/status`, 'utf8'))?.[1]) / 1024
        const floods = faults.filter(({ name }) => name === 'a gigabyte in gzip, not done')
        await proxy.forget()
        await ask('GET', 'teams')
        const before = rss()
        for (const { mishap } of [...floods, ...floods, ...floods]) {
            await proxy.lay({ point: { call: 'GET /api/v1/user/teams', nth: 1 }, mishap, isLasting: true })
            const eight = await Promise.all(Array.from({ length: 8 }, () => ask('GET', 'teams')))
            should(eight.map(({ answer }) => answer.code)).eql(Array(8).fill('answer-unexpected'))
        }
        // A gigabyte it would be, and eight of them at once.
        should(rss() - before).be.below(128)
        await proxy.forget()
        await lives()
    })
})
