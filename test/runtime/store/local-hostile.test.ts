import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import should from 'should'
import type { LocalHead, LocalSnapshots } from '../../../src/runtime/store/local-snapshots'
import { failure } from '../../flowfuse/failure'
import { content, credentials, LocalStore } from './local-store'

const otherId = '0123456789abcdef0123'

describe('the folder of the local snapshots', () => {
    let store: LocalStore
    let snapshots: LocalSnapshots
    let head: LocalHead
    const { open } = fs

    beforeEach(async () => {
        store = new LocalStore()
        snapshots = await store.opened()
        head = await snapshots.create(content())
        await snapshots.list()
    })
    afterEach(() => {
        fs.open = open
        store.remove()
    })

    const path = (id = head.id) => store.path(`${id}.json`)
    const text = () => readFileSync(path(), 'utf8')
    const ids = async (of: LocalSnapshots) => (await of.list()).snapshots.map(({ id }) => id)
    const asideTexts = (names: string[]) => names.map(name => readFileSync(store.path(name), 'utf8'))

    describe('has an index that only saves time:', () => {
        const lost: Array<[string, () => void]> = [
            ['lost', () => rmSync(store.path('index.json'))],
            ['torn', () => writeFileSync(store.path('index.json'), readFileSync(store.path('index.json'), 'utf8').slice(0, -20))],
            ['of another shape', () => writeFileSync(store.path('index.json'), '{"version":1,"files":{"x":null,"__proto__":{"stamp":"1"}}}')],
            ['of another version', () => writeFileSync(store.path('index.json'), '{"version":2,"files":[]}')],
            ['a folder', () => { rmSync(store.path('index.json')); mkdirSync(store.path('index.json')) }]
        ]
        for (const [how, lose] of lost) {
            it(`${how}, it costs nothing else`, async () => {
                lose()
                const again = await store.opened()
                should(await again.list()).eql({ snapshots: [head], setAside: [] })
                should((await again.open(head.id)).credentials).eql(credentials)
            })
        }

        it('old, it is not believed', async () => {
            const before = readFileSync(store.path('index.json'))
            const changed = await snapshots.change(head.id, { name: 'v9', pinned: true })
            const made = await snapshots.create(content())
            writeFileSync(store.path('index.json'), before)
            should((await (await store.opened()).list()).snapshots).eql([made, changed])
            rmSync(path(made.id))
            should(await ids(await store.opened())).eql([head.id])
        })

        it('whole, no file is looked into', async () => {
            const opened: string[] = []
            fs.open = async (file, ...more) => {
                opened.push(String(file))
                return await open(file, ...more)
            }
            should(await ids(await store.opened())).eql([head.id])
            should(opened.filter(file => file === path())).eql([])
        })

        it('is not written again when nothing changed', async () => {
            const before = readFileSync(store.path('index.json'), 'utf8')
            rmSync(store.path('index.json'))
            await snapshots.list()
            should(existsSync(store.path('index.json'))).be.false()
            await snapshots.change(head.id, { pinned: true })
            await snapshots.list()
            should(readFileSync(store.path('index.json'), 'utf8')).not.equal(before)
        })
    })

    const unreadable: Array<[string, (text: string) => string]> = [
        ['is cut short in its flows', text => text.slice(0, -200)],
        ['is cut short by one byte', text => text.slice(0, -1)],
        ['is cut short in its head', text => text.slice(0, 300)],
        ['is empty', () => ''],
        ['is not JSON', () => 'not JSON at all'],
        ['is a list', () => '[\n]\n'],
        ['is 60 MB of nothing', () => ' '.repeat(60 * 1024 * 1024)],
        ['is nested too deep', text => text.replace('"counts":{', `"deep":${'['.repeat(5000)}${']'.repeat(5000)},"counts":{`)],
        ['has a hostile key in its head', text => text.replace('"counts":{', '"__proto__":{"pinned":true},"counts":{')],
        ['has a hostile member', text => text.replace('{\n', '{\n"__proto__":{"id":"x"},\n')],
        ['is somebody else’s snapshot', text => text.replace(/"id":"[^"]*"/, `"id":"${otherId}"`)],
        ['has no version', text => text.replace('"version":1,', '')],
        ['has a kind that is none', text => text.replace('"kind":"named"', '"kind":"constructor"')],
        ['has counts that are none', text => text.replace('"nodes":3', '"nodes":"<img>"')],
        ['has a name that is none', text => text.replace('"name":"v1"', '"name":{}')],
        ['has a number that nothing can come after', text => text.replace(/"sequence":\d+/, `"sequence":${Number.MAX_SAFE_INTEGER}`)],
        ['has no sealed secret', text => text.replace(/\n"sealed":.*/, '')],
        ['says another length', text => text.replace('"rest":{"bytes":', '"rest":{"bytes":1')]
    ]
    for (const [how, damage] of unreadable) {
        it(`has a file set aside and reported that ${how}`, async () => {
            const damaged = damage(text())
            should(damaged).not.equal(text())
            writeFileSync(path(), damaged)
            const other = await snapshots.create(content())
            const again = await store.opened()
            const { snapshots: there, setAside } = await again.list()
            should(there).eql([other])
            should(setAside).have.length(1)
            should(asideTexts(setAside)[0] === damaged).be.true()
            await failure(again.open(head.id), 'snapshot-gone')
        })
    }

    const changedInside: Array<[string, (text: string) => string]> = [
        ['one byte of the flows', text => text.replace('Füllstand', 'Fullstand ')],
        ['the keys of a flow', text => text.replace('{"id":"t1"', '{"__proto__":{"id":"x"},"id":"t1"')],
        ['the credentials', text => text.replace(/("credentials":\{"\$":"[0-9a-f]{32})(.)/, (_all, before: string, first: string) => before + (first === 'A' ? 'B' : 'A'))],
        ['a variable', text => text.replace('"Plant A"', '"Plant B"')]
    ]
    for (const [what, damage] of changedInside) {
        it(`never opens a snapshot in which somebody changed ${what}`, async () => {
            const damaged = damage(text())
            should(damaged).not.equal(text())
            // As long as it was, so that only the content tells.
            const rest = (file: string) => Buffer.byteLength(file.slice(file.indexOf('"settings":')))
            writeFileSync(path(), damaged.replace(/"rest":\{"bytes":\d+/, `"rest":{"bytes":${rest(damaged)}`))
            const { params } = await failure((await store.opened()).open(head.id), 'snapshot-unreadable')
            should((await (await store.opened()).list()).setAside).eql([params.aside])
            await failure(snapshots.open(head.id), 'snapshot-gone')
        })
    }

    it('never opens the secret of one snapshot for another', async () => {
        const other = await snapshots.create(content({ credentialsJson: [Buffer.from('{"n1":{"password":"mine"}}')] }))
        const sealed = /\n"sealed":.*/.exec(readFileSync(path(other.id), 'utf8'))?.[0] ?? ''
        writeFileSync(path(), text().replace(/\n"sealed":.*/, sealed))
        await failure((await store.opened()).open(head.id), 'snapshot-unreadable')
    })

    it('may hold what is no file, or not ours: set aside, never followed', async () => {
        writeFileSync(store.path('my-own.json'), '{"flows":[]}')
        mkdirSync(path('a'.repeat(20)))
        const outside = `${store.folder}/outside.json`
        renameSync(path(), outside)
        symlinkSync(outside, path())
        copyFileSync(outside, path('b'.repeat(20)))
        if (process.platform !== 'win32') {
            execFileSync('mkfifo', [path('c'.repeat(20))])
        }
        writeFileSync(store.path('notes.txt'), 'left alone')
        const { snapshots: there, setAside } = await snapshots.list()
        should(there).eql([])
        should(setAside).have.length(process.platform === 'win32' ? 4 : 5)
        should(setAside.every(name => name.includes('.json.set-aside-'))).be.true()
        should(existsSync(store.path('notes.txt'))).be.true()
        should(readFileSync(outside, 'utf8')).containEql('"name":"v1"')
    })

    it('has a file that can’t be looked at reported where it is, and not set aside', async () => {
        fs.open = async (file, ...more) => {
            if (String(file) === path()) {
                throw Object.assign(new Error('injected'), { code: 'EIO' })
            }
            return await open(file, ...more)
        }
        rmSync(store.path('index.json'))
        const again = await store.opened()
        should(await again.list()).eql({ snapshots: [], setAside: [`${head.id}.json`] })
        await failure(again.open(head.id), 'store-read-failed', { reason: 'EIO' })
        fs.open = open
        should(await ids(again)).eql([head.id])
    })

    describe('with a snapshot of a newer version', () => {
        const newer: Array<[string, (text: string) => string]> = [
            ['that looks like ours', text => text.replace('"version":1', '"version":2').replace('"kind":"named"', '"kind":"automatic"')],
            ['that looks otherwise', () => `{\n"id":"${head.id}",\n"local":{"version":3},\n"more":[]\n}`]
        ]
        for (const [how, changed] of newer) {
            it(`${how} lists it, leaves it where it is, and never opens, changes or displaces it`, async () => {
                const file = changed(text())
                writeFileSync(path(), file)
                const again = await store.opened(1)
                for (let count = 0; count < 3; count++) {
                    await again.create(content({ kind: 'automatic' }))
                }
                const { snapshots: there, setAside } = await again.list()
                should(setAside).eql([])
                should(there).have.length(2)
                should(there.find(({ id }) => id === head.id)).containEql({ newer: true })
                await failure(again.open(head.id), 'snapshot-newer')
                await failure(again.change(head.id, { pinned: true }), 'snapshot-newer')
                should(text()).equal(file)
                should(await (await store.opened(1)).list()).eql(await again.list())
            })
        }
    })
})
