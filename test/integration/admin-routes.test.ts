import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { errorCodes, type ErrorAnswer } from '../../src/shared/errors'
import type { Job, PanelState, PushPreview, SnapshotList, Target, TeamList } from '../../src/shared/requests'
import { seal } from '../../src/snapshot/credentials'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'

const prefix = 'flowfuse-snapshots'
const password = 'p4ss-of-a-node'
const push = { name: 'v1.5', description: 'about', variables: { rule: 'keep' }, restore: null }

/** Everything that a Node-RED in the field may run. */
const everything = [
    { id: 't1', type: 'tab', label: 'Füllstand “4” 😀', disabled: false, info: 'a\nb', env: [{ name: 'LINE', value: '4', type: 'str' }], x_extra: { kept: [1, null] } },
    { id: 't2', type: 'tab', label: 'off', disabled: true },
    { id: 'sf', type: 'subflow', name: 'scale', in: [], out: [], env: [{ name: 'PW', type: 'cred', value: '' }] },
    { id: 'sf-c', type: 'comment', z: 'sf', name: 'inside' },
    { id: 'si', type: 'subflow:sf', z: 't1', env: [{ name: 'PW', type: 'cred', value: '' }], wires: [] },
    { id: 'g1', type: 'group', z: 't1', nodes: ['n1', 'j1'], style: { label: true }, x: 10, y: 20, w: 30, h: 40 },
    { id: 'j1', type: 'junction', z: 't1', g: 'g1', x: 1, y: 2, wires: [['n1']] },
    { id: 'n1', type: 'http request', z: 't1', g: 'g1', name: '', url: '${FFS_TEST_HOST}', wires: [[]] },
    { id: 'n2', type: 'debug', z: 't2', name: 'in a disabled flow', d: true, wires: [] },
    { id: 'gc', type: 'global-config', env: [{ name: 'G', value: '1', type: 'str' }], modules: {} },
    { id: 'u1', type: 'unknown-node-of-nowhere', z: 't1', config: { any: 'user' }, wires: [[], []] },
    { id: '5', type: 'comment', z: 't1', name: 'an id like a number' }
]
const credentials = { n1: { user: 'u', password }, si: { PW: `${password}-2`, has_PW: true }, u1: { key: `${password}-3` } }

function folder (): string {
    return mkdtempSync(join(tmpdir(), 'ffs-routes-'))
}

async function pushed (local: LocalNodeRed, body: object, headers?: Record<string, string>): Promise<Job> {
    const started = await local.call('POST', `${prefix}/push`, body, headers)
    should(started.status).equal(202, JSON.stringify(started.body))
    let job = started.body as Job
    while (job.state === 'running') {
        job = (await local.call('GET', `${prefix}/jobs/${job.id}`, undefined, headers)).body as Job
    }
    return job
}

for (const nodeRed of versions) describe(`the plugin in a real Node-RED ${nodeRed}`, function () {
    this.timeout(5 * 60_000)
    const userDir = folder()
    const output: string[] = []
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let filler: string

    const start = async (settings?: string) => {
        local = await startNodeRed({
            userDir, settings, log: line => output.push(line), environment: { FFS_TEST_HOST: 'http://plc' }, binary: binaryOf(nodeRed)
        })
    }
    const call = async <T>(method: string, path: string, body?: unknown) => {
        const answer = await local.call(method, `${prefix}/${path}`, body)
        return { status: answer.status, body: answer.body as T }
    }
    const connect = (change: object = {}) => call<PanelState & ErrorAnswer>('POST', 'connection', { server: fake.url, token: fake.tokens.alice, ...change })
    const deploy = async (flows: unknown, more: object = {}) => {
        const answer = await local.call('POST', 'flows', { flows, ...more }, { 'node-red-api-version': 'v2' })
        should(answer.status).equal(200, JSON.stringify(answer.body))
    }
    const running = async () => ((await local.call('GET', 'flows', undefined, { 'node-red-api-version': 'v2' })).body as { flows: object[] }).flows
    const changes = () => fake.requests.filter(({ method }) => method !== 'GET')

    before(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        filler = fake.ids.instances.filler
        await start()
    })

    beforeEach(() => {
        fake.requests.length = 0
    })

    after(async () => {
        await (local as LocalNodeRed | undefined)?.stop()
        await fake.stop()
        rmSync(userDir, { recursive: true })
    })

    it('is not connected at first, and asks no server', async () => {
        const { status, body } = await call<PanelState>('GET', 'state')
        should(status).equal(200)
        should(body).containEql({ defaultServer: 'https://app.flowfuse.com', openEditor: true, connection: null, connectionProblem: null, target: null, link: null })
        for (const path of ['teams', 'target', 'push/preview', 'teams/x/applications', `instances/${filler}/snapshots`]) {
            should(await call('GET', path)).eql({ status: 409, body: { code: 'not-connected', params: {} } })
        }
        should(fake.requests).eql([])
    })

    it('connects only where a token may go, and with one that is good', async () => {
        should((await connect({ server: 'http://flowfuse.example' })).body.code).equal('server-http-refused')
        should((await connect({ server: 'ftp://x' })).body.code).equal('server-url-invalid')
        should((await connect({ token: ' ' })).body.code).equal('token-missing')
        should(fake.requests).eql([])
        fake.respondWith({ path: '/api/v1/settings' }, { body: '<html>', contentType: 'text/html' })
        should((await connect()).body.code).equal('server-not-flowfuse')
        should(JSON.stringify(fake.requests)).not.containEql(fake.tokens.alice)
        should((await connect({ token: 'ffpat_unknown' })).body.code).equal('token-refused')
        should((await call<PanelState>('GET', 'state')).body.connection).be.null()
    })

    it('connects, and shows nothing of the token', async () => {
        const { status, body } = await connect({ server: ` ${fake.url}/team/x ` })
        should(status).equal(200)
        should(body.connection).eql({ server: fake.url, user: { username: 'alice', name: 'Alice Owner' }, platformVersion: '2.33.2', signIn: 'token' })
        should(JSON.stringify(body)).not.containEql('ffpat_')
        const store = join(userDir, prefix)
        readdirSync(store).forEach(name => should(readFileSync(join(store, name), 'utf8')).not.containEql(fake.tokens.alice))
    })

    it('lets an instance be chosen', async () => {
        const { teams } = (await call<TeamList>('GET', 'teams')).body
        should(teams.map(({ name, role }) => [name, role])).eql([['Bottling Plant', 50], ['Second Plant', 50]])
        const [bottling, second] = teams
        const { body } = await call<{ applications: Array<{ instances: Array<{ name: string, state: string }> }> }>('GET', `teams/${bottling?.id}/applications`)
        should(body.applications[0]?.instances.map(({ name, state }) => [name, state])).eql([['filler', 'running'], ['labeller', 'running']])
        should(await call('GET', 'target')).eql({ status: 409, body: { code: 'target-missing', params: {} } })
        should(await call('PUT', 'target', { teamId: second?.id, instanceId: filler })).eql({ status: 409, body: { code: 'target-not-in-team', params: {} } })
        const chosen = await call<Target>('PUT', 'target', { teamId: bottling?.id, instanceId: filler })
        should(chosen.status).equal(200)
        should(chosen.body).containEql({ instance: { id: filler, name: 'filler', url: 'http://filler.example.com', state: 'running' }, pushRefused: null })
        should((await call<PanelState>('GET', 'state')).body.target?.instance.id).equal(filler)
    })

    it('previews what a push carries, by names and counts', async () => {
        await deploy(everything, { credentials })
        const { status, body } = await call<PushPreview>('GET', 'push/preview')
        should(status).equal(200)
        should(body.counts).containEql({ flows: 2, subflows: 1, nodes: 8, nodesWithCredentials: 3 })
        should(body.modules[0]).containEql({ name: 'node-red', inPalette: true }).and.have.property('version').which.startWith(`${nodeRed}.`)
        should(body.modules.map(({ name }) => name)).not.containEql('node-red-contrib-flowfuse-snapshots')
        should(body.variables.offered).eql(['FFS_TEST_HOST'])
        should(body.notes.map(({ code }) => code)).eql(['missing-types', 'disabled-flows'])
        should(JSON.stringify(body)).not.containEql(password).and.not.containEql('http://plc')
        should(changes()).eql([])
    })

    const cases: Array<[string, object[], object, object]> = [
        ['everything that Node-RED can run', everything, { credentials }, credentials],
        ['an empty set', [], {}, {}],
        ['ids that are twice there or missing', [
            { id: 't', type: 'tab' }, { id: 'n', type: 'comment', z: 't', name: 'a' }, { id: 'n', type: 'comment', z: 't', name: 'b' }, { type: 'comment', z: 't' },
            { id: '', type: 'comment', z: 't' }
        ], {}, {}],
        ['texts that are hard on JSON', [{ id: 't', type: 'tab', info: '\u0000\u2028\ud800"\\</script>' }, { id: 'c', type: 'comment', constructor: 'x', toJSON: 1 }], {}, {}]
    ]
    for (const [name, flows, more, expected] of cases) {
        it(`pushes exactly what runs: ${name}`, async () => {
            await deploy(flows, more)
            const job = await pushed(local, { ...push, instanceId: filler })
            should(job).containEql({ state: 'done', error: null })
            const [kept] = fake.snapshotsOf(filler)
            should(JSON.stringify(kept?.flows)).equal(JSON.stringify(await running()))
            should(JSON.stringify(kept?.flows)).equal(JSON.stringify(flows))
            should(kept?.credentials).eql(expected)
            should(kept?.env).containEql({ KEEP: 'kept' })
            should(changes()).have.length(1)
        })
    }

    it('pushes no credentials that somebody posted inside a node, but those that the runtime holds', async () => {
        const flows = [{ id: 't', type: 'tab' }, { id: 'n1', type: 'http request', z: 't', credentials: { password: 'inline' } }]
        await deploy(flows, { credentials: seal({ n1: { password } }, 'local') })
        should(JSON.stringify(await running())).containEql('inline')
        should((await pushed(local, { ...push, instanceId: filler })).state).equal('done')
        const [kept] = fake.snapshotsOf(filler)
        should(kept?.flows).eql([{ id: 't', type: 'tab' }, { id: 'n1', type: 'http request', z: 't' }])
        should(kept?.credentials).eql({ n1: { password } })
    })

    it('pushes variables of this host only when they were ticked', async () => {
        await deploy(everything, { credentials })
        await pushed(local, { ...push, instanceId: filler, variables: { rule: 'mine', names: ['FFS_TEST_HOST'] } })
        should(fake.snapshotsOf(filler)[0]?.env).containEql({ FFS_TEST_HOST: 'http://plc' }).and.not.have.any.keys('KEEP', 'PATH', 'HOME')
    })

    it('restores what it pushed, and remembers it', async () => {
        const job = await pushed(local, { ...push, instanceId: filler, name: 'v2', restore: { captureBefore: true } })
        should(job.result).containEql({ restored: true, stateAfter: 'running' })
        should(job.steps.map(({ state }) => state)).eql(['done', 'done', 'done', 'done', 'done', 'done'])
        should(fake.instance(filler).flows).eql(await running())
        const { snapshots } = (await call<SnapshotList>('GET', `instances/${filler}/snapshots`)).body
        should(snapshots.slice(0, 2).map(({ name, pushedFromHere }) => [name, pushedFromHere])).eql([['Before restore of “v2”', false], ['v2', true]])
        should((await call<PanelState>('GET', 'state')).body.link).containEql({ snapshotId: job.result.snapshot?.id, name: 'v2' })
    })

    it('says in a failed push what is certain', async () => {
        fake.respondWith({ method: 'POST', path: /rollback$/ }, { status: 500, body: { message: 'npm failed' } })
        const job = await pushed(local, { ...push, instanceId: filler, name: 'v3', restore: { captureBefore: false } })
        should(job).containEql({ state: 'failed' })
        should(job.error).containEql({ code: 'restore-failed' })
        should(job.result).containEql({ restored: false }).and.have.property('snapshot').which.containEql({ name: 'v3' })
    })

    it('pushes nowhere else than the dialog showed', async () => {
        const other = fake.ids.instances.labeller
        should(await call('POST', 'push', { ...push, instanceId: other })).eql({ status: 409, body: { code: 'target-changed', params: { instance: 'filler' } } })
        should(changes()).eql([])
    })

    it('answers every bad request in words, and lives on', async () => {
        const bad: Array<[string, string, unknown, number, string]> = [
            ['POST', 'push', {}, 400, 'id-invalid'],
            ['POST', 'push', { ...push, instanceId: '../x' }, 400, 'id-invalid'],
            ['POST', 'push', { ...push, instanceId: filler, name: { toString: 1 } }, 400, 'body-invalid'],
            ['POST', 'push', { ...push, instanceId: filler, variables: { rule: 'mine', names: '__proto__' } }, 400, 'body-invalid'],
            ['POST', 'push', [[[]]], 400, 'body-invalid'],
            ['PUT', 'target', { teamId: 5, instanceId: filler }, 400, 'id-invalid'],
            ['PUT', 'target', { teamId: 'x', instanceId: 'x/../y' }, 400, 'id-invalid'],
            ['PUT', 'target', { teamId: 'x', instanceId: 'nosuchinstance' }, 502, 'instance-gone'],
            ['POST', 'connection', {}, 400, 'body-invalid'],
            ['POST', 'connection', { server: 5, token: 'x' }, 400, 'body-invalid'],
            ['POST', 'connection', { server: 'x', token: null }, 400, 'body-invalid'],
            ['POST', 'connection', { server: fake.url, token: 'a\r\nb' }, 400, 'token-malformed'],
            ['GET', 'teams/..%2f..%2fuser/applications', undefined, 400, 'id-invalid'],
            ['GET', 'teams/%00/applications', undefined, 400, 'id-invalid'],
            ['GET', 'instances/a.b/snapshots', undefined, 400, 'id-invalid'],
            ['GET', 'jobs/__proto__', undefined, 404, 'job-not-found'],
            ['GET', 'jobs/nosuchjob', undefined, 404, 'job-not-found'],
            ['GET', 'no/such/route', undefined, 404, 'route-unknown'],
            ['POST', 'state', {}, 404, 'route-unknown']
        ]
        for (const [method, path, body, status, code] of bad) {
            const answer = await call<ErrorAnswer>(method, path, body)
            should([answer.status, answer.body.code]).eql([status, code], `${method} ${path} ${JSON.stringify(body)}`)
            should(answer.body.params).be.an.Object()
        }
        should(changes()).eql([])
    })

    it('lives on after bodies that no editor sends', async () => {
        const send = async (path: string, body: string, headers: Record<string, string> = {}) => {
            const response = await fetch(`${local.url}/${prefix}/${path}`, {
                method: 'POST', headers: { 'content-type': 'application/json', origin: local.url, ...headers }, body
            })
            should(response.status).be.within(400, 499)
            should(response.headers.has('access-control-allow-origin')).be.false()
            const { code } = await response.json() as ErrorAnswer
            should(errorCodes).containEql(code)
            return code
        }
        should(await send('push', '{')).equal('body-invalid')
        should(await send('push', '"text"')).equal('body-invalid')
        should(await send('nowhere', '{')).equal('body-invalid')
        should(await send('push', JSON.stringify('x'.repeat(6_000_000)))).equal('body-too-large')
        should(await send('push', '{}', { 'content-type': 'application/json; charset=klingon' })).equal('body-invalid')
        should(await send('push', '{', { origin: 'https://evil.example' })).equal('origin-refused')
        for (const body of ['{', '"text"', 'null', '[', '\u0000', '{"__proto__":{"instanceId":"x"}}', '['.repeat(200_000), JSON.stringify('x'.repeat(6_000_000))]) {
            await send('push', body)
            await send('connection', body)
        }
        should(await send('connection', 'server=x', { 'content-type': 'application/x-www-form-urlencoded' })).equal('content-type-refused')
        should((await call('GET', 'state')).status).equal(200)
    })

    it('refuses other pages, and tells them nothing', async () => {
        const asked = async (headers: Record<string, string>, method = 'GET') => {
            const response = await fetch(`${local.url}/${prefix}/${method === 'GET' ? 'state' : 'connection'}`, { method, headers })
            should(response.headers.has('access-control-allow-origin')).be.false()
            should(response.headers.get('cache-control')).equal('no-store')
            return [response.status, (await response.json() as ErrorAnswer).code]
        }
        should(await asked({ origin: 'https://evil.example' })).eql([403, 'origin-refused'])
        should(await asked({ origin: 'null' })).eql([403, 'origin-refused'])
        should(await asked({ 'sec-fetch-site': 'cross-site' })).eql([403, 'origin-refused'])
        should(await asked({ 'content-type': 'application/json' }, 'DELETE')).eql([403, 'origin-refused'])
        should((await call<PanelState>('GET', 'state')).body.connection?.server).equal(fake.url)
    })

    it('is still connected after a restart', async () => {
        await local.stop()
        await start()
        const { body } = await call<PanelState>('GET', 'state')
        should(body.connection).containEql({ server: fake.url, user: { username: 'alice', name: 'Alice Owner' } })
        should(body.target?.instance.id).equal(filler)
        should(body.link?.name).equal('v3')
        should((await pushed(local, { ...push, instanceId: filler, name: 'after the restart' })).state).equal('done')
        should(fake.snapshotsOf(filler)[0]).containEql({ name: 'after the restart', credentials })
    })

    it('pushes nothing when Node-RED could not decrypt its credentials', async () => {
        await local.stop()
        await start("credentialSecret: 'another',")
        should((await call<PanelState>('GET', 'state')).body.connectionProblem?.code).equal('store-sealed-otherwise')
        should((await call<ErrorAnswer>('GET', 'push/preview')).body.code).equal('store-sealed-otherwise')
        should((await connect()).status).equal(200)
        should((await call<PanelState>('GET', 'state')).body).containEql({ connectionProblem: null }).and.have.property('target').which.is.not.null()
        should((await call<ErrorAnswer>('GET', 'push/preview')).body.code).equal('credentials-not-decrypted')
        fake.requests.length = 0
        const job = await pushed(local, { ...push, instanceId: filler })
        should(job.error).eql({ code: 'credentials-not-decrypted', params: {} })
        should(fake.requests).eql([])
    })

    it('forgets the sign-in when it is told to', async () => {
        const { status, body } = await call<PanelState>('DELETE', 'connection')
        should(status).equal(200)
        should(body).containEql({ connection: null, target: null })
        should(readFileSync(join(userDir, prefix, 'connections.json'), 'utf8')).not.containEql('alice')
    })

    it('has printed no secret in all this', () => {
        const printed = output.join('\n')
        should(printed).containEql('Started flows')
        for (const secret of [fake.tokens.alice, 'ffpat_', password, 'inline', 'http://plc', 'Bearer']) {
            should(printed).not.containEql(secret)
        }
    })
})

for (const nodeRed of versions) describe(`the plugin in a Node-RED ${nodeRed} with users`, function () {
    this.timeout(5 * 60_000)
    const userDir = folder()
    const users = '({ ann: \'*\', ben: \'*\', rita: \'read\', wes: [\'flowfuse-snapshots.read\', \'flowfuse-snapshots.write\'] })'
    let fake: FakeFlowFuse
    let local: LocalNodeRed

    const signedIn = async (username: string) => {
        const response = await fetch(`${local.url}/auth/token`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ client_id: 'node-red-editor', grant_type: 'password', scope: '', username, password: 'x' })
        })
        const { access_token: token } = await response.json() as { access_token: string }
        const headers = { authorization: `Bearer ${token}` }
        return {
            headers,
            call: async <T>(method: string, path: string, body?: unknown) => {
                const answer = await local.call(method, `${prefix}/${path}`, body, headers)
                return { status: answer.status, body: answer.body as T }
            }
        }
    }

    before(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        local = await startNodeRed({
            userDir,
            binary: binaryOf(nodeRed),
            settings: `adminAuth: {
                type: 'credentials',
                users: async name => ({ username: name, permissions: ${users}[name] }),
                authenticate: async name => ${users}[name] ? { username: name, permissions: ${users}[name] } : null
            },`
        })
    })

    after(async () => {
        await (local as LocalNodeRed | undefined)?.stop()
        await fake.stop()
        rmSync(userDir, { recursive: true })
    })

    it('shows nothing to strangers', async () => {
        for (const [method, path] of [['GET', 'state'], ['GET', 'teams'], ['GET', 'push/preview'], ['POST', 'push'], ['POST', 'connection'], ['DELETE', 'connection']] as const) {
            should((await local.call(method, `${prefix}/${path}`)).status).equal(401)
        }
    })

    it('lets a user who may only read see the state, but not connect, choose or push', async () => {
        for (const name of ['rita', 'wes']) {
            const { call } = await signedIn(name)
            should((await call<PanelState>('GET', 'state')).body).containEql({ openEditor: false, connection: null })
            for (const [method, path] of [['POST', 'connection'], ['DELETE', 'connection'], ['PUT', 'target'], ['POST', 'push']] as const) {
                should((await call(method, path, { server: fake.url, token: fake.tokens.alice })).status).equal(401)
            }
        }
        should(fake.requests).eql([])
    })

    it('keeps the connections, targets and jobs of two users apart', async () => {
        const [ann, ben] = [await signedIn('ann'), await signedIn('ben')]
        const { filler, labeller } = fake.ids.instances
        const teamId = fake.ids.teams.bottlingPlant
        await Promise.all([
            ann.call('POST', 'connection', { server: fake.url, token: fake.tokens.alice }),
            ben.call('POST', 'connection', { server: fake.url, token: fake.tokens.bob })
        ])
        await ann.call('PUT', 'target', { teamId, instanceId: filler })
        await ben.call('PUT', 'target', { teamId, instanceId: labeller })
        for (const [user, username, instance] of [[ann, 'alice', filler], [ben, 'bob', labeller]] as const) {
            const { body } = await user.call<PanelState>('GET', 'state')
            should([body.connection?.user.username, body.target?.instance.id]).eql([username, instance])
        }
        const job = await pushed(local, { ...push, instanceId: filler }, ann.headers)
        should(job.state).equal('done')
        should(fake.snapshotsOf(filler)[0]?.user).equal('alice')
        should(await ben.call('GET', `jobs/${job.id}`)).eql({ status: 404, body: { code: 'job-not-found', params: {} } })
        await ann.call('DELETE', 'connection')
        should((await ann.call<PanelState>('GET', 'state')).body.connection).be.null()
        should((await ben.call<PanelState>('GET', 'state')).body.connection?.user.username).equal('bob')
    })

    it('signs out of one server before it signs in to another: the target and the former token are forgotten', async () => {
        const ann = await signedIn('ann')
        await ann.call('POST', 'connection', { server: fake.url, token: fake.tokens.alice })
        await ann.call('PUT', 'target', { teamId: fake.ids.teams.bottlingPlant, instanceId: fake.ids.instances.filler })
        fake.requests.length = 0
        const other = fake.url.replace('127.0.0.1', 'localhost')
        const { body } = await ann.call<PanelState>('POST', 'connection', { server: other, token: fake.tokens.bob })
        should([body.connection?.server, body.connection?.user.username, body.target]).eql([other, 'bob', null])
        await ann.call('GET', 'teams')
        should(fake.requests.filter(({ headers }) => headers.authorization?.includes(fake.tokens.alice))).eql([])
    })

    it('refuses other pages even with a sign-in', async () => {
        const { headers } = await signedIn('ann')
        const answer = await local.call('DELETE', `${prefix}/connection`, {}, { ...headers, origin: 'https://evil.example' })
        should(answer).eql({ status: 403, body: { code: 'origin-refused', params: {} } })
    })
})
