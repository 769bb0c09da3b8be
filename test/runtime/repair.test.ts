import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { Journal, type JournalEntry } from '../../src/runtime/journal'
import { changedModules, repair } from '../../src/runtime/repair'
import { DataKey } from '../../src/runtime/store/data-key'
import { KeptVariables } from '../../src/runtime/store/kept-variables'
import { LocalSnapshots, type OpenedSnapshot } from '../../src/runtime/store/local-snapshots'
import { failure } from '../flowfuse/failure'
import { redDouble } from './red-double'

const entry: JournalEntry = {
    kind: 'restore', snapshot: { id: 'a', name: 'v1' }, safety: { id: 'b', name: 'Before restore of “v1”' }, revBefore: 'old', revAfter: 'new',
    files: { flows: { sha256: 'hash', text: '[ {"password": "canary"} ]' }, credentials: { sha256: null, text: null } }, variables: null
}

describe('the journal of a restore', () => {
    let folder: string
    let journal: Journal
    const repaired = async () => {
        const dataKey = new DataKey(folder, () => ['secret'])
        const snapshots = new LocalSnapshots(folder, dataKey, { keep: 10 })
        await repair({ nodeRed: redDouble({ userDir: folder }).nodeRed, kept: new KeptVariables(folder, dataKey), snapshots, journal })
        return await journal.notice()
    }

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'journal-'))
        journal = new Journal(folder, new DataKey(folder, () => ['secret']))
    })

    afterEach(() => rmSync(folder, { recursive: true, force: true }))

    it('is opened by one at a time', async () => {
        await journal.open(entry)
        await failure(journal.open(entry), 'restore-elsewhere')
        await journal.close()
        await journal.open(entry)
    })

    it('gives back what was written, and holds no text of a file in clear', async () => {
        await journal.open(entry)
        readFileSync(join(folder, 'journal.json'), 'utf8').should.not.containEql('canary')
        const found = await journal.found()
        should(found.state === 'open' && found.entry).containEql(entry)
    })

    it('is nothing to repair when there is none', async () => {
        should(await repaired()).be.null()
    })

    it('is set aside and said when it can’t be read', async () => {
        writeFileSync(join(folder, 'journal.json'), '{"version": 1, "kind')
        const notice = await repaired()
        should([notice?.outcome, notice?.kind, notice?.because?.code]).eql(['failed', null, 'journal-unusable'])
        readdirSync(folder).filter(name => name.startsWith('journal.json')).should.eql([notice?.because?.params.aside])
    })

    it('is left alone while another process that lives is at work', async () => {
        const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
        await once(other, 'spawn')
        try {
            await journal.open(entry)
            const file = join(folder, 'journal.json')
            const written = JSON.parse(readFileSync(file, 'utf8')) as { process: object }
            const text = JSON.stringify({ ...written, process: { ...written.process, pid: other.pid, began: null } })
            writeFileSync(file, text)
            const notice = await repaired()
            should([notice?.outcome, notice?.name]).eql(['other-process', 'v1'])
            readFileSync(file, 'utf8').should.equal(text)
        } finally {
            other.kill()
        }
    })

    it('is set aside, with nothing written, when the safety snapshot is gone', async () => {
        await journal.open(entry)
        const notice = await repaired()
        should([notice?.outcome, notice?.kind, notice?.because?.code]).eql(['failed', 'restore', 'snapshot-gone'])
        should((await journal.found()).state).equal('none')
    })

    it('says of a pull that it was one, and of its undo that it was an undo', async () => {
        const pulled = { server: 'https://app.flowfuse.com', owner: 'i1', link: null }
        await journal.open({ ...entry, pulled })
        should((await repaired())?.kind).equal('pull')
        await journal.open({ ...entry, kind: 'undo' })
        should((await repaired())?.kind).equal('undo')
    })

    it('leaves a notice until it was read', async () => {
        await journal.open(entry)
        await repaired()
        await journal.dismissNotice()
        should(await journal.notice()).be.null()
    })

    it('names modules that were not there, or in another version, before the work that was cut short', async () => {
        const userDir = mkdtempSync(join(tmpdir(), 'journal-user-'))
        const install = (name: string, version: string) => {
            mkdirSync(join(userDir, 'node_modules', name), { recursive: true })
            writeFileSync(join(userDir, 'node_modules', name, 'package.json'), JSON.stringify({ name, version }))
        }
        try {
            install('same', '1.0.1')
            install('updated', '2.0.0')
            writeFileSync(join(userDir, 'package.json'), JSON.stringify({ dependencies: { same: '~1.0.1', updated: '~1.0.0', added: '1', unlocked: '~1.1.0' } }))
            const stored = {
                credentials: {},
                packageJson: JSON.stringify({ dependencies: { same: '*', updated: '~1.0.0', unlocked: '~1.0.0' } }),
                packageLock: JSON.stringify({ packages: { 'node_modules/same': { version: '1.0.1' }, 'node_modules/updated': { version: '1.0.0' } } })
            }
            const { nodeRed } = redDouble({ userDir })
            should(await changedModules(nodeRed, { stored } as OpenedSnapshot)).eql(['updated', 'added', 'unlocked'])
            should(await changedModules(nodeRed, {} as OpenedSnapshot)).eql([])
        } finally {
            rmSync(userDir, { recursive: true })
        }
    })
})
