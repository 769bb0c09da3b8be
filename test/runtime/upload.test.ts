import should from 'should'
import { tokenSession, type Session } from '../../src/flowfuse/session'
import type { FileContent } from '../../src/runtime/file-source'
import { TargetChoice } from '../../src/runtime/target-choice'
import { upload } from '../../src/runtime/upload'
import { uploadPlan } from '../../src/runtime/upload-plan'
import type { FileParts, UploadRequest, UploadTarget } from '../../src/shared/files'
import { Comparison } from '../fake/comparison'
import type { JsonObject } from '../fake/json'
import { Placeholders, placeholdersOf } from '../fake/placeholder'
import { startFakeFlowFuse, type FakeFlowFuse, type FlowFuseVersion } from '../fake/platform'
import { Recording } from '../fake/recording'
import { openText } from '../fake/cipher'
import { failure } from '../flowfuse/failure'
import { content, filled, opened } from './recorded-file'

const recording = new Recording('2.33.2')
const { secrets, plaintexts, fixtures } = recording.world
const all: FileParts = { flows: true, credentials: true, variables: 'all' }
const times = { lostAnswer: 250, restoreAnswer: 5000, untilRunning: 250, poll: 1 }
const importing = { method: 'POST', path: '/api/v1/snapshots/import' }
const creating = { method: 'POST', path: /\/projects\/[^/]+\/snapshots$/ }

interface Body { ownerId: string, credentialSecret: string, snapshot: JsonObject & { flows: JsonObject, settings: JsonObject & { env: JsonObject } } }

describe('an upload', () => {
    let fake: FakeFlowFuse
    let session: Session
    let targets: TargetChoice

    const begin = async (version: FlowFuseVersion = '2.33.2') => {
        fake = await startFakeFlowFuse({ version })
        session = tokenSession(fake.url, fake.tokens.alice)
        targets = lockedTo({})
    }
    const lockedTo = (preset: { team?: string, instance?: string, lockedBy?: string }) =>
        new TargetChoice({ team: '', instance: '', lockedBy: '', ...preset }, { get: async () => null })
    afterEach(async () => {
        const changes = fake.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/export')).map(({ path, body }) => JSON.stringify([path, body]))
        should(changes).eql([...new Set(changes)], 'something was sent twice')
        await fake.stop()
    })

    const filler = (): UploadTarget => ({ kind: 'instance', id: fake.ids.instances.filler })
    const device = (): UploadTarget => ({ kind: 'device', id: fake.ids.devices.edgeApp })
    const run = (snapshot: FileContent, to: UploadTarget, change: Partial<UploadRequest> = {}) => upload(
        { session, targets, user: { id: fake.ids.users.alice }, platform: { version: fake.version }, times }, snapshot,
        { to, name: 'imported', description: 'from a file', parts: all, ...change })
    const plan = (snapshot: FileContent, to: UploadTarget) => uploadPlan({ session, platform: { version: fake.version }, targets }, snapshot, to)
    const sent = () => fake.requests.filter(({ method, path }) => method === 'POST' && !path.endsWith('/export'))
    const body = () => sent()[0]!.body as Body
    const kept = (to: UploadTarget) => fake.snapshotsOf(to.id)[0]!

    /** The file that somebody uploaded when an exchange was recorded. */
    const recordedFile = (exchange: string): FileContent => {
        const { snapshot } = recording.exchanges.find(({ id }) => id === exchange)!.request.body as { snapshot: JsonObject }
        return opened(filled(recording, { id: 'AbCdEfGhIj', ...snapshot }) as JsonObject, secrets['secret-a']!)
    }

    describe('to a FlowFuse that imports', () => {
        beforeEach(() => begin())

        for (const [exchange, to] of [['import/encrypted-right-secret', filler], ['import/application-device', device]] as const) {
            it(`sends what was recorded as ${exchange}`, async () => {
                should(await run(recordedFile(exchange), to())).containEql({ way: 'import' })
                const recorded = recording.exchanges.find(({ id }) => id === exchange)!.request.body as JsonObject
                const { credentialSecret, ...rest } = body()
                const { $ } = rest.snapshot.flows.credentials as { $: string }
                // A secret of its own for each upload: the one that was typed goes nowhere.
                should(credentialSecret).match(/^[0-9a-f]{32}$/)
                should(JSON.parse(openText($, credentialSecret))).eql(plaintexts['creds-1'])
                const comparison = new Comparison(recording, new Placeholders(placeholdersOf(fake), fixtures), 200)
                const { flows } = rest.snapshot
                comparison.compare({ ...recorded, credentialSecret: null }, {
                    ...rest, credentialSecret: null, snapshot: { ...rest.snapshot, flows: { ...flows, credentials: { $: recording.world.ciphers['<cipher:secret-a:creds-1>'] } } }
                }, 'body')
                should(comparison.differences).eql([])
                should(kept(to()).credentials).eql(plaintexts['creds-1'])
            })
        }

        it('ignores what the file says of its making', async () => {
            await run(recordedFile('import/file-fields-ignored'), filler())
            should(Object.keys(body().snapshot)).eql(['name', 'description', 'flows', 'settings'])
        })

        it('says which snapshot it has made, as FlowFuse lists it', async () => {
            const { snapshot } = await run(content(), device(), { name: 'other name' })
            should(kept(device())).containEql({ ...snapshot, name: 'other name', description: 'from a file' })
        })

        it('brings hidden variables as hidden ones, and leaves out those that FlowFuse drops or a restore fails on', async () => {
            const env = { A: '1', H: { hidden: true, value: 'h1dden' }, FF_X: 'x', NODE_OPTIONS: '--inspect', 'A-B': 'c', N: 5 }
            const snapshot = content({ settings: { env } })
            should((await plan(snapshot, filler())).leftOut).eql(['FF_X', 'NODE_OPTIONS', 'A-B', 'N'])
            await run(snapshot, filler())
            should(kept(filler()).env).containEql({ A: '1', H: { hidden: true, value: 'h1dden' } })
            should(Object.keys(body().snapshot.settings.env)).eql(['A', 'H'])
            should(JSON.stringify(body())).not.containEql('h1dden')
        })

        it('sends the parts that were chosen', async () => {
            const snapshot = () => content({ settings: { env: { A: '1', H: { hidden: true, value: 'h' } } } })
            await run(snapshot(), filler(), { name: 'a', parts: { flows: true, credentials: false, variables: 'keys' } })
            should(kept(filler())).containDeep({ credentials: {}, env: { A: '', H: '' } })
            await run(snapshot(), filler(), { name: 'b', parts: { flows: false, credentials: true, variables: 'none' } })
            should(kept(filler())).containDeep({ flows: [], credentials: {}, env: {} })
            should(kept(filler()).flows).eql([])
        })

        it('never empties the palette of an instance, which gets the modules of a snapshot without a list of its own', async () => {
            fake.setInstance(fake.ids.instances.filler, { modules: [{ name: 'there', version: '~1.0.0', local: true }] })
            const modules = { 'node-red': '4.1.0', 'node-red-contrib-x': '1.0.0', odd: 'git+ssh://x' }
            await run(content({ settings: { modules } }), filler())
            should(kept(filler())).containDeep({ modules, settings: { palette: { modules: { there: '~1.0.0', 'node-red-contrib-x': '1.0.0' } } } })
            should(Object.keys((kept(filler()).settings.palette as JsonObject).modules as JsonObject).sort()).eql(['node-red-contrib-x', 'there'])
        })

        it('changes no runtime setting by what runs here', async () => {
            const settings = { settings: { httpAdminRoot: '/x', palette: { allowInstall: false } } }
            await run(content({ from: { kind: 'running' }, settings }), device())
            should(body().snapshot.settings.settings).eql({ palette: { modules: {} } })
        })

        it('finds its snapshot when the answer is lost, and says so when it can’t', async () => {
            fake.respondWith(importing, { handled: true, cut: 'at-once' })
            const { snapshot } = await run(content(), device())
            should(snapshot.id).equal(kept(device()).id)
            fake.respondWith(importing, { cut: 'at-once' })
            await failure(run(content(), device(), { name: 'never arrives' }), 'push-outcome-unknown')
        })

        it('does not believe an answer that the list does not bear out', async () => {
            fake.respondWith(importing, { status: 200, body: { id: 'AbCdEfGhIj', name: 'imported', createdAt: '2026-01-02T03:04:05.678Z' } })
            await failure(run(content(), filler()), 'upload-not-seen', { name: 'imported', owner: 'filler' })
        })

        it('is refused before anything is sent: too large, with what can’t be read, or to what is gone', async () => {
            const large = content({ flows: [{ id: 't', type: 'tab', info: 'x'.repeat(11 * 1024 * 1024) }] })
            const { refused, size, most } = await plan(large, filler())
            should(refused).containDeep({ code: 'request-too-large', params: { size: '11.0 MB', limit: '10.0 MB' } })
            should(size > most).be.true()
            await failure(run(large, filler()), 'request-too-large')
            await failure(run(content({ credentials: 'locked' }), filler()), 'file-credentials-unread')
            await failure(run(content({ credentials: 'sealed' }), filler()), 'file-secret-needed')
            await failure(run(content(), { kind: 'instance', id: '00000000-0000-4000-8000-000000000000' }), 'instance-gone')
            await failure(run(content(), { kind: 'device', id: 'zzzzzzzzzz' }), 'gone')
            should(sent()).eql([])
        })

        it('plans the size that it then sends', async () => {
            const { size, most, way, lacks, to } = await plan(content({ settings: { env: { A: '1' } } }), filler())
            await run(content({ settings: { env: { A: '1' } } }), filler(), { name: 'v1', description: 'about' })
            should(size).equal(Number(sent()[0]!.headers['content-length']))
            should({ most, way, lacks, to }).eql({ most: 10 * 1024 * 1024, way: 'import', lacks: [], to: { ...filler(), name: 'filler' } })
        })

        it('of a Member becomes a create, for instances alone', async () => {
            session = tokenSession(fake.url, fake.tokens.bob)
            const snapshot = content({ settings: { settings: { disableTours: true }, env: { H: { hidden: true, value: 'h' } }, modules: { y: '1.0.0' } } })
            should(await plan(snapshot, filler())).containDeep({ way: 'create', refused: null, lacks: ['settings', 'modules-in-palette'] })
            const answer = await upload({ session, targets, user: { id: fake.ids.users.bob }, platform: { version: fake.version }, times }, snapshot,
                { to: filler(), name: 'by bob', description: '', parts: all })
            should(answer.way).equal('create')
            should(kept(filler())).containDeep({ name: 'by bob', credentials: { n: { password: 'p4ss' } }, env: { H: { hidden: true, value: 'h' } }, modules: { y: '1.0.0' } })
            should((await plan(snapshot, device())).refused).containDeep({ code: 'role-too-low', params: { needed: 'owner' } })
            await failure(run(snapshot, device()), 'role-too-low')
        })

        it('goes nowhere but where the operator has locked the target to', async () => {
            targets = lockedTo({ instance: 'labeller', lockedBy: 'settings.js' })
            for (const to of [filler(), device()]) {
                should((await plan(content(), to)).refused).eql({ code: 'target-locked', params: { by: 'settings.js' } })
                await failure(run(content(), to), 'target-locked')
            }
            should(sent()).eql([])
            await run(content(), { kind: 'instance', id: fake.ids.instances.labeller })
            targets = lockedTo({ team: 'Bottling Plant', lockedBy: 'settings.js' })
            await run(content(), device())
            targets = lockedTo({ team: 'Second Plant', lockedBy: 'settings.js' })
            await failure(run(content(), device(), { name: 'other' }), 'target-locked')
        })

        it('of flows alone becomes a create, which keeps the variables and modules of the instance', async () => {
            fake.setInstance(fake.ids.instances.filler, { env: [{ name: 'KEEP', value: 'kept' }], modules: [{ name: 'there', version: '~1.0.0', local: true }] })
            const flows = { ...content({ credentials: 'none' }), flowsOnly: true }
            should(await plan(flows, filler())).containDeep({ way: 'create', refused: null, lacks: [] })
            await run(flows, filler())
            should(kept(filler())).containDeep({ env: { KEEP: 'kept' }, settings: { palette: { modules: { there: '~1.0.0' } } } })
            should((await run(flows, device())).way).equal('import')
        })

        it('of a sign-in with FlowFuse becomes a create, and reaches no device', async () => {
            session = { ...tokenSession(fake.url, fake.signIn('alice').accessToken), kind: 'oauth' }
            should(await plan(content(), filler())).containDeep({ way: 'create', refused: null })
            should((await run(content(), filler())).way).equal('create')
            await failure(plan(content(), device()), 'needs-token')
        })
    })

    describe('to a FlowFuse before 2.5', () => {
        beforeEach(() => begin('2.4.0'))

        it('creates a snapshot of an instance, and names what does not arrive', async () => {
            const settings = { settings: { disableTours: true }, env: { A: '1', H: { hidden: true, value: 'h' } }, modules: { 'node-red': '4.1.0' } }
            const snapshot = content({ settings })
            should(await plan(snapshot, filler())).containDeep({ way: 'create', refused: null, lacks: ['settings', 'hidden-flags'], most: 5 * 1024 * 1024 })
            should((await run(snapshot, filler())).way).equal('create')
            should(kept(filler())).containDeep({ name: 'imported', env: { A: '1', H: 'h' }, credentials: { n: { password: 'p4ss' } } })
        })

        it('says with the version that nothing gets to a device', async () => {
            const refused = { code: 'needs-version', params: { version: '2.4.0', needed: '2.5.0' } }
            should((await plan(content(), device())).refused).eql(refused)
            await failure(run(content(), device()), 'needs-version', refused.params)
            should(sent()).eql([])
        })

        it('finds its snapshot when the answer of the create is lost', async () => {
            fake.respondWith(creating, { handled: true, cut: 'at-once' })
            should((await run(content(), filler())).snapshot.id).equal(kept(filler()).id)
        })
    })
})
