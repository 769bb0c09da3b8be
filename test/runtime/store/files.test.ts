import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { readIfThere, setAside, writeWhole } from '../../../src/runtime/store/files'
import { failure } from '../../flowfuse/failure'

describe('a file of the store', () => {
    let folder: string
    let file: string
    const { rename } = fs

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'ffs-files-'))
        file = join(folder, 'store', 'connections.json')
    })

    afterEach(() => {
        fs.rename = rename
        rmSync(folder, { recursive: true })
    })

    const diskFull = async () => { throw Object.assign(new Error('no space left'), { code: 'ENOSPC' }) }

    it('is written for its owner alone, in a folder for its owner alone', async () => {
        await writeWhole(file, 'one')
        await writeWhole(file, 'two')
        should(readFileSync(file, 'utf8')).equal('two')
        should(statSync(file).mode & 0o777).equal(0o600)
        should(statSync(join(folder, 'store')).mode & 0o777).equal(0o700)
        should(readdirSync(join(folder, 'store'))).eql(['connections.json'])
    })

    it('stays as it was when the new one can’t take its place, and nothing is left over', async () => {
        await writeWhole(file, 'old')
        fs.rename = diskFull
        const error = await failure(writeWhole(file, 'new'), 'store-write-failed', { file: 'connections.json', reason: 'ENOSPC' })
        should(error.status).equal(500)
        should(readFileSync(file, 'utf8')).equal('old')
        should(readdirSync(join(folder, 'store'))).eql(['connections.json'])
    })

    it('is not begun where there can be no folder', async () => {
        writeFileSync(join(folder, 'store'), 'a file in the way')
        await failure(writeWhole(file, 'new'), 'store-write-failed', { file: 'connections.json' })
        should(readFileSync(join(folder, 'store'), 'utf8')).equal('a file in the way')
    })

    it('is read, or is not there', async () => {
        should(await readIfThere(file)).be.null()
        await writeWhole(file, 'Füllstand')
        should(await readIfThere(file)).equal('Füllstand')
    })

    it('says why when it can’t be read', async () => {
        await failure(readIfThere(folder), 'store-read-failed', { reason: 'EISDIR' })
    })

    it('is kept under a name of its own when it is set aside', async () => {
        const names: string[] = []
        for (const content of ['one', 'two']) {
            await writeWhole(file, content)
            names.push(await setAside(file))
        }
        should(existsSync(file)).be.false()
        should(names.map(name => readFileSync(join(folder, 'store', name), 'utf8'))).eql(['one', 'two'])
    })

    it('stays where it is when it can’t be set aside', async () => {
        await writeWhole(file, 'old')
        fs.rename = diskFull
        await failure(setAside(file), 'store-write-failed', { reason: 'ENOSPC' })
        should(readFileSync(file, 'utf8')).equal('old')
    })
})
