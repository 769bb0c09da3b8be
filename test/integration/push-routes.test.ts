import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import type { Job, PushPreview } from '../../src/shared/requests'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'

const prefix = 'flowfuse-snapshots'
const flows = [
    { id: 't1', type: 'tab', label: 'Line 4' },
    { id: 'c1', type: 'comment', z: 't1', name: 'a-name-of-ours', info: 'a-content-of-ours', x: 1, y: 1 },
    { id: 'n1', type: 'http request', z: 't1', name: '', url: '${FFS_TEST_HOST}', x: 1, y: 1, wires: [[]] }
]

for (const nodeRed of versions) describe(`the routes of a push in Node-RED ${nodeRed}`, function () {
    this.timeout(5 * 60_000)
    const userDir = mkdtempSync(join(tmpdir(), 'ffs-push-routes-'))
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let filler: string

    const call = async <T>(method: string, path: string, body?: unknown) => (await local.call(method, `${prefix}/${path}`, body)).body as T
    const deploy = (nodes: unknown) => local.call('POST', 'flows', { flows: nodes }, { 'node-red-api-version': 'v2' })
    const preview = () => call<PushPreview>('GET', 'push/preview')
    const push = async (change: object = {}) => {
        const whole = { instanceId: filler, name: 'v1', description: '', variables: { rule: 'keep' }, restore: null, ...change }
        let job = await call<Job>('POST', 'push', whole)
        while (job.state === 'running') {
            job = await call<Job>('GET', `jobs/${job.id}`)
        }
        return job
    }

    before(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        filler = fake.ids.instances.filler
        local = await startNodeRed({ userDir, environment: { FFS_TEST_HOST: 'http://plc' }, binary: binaryOf(nodeRed) })
        await call('POST', 'connection', { server: fake.url, token: fake.tokens.alice })
        await call('PUT', 'target', { teamId: fake.ids.teams.bottlingPlant, instanceId: filler })
    })

    after(async () => {
        await local.stop()
        await fake.stop()
        rmSync(userDir, { recursive: true })
    })

    it('tell what changed since the last push, and remember no content for it', async () => {
        await deploy(flows)
        should((await preview()).changes).be.null()
        should((await push()).state).equal('done')
        should((await preview()).changes).be.null()
        await deploy([...flows.map(node => node.id === 'c1' ? { ...node, info: 'other', x: 500 } : { ...node }), { id: 'c2', type: 'comment', z: 't1' }])
        should((await preview()).changes).eql({
            added: [{ flow: 'Line 4', count: 1 }], addedElsewhere: 0, changed: ['a-name-of-ours'], changedMore: 0, removed: 0
        })
        const folder = join(userDir, prefix)
        // Those of the snapshots, made after a deploy, are in a folder of their own.
        const kept = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isFile()).map(({ name }) => readFileSync(join(folder, name), 'utf8')).join()
        should(kept).not.equal('')
        should(kept).not.match(/a-name-of-ours|a-content-of-ours|Line 4/)
        await deploy(flows)
    })

    it('take out of the instance what a failed push had added, once', async () => {
        fake.setInstance(filler, { env: [{ name: 'KEEP', value: 'kept' }] })
        fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, { status: 500, body: { message: 'kaboom' } })
        const job = await push({ variables: { rule: 'add', names: ['FFS_TEST_HOST'] } })
        should(job).containDeep({ state: 'failed', error: { code: 'server-error' }, result: { added: { variables: ['FFS_TEST_HOST'] } } })
        should(fake.instance(filler).env).eql([{ name: 'KEEP', value: 'kept' }, { name: 'FFS_TEST_HOST', value: 'http://plc' }])
        should(JSON.stringify(job)).not.containEql('http://plc')
        should((await call<Job>('DELETE', `jobs/${job.id}/additions`)).result.added).eql({ variables: [], modules: [] })
        should(fake.instance(filler).env).eql([{ name: 'KEEP', value: 'kept' }])
        should(await call('DELETE', `jobs/${job.id}/additions`)).containEql({ code: 'nothing-to-take-out' })
    })

    it('cancel a push that has created nothing yet', async () => {
        let release = () => {}
        const released = new Promise<void>(resolve => { release = resolve })
        const count = fake.snapshotsOf(filler).length
        fake.respondWith({ method: 'GET', path: /\/snapshots/ }, { handled: true, after: released })
        const whole = { instanceId: filler, name: 'v2', description: '', variables: { rule: 'keep' }, restore: null }
        let job = await call<Job>('POST', 'push', whole)
        while (job.steps.find(({ id }) => id === 'check')?.state !== 'running') {
            job = await call<Job>('GET', `jobs/${job.id}`)
        }
        should((await call<Job>('DELETE', `jobs/${job.id}`)).id).equal(job.id)
        release()
        while (job.state === 'running') {
            job = await call<Job>('GET', `jobs/${job.id}`)
        }
        should(job).containDeep({ state: 'failed', error: { code: 'job-cancelled' } })
        should(fake.snapshotsOf(filler)).have.length(count)
    })
})
