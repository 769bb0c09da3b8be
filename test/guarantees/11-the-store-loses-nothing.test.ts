import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { Connections } from '../../src/runtime/store/connections'
import { DataKey } from '../../src/runtime/store/data-key'
import { moveFile, removeFile, sweepUnfinished, writeNew, writeWhole } from '../../src/runtime/store/files'
import { takeFormerSecret } from '../../src/runtime/store/former-secret'
import { KeptVariables } from '../../src/runtime/store/kept-variables'
import { displaced } from '../../src/runtime/store/retention'
import type { LocalHead } from '../../src/runtime/store/local-snapshots'
import { limits } from '../../src/shared/limits'
import { canaries, content, credentials, flows, LocalStore } from '../runtime/store/local-store'
import { outcome } from './outcome'

describe('Guarantee 11: the store loses nothing', () => {
    describe('a file', () => {
        let folder: string
        let file: string
        const { open, rename, link } = fs
        beforeEach(() => {
            folder = mkdtempSync(join(tmpdir(), 'ffs-guarantee-'))
            file = join(folder, 'store', 'x.json')
        })
        afterEach(() => {
            Object.assign(fs, { open, rename, link })
            rmSync(folder, { recursive: true, force: true })
        })
        const names = () => readdirSync(join(folder, 'store'))
        const diskFull = async () => { throw Object.assign(new Error('no space left'), { code: 'ENOSPC' }) }

        it('is the old or the new one, whatever fails in between, and nothing is left over', async () => {
            await writeWhole(file, 'old')
            fs.rename = diskFull
            should(await outcome(() => writeWhole(file, 'new'))).equal('store-write-failed')
            should(readFileSync(file, 'utf8')).equal('old')
            fs.rename = rename
            const cut = async function * () { yield 'half'; throw new Error('cut') }
            should(await outcome(() => writeWhole(file, cut()))).equal('store-write-failed')
            should(readFileSync(file, 'utf8')).equal('old')
            should(names()).eql(['x.json'])
        })

        it('is never seen half written', async () => {
            await writeWhole(file, 'old')
            const slow = async function * () {
                yield 'new '
                should(readFileSync(file, 'utf8')).equal('old')
                yield 'whole'
            }
            await writeWhole(file, slow())
            should(readFileSync(file, 'utf8')).equal('new whole')
        })

        it('is on the disk before it takes the place of another, and so is its folder afterwards', async () => {
            const order: string[] = []
            // What others in this process still write is not looked at.
            fs.open = async (path, ...how) => {
                const handle = await open(path, ...how)
                if (String(path).startsWith(folder)) {
                    const { sync } = handle
                    handle.sync = async () => { order.push('sync'); await sync.call(handle) }
                }
                return handle
            }
            fs.rename = async (from, to) => { if (to === file) { order.push('rename') } await rename(from, to) }
            await writeWhole(file, 'x')
            should(order).eql(['sync', 'rename', 'sync'])
        })

        it('is for its owner alone', async () => {
            await writeWhole(file, 'x')
            should(statSync(file).mode & 0o777).equal(0o600)
            should(statSync(join(folder, 'store')).mode & 0o777).equal(0o700)
        })

        it('that must be a new one never takes the place of another', async () => {
            should(await writeNew(file, 'one')).be.true()
            should(await writeNew(file, 'two')).be.false()
            fs.link = async () => { throw Object.assign(new Error('no links here'), { code: 'EPERM' }) }
            should(await writeNew(file, 'three')).be.false()
            should(readFileSync(file, 'utf8')).equal('one')
        })

        it('that can’t be moved or removed is said to be there', async () => {
            should(await removeFile(file)).be.false()
            should(await outcome(() => moveFile(file, `${file}2`))).equal('store-write-failed')
        })

        it('that another process is writing is not swept away', async () => {
            await writeWhole(file, 'x')
            const living = `.x.json.${process.ppid}-0123456789ab-0123456789ab.tmp`
            writeFileSync(join(folder, 'store', living), 'under way')
            writeFileSync(join(folder, 'store', '.x.json.999999999-0123456789ab-0123456789ab.tmp'), 'left over')
            await sweepUnfinished(join(folder, 'store'))
            should(names().sort()).eql([living, 'x.json'])
        })
    })

    describe('a local snapshot', () => {
        let store: LocalStore
        beforeEach(() => { store = new LocalStore() })
        afterEach(() => store.remove())

        it('gives back everything after a restart, and holds no secret in clear', async () => {
            const { id } = await (await store.opened()).create(content())
            const opened = await (await store.opened()).open(id)
            should(opened.flows).eql(flows)
            should(opened.credentials).eql(credentials)
            should(opened.env).containEql({ SECRET: { hidden: true, value: 'canary-hidden-variable' } })
            for (const { text, mode } of store.files()) {
                canaries.forEach(canary => should(text).not.containEql(canary))
                should(mode).equal(0o600)
            }
        })

        it('is listed though the index is gone or rubbish', async () => {
            const { id } = await (await store.opened()).create(content())
            for (const name of store.names().filter(each => each !== `${id}.json`)) {
                writeFileSync(store.path(name), 'rubbish')
            }
            should((await (await store.opened()).list()).snapshots.map(head => head.id)).eql([id])
        })

        it('that was changed or cut short is set aside with all its bytes, and said', async () => {
            for (const damage of [(text: string) => text.replace('"type":"tab"', '"type":"tap"'), (text: string) => text.slice(0, -40), () => 'rubbish']) {
                const snapshots = await store.opened()
                const { id } = await snapshots.create(content())
                const file = store.path(`${id}.json`)
                const damaged = damage(readFileSync(file, 'utf8'))
                writeFileSync(file, damaged)
                should(await outcome(() => snapshots.open(id))).equal('snapshot-unreadable')
                const aside = store.names().find(name => name.startsWith(`${id}.json.set-aside-`))!
                should(readFileSync(store.path(aside), 'utf8')).equal(damaged)
                should((await snapshots.list()).setAside).containEql(aside)
            }
        })

        it('that can’t be kept makes no room, and takes nothing with it', async () => {
            const snapshots = await store.opened(1)
            const { id } = await snapshots.create(content({ kind: 'automatic' }))
            const { rename } = fs
            fs.rename = async () => { throw Object.assign(new Error('no space left'), { code: 'ENOSPC' }) }
            try {
                should(await outcome(() => snapshots.create(content({ kind: 'automatic' })))).equal('store-write-failed')
            } finally {
                fs.rename = rename
            }
            should((await (await store.opened(1)).open(id)).flows).eql(flows)
        })

        it('makes room only among automatic and safety ones that nobody has named or pinned', () => {
            const head = (id: string, change: Partial<LocalHead> = {}) => ({ id, kind: 'automatic', pinned: false, renamed: false, newer: false, bytes: 1, credentials: 'included', ...change }) as LocalHead
            const heads = [head('a'), head('b'), head('c'), head('p', { pinned: true }), head('r', { renamed: true }), head('n', { newer: true }), head('own', { kind: 'named' })]
            should(displaced(heads, 2).map(({ id }) => id)).eql(['c'])
            should(displaced([head('large', { bytes: limits.automaticBytes * 2 })], 1)).eql([])
            const safety = Array.from({ length: limits.safetySnapshots + 1 }, (_, at) => head(`s${at}`, { kind: 'safety' }))
            should(displaced(safety, 1).map(({ id }) => id)).eql([`s${limits.safetySnapshots}`])
        })
    })

    describe('under another credential secret', () => {
        let store: LocalStore
        beforeEach(() => { store = new LocalStore() })
        afterEach(() => store.remove())
        const connection = { server: 'https://ff.example', user: { id: 'u', username: 'u', name: 'u' }, target: null }

        it('nothing is deleted, flows stay readable, and all of it opens again once the former secret is told', async () => {
            const { id } = await (await store.opened()).create(content())
            await new KeptVariables(store.folder, store.dataKey()).replaceAll([{ name: 'H', hidden: true, value: 'hidden' }])
            await new Connections(store.folder, store.dataKey()).connect('ann', connection, 'token')
            store.secrets = ['another']
            const [snapshots, dataKey] = [await store.opened(), store.dataKey()]
            const kept = new KeptVariables(store.folder, store.dataKey())
            const connections = new Connections(store.folder, store.dataKey())
            const opened = await snapshots.open(id)
            should(opened.flows).eql(flows)
            should(opened.credentials).be.null()
            should((await kept.list()).map(({ name, value }) => [name, value])).eql([['H', null]])
            should(await outcome(() => connections.token('ann'))).equal('store-sealed-otherwise')
            // What is new is sealed all the same, under a key of its own.
            const { id: second } = await snapshots.create(content({ name: 'second' }))
            should((await snapshots.open(second)).credentials).eql(credentials)
            should(await outcome(() => takeFormerSecret('wrong', dataKey, [snapshots, kept, connections]))).equal('former-secret-wrong')
            should(await takeFormerSecret('node-red-secret', dataKey, [snapshots, kept, connections])).eql({ opened: 3, stillLocked: 0 })
            should((await snapshots.open(id)).credentials).eql(credentials)
            should((await snapshots.open(second)).credentials).eql(credentials)
            should((await kept.list()).map(({ value }) => value)).eql(['hidden'])
            should((await connections.token('ann')).token).equal('token')
        })

        it('the key moves with Node-RED from one secret to the next while it knows both', async () => {
            const { id } = await (await store.opened()).create(content())
            store.secrets = ['next', 'node-red-secret']
            await new DataKey(store.folder, () => store.secrets).load()
            store.secrets = ['next']
            should((await (await store.opened()).open(id)).credentials).eql(credentials)
        })
    })

    it('a file of sign-ins that can’t be read is set aside, not deleted, and said', async () => {
        const store = new LocalStore()
        try {
            writeFileSync(join(store.folder, 'connections.json'), '{"users": "rubb')
            const connections = new Connections(store.folder, store.dataKey())
            should(await connections.get('ann')).be.null()
            should(connections.problem()).not.be.null()
            const aside = readdirSync(store.folder).find(name => name.startsWith('connections.json.set-aside-'))!
            should(readFileSync(join(store.folder, aside), 'utf8')).equal('{"users": "rubb')
        } finally {
            store.remove()
        }
    })
})
