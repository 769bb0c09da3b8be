import should from 'should'
import { startFakeFlowFuse, type FakeFlowFuse } from './platform'

interface Reply {
    status: number
    type: string | null
    body: unknown
}

describe('the fake FlowFuse', () => {
    let fake: FakeFlowFuse
    let filler: string

    beforeEach(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        filler = fake.ids.instances.filler
    })

    afterEach(() => fake.stop())

    async function call (method: string, path: string, body?: unknown, token = fake.tokens.alice): Promise<Reply> {
        const response = await fetch(fake.url + path, {
            method,
            headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
            ...(body !== undefined && { body: JSON.stringify(body) })
        })
        const type = response.headers.get('content-type')
        const text = await response.text()
        return { status: response.status, type, body: type?.startsWith('application/json') ? (JSON.parse(text) as unknown) : text }
    }

    const stateOf = async (): Promise<unknown> =>
        ((await call('GET', `/api/v1/projects/${filler}/status`)).body as { meta: { state: string } }).meta.state

    it('shows what it keeps of a snapshot with credentials and hidden variables in clear', async () => {
        await call('POST', `/api/v1/projects/${filler}/snapshots`, {
            name: 'pushed',
            flows: [{ id: 'n1', type: 'tab' }],
            credentials: { n1: { password: 'p' } },
            settings: { env: { A: { hidden: true, value: 'h' } }, modules: { m: '1.0.0' } }
        })
        const [kept] = fake.snapshotsOf(filler)
        should(kept?.name).equal('pushed')
        should(kept?.user).equal('alice')
        should(kept?.credentials).eql({ n1: { password: 'p' } })
        should(kept?.env.A).eql({ hidden: true, value: 'h' })
        should(kept?.modules).eql({ m: '1.0.0' })
    })

    it('logs every request with its headers and body', async () => {
        await call('POST', '/api/v1/nothing?x=1', { a: 1 })
        fake.requests.length.should.equal(1)
        const [request] = fake.requests
        should(request?.method).equal('POST')
        should(request?.path).equal('/api/v1/nothing?x=1')
        should(request?.headers.authorization).equal(`Bearer ${fake.tokens.alice}`)
        should(request?.body).eql({ a: 1 })
    })

    it('answers a matching request once with a fault, then normally', async () => {
        fake.respondWith({ path: '/api/v1/user' }, { status: 503, body: '<html>', contentType: 'text/html' })
        should(await call('GET', '/api/v1/user')).eql({ status: 503, type: 'text/html', body: '<html>' })
        ;(await call('GET', '/api/v1/user')).status.should.equal(200)
    })

    it('keeps a lasting fault until it is removed', async () => {
        const remove = fake.respondWith({ method: 'GET', path: /^\/api\/v1\/user/ }, { status: 429, body: {} }, Infinity)
        ;(await call('GET', '/api/v1/user')).status.should.equal(429)
        ;(await call('GET', '/api/v1/user/teams')).status.should.equal(429)
        remove()
        ;(await call('GET', '/api/v1/user')).status.should.equal(200)
    })

    it('cuts the connection before or in the middle of an answer', async () => {
        fake.respondWith({ path: '/api/v1/user' }, { cut: 'at-once' })
        await should(call('GET', '/api/v1/user')).rejected()
        fake.respondWith({ path: '/api/v1/user' }, { body: { long: 'x'.repeat(100) }, cut: 'mid-body' })
        await should(call('GET', '/api/v1/user')).rejected()
    })

    it('can do what was asked although the client never hears of it', async () => {
        const path = `/api/v1/projects/${filler}/snapshots`
        fake.respondWith({ method: 'POST', path }, { handled: true, cut: 'at-once' })
        await should(call('POST', path, { name: 'unheard', flows: [] })).rejected()
        fake.snapshotsOf(filler).map(({ name }) => name).should.eql(['unheard'])
    })

    it('can hold its own answer back until a test lets it go', async () => {
        let release = (): void => undefined
        const released = new Promise<void>((resolve) => (release = resolve))
        fake.respondWith({ path: '/api/v1/user' }, { handled: true, after: released })
        let answered = false
        const answer = call('GET', '/api/v1/user').finally(() => (answered = true))
        ;(await call('GET', '/api/v1/user/teams')).status.should.equal(200)
        answered.should.equal(false)
        release()
        ;(await answer).status.should.equal(200)
    })

    it('restarts after a restore through the states a test decides', async () => {
        const snapshot = fake.addSnapshot(filler, { name: 'old', flows: [{ id: 'n1', type: 'tab' }], credentials: { n1: { a: 'b' } } })
        fake.restartsWith(filler, ['restarting', 'starting', 'crashed'])
        await call('POST', `/api/v1/projects/${filler}/actions/rollback`, { snapshot })
        ;[await stateOf(), await stateOf(), await stateOf(), await stateOf()].should.eql(['restarting', 'starting', 'crashed', 'crashed'])
        should(fake.instance(filler).flows).eql([{ id: 'n1', type: 'tab' }])
        should(fake.instance(filler).credentials).eql({ n1: { a: 'b' } })
    })

    it('stays restarting until a test says otherwise', async () => {
        const snapshot = fake.addSnapshot(filler, { name: 'old' })
        fake.restartsWith(filler, ['restarting'])
        await call('POST', `/api/v1/projects/${filler}/actions/rollback`, { snapshot })
        ;[await stateOf(), await stateOf(), await stateOf()].should.eql(['restarting', 'restarting', 'restarting'])
        fake.setInstance(filler, { state: 'running' })
        should(await stateOf()).equal('running')
    })

    it('has instances that come, change and go', async () => {
        const id = fake.createInstance('palletiser')
        fake.setInstance(id, { flowLastUpdatedAt: '2026-01-02T03:04:05.678Z', versions: { 'node-red': { current: '4.1.15' } } })
        const { body } = await call('GET', `/api/v1/projects/${id}`)
        should(body).have.property('flowLastUpdatedAt', '2026-01-02T03:04:05.678Z')
        fake.deleteInstance(id)
        ;(await call('GET', `/api/v1/projects/${id}`)).status.should.equal(404)
    })

    it('changes roles and lets tokens expire', async () => {
        const path = `/api/v1/projects/${filler}/snapshots`
        fake.setRole('carol', 30)
        ;(await call('POST', path, { name: 'x' }, fake.tokens.carol)).status.should.equal(200)
        const { accessToken, refreshToken } = fake.signIn('bob')
        ;(await call('GET', '/api/v1/user', undefined, accessToken)).status.should.equal(200)
        fake.advance(31 * 60 * 1000)
        ;(await call('GET', '/api/v1/user', undefined, accessToken)).status.should.equal(401)
        // Using the expired token has destroyed the refresh token as well.
        const refresh = { grant_type: 'refresh_token', client_id: 'ff-plugin', refresh_token: refreshToken }
        ;(await call('POST', '/account/token', refresh)).status.should.equal(400)
    })

    it('can break the connection instead of refusing a body that is too large', async () => {
        const path = `/api/v1/projects/${filler}/snapshots`
        const large = { name: 'x', description: 'y'.repeat(10 * 1024 * 1024) }
        ;(await call('POST', path, large)).status.should.equal(413)
        fake.tooLarge = 'cut'
        await should(call('POST', path, large)).rejected()
        fake.snapshotsOf(filler).should.eql([])
    })
})
