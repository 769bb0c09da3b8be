import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import type { ErrorAnswer } from '../../src/shared/errors'
import type { PreparedPull, PullParts, PullReplaceRequest } from '../../src/shared/pull'
import type { RestoreJob } from '../../src/shared/requests'
import { sealText } from '../../src/snapshot/credentials'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { fewFlows, plantFlows } from '../node-red/flow-sets'
import { startNodeRed } from '../node-red/local'
import { filesHolding, LocalWorld, noFlows, opened } from '../node-red/local-world'

type Exported = Record<string, unknown> & { flows: Record<string, unknown>, settings: Record<string, unknown> }
type Spoil = (exported: Exported, secret: string) => unknown

const root = join(__dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'pull-input-'))
const everything: PullParts = { flows: true, credentials: 'theirs', variables: 'all' }
const exportPath = /^\/api\/v1\/snapshots\/[^/]+\/export$/
const nodes = (count: number) => Array.from({ length: count }, (_, id) => ({ id: `n${id}`, type: 'debug' }))
const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
const withFlows = (flows: unknown): Spoil => exported => ({ ...exported, flows: { ...exported.flows, flows } })

describe('a pull from FlowFuse 2.33.2', function () {
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
        // A tab of both would keep its credentials otherwise.
        await local.deploy(noFlows)
        await local.deploy(fewFlows())
    })

    const connect = (token: string) => local.ask('POST', 'flowfuse-snapshots/connection', { server: fake.url, token })
    const add = (content: object = {}, owner = instance) => fake.addSnapshot(owner, {
        name: 'v1', flows: plantFlows().flows as never, credentials: plantFlows().credentials as never, env: {}, modules: {}, settings: {}, ...content
    })
    const ask = async (snapshot: string, owner: object = { kind: 'instance', id: instance }) =>
        await local.nodeRed.call('POST', 'flowfuse-snapshots/pull', { owner, snapshot })
    const prepare = async (snapshot: string, owner?: object) => {
        const { status, body } = await ask(snapshot, owner)
        should([status, status === 200 ? null : body]).eql([200, null])
        return body as PreparedPull
    }
    const replace = async ({ id, rev }: PreparedPull, request: Partial<PullReplaceRequest> = {}) => {
        const whole: PullReplaceRequest = { rev, parts: everything, mine: [], theirs: await local.units(id), otherwise: 'theirs', ...request }
        const route = whole.modules === undefined ? 'replace' : 'replace-with-modules'
        return await local.followed(await local.ask<RestoreJob>('POST', `flowfuse-snapshots/pull/${id}/${route}`, whole))
    }
    /** The next export is another than the platform would give. */
    const spoil = (change: Spoil) => fake.respondWith({ method: 'POST', path: exportPath }, (_request, response, recorded, normally) => {
        const changed = change(normally().json as Exported, (recorded.body as { credentialSecret: string }).credentialSecret)
        response.writeHead(200, { 'content-type': 'application/json' }).end(typeof changed === 'string' ? changed : JSON.stringify(changed))
    })
    const setVariables = (variables: object[]) => local.ask('PUT', 'flowfuse-snapshots/variables', { variables })
    const variables = async () => (await local.ask<{ text: string }>('POST', 'flowfuse-snapshots/variables/export', {})).text
        .split('\n').filter(line => line !== '' && !line.startsWith('#'))

    const refused: Array<[string, string, Spoil]> = [
        ['has no flows', 'pull-flows-missing', exported => ({ ...exported, flows: {} })],
        ['has flows that are no list', 'pull-flows-missing', withFlows({ a: 1 })],
        ['has nodes without a type', 'pull-nodes-unfit', withFlows([{ id: 'a' }, null, 'text', { id: 'b', type: 7 }])],
        ['has nodes without an id', 'pull-nodes-unfit', withFlows([{ id: 't', type: 'tab' }, { type: 'debug', z: 't', x: 1, y: 1, wires: [] }])],
        ['has wires that Node-RED can’t read', 'pull-nodes-unfit', withFlows([{ id: 't', type: 'tab' }, { id: 'a', type: 'debug', z: 't', x: 1, y: 1, wires: [null] }])],
        ['has a subflow inside of itself', 'subflow-in-itself', withFlows([{ id: 's', type: 'subflow' }, { id: 'a', type: 'subflow:s', z: 's', x: 1, y: 1, wires: [] }])],
        ['has a group inside of itself', 'group-in-itself', withFlows([{ id: 't', type: 'tab' }, { id: 'a', type: 'group', z: 't', g: 'a', nodes: ['a'] }])],
        ['has too many nodes', 'too-many-nodes', withFlows(nodes(50_001))],
        ['is too deep', 'answer-hostile', withFlows([{ id: 'a', type: 'debug', deep: nested(101) }])],
        ['has a __proto__', 'answer-hostile', exported => JSON.stringify(exported).replace('"flows":[{', '"flows":[{"__proto__":{"admin":true},')],
        ['has credentials under another secret', 'pull-credentials-shut', exported => ({
            ...exported, flows: { ...exported.flows, credentials: { $: sealText('{"a":{"b":1}}', 'another secret') } }
        })],
        ['has altered credentials', 'pull-credentials-shut', exported => {
            const { $ } = exported.flows.credentials as { $: string }
            return { ...exported, flows: { ...exported.flows, credentials: { $: `${'0'.repeat(32)}${$.slice(32)}` } } }
        }],
        ['has credentials that are a text', 'pull-shape-unknown', exported => ({ ...exported, flows: { ...exported.flows, credentials: 'newer' } })],
        ['has variables of a newer shape', 'pull-shape-unknown', exported => ({ ...exported, settings: { ...exported.settings, env: ['A'] } })],
        ['has modules of a newer shape', 'pull-shape-unknown', exported => ({ ...exported, settings: { ...exported.settings, modules: ['a'] } })],
        ['is another snapshot', 'answer-unexpected', exported => ({ ...exported, id: 'another' })],
        ['is no JSON', 'answer-unexpected', () => '{"id": canary-text']
    ]
    for (const [what, code, change] of refused) {
        it(`is refused when what comes ${what}`, async () => {
            const files = local.files()
            spoil(change)
            const { status, body } = await ask(add())
            should([status >= 400, (body as ErrorAnswer).code]).eql([true, code])
            should(JSON.stringify(body)).not.match(/canary/)
            should(local.files()).eql(files)
            should(local.nodeRed.output()).not.match(/canary-(?:text|password)/)
        })
    }

    it('is refused when others have deployed credentials since it was compared, of which the revision tells nothing', async () => {
        await local.deploy(plantFlows())
        const pull = await prepare(add())
        const rev = await local.deploy({ flows: plantFlows().flows, credentials: { req1: { user: 'other', password: 'typed meanwhile' } } })
        should(rev).equal(pull.rev)
        const files = local.files()
        const { error, result } = await replace(pull)
        should([error?.code, result.safety]).eql(['restore-moved', null])
        should(local.files()).eql(files)
        await local.ask('GET', `flowfuse-snapshots/pull/${pull.id}`)
        should((await replace(pull)).error).be.null()
    })

    it('is refused when the platform dies in the middle of its answer', async () => {
        fake.respondWith({ method: 'POST', path: exportPath }, { cut: 'mid-body', handled: true })
        should((await ask(add())).body).containEql({ code: 'server-cut' })
    })

    it('takes the instance’s own route where the generic one is not permitted', async () => {
        fake.respondWith({ method: 'POST', path: exportPath }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } })
        should((await prepare(add())).snapshot.name).equal('v1')
    })

    for (const [who, token, code] of [['a Viewer', 'carol', 'role-too-low'], ['a read-only token', 'aliceReadOnly', 'needs-full-token']] as const) {
        it(`is refused to ${who} before FlowFuse is asked for an export`, async () => {
            // One who has no other token: else nobody can tell which one it is.
            fake.respondWith({ method: 'GET', path: '/api/v1/user/tokens' }, { status: 200, body: { count: 1, tokens: [{ readOnly: token === 'aliceReadOnly' }] } })
            await connect(fake.tokens[token])
            try {
                const snapshot = add()
                fake.requests.length = 0
                should((await ask(snapshot)).body).containEql({ code })
                should(fake.requests.filter(({ path }) => path.includes('/export'))).eql([])
            } finally {
                await connect(fake.tokens.alice)
            }
        })
    }

    it('brings hidden variables hidden, and never sets what steers this computer or has no text', async () => {
        await setVariables([{ name: 'OLD', hidden: false, value: 'here' }])
        const env = { LINE: '4', TOKEN: { hidden: true, value: 'canary-hidden' }, NODE_OPTIONS: '--require /x', https_proxy: 'x', 'A-B': '1' }
        const snapshot = add({ env })
        spoil(exported => ({ ...exported, settings: { ...exported.settings, env: { ...exported.settings.env as object, NOTHING: null } } }))
        const pull = await prepare(snapshot)
        should(pull.variables).eql({
            added: ['LINE', 'TOKEN'], changed: [], removed: ['OLD'], same: [], hidden: ['TOKEN'], locked: [], overridden: [],
            withheld: ['NODE_OPTIONS', 'https_proxy', 'A-B'], unfit: ['NOTHING']
        })
        should(JSON.stringify(pull)).not.match(/canary/)
        should((await replace(pull)).error).be.null()
        should(await variables()).eql(['LINE=4', 'TOKEN=canary-hidden'])
        should(filesHolding(local.nodeRed.userDir, 'canary-hidden')).eql([])
        const { variables: listed } = await local.ask<{ variables: Array<{ name: string, hidden: boolean }> }>('GET', 'flowfuse-snapshots/variables')
        should(listed.map(({ name, hidden }) => [name, hidden])).eql([['LINE', false], ['TOKEN', true]])
        should((await local.undo()).error).be.null()
        should(await variables()).eql(['OLD=here'])
    })

    it('brings the names of variables alone, or none of them', async () => {
        await setVariables([{ name: 'LINE', hidden: false, value: 'here' }])
        const snapshot = add({ env: { LINE: '4', SHIFT: 'night' } })
        should((await replace(await prepare(snapshot), { parts: { ...everything, variables: 'none' } })).error).be.null()
        should(await variables()).eql(['LINE=here'])
        await local.deploy(fewFlows())
        should((await replace(await prepare(snapshot), { parts: { ...everything, variables: 'keys' } })).error).be.null()
        should(await variables()).eql(['LINE=here', 'SHIFT='])
    })

    it('keeps credentials here by default where the snapshot has none, and not when the user wants it exactly', async () => {
        const snapshot = add({ flows: fewFlows().flows, credentials: { req1: { user: 'there' } } })
        should((await prepare(snapshot)).credentials).eql({ req1: 'changed', in1: 'missing' })
        should((await replace(await prepare(snapshot))).error).be.null()
        should(opened(local.files())).containEql({ req1: { user: 'there' }, in1: { user: 'canary-added' } })
        should((await replace(await prepare(snapshot), { parts: { ...everything, credentials: 'exactly' } })).error).be.null()
        should(opened(local.files())).not.have.property('in1')
        await local.deploy(fewFlows())
        should((await replace(await prepare(snapshot), { parts: { ...everything, credentials: 'mine' } })).error).be.null()
        should(opened(local.files())).containEql({ req1: { user: 'other', password: 'canary-other' }, in1: { user: 'canary-added' } })
    })

    it('never installs FlowFuse’s own modules, nor what npm could take for something else', async () => {
        const modules = {
            'node-red': '4.0.9', '@flowfuse/nr-project-nodes': '0.7.0', 'a; rm -rf /': '1.0.0', 'some-nodes': 'latest', 'other-nodes': 'file:../x', 'ranged-nodes': '^1.2.3'
        }
        const pull = await prepare(add({ modules }))
        should(pull.modules.map(({ name, state, refused }) => [name, state, refused?.code])).eql([
            ['@flowfuse/nr-project-nodes', 'platform', 'module-platform-only'], ['a; rm -rf /', 'missing', 'module-name-invalid'],
            ['some-nodes', 'missing', 'module-version-invalid'], ['other-nodes', 'missing', 'module-version-invalid'], ['ranged-nodes', 'missing', undefined]
        ])
        const files = local.files()
        for (const name of ['@flowfuse/nr-project-nodes', 'a; rm -rf /', 'some-nodes', 'other-nodes', 'left-pad']) {
            should((await replace(pull, { modules: [name] })).error?.code).startWith('module-')
            should(local.files()).eql(files)
        }
    })

    it('takes modules from the palette where the platform captured them itself, as ranges', async () => {
        const pull = await prepare(add({ settings: { palette: { modules: { 'ranged-nodes': '~1.2.0' }, npmrc: '//r/:_authToken=canary-npmrc' } } }))
        should(pull.modules).eql([{ name: 'ranged-nodes', version: '~1.2.0', here: null, refused: null, state: 'missing' }])
        should(JSON.stringify(pull)).not.match(/canary/)
    })

    it('leaves everything as it was when a module can’t be installed', async () => {
        const pull = await prepare(add({ modules: { '@no-such-scope-7f3a/none': '1.0.0' } }))
        const files = local.files()
        const { error, result } = await replace(pull, { modules: ['@no-such-scope-7f3a/none'] })
        should(error?.code).startWith('module-')
        should([result.takenBack, result.installed]).eql([true, []])
        should(local.files()).eql(files)
    })

    it('is refused while it is not said whose config node is to stay that flows of both sides use', async () => {
        const set = (name: string, host: string) => [
            { id: 'a', type: 'tab', label: `a ${name}` }, { id: 'b', type: 'tab', label: `b ${name}` }, { id: 'broker', type: 'mqtt-broker', host },
            ...['a', 'b'].map((z, at) => ({ id: `in-${z}`, type: 'mqtt in', z, broker: 'broker', x: at, y: 1, wires: [] }))
        ]
        await local.deploy({ flows: set('here', '127.0.0.1'), credentials: {} })
        const pull = await prepare(add({ flows: set('there', '127.0.0.2'), credentials: {} }))
        const files = local.files()
        const { error, result } = await replace(pull, { mine: ['a'], theirs: ['b'] })
        should([error?.code, error?.params, result.safety]).eql(['pull-undecided', { count: 1, name: 'v1' }, null])
        should(local.files()).eql(files)
        should((await replace(pull, { mine: ['a', 'broker'], theirs: ['b'] })).error).be.null()
        const { flows } = await local.running() as { flows: Array<{ label?: string, host?: string }> }
        should(flows.map(({ label, host }) => label ?? host).filter(Boolean)).eql(['a here', 'b there', '127.0.0.1'])
    })

    it('shows the settings of the snapshot that differ, and applies none', async () => {
        const { settings } = await prepare(add({ settings: { timeZone: 'Pacific/Chatham', httpNodeAuth: { type: 'basic', user: 'u', pass: 'canary-hash' } } }))
        should(settings.map(({ key, there }) => [key, there])).eql([['timeZone', 'Pacific/Chatham']])
    })

    it('brings a snapshot of a device', async () => {
        const [device] = Object.values(fake.ids.devices)
        const snapshot = add({}, device)
        const { snapshots } = await local.ask<{ snapshots: Array<{ id: string }> }>('GET', `flowfuse-snapshots/devices/${device}/snapshots`)
        should(snapshots.map(({ id }) => id)).containEql(snapshot)
        const pull = await prepare(snapshot, { kind: 'device', id: device })
        should(pull.snapshot.owner).containEql({ kind: 'device', id: device })
        should((await replace(pull)).error).be.null()
        should(local.files().flows).equal(JSON.stringify(plantFlows().flows))
    })

    it('is forgotten when it is let go of, when two others came, and when the user disconnects', async () => {
        const gone = async ({ id }: PreparedPull) => (await local.nodeRed.call('GET', `flowfuse-snapshots/pull/${id}`)).body
        const [first, second, third] = [await prepare(add()), await prepare(add()), await prepare(add())]
        should(await gone(first)).containEql({ code: 'pull-gone' })
        should(await gone(second)).containEql({ id: second.id })
        await local.ask('DELETE', `flowfuse-snapshots/pull/${second.id}`)
        should(await gone(second)).containEql({ code: 'pull-gone' })
        await local.ask('DELETE', 'flowfuse-snapshots/connection')
        should(await gone(third)).containEql({ code: 'pull-gone' })
        await connect(fake.tokens.alice)
    })
})
