import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { readIfThere, removeFile, setAside, writeNew, writeWhole } from '../../../src/runtime/store/files'
import { failure } from '../../flowfuse/failure'
import { openPipes } from './pipes'

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

    it('is written from pieces', async () => {
        await writeWhole(file, ['one ', Buffer.from('Füll'), 'stand'])
        should(readFileSync(file, 'utf8')).equal('one Füllstand')
        await writeWhole(file, (async function * () {
            yield 'piece by '
            yield Buffer.from('piece')
        })())
        should(readFileSync(file, 'utf8')).equal('piece by piece')
    })

    it('stays as it was when the pieces end in a failure', async () => {
        await writeWhole(file, 'old')
        const pieces = async function * () {
            yield 'half'
            throw Object.assign(new Error('unreadable'), { code: 'EIO' })
        }
        await failure(writeWhole(file, pieces()), 'store-write-failed', { reason: 'EIO' })
        should(readFileSync(file, 'utf8')).equal('old')
        should(readdirSync(join(folder, 'store'))).eql(['connections.json'])
    })

    it('can be written only where there is none yet', async () => {
        should(await writeNew(file, 'one')).be.true()
        should(await writeNew(file, 'two')).be.false()
        should(readFileSync(file, 'utf8')).equal('one')
        should(statSync(file).mode & 0o777).equal(0o600)
        should(readdirSync(join(folder, 'store'))).eql(['connections.json'])
        const { link } = fs
        fs.link = async () => { throw Object.assign(new Error('no links here'), { code: 'EPERM' }) }
        try {
            should(await writeNew(file, 'two')).be.false()
            rmSync(file)
            should(await writeNew(file, 'two')).be.true()
        } finally {
            fs.link = link
        }
        should(readFileSync(file, 'utf8')).equal('two')
        should(readdirSync(join(folder, 'store'))).eql(['connections.json'])
    })

    it('is removed, or was not there', async () => {
        await writeWhole(file, 'one')
        should(await removeFile(file)).be.true()
        should(await removeFile(file)).be.false()
        await failure(removeFile(folder), 'store-write-failed')
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

    it('is not waited for where a pipe is in its place, nor read from a device', async function () {
        if (process.platform === 'win32') { this.skip() }
        mkdirSync(join(folder, 'store'))
        execFileSync('mkfifo', [file])
        const opened = openPipes([file])
        try {
            await failure(readIfThere(file), 'store-read-failed', { reason: 'no regular file' })
            symlinkSync('/dev/zero', join(folder, 'zero'))
            await failure(readIfThere(join(folder, 'zero')), 'store-read-failed', { reason: 'no regular file' })
        } finally {
            opened.end()
        }
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
