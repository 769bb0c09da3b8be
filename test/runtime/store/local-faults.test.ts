import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import should from 'should'
import { CodedError } from '../../../src/shared/errors'
import type { LocalSnapshots } from '../../../src/runtime/store/local-snapshots'
import { failure } from '../../flowfuse/failure'
import { DiskFaults } from './faults'
import { canaries, content, credentials, flows, LocalStore } from './local-store'

interface Change {
    what: string
    change: (snapshots: LocalSnapshots, id: string) => Promise<unknown>
    before: string[]
    after: string[]
    /** At least so many. */
    steps: number
}

/** What is done to a store of one snapshot `v1`, and what may be there afterwards. */
const changes: Change[] = [
    { what: 'a snapshot is made', change: snapshots => snapshots.create(content({ name: 'v2' })), before: ['v1'], after: ['v2', 'v1'], steps: 6 },
    { what: 'one is made that displaces another', change: snapshots => snapshots.create(content({ name: 'v2', kind: 'automatic' })), before: ['v1'], after: ['v2'], steps: 6 },
    { what: 'it is renamed', change: (snapshots, id) => snapshots.change(id, { name: 'v2' }), before: ['v1'], after: ['v2'], steps: 6 },
    { what: 'it is removed', change: (snapshots, id) => snapshots.remove(id), before: ['v1'], after: [], steps: 2 }
]

describe('the local snapshots, when the disk fails', () => {
    let store: LocalStore
    let disk: DiskFaults

    beforeEach(() => {
        store = new LocalStore()
        disk = new DiskFaults()
    })
    afterEach(() => {
        disk.end()
        store.remove()
    })

    /** A store of one snapshot, and how many steps the change takes when nothing fails. */
    const prepared = async () => {
        const snapshots = await store.opened(1)
        const { id } = await snapshots.create(content({ kind: 'automatic' }))
        await snapshots.list()
        return { snapshots, id }
    }
    const stepsOf = async (change: Change['change']) => {
        const { snapshots, id } = await prepared()
        disk.fail(Infinity, '', 'once')
        await change(snapshots, id)
        const { operations } = disk
        const steps = [...operations]
        store.remove()
        store = new LocalStore()
        return steps
    }
    const names = async (snapshots: LocalSnapshots) => (await snapshots.list()).snapshots.map(({ name }) => name)

    for (const { what, change, before, after, steps } of changes) {
        it(`are the old or the new ones wherever the process ends while ${what}`, async () => {
            const all = await stepsOf(change)
            should(all.length).be.aboveOrEqual(steps)
            const seen = new Set<string>()
            for (let at = 1; at <= all.length; at++) {
                const { snapshots, id } = await prepared()
                disk.fail(at, 'EIO', 'all')
                await change(snapshots, id).catch(() => undefined)
                should(disk.operations.length).be.aboveOrEqual(at)
                disk.fail(Infinity, '', 'once')
                const again = await store.opened(1)
                const { snapshots: there, setAside } = await again.list()
                should(setAside).eql([])
                const found = there.map(({ name }) => name).join()
                const between = what.includes('displaces') ? ['v2', 'v1'].join() : after.join()
                should([before.join(), after.join(), between].includes(found)).be.true(`${at}: ${all[at - 1]}: ${found}`)
                seen.add(found)
                for (const head of there) {
                    const opened = await again.open(head.id)
                    should(opened.flows).eql(flows)
                    should(opened.credentials).eql(credentials)
                }
                for (const { text } of store.files()) {
                    should(canaries.filter(canary => text.includes(canary))).eql([])
                }
                store.remove()
                store = new LocalStore()
            }
            should(seen.has(before.join())).be.true()
            should(seen.size).be.aboveOrEqual(2)
        })

        it(`stay as they were and say why when the disk is full while ${what}`, async () => {
            const all = await stepsOf(change)
            for (let at = 1; at <= all.length; at++) {
                const { snapshots, id } = await prepared()
                disk.fail(at, 'ENOSPC', 'once')
                const outcome = await change(snapshots, id).then(() => 'done', (error: unknown) => error)
                const there = await names(snapshots)
                if (outcome instanceof CodedError) {
                    should(outcome).containEql({ code: 'store-write-failed' })
                    should(outcome.params.reason).equal('ENOSPC')
                    const isLastSync = all[at - 1] === 'sync' && ['rename', 'unlink'].includes(all[at - 2] ?? '')
                    should(there).eql(isLastSync ? what.includes('displaces') ? ['v2', 'v1'] : after : before, `${at}: ${all[at - 1]}`)
                } else {
                    should(outcome).equal('done')
                    should(there[0]).equal('v2')
                }
                should(store.files().filter(({ name }) => name.endsWith('.tmp'))).eql([])
                disk.fail(Infinity, '', 'once')
                await snapshots.create(content({ name: 'v3' }))
                should((await names(snapshots))[0]).equal('v3')
                store.remove()
                store = new LocalStore()
            }
        })
    }

    it('are on the disk before they take their name', async () => {
        const { snapshots } = await prepared()
        disk.fail(Infinity, '', 'once')
        await snapshots.create(content())
        const steps = disk.operations.filter(step => step !== 'write')
        should(steps).eql(['mkdir', 'open', 'sync', 'rename', 'sync'])
    })

    it('stay readable in a folder where nothing can be written', async function () {
        const { id } = await prepared()
        writeFileSync(store.path('not ours.json'), '{}')
        disk.end()
        if (process.getuid?.() === 0) {
            // Nothing is read-only to root: every change is refused here as a read-only file system refuses it.
            disk = new DiskFaults()
            disk.fail(1, 'EROFS', 'all')
        } else {
            chmodSync(store.path(), 0o500)
            chmodSync(store.folder, 0o500)
        }
        const again = await store.opened(1)
        should((await again.list()).setAside).eql(['not ours.json'])
        should((await again.open(id)).credentials).eql(credentials)
        for (const change of [again.create(content()), again.change(id, { pinned: true }), again.remove(id)]) {
            await failure(change, 'store-write-failed')
        }
        should(await names(again)).eql(['v1'])
        chmodSync(store.folder, 0o700)
        chmodSync(store.path(), 0o700)
    })

    it('are swept of what dead processes left unfinished, and of nothing else', async () => {
        mkdirSync(store.path(), { recursive: true })
        const mark = 'a'.repeat(12)
        const dead = spawn(process.execPath, ['-e', ''])
        await once(dead, 'exit')
        const left = [`.x.json.${process.ppid}-${mark}-${mark}.tmp`, `.x.json.${mark}.tmp`, '.x.tmp', 'x.tmp']
        for (const name of [`.x.json.${dead.pid}-${mark}-${mark}.tmp`, `.x.json.${process.pid}-${mark}-${mark}.tmp`, ...left]) {
            writeFileSync(store.path(name), 'half')
            writeFileSync(join(store.folder, name), 'half')
        }
        const old = `.y.json.${mark}.tmp`
        const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000)
        writeFileSync(store.path(old), 'half')
        utimesSync(store.path(old), longAgo, longAgo)
        await store.opened()
        should(store.names()).eql(left.sort())
        should(store.files().filter(({ name }) => name.includes(String(dead.pid)))).eql([])
    })

    it('are all kept when two processes write to one folder at once', async function () {
        this.timeout(60_000)
        const count = 6
        const writers = ['a', 'b'].map(name => spawn(process.execPath,
            ['--import', 'tsx', join(__dirname, 'local-writer.ts'), store.folder, name, String(count)], { stdio: ['pipe', 'pipe', 'inherit'] }))
        try {
            const ends = writers.map(writer => once(writer, 'exit'))
            await Promise.all(writers.map((writer, at) => Promise.race([once(writer.stdout, 'data'), ends[at]])))
            writers.forEach(writer => writer.stdin.write('go\n'))
            should(await Promise.all(ends)).eql([[0, null], [0, null]])
        } finally {
            writers.forEach(writer => writer.kill())
        }
        const snapshots = await store.opened()
        const { snapshots: there, setAside } = await snapshots.list()
        should(setAside).eql([])
        const expected = ['a', 'b'].flatMap(name => Array.from({ length: count }, (_, at) => `${name}${at}`))
        should(there.map(({ name }) => name).sort()).eql(expected.sort())
        for (const { id, name, description } of there) {
            should(description).equal(`by ${name[0]}`)
            should((await snapshots.open(id)).credentials).eql(credentials)
        }
    })
})
