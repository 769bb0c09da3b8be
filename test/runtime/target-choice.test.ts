import should from 'should'
import { tokenSession } from '../../src/flowfuse/session'
import { TargetChoice } from '../../src/runtime/target-choice'
import type { StoredConnection } from '../../src/runtime/store/connections-file'
import type { TargetNames } from '../../src/shared/requests'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { failure } from '../flowfuse/failure'

const target = (team: string, instance: string): TargetNames => ({
    team: { id: `id of ${team}`, name: team }, application: { id: 'a', name: 'a' }, instance: { id: `id of ${instance}`, name: instance, url: '' }
})

describe('the choice of a target', () => {
    let fake: FakeFlowFuse
    let stored: Record<string, TargetNames>

    before(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
    })

    beforeEach(() => {
        stored = {}
        fake.requests.length = 0
    })

    after(() => fake.stop())

    const choice = (team: string, instance: string, lockedBy = '') => new TargetChoice({ team, instance, lockedBy }, {
        get: async user => ({ target: stored[user] ?? null }) as StoredConnection
    })
    const session = (user: 'alice' | 'carol' | 'mallory' = 'alice') => tokenSession(fake.url, fake.tokens[user])

    it('is the user’s own, with nothing asked', async () => {
        stored = { alice: target('Plant', 'mine'), bob: target('Plant', 'other') }
        const free = choice('', '')
        should((await free.find('alice', session())).instance.name).equal('mine')
        should((await free.find('bob', session())).instance.name).equal('other')
        should(await free.known('carol', fake.url)).be.null()
        await failure(free.find('carol', session()), 'target-missing')
        should(free.preset).be.null()
        should(fake.requests).eql([])
    })

    it('begins with the operator’s preset, by name or id, looked up once', async () => {
        const { filler } = fake.ids.instances
        for (const [team, instance] of [['', 'filler'], ['Bottling Plant', 'filler'], [fake.ids.teams.bottlingPlant, filler], ['', filler]] as const) {
            const preset = choice(team, instance)
            should(await preset.known('', fake.url)).be.null()
            should(await preset.find('', session())).containDeep({
                team: { id: fake.ids.teams.bottlingPlant, name: 'Bottling Plant' }, application: { name: 'Line 1' }, instance: { id: filler, name: 'filler' }
            })
            fake.requests.length = 0
            should((await preset.find('', session())).instance.id).equal(filler)
            should((await preset.known('', fake.url))?.instance.id).equal(filler)
            should(await preset.known('', 'https://other.example')).be.null()
            should(fake.requests).eql([])
        }
        stored = { '': target('Plant', 'chosen') }
        should((await choice('', 'filler').find('', session())).instance.name).equal('chosen')
    })

    it('says when the preset is not there for this user, or is not one', async () => {
        const params = { target: 'Second Plant / filler' }
        should((await failure(choice('Second Plant', 'filler').find('', session()), 'preset-not-found')).params).containEql(params)
        await failure(choice('', 'filler').find('', session('mallory')), 'preset-not-found')
        await failure(choice('Second Plant', fake.ids.instances.filler).find('', session()), 'preset-not-found')
        await failure(choice('', '00000000-0000-4000-8000-000000000000').find('', session()), 'preset-not-found')
        const twin = fake.createInstance('filler', fake.ids.applications.line9)
        should((await failure(choice('', 'filler').find('', session()), 'preset-ambiguous')).params).containEql({ count: 2 })
        fake.deleteInstance(twin)
        should((await choice('', 'filler').find('', session())).instance.name).equal('filler')
    })

    it('looks a preset up anew after it was gone', async () => {
        const preset = choice('', 'filler')
        await preset.find('', session())
        preset.forget('', fake.url)
        should(await preset.known('', fake.url)).be.null()
    })

    it('is the locked one, whatever was chosen before, and takes no other', async () => {
        stored = { '': target('Bottling Plant', 'labeller') }
        const locked = choice('', 'filler', 'settings.js')
        should(await locked.known('', fake.url)).be.null()
        const found = await locked.find('', session())
        should(found.instance.name).equal('filler')
        locked.check(found)
        should(() => locked.check(target('Bottling Plant', 'labeller'))).throw({ code: 'target-locked', params: { by: 'settings.js' } })
        should(() => choice('', 'filler').check(target('any', 'other'))).not.throw()
    })

    it('may be locked to a team alone', async () => {
        stored = { '': target('Second Plant', 'x') }
        const locked = choice('Bottling Plant', '', 'FLOWFUSE_SNAPSHOTS_LOCK_TARGET')
        should(locked.offered([{ id: '1', name: 'Bottling Plant' }, { id: '2', name: 'Second Plant' }]).map(({ id }) => id)).eql(['1'])
        await failure(locked.find('', session()), 'target-missing')
        should(() => locked.check(target('Second Plant', 'x'))).throw({ code: 'target-locked' })
        locked.check(target('Bottling Plant', 'anything'))
    })
})
