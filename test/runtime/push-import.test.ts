import should from 'should'
import { setDeviceTarget } from '../../src/flowfuse/device-targets'
import { tokenSession, type Session } from '../../src/flowfuse/session'
import { createSnapshot, type SnapshotMeta } from '../../src/flowfuse/snapshots'
import { importBody, mergedPalette, sealCaptured } from '../../src/runtime/import-body'
import type { Capture } from '../../src/runtime/capture'
import type { Progress } from '../../src/runtime/jobs'
import { push, pushSteps } from '../../src/runtime/push'
import type { ErrorCode } from '../../src/shared/errors'
import type { PushRequest, PushResult } from '../../src/shared/requests'
import { open, openText } from '../../src/snapshot/credentials'
import { failure } from '../flowfuse/failure'
import { Comparison } from '../fake/comparison'
import { isObject, type Json, type JsonObject } from '../fake/json'
import { Placeholders, placeholdersOf } from '../fake/placeholder'
import { startFakeFlowFuse, type FakeFlowFuse, type FaultResponse } from '../fake/platform'
import { Recording } from '../fake/recording'
import { redDouble, type RedDouble } from './red-double'

const times = { lostAnswer: 250, restoreAnswer: 5000, untilRunning: 250, poll: 1 }
const flows = [{ id: 't', type: 'tab', label: 'Line 4' }, { id: 'n', type: 'x', z: 't', topic: '${FFS_TEST_LINE}' }]
const credentials = { n: { password: 'p4ss' } }
const settings = {
    editorTheme: { tours: false, page: { title: 'locked there' }, codeEditor: { lib: 'ace' } }, apiMaxLength: '8MB', debugMaxLength: 0.5,
    httpNodeAuth: { user: 'mine', pass: 'm1ne' }
}
const ticked = ['disableTours', 'apiMaxLength']
const importing = { method: 'POST', path: '/api/v1/snapshots/import' }
const exporting = { method: 'POST', path: /^\/api\/v1\/snapshots\/[^/]+\/export$/ }
const creating = { method: 'POST', path: /\/projects\/[^/]+\/snapshots$/ }
const recording = new Recording('2.33.2')

describe('the body of an import', () => {
    it('has the shape that FlowFuse took, with its credentials under the secret', async () => {
        const { request } = recording.exchanges.find(({ id }) => id === 'rollback/seed-imported')!
        const recorded = structuredClone(request.body) as { snapshot: { settings: { settings: JsonObject, env: JsonObject, modules: JsonObject } } }
        // What FlowFuse does not know it drops; we send no such thing.
        delete recorded.snapshot.settings.settings.bogus
        const { fixtures, plaintexts, secrets } = recording.world
        const json = (value: unknown) => [...JSON.stringify(value)].map(character => Buffer.from(character))
        const captured = { flowsJson: json(fixtures['<fixture:flows-1>']), credentialsJson: json(plaintexts['creds-1']) } as Capture
        const secret = secrets['secret-a']!
        const { chunks, bytes } = importBody(captured, {
            owner: { kind: 'instance', id: 'i1' }, name: 'imported', description: 'from a file', secret, sealedCredentials: await sealCaptured(captured, secret),
            modules: { 'node-red': '4.0.9', 'node-red-contrib-x': '1.0.0' }, palette: { 'node-red-contrib-x': '~1.0.0' },
            settings: { disableTours: true }, env: { A: '1' }
        })
        const body = Buffer.concat(chunks)
        should(body.length).equal(bytes)
        const comparison = new Comparison(recording, new Placeholders(new Map([['<instance:filler>', 'i1']]), fixtures), 200)
        comparison.compare(recorded, JSON.parse(body.toString()), 'body')
        should(comparison.differences).eql([])
    })

    it('always names a palette, also beside other settings of it', () => {
        const content = { owner: { kind: 'instance' as const, id: 'i' }, name: '', description: '', secret: '', sealedCredentials: [], modules: {}, env: {} }
        const settingsOf = (part: Pick<Parameters<typeof importBody>[1], 'settings' | 'palette'>) => {
            const { chunks } = importBody({ flowsJson: [Buffer.from('[]')], credentialsJson: [] } as unknown as Capture, { ...content, ...part })
            return (JSON.parse(Buffer.concat(chunks).toString()) as { snapshot: { settings: { settings: JsonObject } } }).snapshot.settings.settings
        }
        should(settingsOf({ settings: {}, palette: {} })).eql({ palette: { modules: {} } })
        should(settingsOf({ settings: { palette: { allowInstall: false } }, palette: { x: '1.0.0' } }))
            .eql({ palette: { allowInstall: false, modules: { x: '1.0.0' } } })
    })

    it('merges what the instance lacks into its palette, without what every instance has', () => {
        should(mergedPalette({ a: '~1.0.0', 'node-red': '4.0.0', '@flowforge/nr-file-nodes': '1.0.0' }, { a: '2.0.0', b: '1.0.0', '@flowfuse/nr-file-nodes': '1.0.0' }))
            .eql({ a: '~1.0.0', b: '1.0.0' })
    })
})

describe('a push with runtime settings', () => {
    let fake: FakeFlowFuse
    let red: RedDouble
    let filler: string
    let result: PushResult
    let begun: string[]
    let created: SnapshotMeta[]

    beforeEach(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        await prepare()
    })

    async function prepare () {
        filler = fake.ids.instances.filler
        red = redDouble(settings)
        red.deploy(flows, credentials)
        begun = []
        created = []
    }

    afterEach(async () => {
        const changes = fake.requests.filter(({ method }) => method !== 'GET').map(({ path, body }) => JSON.stringify([path, body]))
        should(changes).eql([...new Set(changes)], 'something was sent twice')
        await fake.stop()
    })

    function run (change: Partial<PushRequest> = {}, session: Session = tokenSession(fake.url, fake.tokens.alice), version: string | null = '2.33.2') {
        const request: PushRequest = {
            instanceId: filler, name: 'v1.5', description: 'about', variables: { rule: 'keep' }, settings: ticked, restore: null, ...change
        }
        result = { snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: filler, name: 'filler', url: '' } }
        const progress: Progress = {
            begin: step => {
                should(pushSteps(request)).containEql(step)
                begun.push(step)
            },
            result
        }
        return push({
            nodeRed: red.nodeRed, session, user: { id: fake.ids.users.alice }, platform: { version },
            onCreated: async snapshot => { created.push(snapshot) }, onRestored: async () => undefined, times
        }, request, progress)
    }
    const changes = () => fake.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path.replace(filler, '*')}`)
    const imported = () => fake.requests.find(({ path }) => path === importing.path)?.body as {
        ownerId: string
        credentialSecret: string
        snapshot: { flows: JsonObject, settings: { settings: JsonObject, env: JsonObject, modules: JsonObject } }
    }
    async function withLine (work: () => Promise<void>) {
        process.env.FFS_TEST_LINE = '4'
        process.env.FFS_TEST_OTHER = 'never'
        try {
            await work()
        } finally {
            delete process.env.FFS_TEST_LINE
            delete process.env.FFS_TEST_OTHER
        }
    }
    const afterRestore = { restore: { captureBefore: true } }

    describe('that goes through', () => {
        it('leaves two snapshots: the instance as it ran, and what runs here with the ticked settings only', async () => {
            await run()
            const [pushed, before, ...others] = fake.snapshotsOf(filler)
            should(others).eql([])
            should(before).containEql({ name: 'Before push of “v1.5”', flows: [], user: 'alice' })
            should(pushed).containEql({ name: 'v1.5', description: 'about', flows, credentials, modules: { 'node-red': '4.1.15' } })
            should(pushed?.settings).eql({ disableTours: true, apiMaxLength: '8mb', palette: { modules: { 'existing-mod': '~1.0.0' } } })
            should(pushed?.env).eql({ KEEP: 'kept', SEALED: { hidden: true, value: 'instance-hidden' } })
            should(result).eql({
                snapshot: { id: pushed?.id, name: 'v1.5' }, before: { id: before?.id, name: before?.name }, restored: false, stateAfter: null,
                instance: { id: filler, name: 'filler', url: '' }, added: { variables: [], modules: [] }
            })
            should(created.map(({ id }) => id)).eql([pushed?.id])
            should(begun).eql(['capture', 'check', 'capture-before', 'read-variables', 'create'])
            should(changes()).eql(['POST /api/v1/projects/*/snapshots', `POST /api/v1/snapshots/${before?.id}/export`, 'POST /api/v1/snapshots/import'])
        })

        it('seals credentials and hidden variables under a secret of its own, another one each time', async () => {
            await run()
            const { credentialSecret, snapshot } = imported()
            should(credentialSecret).match(/^[0-9a-f]{32}$/)
            should(open(snapshot.flows.credentials as { $: string }, credentialSecret)).eql(credentials)
            const sealed = snapshot.settings.env.SEALED as { hidden: boolean, $: string }
            should(Object.keys(sealed)).eql(['hidden', '$'])
            should(openText(sealed.$, credentialSecret)).equal('instance-hidden')
            should(JSON.stringify(imported())).not.match(/p4ss|instance-hidden/)
            fake.requests.length = 0
            await run({ name: 'v1.6' })
            should(imported().credentialSecret).not.equal(credentialSecret)
        })

        it('says nothing secret in the answer of the job', async () => {
            await run(afterRestore)
            const { credentialSecret } = imported()
            should(JSON.stringify(result)).not.match(new RegExp(`p4ss|instance-hidden|m1ne|kept|${credentialSecret}`))
            should(red.log.join()).equal('')
        })

        it('changes with its restore the ticked settings and the flows, and nothing else of the instance', async () => {
            const own = { header: { title: 'filler' }, httpNodeAuth: { type: 'basic', user: 'plant', pass: '$2b$10$hash' }, palette: { npmrc: 't0ken' }, debugMaxLength: 5000 }
            const env = [
                { name: 'KEEP', value: 'kept' }, { name: 'SEALED', value: 'instance-hidden', hidden: true }, { name: 'BLANK', value: '', hidden: true },
                { name: 'ODD', value: '“ü\n$', hidden: true }
            ]
            const modules = [{ name: 'existing-mod', version: '~1.0.0', local: true }, { name: '@plant/mod', version: '*', local: true }]
            fake.setInstance(filler, { settings: own, env, modules, flows: [{ id: 'r', type: 'tab' }], credentials: { r: { a: 'b' } } })
            await run(afterRestore)
            const after = fake.instance(filler)
            should(after).containEql({ flows, credentials, env, modules, state: 'running' })
            should(after.settings).eql({ ...own, disableTours: true, apiMaxLength: '8mb' })
            should(result).containEql({ restored: true, stateAfter: 'running' })
        })

        it('leaves an instance as FlowFuse left it after such an import', async () => {
            await run({ ...afterRestore, settings: ['disableTours'] })
            const session = tokenSession(fake.url, fake.tokens.alice)
            const { id } = await createSnapshot(session, filler, { name: 'after import', description: '' })
            const { secrets, fixtures } = recording.world
            const secret = secrets['secret-export']!
            const stored = await session.request({ method: 'POST', path: `/api/v1/snapshots/${id}/export`, what: 'export', body: { credentialSecret: secret } })
            const asCaptured = settingsOf(recording.bodyOf('create/capture/stored'))
            const expected = structuredClone(settingsOf(recording.bodyOf('rollback/imported-captured/stored')))
            // That import brought its own variables and palette; ours keeps what the instance had.
            expected.env = asCaptured.env!
            ;(expected.settings as { palette: JsonObject }).palette.modules = (asCaptured.settings as { palette: JsonObject }).palette.modules!
            const comparison = new Comparison(recording, new Placeholders(placeholdersOf(fake), fixtures), 200)
            comparison.compare(expected, settingsOf(stored as Json), 'settings')
            should(comparison.differences).eql([])
        })

        it('takes its capture for the way back of a restore, and makes no second one', async () => {
            await run(afterRestore)
            should(fake.snapshotsOf(filler)).have.length(2)
            should(result.before?.name).equal('Before push of “v1.5”')
            should(begun).eql(['capture', 'check', 'capture-before', 'read-variables', 'create', 'restore', 'follow'])
        })

        it('carries added variables inside, and changes none that the instance has', () => withLine(async () => {
            await run({ variables: { rule: 'add', names: ['FFS_TEST_LINE'] } })
            should(imported().snapshot.settings.env).containEql({ KEEP: 'kept', FFS_TEST_LINE: '4' }).and.not.have.property('FFS_TEST_OTHER')
            should(fake.instance(filler).env.map(({ name }) => name)).eql(['KEEP', 'SEALED'])
            fake.setInstance(filler, { env: [{ name: 'FFS_TEST_LINE', value: 'theirs', hidden: true }] })
            await run({ name: 'v1.6', variables: { rule: 'add', names: ['FFS_TEST_LINE'] } })
            should(fake.snapshotsOf(filler)[0]?.env).eql({ FFS_TEST_LINE: { hidden: true, value: 'theirs' } })
            should(changes().filter(change => change.startsWith('PUT'))).eql([])
            should(result.added).eql({ variables: [], modules: [] })
        }))

        it('carries added modules inside, for the instance and for devices', async () => {
            const nodes = { 'plant-mod': { name: 'plant-mod', version: '1.2.3', nodes: { x: { types: ['x'] } } } }
            red = redDouble({ ...settings, nodes })
            red.deploy(flows, credentials)
            await run({ ...afterRestore, addModules: ['plant-mod'] })
            should(fake.instance(filler).modules.map(({ name, version }) => [name, version]).sort()).eql([['existing-mod', '~1.0.0'], ['plant-mod', '1.2.3']])
            should(imported().snapshot.settings.modules).eql({ 'node-red': '4.1.15', 'plant-mod': '1.2.3' })
            should(changes().filter(change => change.startsWith('PUT'))).eql([])
            fake.setInstance(filler, { modules: [{ name: 'plant-mod', version: '~1.0.0', local: true }] })
            await run({ ...afterRestore, name: 'v1.6', addModules: ['plant-mod'] })
            should(fake.instance(filler).modules).eql([{ name: 'plant-mod', version: '~1.0.0', local: true }])
            await run({ ...afterRestore, name: 'v1.7' })
            should(fake.instance(filler).modules).have.length(1)
        })

        it('becomes the target of the devices, with the Node-RED that was chosen for them', async () => {
            const there = fake.addSnapshot(filler, { name: 'there', modules: { 'node-red': '4.0.9' } })
            await setDeviceTarget(tokenSession(fake.url, fake.tokens.alice), filler, there)
            await run({ deviceTarget: { nodeRed: '4.0.9' } })
            const [kept] = fake.snapshotsOf(filler)
            should(kept).containEql({ name: 'v1.5', modules: { 'node-red': '4.0.9' } })
            should(fake.targetOf(filler)).equal(kept?.id)
        })

        it('sends only mine where that was chosen, and needs no capture then', () => withLine(async () => {
            const names = ['FFS_TEST_LINE']
            await run({ ...afterRestore, variables: { rule: 'mine', names, hidden: names } })
            should(fake.instance(filler).env).eql([{ name: 'FFS_TEST_LINE', value: '4', hidden: true }])
            should(begun).eql(['capture', 'check', 'create', 'capture-before', 'restore', 'follow'])
            should(result.before?.name).equal('Before restore of “v1.5”')
        }))

        it('reads the palette just before, and never sends one that it could not read', async () => {
            fake.respondWith(exporting, (_request, response, _recorded, normally) => {
                const answer = normally()
                fake.setInstance(filler, { modules: [{ name: 'late-mod', version: '1.0.0', local: true }] })
                response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer.json))
            })
            await run()
            should(imported().snapshot.settings.settings.palette).eql({ modules: { 'late-mod': '1.0.0' } })
            fake.respondWith(exporting, (_request, response, _recorded, normally) => {
                fake.respondWith({ method: 'GET', path: `/api/v1/projects/${filler}` }, { body: { id: filler, name: 'filler', settings: { env: [] } } })
                response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(normally().json))
            })
            await failure(run({ name: 'v1.6' }), 'answer-unexpected')
            should(fake.snapshotsOf(filler).map(({ name }) => name)).eql(['Before push of “v1.6”', 'v1.5', 'Before push of “v1.5”'])
        })

        it('reads the variables by the way of the instance where the other one is not permitted', async () => {
            fake.respondWith(exporting, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } })
            await run(afterRestore)
            should(fake.instance(filler).env).containEql({ name: 'SEALED', value: 'instance-hidden', hidden: true })
        })

        it('finds its snapshot when the answer was lost, and does not take its capture for it', async () => {
            const losses: FaultResponse[] = [{ cut: 'at-once' }, { status: 504, body: '' }, { status: 200, body: { status: 'okay' } }]
            for (const [index, loss] of losses.entries()) {
                const name = `v${index}`
                fake.respondWith(importing, { handled: true, ...loss })
                await run({ name })
                should(fake.snapshotsOf(filler)[0]?.name).equal(name)
                should(result.snapshot).eql({ id: fake.snapshotsOf(filler)[0]?.id, name })
            }
            const name = 'Before push of “'.repeat(20).slice(0, 255)
            fake.respondWith(importing, { cut: 'at-once' })
            await failure(run({ name }), 'push-outcome-unknown')
            should(fake.snapshotsOf(filler)[0]?.name).equal(name)
            should(result.snapshot).be.null()
        })
    })

    describe('that is refused before anything is written', () => {
        afterEach(() => {
            should(changes()).eql([])
            should(fake.snapshotsOf(filler)).eql([])
            should(result.snapshot).be.null()
        })

        it('since the role is too low', () => failure(run({}, tokenSession(fake.url, fake.tokens.bob)), 'role-too-low', { role: 'member', needed: 'owner' }))

        it('since the sign-in may not import', async () => {
            const plugin: Session = { ...tokenSession(fake.url, fake.signIn('alice').accessToken), kind: 'oauth' }
            await failure(run({}, plugin), 'needs-token')
            await failure(run({}, tokenSession(fake.url, fake.tokens.aliceReadOnly, 'read-only-token')), 'needs-full-token')
        })

        it('since FlowFuse is too old', async () => {
            await fake.stop()
            fake = await startFakeFlowFuse({ version: '2.4.0' })
            await prepare()
            await failure(run({}, undefined, '2.4.0'), 'needs-version', { version: '2.4.0', needed: '2.5.0' })
        })

        const cases: Array<[string, string, ErrorCode, ErrorCode | undefined]> = [
            ['is not set here', 'httpAdminRoot', 'setting-not-set', undefined],
            ['is none that travels', 'httpNodeAuth.pass', 'setting-not-set', undefined],
            ['has a name of every object', 'constructor', 'setting-not-set', undefined],
            ['has a value that a restore would refuse', 'debugMaxLength', 'setting-refused', 'setting-unfit'],
            ['is locked by the template of the instance', 'page.title', 'setting-refused', 'setting-locked']
        ]
        for (const [name, key, code, because] of cases) {
            it(`since a ticked setting ${name}`, async () => {
                const { detail } = await failure(run({ settings: ['disableTours', key] }), code, { setting: key })
                should(detail.because?.code).equal(because)
            })
        }

        it('since it is too large, and sealed credentials count as such', async () => {
            red.deploy(flows, { n: { certificate: 'x'.repeat(8 * 1024 * 1024) } })
            await failure(run(), 'request-too-large', { size: '10.7 MB', limit: '10.0 MB' })
        })
    })

    describe('whose instance can’t be kept as it is', () => {
        const because: Array<[string, FaultResponse]> = [
            ['failed', { status: 500, body: { message: 'kaboom' } }], ['was cut', { cut: 'at-once' }], ['gave a web page', { status: 200, body: '<html>', contentType: 'text/html' }]
        ]
        for (const [name, answer] of because) {
            it(`imports nothing when the capture ${name}`, async () => {
                fake.respondWith(creating, answer)
                const { detail } = await failure(run(afterRestore), 'push-capture-failed', { name: 'v1.5', instance: 'filler', capture: 'Before push of “v1.5”' })
                should(detail.because).have.property('code')
                should(changes()).eql(['POST /api/v1/projects/*/snapshots'])
                should(result).containEql({ snapshot: null, before: null, restored: false })
            })

            it(`imports nothing when the export ${name}, and says which capture stays`, async () => {
                fake.respondWith(exporting, answer)
                const { detail } = await failure(run(afterRestore), 'push-export-failed', { capture: 'Before push of “v1.5”' })
                should(detail.because).have.property('code')
                should(result).containEql({ snapshot: null, restored: false })
                should(result.before?.name).equal('Before push of “v1.5”')
                should(imported()).be.undefined()
            })
        }

        it('imports nothing when the variables of the instance make it too large', async () => {
            red.deploy([...flows, { id: 'l', type: 'x', text: 'x'.repeat(7 * 1024 * 1024) }], credentials)
            fake.setInstance(filler, { env: [{ name: 'LARGE', value: 'x'.repeat(4 * 1024 * 1024) }] })
            await failure(run(), 'request-too-large', { size: '11.0 MB', limit: '10.0 MB' })
            should(imported()).be.undefined()
        })

        it('imports nothing when both ways of the export are refused, or it holds no variables', async () => {
            const refused = { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }
            fake.respondWith({ method: 'POST', path: /\/export$/ }, refused, 2)
            should((await failure(run(), 'push-export-failed')).detail.because?.code).equal('not-permitted')
            const envs: Json[] = [5, true, null, [], {}, { hidden: true }, { hidden: true, $: 5 }, { hidden: true, value: null }, { hidden: 'true', $: 'x' }, { value: 'x' }]
            const bodies: Json[] = [{}, { settings: {} }, { settings: { env: null } }, { settings: { env: [] } }, ...envs.map(ODD => ({ settings: { env: { KEEP: 'kept', ODD } } }))]
            for (const [index, body] of bodies.entries()) {
                fake.respondWith(exporting, { body })
                should((await failure(run({ name: `v${index}` }), 'push-export-failed')).detail.because?.code).equal('answer-unexpected')
            }
            should(imported()).be.undefined()
        })
    })

    describe('whose import is refused', () => {
        const refusals: Array<[string, FaultResponse, Parameters<typeof failure>[1]]> = [
            ['not permitted', { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }, 'not-permitted'],
            ['too large for a server in front', { status: 413, body: '' }, 'request-too-large-unknown-limit'],
            ['refused', { status: 400, body: { code: 'bad_request', error: 'Invalid credential secret' } }, 'platform-refused'],
            ['gone', { status: 404, body: '' }, 'instance-gone']
        ]
        for (const [name, answer, code] of refusals) {
            it(`says so (${name}), restores nothing and looks for nothing`, async () => {
                fake.respondWith(importing, answer)
                await failure(run(afterRestore), code)
                should(fake.requests.at(-1)?.path).equal(importing.path)
                should(result).containEql({ snapshot: null, restored: false })
                should(created).eql([])
            })
        }

        it('says so where it failed there, restores nothing, and looks only whether anything came of it', async () => {
            fake.respondWith(importing, { status: 500, body: { message: 'kaboom' } })
            await failure(run(afterRestore), 'server-error')
            const after = fake.requests.slice(fake.requests.findIndex(({ path }) => path === importing.path) + 1)
            should(after.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).eql(['GET snapshots?limit=50'])
            should(result).containEql({ snapshot: null, restored: false })
            should(created).eql([])
        })
    })

    it('is a create, as ever, when nothing is ticked', async () => {
        await run({ settings: [] })
        should(begun).eql(['capture', 'check', 'create'])
        should(changes()).eql(['POST /api/v1/projects/*/snapshots'])
    })
})

function settingsOf (body: Json): JsonObject {
    return isObject(body) && isObject(body.settings) ? body.settings : {}
}
