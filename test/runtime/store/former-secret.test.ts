import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import should from 'should'
import { Connections } from '../../../src/runtime/store/connections'
import { countLocked, takeFormerSecret } from '../../../src/runtime/store/former-secret'
import { KeptVariables } from '../../../src/runtime/store/kept-variables'
import { failure } from '../../flowfuse/failure'
import { DiskFaults } from './faults'
import { content, credentials, flows, LocalStore } from './local-store'

const server = 'https://app.flowfuse.com'
const signIn = { server, user: { id: 'a1', username: 'alice', name: 'Alice' }, target: null }

describe('what was sealed under Node-RED’s former credential secret', () => {
    let store: LocalStore
    let id: string

    beforeEach(() => { store = new LocalStore() })
    afterEach(() => store.remove())

    /** As after a restart of Node-RED. */
    const started = async () => {
        const dataKey = store.dataKey()
        const parts = {
            snapshots: await store.opened(),
            variables: new KeptVariables(store.folder, dataKey),
            connections: new Connections(store.folder, dataKey)
        }
        await parts.connections.load().catch(() => undefined)
        return { ...parts, dataKey, all: Object.values(parts) }
    }
    const fill = async () => {
        const { snapshots, variables, connections } = await started()
        id = (await snapshots.create(content({ kind: 'safety', stored: { credentials: { n1: { password: 'p' } }, packageJson: '{}', packageLock: null } }))).id
        await variables.replaceAll([{ name: 'SITE', hidden: false, value: 'A' }, { name: 'SECRET', hidden: true, value: 's' }])
        await connections.connect('', signIn, 'ffpat_token')
    }
    const keyFiles = () => readdirSync(store.folder).filter(name => name.startsWith('data-key.json'))
    const keyTexts = () => keyFiles().map(name => readFileSync(join(store.folder, name), 'utf8'))

    const isAllOpen = async () => {
        const { snapshots, variables, connections, all } = await started()
        should(await countLocked(all)).equal(0)
        const opened = await snapshots.open(id)
        should(opened.credentials).eql(credentials)
        should(opened.head).containEql({ credentials: 'included', locked: false })
        should(opened.stored?.credentials).eql({ n1: { password: 'p' } })
        should(opened.env.SECRET).eql({ hidden: true, value: 'canary-hidden-variable' })
        should(await variables.valuesForProcess()).eql(new Map([['SITE', 'A'], ['SECRET', 's']]))
        should((await connections.token('')).token).equal('ffpat_token')
    }
    const isAllLocked = async () => {
        const { snapshots, variables, connections, all } = await started()
        should(await countLocked(all)).equal(3)
        should((await snapshots.list()).snapshots.at(-1)).containEql({ id, credentials: 'locked', locked: true })
        const opened = await snapshots.open(id)
        should(opened.flows).eql(flows)
        should(opened.credentials).be.null()
        should(opened.head).containEql({ credentials: 'locked', locked: true, hasStored: true })
        should(opened.env).eql({ SITE: 'Plant A', SECRET: { hidden: true, value: null }, EMPTY: { hidden: true, value: null } })
        should(opened).not.have.property('stored')
        should(await variables.list()).eql([{ name: 'SITE', hidden: false, value: 'A' }, { name: 'SECRET', hidden: true, value: null }])
        should(await variables.valuesForProcess()).eql(new Map([['SITE', 'A']]))
        await failure(connections.token(''), 'store-sealed-otherwise')
    }

    const changes: Array<[string, string[], string[]]> = [
        ['changed', ['former'], ['present']],
        ['removed', ['former'], []],
        ['set to false while one was generated', ['generated'], []]
    ]
    for (const [how, before, after] of changes) {
        describe(`that was ${how}`, () => {
            beforeEach(async () => {
                store.secrets = before
                await fill()
                store.secrets = after
            })

            it('stays, locked, with everything else of it readable', isAllLocked)

            it('can be renamed and pinned locked, and opens again when the secret comes back', async () => {
                const { snapshots } = await started()
                should(await snapshots.change(id, { name: 'renamed', pinned: true })).containEql({ name: 'renamed', credentials: 'locked', locked: true })
                store.secrets = before
                await isAllOpen()
            })

            it('opens for good once the former secret is given, once', async () => {
                const { dataKey, all } = await started()
                should(await takeFormerSecret(before[0]!, dataKey, all)).eql({ opened: 3, stillLocked: 0 })
                await isAllOpen()
                store.secrets = ['yet another']
                const again = await started()
                should(await takeFormerSecret(after[0] ?? before[0]!, again.dataKey, again.all)
                    .then(({ stillLocked }) => stillLocked, (error: Error) => error.message)).equal(after.length > 0 ? 0 : 'former-secret-wrong')
            })

            it('opens also after new things were sealed under the present one, and both stay open', async () => {
                const first = await started()
                const { id: newer } = await first.snapshots.create(content({ name: 'newer' }))
                should(keyFiles()).have.length(2)
                should((await first.snapshots.open(newer)).credentials).eql(credentials)
                const { dataKey, all, snapshots } = await started()
                should(await countLocked(all)).equal(3)
                should(await takeFormerSecret(before[0]!, dataKey, all)).eql({ opened: 3, stillLocked: 0 })
                should((await snapshots.open(newer)).credentials).eql(credentials)
                await isAllOpen()
                await failure(takeFormerSecret(before[0]!, dataKey, all), 'former-secret-wrong')
            })

            it('stays locked and untouched by a wrong secret', async () => {
                const { dataKey, all } = await started()
                const keys = keyTexts()
                for (const wrong of ['', 'wrong', `${before[0]} `, 'FORMER']) {
                    await failure(takeFormerSecret(wrong, dataKey, all), 'former-secret-wrong')
                }
                should(keyTexts()).eql(keys)
                await isAllLocked()
            })
        })
    }

    it('needs nothing when Node-RED itself moved from its generated secret to one of settings.js', async () => {
        store.secrets = ['generated']
        await fill()
        store.secrets = ['of settings.js', 'generated']
        await started()
        store.secrets = ['of settings.js']
        await isAllOpen()
    })

    it('needs nothing after such a move either when it had been opened by a former secret', async () => {
        store.secrets = ['first']
        await fill()
        store.secrets = ['second']
        const { snapshots, dataKey, all } = await started()
        await snapshots.create(content())
        await takeFormerSecret('first', dataKey, all)
        store.secrets = ['third', 'second']
        await started()
        store.secrets = ['third']
        await isAllOpen()
    })

    it('needs nothing when a secret comes where there was none, and is no longer in clear then', async () => {
        store.secrets = []
        await fill()
        should(keyTexts().join()).containEql('"key"')
        store.secrets = ['new']
        await started()
        should(keyTexts().join()).not.containEql('"key"')
        await isAllOpen()
    })

    it('loses no key wherever the process ends while it is set aside, made anew or wrapped anew', async function () {
        this.timeout(30_000)
        const works: Array<[string[], string[], (parts: Awaited<ReturnType<typeof started>>) => Promise<unknown>]> = [
            [['former'], ['present'], ({ snapshots }) => snapshots.create(content())],
            [['former'], ['present'], ({ dataKey, all }) => takeFormerSecret('former', dataKey, all)],
            [['generated'], ['present', 'generated'], ({ dataKey }) => dataKey.load()],
            [[], ['present'], ({ dataKey }) => dataKey.load()]
        ]
        for (const [before, after, work] of works) {
            const filled = new LocalStore()
            store.secrets = before
            await fill()
            cpSync(store.folder, filled.folder, { recursive: true })
            for (let at = 1, wasReached = true; wasReached; at++) {
                store.remove()
                store = new LocalStore()
                cpSync(filled.folder, store.folder, { recursive: true })
                store.secrets = before
                const disk = new DiskFaults()
                const parts = await started()
                store.secrets = after
                disk.fail(at, 'EIO', 'all')
                await work(parts).catch(() => undefined)
                wasReached = disk.operations.length >= at
                disk.fail(Infinity, '', 'once')
                const { dataKey, all } = await started()
                if (await countLocked(all) > 0) {
                    await takeFormerSecret('former', dataKey, all)
                }
                await isAllOpen()
                disk.end()
            }
            filled.remove()
        }
    })

    it('is sealed under one key when two begin at once', async () => {
        const keys = await Promise.all(Array.from({ length: 6 }, () => store.dataKey().openOrMake()))
        should(new Set(keys.map(key => key.toString('hex'))).size).equal(1)
        should(keyFiles()).eql(['data-key.json'])
    })

    it('is lost with no key that another process made while one was set aside', async () => {
        store.secrets = ['former']
        await fill()
        store.secrets = ['present']
        const made = await Promise.all(Array.from({ length: 4 }, async () => (await store.opened()).create(content())))
        const { snapshots } = await started()
        for (const { id } of made) {
            should((await snapshots.open(id)).credentials).eql(credentials)
        }
        store.secrets = ['former']
        should((await (await started()).snapshots.open(id)).credentials).eql(credentials)
    })

    for (const damaged of ['{"version":1,"wrapped":', '{"version":1,"key":"c2hvcnQ="}']) {
        it(`survives a damaged key: the file is kept aside as it was (${damaged})`, async () => {
            await fill()
            writeFileSync(join(store.folder, 'data-key.json'), damaged)
            await isAllLocked()
            const { snapshots } = await started()
            await snapshots.create(content())
            should(keyTexts()).containEql(damaged)
            await isAllLocked()
        })
    }
})
