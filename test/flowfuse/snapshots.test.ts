import should from 'should'
import { tokenSession } from '../../src/flowfuse/session'
import { createSnapshot, exportVariables, importSnapshot, listSnapshots, snapshotPage } from '../../src/flowfuse/snapshots'
import { openText } from '../../src/snapshot/credentials'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { callFailure, failure } from './failure'

for (const version of ['2.4.0', '2.33.2'] as const) {
    describe(`snapshots of an instance (${version})`, () => {
        let fake: FakeFlowFuse
        let filler: string

        beforeEach(async () => {
            fake = await startFakeFlowFuse({ version })
            filler = fake.ids.instances.filler
        })

        afterEach(() => fake.stop())

        const as = (user: 'alice' | 'bob' | 'carol' | 'mallory') => tokenSession(fake.url, fake.tokens[user])
        const serialised = (content: object) => {
            const bytes = Buffer.from(JSON.stringify(content))
            return { chunks: [bytes.subarray(0, 7), bytes.subarray(7)], bytes: bytes.length, secrets: () => null }
        }

        it('are listed, newest first, as many as asked for', async () => {
            for (const name of ['one', 'two', 'three']) {
                fake.addSnapshot(filler, { name, description: `about ${name}`, user: name === 'two' ? 'bob' : 'alice' })
                fake.advance(1000)
            }
            const listed = await listSnapshots(as('carol'), filler, 2)
            should(listed.map(({ name, description, user }) => [name, description, user])).eql([
                ['three', 'about three', { id: fake.ids.users.alice, username: 'alice' }],
                ['two', 'about two', { id: fake.ids.users.bob, username: 'bob' }]
            ])
            should(Date.parse(listed[0]?.createdAt ?? '')).be.above(Date.parse(listed[1]?.createdAt ?? ''))
        })

        it('come page by page, and the last full page has a cursor too', async () => {
            const ids = ['1', '2', '3', '4'].map(name => fake.addSnapshot(filler, { name })).reverse()
            const first = await snapshotPage(as('carol'), filler, 2, null)
            should(first.snapshots.map(({ id }) => id)).eql(ids.slice(0, 2))
            should(first.next).equal(ids[1])
            const second = await snapshotPage(as('carol'), filler, 2, first.next)
            should(second.snapshots.map(({ id }) => id)).eql(ids.slice(2))
            should(await snapshotPage(as('carol'), filler, 2, second.next)).eql({ snapshots: [], next: null })
            should((await snapshotPage(as('carol'), filler, 20, null)).next).be.null()
        })

        it('may have been made by nobody', async () => {
            const snapshots = [{ id: 'a', name: 'Auto Snapshot - 2026-01-01 00:00:00', createdAt: '2026-01-01T00:00:00.000Z' }, {
                id: 'b', name: 'b', description: null, createdAt: '2026-01-01T00:00:00.000Z', user: null
            }]
            fake.respondWith({ path: /\/snapshots/ }, { body: { snapshots } })
            const listed = await listSnapshots(as('alice'), filler, 20)
            should(listed.map(({ user, description }) => [user, description])).eql([[null, ''], [null, '']])
        })

        it('arrive exactly as they were sent', async () => {
            const flows: object[] = [
                { id: 't', type: 'tab', label: 'Füllstand 😀', disabled: true }, { type: 'no id' }, { id: 't', type: 'twice' }, { id: '5', type: 'x', constructor: 'y' }
            ]
            const credentials = { t: { password: 'p“w', deep: { a: [1, null] } }, 5: { user: '' } }
            const env = { LINE: '4', EMPTY: '' }
            const modules = { 'node-red': '4.1.15', '@scope/x': '~1.2.0' }
            const body = serialised({ name: 'v1', description: 'first', flows, credentials, settings: { env, modules } })
            const meta = await createSnapshot(as('bob'), filler, body)
            const [kept] = fake.snapshotsOf(filler)
            should(meta).containEql({ id: kept?.id, name: 'v1', description: 'first', user: { id: fake.ids.users.bob, username: 'bob' } })
            should(JSON.stringify(kept?.flows)).equal(JSON.stringify(flows))
            should(kept?.credentials).eql(credentials)
            should(kept?.env).containEql(env)
            should(kept?.env).not.have.any.keys('KEEP', 'SEALED')
            should(kept?.modules).eql(modules)
        })

        it('keep the variables of the instance when none are sent', async () => {
            await createSnapshot(as('bob'), filler, serialised({ name: 'v1', description: '', flows: [], credentials: {}, settings: { modules: {} } }))
            should(fake.snapshotsOf(filler)[0]?.env).containEql({ KEEP: 'kept' }).and.have.property('SEALED')
        })

        it('capture the instance as it runs when nothing is sent', async () => {
            fake.setInstance(filler, { flows: [{ id: 'r', type: 'tab' }], credentials: { r: { a: 'b' } } })
            const { id } = await createSnapshot(as('bob'), filler, { name: 'as it runs', description: '' })
            const [kept] = fake.snapshotsOf(filler)
            should(kept).containEql({ id, name: 'as it runs', flows: [{ id: 'r', type: 'tab' }], credentials: { r: { a: 'b' } } })
        })

        if (version === '2.33.2') {
            const imported = (ownerId: string) => serialised({
                ownerId, ownerType: 'instance', credentialSecret: 'secret',
                snapshot: { name: 'v1', description: '', flows: { flows: [], credentials: {} }, settings: { settings: {}, env: { A: '1' }, modules: {} } }
            })

            it('are imported by an Owner', async () => {
                const meta = await importSnapshot(as('alice'), imported(filler))
                should(meta).containEql({ id: fake.snapshotsOf(filler)[0]?.id, name: 'v1', user: { id: fake.ids.users.alice, username: 'alice' } })
                await callFailure(importSnapshot(as('bob'), imported(filler)), 'not-permitted', { what: 'import' })
                await callFailure(importSnapshot(as('mallory'), imported(filler)), 'instance-gone')
                fake.respondWith({ path: /import$/ }, { body: { status: 'okay' } })
                const error = await callFailure(importSnapshot(as('alice'), imported(filler)), 'answer-unexpected', { what: 'import' })
                should(error).containEql({ platformStatus: 200, mayHaveArrived: true })
                should(fake.snapshotsOf(filler)).have.length(1)
            })

            it('give back their variables, hidden ones sealed, by either way', async () => {
                const { id } = await createSnapshot(as('bob'), filler, { name: 'as it runs', description: '' })
                const secret = '0123456789abcdef0123456789abcdef'
                for (const answer of [null, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }]) {
                    if (answer !== null) { fake.respondWith({ path: `/api/v1/snapshots/${id}/export` }, answer) }
                    const env = await exportVariables(as('bob'), filler, id, secret)
                    should(env.KEEP).equal('kept')
                    should(openText((env.SEALED as { $: string }).$, secret)).equal('instance-hidden')
                    should(Object.keys(env)).eql(['KEEP', 'SEALED'])
                }
                await callFailure(exportVariables(as('carol'), filler, id, secret), 'not-permitted', { what: 'export' })
                await callFailure(exportVariables(as('mallory'), filler, id, secret), 'snapshot-gone')
            })
        } else {
            it('can’t be imported, and the web page that is answered is no success', () =>
                callFailure(importSnapshot(as('alice'), serialised({ ownerId: filler })), 'answer-unexpected', { what: 'import' }))
        }

        it('say who may not, and what is gone', async () => {
            const body = { name: 'x', description: '' }
            await callFailure(createSnapshot(as('carol'), filler, body), 'not-permitted', { what: 'create' })
            await callFailure(createSnapshot(as('mallory'), filler, body), 'instance-gone')
            await callFailure(listSnapshots(as('mallory'), filler, 20), 'instance-gone')
            fake.setRole('carol', 5)
            await callFailure(listSnapshots(as('carol'), filler, 20), 'not-permitted', { what: 'snapshots' })
            should(fake.snapshotsOf(filler)).eql([])
        })

        it('are refused in another shape, as an answer of the platform all the same when one was created', async () => {
            fake.respondWith({ path: /\/snapshots/ }, { body: { snapshots: [{ id: 5 }] } })
            await failure(listSnapshots(as('alice'), filler, 20), 'answer-unexpected')
            fake.respondWith({ method: 'POST', path: /\/snapshots/ }, { body: { status: 'okay' } })
            const error = await callFailure(createSnapshot(as('alice'), filler, { name: 'x', description: '' }), 'answer-unexpected', { what: 'create' })
            should(error).containEql({ platformStatus: 200, mayHaveArrived: true })
        })
    })
}
