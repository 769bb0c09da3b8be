import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import type { ErrorAnswer } from '../../src/shared/errors'
import { fileType } from '../../src/shared/files'
import type { LocalSummary } from '../../src/shared/local'
import type { PreparedPull, PullParts } from '../../src/shared/pull'
import type { RestoreJob } from '../../src/shared/requests'
import type { View, ViewSource } from '../../src/shared/views'
import { seal, sealText } from '../../src/snapshot/credentials'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { fewFlows, plantFlows } from '../node-red/flow-sets'
import { startNodeRed } from '../node-red/local'
import { filesHolding, LocalWorld, noFlows, opened } from '../node-red/local-world'

const root = join(__dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'views-'))
const prefix = 'flowfuse-snapshots'
const secret = 'the secret of the file'
const everything: PullParts = { flows: true, credentials: 'theirs', variables: 'all' }
const { flows, credentials } = plantFlows()
const snapshot = (change: object = {}) => ({
    id: 'abc', name: 'line 4', description: 'as it was', createdAt: '2020-01-01T00:00:00.000Z', updatedAt: '2020-01-02T00:00:00.000Z', user: { username: 'zoe' },
    flows: { flows, credentials: seal(credentials, secret) },
    settings: { settings: {}, env: { LINE: '4', TOKEN: { hidden: true, $: sealText('canary-hidden', secret) } }, modules: { 'node-red': '4.0.9' } },
    ...change
})
/** So many nodes that the file is read on a thread of its own. */
const manyNodes = (count = 6000) => Array.from({ length: count }, (_, at) => ({ id: `n${at}`, type: 'debug', z: 't', name: 'Füllstand der Linie', x: 1, y: 1, wires: [] }))

describe('looking at snapshots and files', function () {
    this.timeout(5 * 60_000)
    let fake: FakeFlowFuse
    let local: LocalWorld
    let instance: string

    before(async () => {
        existsSync(join(root, 'dist/plugin.js')).should.be.true('there is no built plugin: npm run build')
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        instance = fake.ids.instances.filler
        local = new LocalWorld(await startNodeRed({ userDir: join(folder, 'user') }))
        await connect(fake.tokens.alice)
    })

    after(async () => {
        await local?.nodeRed.stop()
        await fake?.stop()
        rmSync(folder, { recursive: true, force: true })
    })

    beforeEach(async () => {
        await setVariables([])
        await local.deploy(noFlows)
        await local.deploy(plantFlows())
    })

    const connect = (token: string) => local.ask('POST', `${prefix}/connection`, { server: fake.url, token })
    const setVariables = (variables: object[]) => local.ask('PUT', `${prefix}/variables`, { variables })
    const view = (source: ViewSource) => local.ask<View>('POST', `${prefix}/views`, { source })
    const refused = async (method: string, path: string, body?: unknown) => (await local.nodeRed.call(method, `${prefix}/${path}`, body)).body as ErrorAnswer
    const nodesOf = ({ id }: View) => local.ask<object[]>('GET', `${prefix}/views/${id}/flows`)
    const add = (content: object = {}, owner = instance) => fake.addSnapshot(owner, {
        name: 'v1', flows: flows as never, credentials: credentials as never, env: {}, modules: {}, settings: {}, ...content
    })
    const remote = (id: string): ViewSource => ({ kind: 'remote', owner: { kind: 'instance', id: instance }, snapshot: id })
    const send = async (content: string | Buffer, name = 'backup.json', headers: Record<string, string> = {}) => {
        const response = await fetch(`${local.nodeRed.url}/${prefix}/views/file`, {
            method: 'POST', body: content as BodyInit,
            headers: { 'content-type': fileType, origin: local.nodeRed.url, 'x-file-name': encodeURIComponent(name), ...headers }
        })
        return { status: response.status, body: await response.json() as View & ErrorAnswer }
    }
    const openFile = async (value: unknown, name?: string) => {
        const { status, body } = await send(typeof value === 'string' ? value : JSON.stringify(value), name)
        should([status, status === 200 ? null : body]).eql([200, null])
        return body as View
    }
    const giveSecret = ({ id }: View, given = secret) => local.ask<View>('POST', `${prefix}/views/${id}/secret`, { secret: given })
    const pull = (viewId: string) => local.ask<PreparedPull>('POST', `${prefix}/pull`, { view: viewId })
    const replace = async ({ id, rev }: PreparedPull, parts: Partial<PullParts> = {}) => await local.followed(await local.ask<RestoreJob>(
        'POST', `${prefix}/pull/${id}/replace`, { rev, parts: { ...everything, ...parts }, mine: [], theirs: [], otherwise: 'theirs' }))

    it('shows what runs: its flows as they are, credentials as present, hidden variables masked', async () => {
        await setVariables([{ name: 'LINE', hidden: false, value: '4' }, { name: 'TOKEN', hidden: true, value: 'canary-hidden' }])
        const running = await view({ kind: 'running' })
        should(running).containEql({ from: { kind: 'running' }, name: '', createdAt: '', revision: (await local.running()).rev, notes: [] })
        should(running.counts).eql({ flows: 2, subflows: 1, nodes: flows.length - 5, nodesWithCredentials: Object.keys(credentials).length })
        should(running.credentials.state).equal('included')
        should(Object.keys(running.credentials.marks).sort()).eql(Object.keys(credentials).sort())
        should(running.variables.map(({ mark: _mark, ...rest }) => rest)).eql([{ name: 'LINE', hidden: false, value: '4' }, { name: 'TOKEN', hidden: true, value: null }])
        should(running.modules).have.property('node-red')
        should(await nodesOf(running)).eql(flows)
        should(JSON.stringify([running, await nodesOf(running)])).not.match(/canary/)
    })

    it('marks credentials and values alike wherever they come from, and differently where they differ', async () => {
        await setVariables([{ name: 'TOKEN', hidden: true, value: 'canary-hidden' }])
        const kept = await local.keep('as it is')
        const views = [
            await view({ kind: 'running' }), await view({ kind: 'local', id: kept.id }), await view(remote(add({ env: { TOKEN: { hidden: true, value: 'canary-hidden' } } }))),
            await giveSecret(await openFile(snapshot()))
        ]
        const [running] = views
        for (const { credentials: { state, marks }, variables, revision } of views) {
            should({ state, marks }).eql({ state: 'included', marks: running!.credentials.marks })
            should(variables.find(({ name }) => name === 'TOKEN')).eql(running!.variables[0])
            should(revision).equal(running!.revision)
        }
        should(JSON.stringify(views)).not.match(/canary/)
        const other = await view(remote(add({ credentials: { req1: { user: 'press', password: 'another' } }, env: { TOKEN: { hidden: true, value: 'another' } } })))
        should(Object.keys(other.credentials.marks)).eql(['req1'])
        should(other.credentials.marks.req1).not.equal(running!.credentials.marks.req1)
        should(other.variables[0]!.mark).not.equal(running!.variables[0]!.mark)
    })

    it('shows a snapshot of any instance or device that may be read', async () => {
        const [device = ''] = Object.values(fake.ids.devices)
        const found = await view({ kind: 'remote', owner: { kind: 'device', id: device }, snapshot: add({ name: 'on the device', settings: { timeZone: 'UTC' } }, device) })
        should(found).containEql({ name: 'on the device', user: { username: 'alice' }, settings: { timeZone: 'UTC' } })
        should(found.from).containEql({ kind: 'remote' })
        should(await nodesOf(found)).eql(flows)
    })

    for (const [who, prepare] of [
        ['a read-only token', async () => {
            fake.respondWith({ method: 'GET', path: '/api/v1/user/tokens' }, { status: 200, body: { count: 1, tokens: [{ readOnly: true }] } })
            await connect(fake.tokens.aliceReadOnly)
        }],
        ['one who may not export', async () => {
            fake.respondWith({ method: 'POST', path: /\/export$/ }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }, 2)
        }]
    ] as const) {
        it(`shows it without credentials to ${who}`, async () => {
            await prepare()
            try {
                const found = await view(remote(add({ env: { LINE: '4', TOKEN: { hidden: true, value: 'canary-hidden' } } })))
                should(found.credentials).eql({ state: 'not-told', marks: {} })
                should(found.variables.map(({ name, hidden, value }) => [name, hidden, value])).eql([['LINE', false, '4'], ['TOKEN', true, null]])
                should(await nodesOf(found)).eql(flows)
                should(JSON.stringify(found)).not.match(/canary/)
            } finally {
                await connect(fake.tokens.alice)
            }
        })
    }

    it('is refused to a Viewer before FlowFuse is asked', async () => {
        fake.respondWith({ method: 'GET', path: '/api/v1/user/tokens' }, { status: 200, body: { count: 1, tokens: [{ readOnly: false }] } })
        await connect(fake.tokens.carol)
        try {
            const id = add()
            fake.requests.length = 0
            should(await refused('POST', 'views', { source: remote(id) })).containEql({ code: 'role-too-low' })
            should(fake.requests.filter(({ path }) => /export|full/.test(path))).eql([])
        } finally {
            await connect(fake.tokens.alice)
        }
    })

    it('opens a file, and its sealed parts when its secret is given', async () => {
        const file = await openFile(snapshot(), '\u202e<b>line 4</b>.json')
        should(file).containEql({ from: { kind: 'file', name: '\u202e<b>line 4</b>.json' }, name: 'line 4', user: { username: 'zoe' }, credentials: { state: 'sealed', marks: {} } })
        should(file.variables.map(({ name, mark }) => [name, mark === null])).eql([['LINE', false], ['TOKEN', true]])
        should(await refused('POST', `views/${file.id}/secret`, { secret: `${secret} ` })).containEql({ code: 'file-secret-wrong' })
        should((await giveSecret(file)).id).equal(file.id)
        should(await refused('POST', `views/${file.id}/secret`, { secret })).containEql({ code: 'file-secret-unneeded' })
        should(local.nodeRed.output()).not.match(/canary|secret of the file/)
    })

    it('pulls a file back byte for byte, with its credentials and variables, and takes that back', async () => {
        await local.deploy(fewFlows())
        const before = local.files()
        const { id } = await giveSecret(await openFile(snapshot()))
        const prepared = await pull(id)
        should(prepared.snapshot).containEql({ name: 'line 4', owner: { kind: 'file', id: '', name: 'backup.json' } })
        should([prepared.base, prepared.flowsOnly, prepared.variables.added]).eql([null, false, ['LINE', 'TOKEN']])
        should((await replace(prepared)).error).be.null()
        should(local.files().flows).equal(JSON.stringify(flows))
        should(opened(local.files())).eql(Object.fromEntries(Object.entries(credentials).sort(([a], [b]) => a < b ? -1 : 1)))
        should((await local.undo()).error).be.null()
        should(local.files()).eql(before)
    })

    it('does not say of a file that was not opened that it has no credentials, and takes none away for that', async () => {
        const file = await openFile(snapshot())
        const shut = await pull(file.id)
        should([shut.credentialsKnown, shut.credentials, shut.notes.filter(({ code }) => code === 'without-credentials')]).eql([false, {}, []])
        const before = local.files()
        should((await replace(shut, { credentials: 'exactly' })).error).containEql({ code: 'pull-credentials-unknown' })
        should(local.files()).eql(before)
        const held = opened(local.files())
        should((await replace(shut)).error).be.null()
        should(opened(local.files())).eql(held)
        const open = await pull((await giveSecret(await openFile(snapshot()))).id)
        should([open.credentialsKnown, Object.values(open.credentials)]).eql([true, []])
    })

    it('takes each part of a file as it is sealed: what is open can be used, and each secret opens what is sealed under it', async () => {
        const another = 'the other secret'
        const settings = { ...snapshot().settings, env: { LINE: '4', TOKEN: { hidden: true, $: sealText('canary-hidden, and long enough', another) } } }
        const parts = (variables: string) => ({ flows: true, credentials: true, variables })
        const download = async ({ id }: View, variables: string) => await local.nodeRed.call('POST', `${prefix}/files/snapshot`, {
            source: { kind: 'view', id }, parts: parts(variables), secret: 'for the download'
        })
        const partly = await openFile(snapshot({ flows: { flows, credentials }, settings }))
        should([partly.credentials.state, partly.sealed]).eql(['included', true])
        should((await download(partly, 'none')).status).equal(200)
        should((await download(partly, 'all')).body).containEql({ code: 'file-secret-needed' })
        const two = await giveSecret(await openFile(snapshot({ settings })))
        should([two.credentials.state, two.sealed, two.notes.map(({ code }) => code)]).eql(['included', true, ['another-secret']])
        should(await refused('POST', `views/${two.id}/secret`, { secret: 'a third one' })).containEql({ code: 'file-secret-wrong' })
        const open = await giveSecret(two, another)
        should([open.credentials.state, open.sealed, open.variables.every(({ mark }) => mark !== null)]).eql(['included', false, true])
        should((await download(open, 'all')).status).equal(200)
    })

    it('keeps a file as a local snapshot under a secret of its own, and restores it exactly', async () => {
        const file = await openFile(snapshot({ settings: { ...snapshot().settings, settings: { timeZone: 'UTC', palette: { npmrc: '//r/:_authToken=canary-npmrc' } } } }))
        await giveSecret(file)
        const kept = await local.ask<LocalSummary>('POST', `${prefix}/views/${file.id}/local`, { name: 'kept', description: 'from a file' })
        should(kept).containEql({ name: 'kept', description: 'from a file', kind: 'named', credentials: 'included', sameFlows: true })
        should(filesHolding(join(local.nodeRed.userDir, prefix), 'canary')).eql([])
        await local.deploy(fewFlows())
        should((await local.restore(kept.id)).error).be.null()
        should(local.files().flows).equal(JSON.stringify(flows))
        should(opened(local.files())).eql(Object.fromEntries(Object.entries(credentials).sort(([a], [b]) => a < b ? -1 : 1)))
    })

    it('keeps a file without its secret: marked to have no credentials, and without the hidden values', async () => {
        const file = await openFile(snapshot())
        const kept = await local.ask<LocalSummary>('POST', `${prefix}/views/${file.id}/local`, { name: 'kept shut', description: '' })
        should(kept).containEql({ name: 'kept shut', credentials: 'missing', sameFlows: true })
        const again = await view({ kind: 'local', id: kept.id })
        should(again.credentials).eql({ state: 'missing', marks: {} })
        should(again.variables.map(({ name, value }) => [name, value])).eql([['LINE', '4']])
        should(await nodesOf(again)).eql(flows)
    })

    it('takes flows alone for flows: variables and credentials here stay, in a pull and in what is kept', async () => {
        await setVariables([{ name: 'LINE', hidden: false, value: 'here' }])
        const file = await openFile(flows.map(node => ({ ...node })), 'export.json')
        should(file).containEql({ name: 'export', modules: null, credentials: { state: 'none', marks: {} }, notes: [{ code: 'flows-only', params: {} }] })
        const prepared = await pull(file.id)
        should([prepared.flowsOnly, prepared.variables.removed, prepared.notes.map(({ code }) => code).includes('flows-only')]).eql([true, [], true])
        const before = opened(local.files())
        should((await replace(prepared, { credentials: 'exactly' })).error).be.null()
        should(opened(local.files())).eql(before)
        const kept = await local.ask<LocalSummary>('POST', `${prefix}/views/${file.id}/local`, { name: 'flows', description: '' })
        should((await local.restore(kept.id, { withoutCredentials: true })).error).be.null()
        should(opened(local.files())).eql(before)
        should((await local.ask<{ variables: Array<{ name: string }> }>('GET', `${prefix}/variables`)).variables.map(({ name }) => name)).eql(['LINE'])
    })

    it('opens files of its own store, also one that came from elsewhere, as far as their secret is here', async () => {
        const { id } = await local.keep('own')
        const file = readFileSync(join(local.nodeRed.userDir, prefix, 'local', `${id}.json`))
        const own = (await send(file)).body
        should([own.name, own.credentials.state]).eql(['own', 'included'])
        should(own.credentials.marks).eql((await view({ kind: 'running' })).credentials.marks)
        const foreign = (await send(file.toString().replace('Not in use', 'Not in USE'))).body
        should(foreign.credentials).eql({ state: 'locked', marks: {} })
        should(await refused('POST', `views/${foreign.id}/secret`, { secret })).containEql({ code: 'file-secret-unneeded' })
    })

    it('reads large files on another thread, with the same words for what is wrong', async () => {
        const many = [{ id: 't', type: 'tab', label: 'many' }, ...manyNodes()]
        const file = await giveSecret(await openFile(snapshot({ flows: { flows: many, credentials: seal({ n1: { a: 'canary' } }, secret) } })))
        should([file.counts.nodes, Object.keys(file.credentials.marks)]).eql([6000, ['n1']])
        should(await nodesOf(file)).eql(many)
        const hostile = JSON.stringify(many).replace('"wires"', '"__proto__":{"canary":1},"wires"')
        const deep = `[{"id":"a","type":"debug","deep":${'['.repeat(200_000)}${']'.repeat(200_000)}}]`
        for (const [content, code] of [[hostile, 'file-hostile'], [deep, 'file-hostile'], [hostile.slice(0, -1), 'file-not-json']] as const) {
            should((await send(content)).body).eql({ code, params: {} })
        }
    })

    it('refuses a file of 60 MB before it has come, and one without a length once it is too much', async () => {
        const { hostname, port } = new URL(local.nodeRed.url)
        const headers = { 'content-type': fileType, origin: local.nodeRed.url, host: `${hostname}:${port}` }
        type Body = (write: (piece: Buffer) => void) => void
        const answers = (more: Record<string, string>, body: Body) => new Promise<{ status?: number, body: string }>((resolve, reject) => {
            const sent = httpRequest(`${local.nodeRed.url}/${prefix}/views/file`, { method: 'POST', headers: { ...headers, ...more } }, response => {
                let text = ''
                response.setEncoding('utf8').on('data', piece => { text += piece }).on('end', () => {
                    sent.destroy()
                    resolve({ status: response.statusCode, body: text })
                })
            }).on('error', reject)
            body(piece => { sent.write(piece) })
        })
        const tooLarge = { status: 413, body: JSON.stringify({ code: 'file-too-large', params: { mb: 32 } }) }
        should(await answers({ 'content-length': String(60 * 1024 * 1024) }, write => write(Buffer.from('[')))).eql(tooLarge)
        should(await answers({ 'transfer-encoding': 'chunked' }, write => {
            for (let mb = 0; mb < 33; mb++) write(Buffer.alloc(1024 * 1024, ' '))
        })).eql(tooLarge)
    })

    it('refuses what is no file as it is, and what another page could send', async () => {
        const cases: Array<[Record<string, string>, string]> = [
            [{ 'content-type': 'application/json' }, 'content-type-refused'], [{ 'content-type': 'text/plain' }, 'content-type-refused'],
            [{ 'content-encoding': 'gzip' }, 'content-type-refused'], [{ origin: 'https://evil.example' }, 'origin-refused']
        ]
        for (const [headers, code] of cases) {
            should((await send('[]', 'x.json', headers)).body).containEql({ code })
        }
        should((await send('')).body).containEql({ code: 'file-empty' })
    })

    it('says what it was asked for in vain', async () => {
        for (const [body, code] of [
            [{}, 'body-invalid'], [{ source: { kind: 'x' } }, 'body-invalid'], [{ source: { kind: 'local', id: '../x' } }, 'id-invalid'],
            [{ source: { kind: 'local', id: '0123456789abcdef0123' } }, 'snapshot-gone'], [{ source: remote('gone') }, 'snapshot-gone']
        ] as const) {
            should(await refused('POST', 'views', body)).containEql({ code })
        }
        for (const [method, path, body] of [['GET', 'views/x/flows'], ['DELETE', 'views/x'], ['POST', 'views/x/secret', { secret }], ['POST', 'pull', { view: 'x' }]] as const) {
            should(await refused(method, path, body)).containEql({ code: 'view-gone' })
        }
    })

    it('is forgotten when it is let go of, when four others came, and with the sign-in that it came under', async () => {
        const gone = async ({ id }: View) => (await local.nodeRed.call('GET', `${prefix}/views/${id}/flows`)).status === 404
        const [first, second, third] = [await view({ kind: 'running' }), await view({ kind: 'running' }), await view(remote(add()))]
        const file = await openFile(snapshot())
        should(await gone(first)).be.false()
        await view({ kind: 'running' })
        should([await gone(first), await gone(second)]).eql([true, false])
        await local.ask('DELETE', `${prefix}/views/${second.id}`)
        await local.ask('DELETE', `${prefix}/connection`)
        should([await gone(second), await gone(third), await gone(file)]).eql([true, true, false])
        await connect(fake.tokens.alice)
    })
})

describe('looking at snapshots and files, where Node-RED has users', function () {
    this.timeout(5 * 60_000)
    const userDir = mkdtempSync(join(tmpdir(), 'views-users-'))
    let local: LocalWorld
    const users = {
        ann: ['*'], ben: ['flows.read', 'flowfuse-snapshots.read', 'flows.write', 'flowfuse-snapshots.write'], rita: ['read'], sue: ['flowfuse-snapshots.read']
    }

    before(async () => {
        const settings = `adminAuth: {
            type: 'credentials',
            users: async name => ({ username: name, permissions: (${JSON.stringify(users)})[name] }),
            authenticate: async name => ({ username: name, permissions: (${JSON.stringify(users)})[name] })
        },`
        local = new LocalWorld(await startNodeRed({ userDir, settings }))
    })

    after(async () => {
        await local?.nodeRed.stop()
        rmSync(userDir, { recursive: true, force: true })
    })

    const signedIn = async (username: keyof typeof users) => {
        const response = await fetch(`${local.nodeRed.url}/auth/token`, {
            method: 'POST', headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ client_id: 'node-red-editor', grant_type: 'password', scope: '', username, password: 'x' })
        })
        const { access_token: token } = await response.json() as { access_token: string }
        const headers = { authorization: `Bearer ${token}` }
        return async (method: string, path: string, body?: unknown, more: object = {}) =>
            await local.nodeRed.call(method, path, body, { ...headers, ...more }) as { status: number, body: View }
    }

    it('tells values of variables only to those who may act, and a view only to whom it is', async () => {
        const ann = await signedIn('ann')
        should((await ann('POST', 'flows', plantFlows(), { 'node-red-api-version': 'v2' })).status).equal(200)
        await ann('PUT', `${prefix}/variables`, { variables: [{ name: 'LINE', hidden: false, value: 'canary-value' }] })
        const source = { source: { kind: 'running' } }
        for (const [user, value] of [['ann', 'canary-value'], ['ben', 'canary-value'], ['rita', null]] as const) {
            const call = await signedIn(user)
            const { body } = await call('POST', `${prefix}/views`, source)
            should(body.variables.map(variable => [variable.name, variable.value, variable.mark !== null])).eql([['LINE', value, true]])
            should((await call('GET', `${prefix}/views/${body.id}/flows`)).status).equal(200)
            should((await (await signedIn(user === 'ann' ? 'ben' : 'ann'))('GET', `${prefix}/views/${body.id}/flows`)).status).equal(404)
        }
        const [rita, sue] = [await signedIn('rita'), await signedIn('sue')]
        should((await sue('POST', `${prefix}/views`, source)).status).equal(401)
        const { body: { id } } = await rita('POST', `${prefix}/views`, source)
        for (const [path, body] of [[`views/${id}/secret`, { secret }], [`views/${id}/local`, { name: 'x', description: '' }], ['pull', { view: id }]] as const) {
            should((await rita('POST', `${prefix}/${path}`, body)).status).equal(401)
        }
        should((await rita('POST', `${prefix}/views/file`, [], { 'content-type': fileType })).status).equal(401)
    })
})
