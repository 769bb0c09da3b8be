import { readFileSync, rmSync, statSync } from 'node:fs'
import should from 'should'
import { open } from '../../../src/snapshot/credentials'
import { failure } from '../../flowfuse/failure'
import { canaries, content, credentials, flows, LocalStore, piecesOf } from './local-store'

describe('the local snapshots', () => {
    let store: LocalStore

    beforeEach(() => { store = new LocalStore() })
    afterEach(() => store.remove())

    it('are none at first, and no file is made of that', async () => {
        should(await (await store.opened()).list()).eql({ snapshots: [], setAside: [] })
        should(store.files()).eql([])
    })

    it('give back exactly what was kept, also after a restart', async () => {
        const head = await (await store.opened()).create(content())
        const opened = await (await store.opened()).open(head.id)
        should(opened.flows).eql(flows)
        should(Buffer.concat(opened.flowsJson).toString()).equal(JSON.stringify(flows))
        should(opened.credentials).eql(credentials)
        should(opened.env).eql({ SITE: 'Plant A', SECRET: { hidden: true, value: 'canary-hidden-variable' }, EMPTY: { hidden: true, value: '' } })
        should(opened.modules).eql({ 'node-red': '4.1.15' })
        should(opened).not.have.property('stored')
        should(opened.head).eql(head)
    })

    it('are listed newest first with what is known of them', async () => {
        const snapshots = await store.opened()
        const one = await snapshots.create(content())
        const two = await snapshots.create(content({ name: 'v2', pinned: true, kind: 'automatic' }))
        should((await snapshots.list()).snapshots).eql([two, one])
        should((await (await store.opened()).list()).snapshots).eql([two, one])
        should(two).containEql({ name: 'v2', kind: 'automatic', pinned: true, credentials: 'included', locked: false, newer: false, revision: 'rev1', credentialsTag: 'tag1' })
        should(one.bytes).equal(statSync(store.path(`${one.id}.json`)).size)
        should(one.counts).eql(content().counts)
    })

    it('keep their order when the clock goes back', async () => {
        const snapshots = await store.opened()
        const { now } = Date
        const made = [await snapshots.create(content())]
        const RealDate = Date
        globalThis.Date = class extends RealDate { constructor () { super(0) } } as DateConstructor
        Date.now = () => 0
        try {
            made.unshift(await snapshots.create(content()))
        } finally {
            globalThis.Date = RealDate
            Date.now = now
        }
        should(made[0]?.createdAt).equal('1970-01-01T00:00:00.000Z')
        should((await (await store.opened()).list()).snapshots.map(({ id }) => id)).eql(made.map(({ id }) => id))
    })

    it('hold no secret in clear, in files for their owner alone', async () => {
        const stored = { credentials: { n1: { password: 'canary-clear-credential' } }, packageJson: '{}', packageLock: null }
        const snapshots = await store.opened()
        await snapshots.create(content({ kind: 'safety', stored }))
        await snapshots.list()
        should(store.files().map(({ name }) => name)).containEql('index.json').and.have.length(3)
        for (const { text, mode } of store.files()) {
            should(mode).equal(0o600)
            for (const canary of canaries) {
                should(text).not.containEql(canary)
                should(text).not.containEql(Buffer.from(canary).toString('base64').slice(0, -4))
            }
        }
        should(statSync(store.path()).mode & 0o777).equal(0o700)
    })

    it('are FlowFuse’s export shape, with the credentials under the sealed secret', async () => {
        const { id } = await (await store.opened()).create(content())
        const file = JSON.parse(readFileSync(store.path(`${id}.json`), 'utf8')) as Record<string, Record<string, unknown>>
        should(file).containEql({ id, name: 'v1', description: 'first' })
        should(file.flows).have.keys('flows', 'credentials')
        should(file.flows?.flows).eql(flows)
        should(file.settings).have.keys('settings', 'env', 'modules')
        should((file.settings?.env as Record<string, unknown>).SECRET).have.keys('hidden', '$')
        should(open(file.flows?.credentials as { $: string }, 'another secret')).be.null()
    })

    it('keep the state that Node-RED stored, whatever its form', async () => {
        const snapshots = await store.opened()
        for (const stored of [{ $: 'a5'.repeat(20) }, {}, null, { n1: { password: 'p' } }, { $: { user: 'a node named $' } }]) {
            const state = { credentials: stored, packageJson: '{\n    "name": "x"\n}\n', packageLock: '{}' }
            const { id } = await snapshots.create(content({ kind: 'safety', stored: state }))
            should((await snapshots.open(id)).stored).eql(state)
        }
    })

    it('tell credentials that Node-RED could not decrypt from none', async () => {
        const snapshots = await store.opened()
        const missing = await snapshots.create(content({ credentialsJson: null }))
        const none = await snapshots.create(content({ credentialsJson: [Buffer.from('{}')] }))
        should((await snapshots.list()).snapshots.map(head => head.credentials)).eql(['included', 'missing'])
        should((await snapshots.open(missing.id)).credentials).be.null()
        should((await snapshots.open(none.id)).credentials).eql({})
    })

    it('keep flows that are none, large, or cut anywhere', async () => {
        const snapshots = await store.opened()
        const large = Array.from({ length: 3000 }, (_, at) => ({ id: `n${at}`, type: 'function', func: '"x\u2028',  z: 't1' }))
        const text = Buffer.from(JSON.stringify(large))
        const cutAnywhere = Array.from({ length: Math.ceil(text.length / 1001) }, (_, at) => text.subarray(1001 * at, 1001 * (at + 1)))
        const numbers = [Buffer.from('[1'), Buffer.from('23,4]')]
        for (const [pieces, expected] of [[piecesOf([]), []], [piecesOf(large), large], [cutAnywhere, large], [numbers, [123, 4]]] as const) {
            const { id } = await snapshots.create(content({ flowsJson: [...pieces] }))
            should(JSON.stringify((await snapshots.open(id)).flows)).equal(JSON.stringify(expected))
        }
    })

    it('are renamed and pinned without touching what is in them, and that survives a lost index', async () => {
        const before = await store.opened()
        const { id } = await before.create(content({ kind: 'automatic' }))
        const rest = () => readFileSync(store.path(`${id}.json`), 'utf8').split('"settings":')[1]
        const restBefore = rest()
        const changed = await before.change(id, { name: 'Grüße, “you”', description: 'new', pinned: true })
        should(rest()).equal(restBefore)
        rmSync(store.path('index.json'), { force: true })
        const after = await store.opened()
        should((await after.list()).snapshots).eql([changed])
        should(changed).containEql({ id, name: 'Grüße, “you”', description: 'new', pinned: true, renamed: true, kind: 'automatic' })
        should((await after.open(id)).credentials).eql(credentials)
        should(await after.change(id, { pinned: false })).containEql({ name: 'Grüße, “you”', description: 'new', pinned: false })
    })

    it('take no description that could not be read again', async () => {
        const snapshots = await store.opened()
        const { id } = await snapshots.create(content())
        const description = 'x'.repeat(300_000)
        await failure(snapshots.change(id, { description }), 'description-too-long')
        await failure(snapshots.create(content({ description })), 'description-too-long')
        should((await snapshots.list()).snapshots.map(head => head.description)).eql(['first'])
    })

    it('are gone once removed, and say so', async () => {
        const snapshots = await store.opened()
        const { id } = await snapshots.create(content())
        await snapshots.remove(id)
        should((await snapshots.list()).snapshots).eql([])
        for (const gone of [id, '', '..', '../connections', 'index', '__proto__']) {
            await failure(snapshots.open(gone), 'snapshot-gone')
            await failure(snapshots.remove(gone), 'snapshot-gone')
            await failure(snapshots.change(gone, { pinned: true }), 'snapshot-gone')
        }
    })

    it('make room: old automatic ones go, named, renamed, pinned and safety ones stay', async () => {
        const snapshots = await store.opened(2)
        const kept = [await snapshots.create(content()), await snapshots.create(content({ kind: 'automatic', pinned: true }))]
        const renamed = await snapshots.create(content({ kind: 'automatic' }))
        await snapshots.change(renamed.id, { name: 'before the big change' })
        kept.push(renamed, await snapshots.create(content({ kind: 'safety' })))
        const automatic = []
        for (let count = 0; count < 4; count++) {
            automatic.push(await snapshots.create(content({ kind: 'automatic' })))
        }
        const expected = [...kept, ...automatic.slice(2)].map(({ id }) => id).reverse()
        should((await snapshots.list()).snapshots.map(({ id }) => id)).eql(expected)
        should(store.names().filter(name => name !== 'index.json').sort()).eql(expected.map(id => `${id}.json`).sort())
    })

    it('are each kept when many are made at once', async () => {
        const snapshots = await store.opened()
        const made = await Promise.all(Array.from({ length: 8 }, (_, at) => snapshots.create(content({ name: `v${at}` }))))
        should((await snapshots.list()).snapshots.map(({ name }) => name)).eql(made.map(({ name }) => name).reverse())
        should(new Set(made.map(({ sequence }) => sequence)).size).equal(8)
    })
})
