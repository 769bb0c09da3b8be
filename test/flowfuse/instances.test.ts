import should from 'should'
import { getInstance, restartInstance, restoreSnapshot } from '../../src/flowfuse/instances'
import { tokenSession } from '../../src/flowfuse/session'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { callFailure, failure } from './failure'

for (const version of ['2.4.0', '2.33.2'] as const) {
    describe(`an instance (${version})`, () => {
        let fake: FakeFlowFuse
        let filler: string

        beforeEach(async () => {
            fake = await startFakeFlowFuse({ version })
            filler = fake.ids.instances.filler
        })

        afterEach(() => fake.stop())

        const as = (user: 'alice' | 'bob' | 'carol' | 'mallory') => tokenSession(fake.url, fake.tokens[user])

        it('is told with what matters to a push, and without any value of a variable', async () => {
            fake.setInstance(filler, { flowLastUpdatedAt: '2026-01-02T03:04:05.678Z' })
            const { runtimeSettings, lockedSettings, ...instance } = await getInstance(as('bob'), filler)
            should(runtimeSettings).containEql({ apiMaxLength: '5mb', 'header.title': 'filler', 'page.title': 'FlowFuse' })
            should(lockedSettings).eql(['palette.denyList', 'palette.nodesExcludes', 'modules.denyList', 'page.title'])
            should(instance).eql({
                id: filler,
                name: 'filler',
                url: 'http://filler.example.com',
                application: { id: fake.ids.applications.line1, name: 'Line 1' },
                team: { id: fake.ids.teams.bottlingPlant, name: 'Bottling Plant' },
                state: 'running',
                isDeploying: false,
                deployedAt: '2026-01-02T03:04:05.678Z',
                variables: [{ name: 'KEEP', hidden: false }, { name: 'SEALED', hidden: true }],
                untoldVariables: version === '2.4.0' ? 0 : 1,
                palette: { 'existing-mod': '~1.0.0' },
                isProtected: false,
                hasBasicAuth: false
            })
            should(JSON.stringify(instance)).not.containEql('instance-hidden')
        })

        it('tells no password of its settings, its own or its template’s', async () => {
            fake.setInstance(filler, { settings: { httpNodeAuth: { type: 'basic', user: 'u', pass: 'p4ss' }, palette: { npmrc: 't0ken' }, theme: 'x' } })
            const instance = await getInstance(as('alice'), filler)
            should(instance.runtimeSettings.theme).equal('x')
            should(JSON.stringify(instance)).not.match(/p4ss|t0ken|httpNodeAuth|npmrc/)
        })

        it('may never have been deployed, and may have nothing', async () => {
            const { deployedAt, variables, palette } = await getInstance(as('bob'), fake.createInstance('empty'))
            should({ deployedAt, variables, palette }).eql({ deployedAt: null, variables: [], palette: {} })
        })

        it('tells that it is suspended', async () => {
            fake.setInstance(filler, { state: 'suspended' })
            should((await getInstance(as('bob'), filler)).state).equal('suspended')
        })

        it('tells that its HTTP nodes ask for a password', async () => {
            fake.setInstance(filler, { settings: { httpNodeAuth: { type: 'basic', user: 'u', pass: 'p' } } })
            should((await getInstance(as('alice'), filler)).hasBasicAuth).be.true()
        })

        it('is gone when it was deleted, or for who is no member of its team', async () => {
            await callFailure(getInstance(as('mallory'), filler), 'instance-gone')
            fake.deleteInstance(filler)
            await callFailure(getInstance(as('alice'), filler), 'instance-gone')
        })

        it('is refused in another shape', async () => {
            for (const body of [{}, { id: filler, name: 'x' }, { id: filler, name: 'x', application: null, team: null }, 'text']) {
                fake.respondWith({ path: `/api/v1/projects/${filler}` }, { body: JSON.stringify(body), contentType: 'application/json' })
                await failure(getInstance(as('alice'), filler), 'answer-unexpected')
            }
        })

        it('runs a restored snapshot', async () => {
            const flows = [{ id: 't1', type: 'tab', label: 'restored' }]
            const snapshot = fake.addSnapshot(filler, { name: 'v1', flows, credentials: { t1: { a: 'b' } } })
            await restoreSnapshot(as('bob'), filler, snapshot, 5000)
            should(fake.instance(filler).flows).eql(flows)
            should(fake.instance(filler).credentials).eql({ t1: { a: 'b' } })
        })

        it('is not taken for restored, or for restarted, by JSON that does not say so', async () => {
            const snapshot = fake.addSnapshot(filler, { name: 'v1', flows: [] })
            for (const body of [{}, [], { status: 'queued' }, { odd: true }, null]) {
                fake.respondWith({ method: 'POST' }, { body: JSON.stringify(body), contentType: 'application/json' }, 2)
                await callFailure(restoreSnapshot(as('alice'), filler, snapshot, 5000), 'answer-unexpected', { what: 'restore' })
                await callFailure(restartInstance(as('alice'), filler, 5000), 'answer-unexpected', { what: 'restart' })
            }
            await restartInstance(as('alice'), filler, 5000)
        })

        it('says why a restore was refused', async () => {
            const snapshot = fake.addSnapshot(filler, { name: 'v1', flows: [] })
            await callFailure(restoreSnapshot(as('carol'), filler, snapshot, 5000), 'not-permitted', { what: 'restore' })
            await callFailure(restoreSnapshot(as('mallory'), filler, snapshot, 5000), 'instance-gone')
            const other = fake.addSnapshot(fake.ids.instances.labeller, { name: 'v1', flows: [] })
            await callFailure(restoreSnapshot(as('bob'), filler, other, 5000), 'platform-refused')
        })
    })
}
