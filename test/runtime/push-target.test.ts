import should from 'should'
import { tokenSession, type Session } from '../../src/flowfuse/session'
import { pushPreview, type PreviewSources } from '../../src/runtime/push-preview'
import { push } from '../../src/runtime/push'
import type { SignInKind } from '../../src/shared/abilities'
import type { PushRequest, PushResult } from '../../src/shared/requests'
import { ModulesInUse } from '../../src/snapshot/modules'
import { failure } from '../flowfuse/failure'
import { startFakeFlowFuse, type FakeFlowFuse, type FaultResponse } from '../fake/platform'
import { redDouble } from './red-double'

const times = { lostAnswer: 250, restoreAnswer: 5000, untilRunning: 250, poll: 1 }
const flows = [{ id: 't', type: 'tab', label: 'Line 4' }]
const create = { method: 'POST', path: /\/snapshots$/ }
const isSettings = ({ method, path }: { method: string, path: string }) => method === 'GET' && path.endsWith('/devices/settings')
const deviceTarget = { nodeRed: '4.1.15', majorStep: true }

for (const version of ['2.33.2', '2.4.0'] as const) {
    describe(`the device target by a sign-in that may only create (${version})`, () => {
        let fake: FakeFlowFuse
        let filler: string
        let result: PushResult
        let begun: string[]

        beforeEach(async () => {
            fake = await startFakeFlowFuse({ version })
            filler = fake.ids.instances.filler
            fake.setInstance(filler, { env: [] })
            begun = []
        })

        afterEach(async () => {
            await fake.stop()
        })

        /** Bob, a Member, signed in with FlowFuse. */
        const byOAuth = (): Session => ({ ...tokenSession(fake.url, fake.signIn('bob').accessToken), kind: 'oauth' })

        function run (change: Partial<PushRequest> = {}, session = byOAuth()): Promise<void> {
            const red = redDouble()
            red.deploy(flows)
            result = { snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: filler, name: 'filler', url: '' } }
            return push({
                nodeRed: red.nodeRed, session, user: { id: fake.ids.users.bob }, platform: { version }, times,
                onCreated: async () => undefined, onRestored: async () => undefined
            }, { instanceId: filler, name: 'v1.5', description: '', variables: { rule: 'keep' }, restore: null, deviceTarget, ...change }, {
                begin: step => { begun.push(step) }, result
            })
        }
        const writes = () => fake.requests.filter(({ method }) => method !== 'GET').map(({ path }) => path.replace(filler, '*'))
        const sent = () => fake.requests.find(({ method, path }) => method === 'POST' && path.endsWith('/snapshots'))?.body
        const onePost = ['/api/v1/projects/*/snapshots']

        it('is set by the create, seen afterwards, and never by a call of its own', async () => {
            await run()
            const [kept] = fake.snapshotsOf(filler)
            should(kept).containEql({ name: 'v1.5', user: 'bob', flows, modules: { 'node-red': '4.1.15' } })
            should(sent()).have.property('setAsTarget', true)
            should(fake.targetOf(filler)).equal(kept?.id)
            should(result).containEql({ snapshot: { id: kept?.id, name: 'v1.5' }, targeted: true })
            should(writes()).eql(onePost)
            should(fake.requests.at(-1)).containEql({ method: 'GET', path: `/api/v1/projects/${filler}/devices/settings` })
            should(begun).eql(['capture', 'check', 'create', 'device-target'])
        })

        it('is left alone by a push that was not asked for it', async () => {
            await run({ deviceTarget: null })
            should(fake.targetOf(filler)).be.null()
            should(sent()).have.property('flows')
            should(sent()).not.have.property('setAsTarget')
            should(result.targeted).not.be.ok()
        })

        it('is set by a call of its own where the sign-in may do that', async () => {
            await run({}, tokenSession(fake.url, fake.tokens.bob))
            should(sent()).have.property('flows')
            should(sent()).not.have.property('setAsTarget')
            should(writes()).eql([...onePost, '/api/v1/projects/*/devices/settings'])
            should(result.targeted).be.true()
        })

        const notSeen: Array<[string, FaultResponse, string | undefined]> = [
            ['another snapshot is the target', { body: { targetSnapshot: 'other' } }, undefined],
            ['there is none', { body: { targetSnapshot: null } }, undefined],
            ['it may not be read', { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }, 'not-permitted'],
            ['a web page comes instead', { status: 200, body: '<!DOCTYPE html>', contentType: 'text/html' }, 'answer-unexpected']
        ]
        for (const [name, answer, because] of notSeen) {
            it(`is not said to be set when ${name}`, async () => {
                let asked = 0
                fake.respondWith(request => isSettings(request) && ++asked > 1, answer, Infinity)
                const error = await failure(run(), 'device-target-not-set', { name: 'v1.5', instance: 'filler' })
                should(error.detail.because?.code).equal(because)
                should(result.snapshot?.id).equal(fake.snapshotsOf(filler)[0]?.id)
                should(result.targeted).not.be.ok()
                should(writes()).eql(onePost)
            })
        }

        it('is seen after a create whose answer was lost, and nothing is sent twice', async () => {
            fake.respondWith(create, { handled: true, cut: 'at-once' })
            await run()
            should(fake.snapshotsOf(filler)).have.length(1)
            should(result).containEql({ snapshot: { id: fake.snapshotsOf(filler)[0]?.id, name: 'v1.5' }, targeted: true })
            should(writes()).eql(onePost)
        })

        it('is said to be uncertain, with the snapshot, when nothing shows what became of the create', async () => {
            fake.respondWith(create, { cut: 'at-once' })
            const lost = await failure(run(), 'push-outcome-unknown', { name: 'v1.5' })
            should(lost.toAnswer().because).eql({ code: 'device-target-unknown', params: { instance: 'filler' } })
            fake.respondWith(create, { status: 500, body: { message: 'kaboom' } })
            const failed = await failure(run(), 'server-error')
            should(failed.toAnswer().because).eql({ code: 'device-target-unknown', params: { instance: 'filler' } })
            should(result).containEql({ snapshot: null })
            should(result.targeted).not.be.ok()
        })

        it('is nothing to worry about when the create was refused', async () => {
            fake.respondWith(create, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } })
            const error = await failure(run(), 'not-permitted')
            should(error.toAnswer().because).be.undefined()
        })

        it('comes with nothing else that the sign-in may not: then nothing is written at all', async () => {
            await failure(run({ restore: { captureBefore: true } }), 'needs-token')
            await failure(run({ variables: { rule: 'add', names: [] } }), 'needs-token')
            await failure(run({ addModules: ['node-red'] }), 'module-not-addable')
            should(writes()).eql([])
            should(fake.targetOf(filler)).be.null()
        })

        it('is set at all only with the user’s consent, since this sign-in never sees what the devices run now', async () => {
            await failure(run({ deviceTarget: { nodeRed: '4.1.15' } }), 'device-version-unagreed', { version: '4.1.15', instance: 'filler' })
            should(writes()).eql([])
        })

        it('is refused to who may not push', async () => {
            fake.setRole('bob', 10)
            await failure(run(), 'role-too-low', { team: 'Bottling Plant', role: 'viewer', needed: 'member' })
            await failure(run({}, { ...byOAuth(), kind: 'read-only-token' }), 'role-too-low')
            should(writes()).eql([])
        })
    })
}

describe('the preview of a push, of the device target', () => {
    const devices = (kind: SignInKind, role: number) => pushPreview({
        kind, target: { team: { id: 't', name: 'Plant', role }, instance: { name: 'press' } }, server: 'https://ff', platform: { version: '2.33.2' },
        captured: { counts: {}, oddities: {}, references: [], modulesInUse: new ModulesInUse(), bytes: 2 }, host: {}, settings: [],
        link: null, inventory: null,
        modules: { modules: { 'node-red': '4.1.15' }, leftOut: [], missingTypes: [] },
        instance: { name: 'press', variables: [], untoldVariables: 0, palette: {}, deployedAt: null }, devices: { count: 3, nodeRedNow: null }
    } as unknown as PreviewSources).devices

    it('says which sign-in sets it only together with the snapshot', () => {
        should(devices('token', 30)).containEql({ targetRefused: null, setWithPush: false })
        should(devices('oauth', 30)).containEql({ targetRefused: null, setWithPush: true })
    })

    it('says why it can’t be set at all', () => {
        should(devices('read-only-token', 50)).containEql({ targetRefused: { code: 'needs-full-token', params: {} }, setWithPush: false })
        should(devices('oauth', 10).targetRefused).containEql({ code: 'role-too-low' })
    })
})
