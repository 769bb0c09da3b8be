import should from 'should'
import { deployExample } from '../../scripts/local-flows'
import type { FlowFuseError } from '../../src/flowfuse/errors'
import { tokenSession } from '../../src/flowfuse/session'
import { createSnapshot } from '../../src/flowfuse/snapshots'
import type { ErrorAnswer } from '../../src/shared/errors'
import type { Target } from '../../src/shared/requests'
import { versions } from '../node-red/versions'
import type { Instance } from '../platform/platform'
import { useWorld } from './platform-world'

for (const nodeRed of versions) describe(`what a real FlowFuse and the plugin in Node-RED ${nodeRed} refuse`, function () {
    this.timeout(5 * 60_000)
    const world = useWorld(nodeRed)
    let instance: Instance

    before(async () => {
        instance = world().platform.instance
        await deployExample(world().local, world().drawAnswers())
        await world().connect(instance)
    })

    /** Runs something after which the instance must have the snapshots it had before. */
    async function creatingNothing<T> (attempt: () => Promise<T>): Promise<T> {
        const before = await world().snapshots(instance)
        const result = await attempt()
        ;(await world().snapshots(instance)).should.deepEqual(before)
        return result
    }

    async function refusedPush (body: object): Promise<ErrorAnswer> {
        const { status, body: answer } = await world().local.call('POST', 'flowfuse-snapshots/push', {
            instanceId: instance.id, name: 'x', description: '', variables: { rule: 'keep' }, restore: null, ...body
        })
        status.should.equal(400)
        return answer as ErrorAnswer
    }

    it('a wrong token, and the sign-in before it stays', async () => {
        const answer = await world().local.call('POST', 'flowfuse-snapshots/connection', { server: world().platform.url, token: 'ffpat_wrong' })
        answer.should.deepEqual({ status: 502, body: { code: 'token-refused', params: { server: world().platform.url, what: 'user', status: 401 } } })
        ;(await world().ask<Target>('GET', 'target')).instance.id.should.equal(instance.id)
    })

    it('nothing of a Member, who may push', async () => {
        const member = await world().platform.createUser('mia', 'member')
        await world().connect(instance, member.token)
        const job = await world().push(instance, { name: 'by a member' })
        job.should.containDeep({ state: 'done', error: null })
        ;(await world().snapshots(instance))[0]!.should.containDeep({ id: job.result.snapshot!.id, user: { username: 'mia' } })
    })

    it('a Viewer, who is told before the push and by it which role is needed', async () => {
        const viewer = await world().platform.createUser('vic', 'viewer')
        await world().connect(instance, viewer.token)
        const refusal = { code: 'role-too-low', params: { team: 'Plant A', role: 'viewer', needed: 'member' } }
        ;(await world().ask<Target>('GET', 'target')).pushRefused!.should.deepEqual(refusal)
        const job = await creatingNothing(() => world().push(instance, { name: 'by a viewer' }))
        job.should.containDeep({ state: 'failed', error: refusal, result: { snapshot: null } })
        await world().connect(instance)
    })

    it('a token that was taken back', async () => {
        const member = await world().platform.createUser('mia', 'member')
        const session = await world().platform.login(member.username, member.password)
        const { token } = await world().platform.api<{ token: string }>('POST', '/api/v1/user/tokens', { name: 'short', scope: '' }, session)
        await world().connect(instance, token)
        const { tokens } = await world().platform.api<{ tokens: Array<{ id: string, name: string }> }>('GET', '/api/v1/user/tokens', undefined, session)
        await world().platform.api('DELETE', `/api/v1/user/tokens/${tokens.find(each => each.name === 'short')!.id}`, undefined, session)
        const job = await creatingNothing(() => world().push(instance, { name: 'too late' }))
        job.should.containDeep({ state: 'failed', error: { code: 'token-refused' }, result: { snapshot: null } })
        await world().connect(instance)
    })

    it('an instance that was deleted after it was chosen', async () => {
        const gone = await world().platform.createInstance('gone')
        await world().connect(gone)
        await world().platform.api('DELETE', `/api/v1/projects/${gone.id}`)
        const job = await creatingNothing(() => world().push(gone, { name: 'into the void' }))
        job.should.containDeep({ state: 'failed', error: { code: 'instance-gone' }, result: { snapshot: null } })
        ;(await world().local.call('GET', 'flowfuse-snapshots/target')).body!.should.containDeep({ code: 'instance-gone' })
        await world().connect(instance)
    })

    it('flows of more than 5 MiB, before they are sent', async () => {
        await world().deploy([
            { id: 'big', type: 'tab', label: 'Big' },
            { id: 'bigger', type: 'comment', z: 'big', name: '', info: 'x'.repeat(5.5 * 1024 * 1024), x: 10, y: 10, wires: [] }
        ])
        const job = await creatingNothing(() => world().push(instance, { name: 'too large' }))
        await deployExample(world().local, world().drawAnswers())
        job.should.containDeep({ state: 'failed', result: { snapshot: null } })
        should(job.error).containDeep({ code: 'request-too-large', params: { size: '5.5 MB', limit: '5.0 MB', version: '2.4.0' } })
    })

    it('a body of more than 5 MiB, with 413 or by breaking the connection off while it is sent', async () => {
        const { url, token } = world().platform
        const chunks = [Buffer.from('{"name":"too large","flows":["'), ...Array.from({ length: 6 }, () => Buffer.alloc(1024 * 1024, 'x')), Buffer.from('"]}')]
        const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
        const create = () => createSnapshot(tokenSession(url, token), instance.id, { chunks, bytes, secrets: () => null })
        const failure = await creatingNothing(() => create().then(() => null, (error: unknown) => error)) as FlowFuseError
        const surelyNothing = failure.platformStatus === 413 || (failure.code === 'server-cut' && !failure.mayHaveArrived)
        surelyNothing.should.be.true()
    })

    it('a name that is empty, too long, or one of the platform’s own', async () => {
        await creatingNothing(async () => {
            ;(await refusedPush({ name: '' })).code.should.equal('name-empty')
            ;(await refusedPush({ name: ' \n' })).code.should.equal('name-empty')
            ;(await refusedPush({ name: 'n'.repeat(300) })).should.deepEqual({ code: 'name-too-long', params: { length: 300, max: 255 } })
            ;(await refusedPush({ name: 'Auto Snapshot - 2026-01-02 03:04:05' })).code.should.equal('name-automatic')
        })
    })

    it('no name that only looks dangerous', async () => {
        for (const name of ['<img src=x onerror=alert(1)>', '🚀'.repeat(255), '"; DROP TABLE ProjectSnapshots; --']) {
            const job = await world().push(instance, { name, description: name })
            job.should.containDeep({ state: 'done', result: { snapshot: { name } } })
            ;(await world().snapshots(instance))[0]!.should.containDeep({ id: job.result.snapshot!.id, name, description: name })
        }
    })
})
