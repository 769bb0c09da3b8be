import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { Inventories } from '../../../src/runtime/store/inventories'

const server = 'https://ff.example'
const unexpected = (error: unknown) => { throw error }

describe('what is remembered of a push’s nodes', () => {
    let folder: string
    let inventories: Inventories

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), 'inventories-'))
        inventories = new Inventories(folder)
    })

    afterEach(() => rm(folder, { recursive: true }))

    it('is there for whoever asks at once, and after a restart', async () => {
        inventories.set(server, 'i', 's1', async () => new Map([['n', 'hash']]), unexpected)
        should(await inventories.get(server, 'i', 's1')).eql(new Map([['n', 'hash']]))
        should(await new Inventories(folder).get(server, 'i', 's1')).eql(new Map([['n', 'hash']]))
        should(await inventories.get(server, 'other', 's1')).be.null()
    })

    it('is not taken for that of another push, whose own was never written', async () => {
        inventories.set(server, 'i', 's1', async () => new Map([['n', 'hash']]), unexpected)
        should(await inventories.get(server, 'i', 's2')).be.null()
        let reason: unknown
        inventories.set(server, 'i', 's2', () => Promise.reject(new Error('no')), error => { reason = error })
        should(await inventories.get(server, 'i', 's2')).be.null()
        should(reason).be.an.Error()
    })

    it('is that of the later of two pushes', async () => {
        let release = () => {}
        const released = new Promise<void>(resolve => { release = resolve })
        inventories.set(server, 'i', 's1', async () => released.then(() => new Map([['n', 'earlier']])), unexpected)
        inventories.set(server, 'i', 's2', async () => new Map([['n', 'later']]), unexpected)
        const asked = inventories.get(server, 'i', 's2')
        release()
        should(await asked).eql(new Map([['n', 'later']]))
    })

    it('is whole whatever its ids are and however many, and counts as none once it is damaged', async () => {
        const nodes = new Map(Array.from({ length: 5000 }, (_, at) => [`line\n“${at}”`, `hash${at}`]))
        nodes.set('__proto__', 'odd')
        inventories.set(server, 'i', 's1', async () => nodes, unexpected)
        should(await inventories.get(server, 'i', 's1')).eql(nodes)
        const file = join(folder, (await readdir(folder))[0]!)
        const text = await readFile(file, 'utf8')
        for (const damaged of [text.slice(0, text.length / 2), text.split('\n').toSpliced(1, 1).join('\n'), text.replace('hash7"', 'hash7'), '', '[]', '7']) {
            await writeFile(file, damaged)
            should(await inventories.get(server, 'i', 's1')).be.null()
        }
    })
})
