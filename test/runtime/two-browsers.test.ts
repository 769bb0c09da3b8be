import should from 'should'
import { PluginWorld, users } from '../guarantees/plugin-world'

interface State { connection: { user: { username: string } } | null, target: { instance: { id: string } } | null }

describe('one user with two browsers', () => {
    const here = { authorization: 'Bearer ann' }
    const there = { authorization: 'Bearer ann in another browser' }
    let world: PluginWorld

    beforeEach(async () => {
        users['ann in another browser'] = users.ann!
        world = await PluginWorld.start({ adminAuth: true })
        await world.connect(here)
    })

    afterEach(async () => {
        delete users['ann in another browser']
        await world.stop()
    })

    const target = () => ({ teamId: world.fake.ids.teams.bottlingPlant, instanceId: world.fake.ids.instances.filler })
    const state = (browser: typeof here) => world.json<State>('GET', 'state', undefined, browser)

    it('sees the same sign-in and target in both', async () => {
        should((await state(there)).connection?.user.username).equal('alice')
        await world.json('PUT', 'target', target(), there)
        should((await state(here)).target?.instance.id).equal(target().instanceId)
        should(await state(here)).eql(await state(there))
        // Another user sees nothing of it.
        should((await state({ authorization: 'Bearer eve' })).connection).be.null()
    })

    it('is signed out in both by one, and signed in again in both by the other', async () => {
        await world.json('DELETE', 'connection', undefined, there)
        should((await state(here)).connection).be.null()
        should(await world.call('GET', 'teams', undefined, here)).containEql({ code: 'not-connected' })
        await world.connect(here)
        should((await state(there)).connection?.user.username).equal('alice')
        should((await world.call('GET', 'teams', undefined, there)).status).equal(200)
    })

    it('follows in one what was begun in the other, and begins no second beside it', async () => {
        await world.json('PUT', 'target', target(), here)
        let release = () => {}
        const after = new Promise<void>(resolve => { release = resolve })
        world.fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, { handled: true, after })
        const push = { instanceId: target().instanceId, name: 'v1', description: '', variables: { rule: 'keep' }, restore: null }
        const { id } = await world.json<{ id: string }>('POST', 'push', push, here)
        const job = () => world.json<{ state: string, result: object }>('GET', `jobs/${id}`, undefined, there)
        should((await job()).state).equal('running')
        should((await world.call('POST', 'push', { ...push, name: 'v2' }, there)).status).equal(409)
        should((await world.call('GET', `jobs/${id}`, undefined, { authorization: 'Bearer eve' })).status).equal(404)
        release()
        let seen = await job()
        while (seen.state === 'running') {
            seen = await job()
        }
        should(seen).containDeep({ state: 'done', result: { snapshot: { name: 'v1' } } })
        should(world.fake.snapshotsOf(target().instanceId).map(({ name }) => name)).eql(['v1'])
    })
})
