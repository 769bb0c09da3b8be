import { join } from 'node:path'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import type { RepairNotice } from '../shared/local'
import type { Named } from '../shared/requests'
import { isObject } from '../snapshot/parse'
import { ownMark, type ProcessMark } from './process-life'
import type { StoredLink } from './store/connections-file'
import type { DataKey } from './store/data-key'
import { moveFile, readIfThere, removeFile, setAside, writeNew, writeWhole } from './store/files'
import { isSealed, openText, sealText, type Sealed } from './store/sealing'
import type { StoredFile, StoredFiles } from './stored-files'

/**
 * Where a pulled snapshot came from (`server`: null for what is none of FlowFuse's), and what was remembered of that instance or device
 * before: an undo remembers it again.
 */
export interface PulledFrom { server: string | null, owner: string, link: StoredLink | null }

/** What is being replaced, and how to take it back. */
export interface JournalEntry {
    kind: 'restore' | 'undo'
    /** Absent for a local snapshot. */
    pulled?: PulledFrom
    /** The snapshot that is to run. */
    snapshot: Named
    /** The snapshot of what ran before. */
    safety: Named
    revBefore: string
    /** Node-RED's revision once the snapshot runs. */
    revAfter: string
    files: StoredFiles
    /** Text of the file of kept variables; null where there was none. */
    variables: string | null
}

/** An entry as found, with the process that wrote it. `at`: ISO 8601. */
export interface FoundEntry extends JournalEntry { process: ProcessMark, at: string }

export type Found = { state: 'none' } | { state: 'unusable' } | { state: 'open', entry: FoundEntry }

/**
 * Says on disk that flows are being replaced, from before the first write until what was written has been read back. One who finds it
 * open knows that it was cut short. What was done last is kept beside it, for undo.
 */
export class Journal {
    private readonly file: string
    private readonly lastFile: string
    private readonly noticeFile: string

    /** @param folder the store's, below userDir */
    constructor (folder: string, private readonly dataKey: DataKey) {
        this.file = join(folder, 'journal.json')
        this.lastFile = join(folder, 'last-restore.json')
        this.noticeFile = join(folder, 'notice.json')
    }

    /** @throws CodedError `restore-elsewhere` when one is open already, `store-write-failed` */
    async open (entry: JournalEntry): Promise<void> {
        if (!await writeNew(this.file, await this.textOf(entry))) {
            throw new CodedError('restore-elsewhere', {}, 409)
        }
    }

    async found (): Promise<Found> {
        return await this.read(this.file)
    }

    /** Ends the entry: what it says is done, or is as before. */
    async close (): Promise<void> {
        await removeFile(this.file)
    }

    /** Ends the entry as done, to be undone when the user wants that. One step, which takes no room on a full disk. */
    async closeForUndo (): Promise<void> {
        await moveFile(this.file, this.lastFile)
    }

    /** @returns the new name */
    async setAside (): Promise<string> {
        return await setAside(this.file)
    }

    /** What was restored last; null when nothing, or when it can't be read. */
    async last (): Promise<FoundEntry | null> {
        const found = await this.read(this.lastFile)
        return found.state === 'open' ? found.entry : null
    }

    async forgetLast (): Promise<void> {
        await removeFile(this.lastFile)
    }

    /** What was found and done at the start of Node-RED, until a user has read it. */
    async notice (): Promise<RepairNotice | null> {
        const notice = parsed(await readIfThere(this.noticeFile))
        const { outcome, kind, name, at, modulesLeft, because } = notice ?? {}
        const isWhole = [outcome, name, at].every(text => typeof text === 'string') && Array.isArray(modulesLeft)
        return isWhole
            ? { outcome, kind: kind ?? null, name, at, modulesLeft: modulesLeft as string[], because: because ?? null } as RepairNotice
            : null
    }

    async setNotice (notice: RepairNotice): Promise<void> {
        await writeWhole(this.noticeFile, JSON.stringify(notice))
    }

    async dismissNotice (): Promise<void> {
        await removeFile(this.noticeFile)
    }

    private async read (file: string): Promise<Found> {
        const text = await readIfThere(file)
        if (text === null) {
            return { state: 'none' }
        }
        const value = parsed(text)
        if (!isEntry(value)) {
            return { state: 'unusable' }
        }
        const { flows, credentials } = value.files
        return { state: 'open', entry: { ...value, files: { flows: await this.opened(flows), credentials: await this.opened(credentials) } } }
    }

    private async textOf (entry: JournalEntry): Promise<string> {
        const { flows, credentials } = entry.files
        const files = { flows: await this.sealed(flows), credentials: await this.sealed(credentials) }
        return JSON.stringify({ version: 1, process: await ownMark(), at: new Date().toISOString(), ...entry, files })
    }

    private async sealed (file: StoredFile): Promise<SealedFile> {
        return { ...file, text: file.text === null ? null : sealText(await this.dataKey.openOrMake(), file.text, context) }
    }

    /** A text that can't be opened any more is one that is not known: the file is then written as Node-RED lays it out. */
    private async opened (file: SealedFile): Promise<StoredFile> {
        const key = file.text === null ? null : await this.dataKey.open().catch(() => null)
        return { ...file, text: file.text === null || key === null ? null : openText(key, file.text, context) }
    }
}

type SealedFile = Omit<StoredFile, 'text'> & { text: Sealed | null }
type StoredEntry = Omit<FoundEntry, 'files'> & { version: 1, files: { flows: SealedFile, credentials: SealedFile } }

const context = 'journal'

/** The failure behind a notice. */
export function answerOf (error: unknown): ErrorAnswer {
    return error instanceof CodedError ? error.toAnswer() : { code: 'internal', params: {} }
}

function parsed (text: string | null): Record<string, unknown> | null {
    try {
        const value: unknown = JSON.parse(text ?? 'null')
        return isObject(value) ? value : null
    } catch {
        // Damaged: said by who needs it.
        return null
    }
}

function isEntry (value: unknown): value is StoredEntry {
    if (!isObject(value) || value.version !== 1 || !isObject(value.files) || !isObject(value.process)) {
        return false
    }
    const texts = [value.kind, value.revBefore, value.revAfter, value.at, value.process.host, value.process.at]
    return texts.every(text => typeof text === 'string') && typeof value.process.pid === 'number' &&
        (value.variables === null || typeof value.variables === 'string') && (value.pulled === undefined || isPulled(value.pulled)) &&
        [value.snapshot, value.safety].every(isNamed) && [value.files.flows, value.files.credentials].every(isStoredFile)
}

function isPulled (value: unknown): boolean {
    return isObject(value) && (value.server === null || typeof value.server === 'string') && typeof value.owner === 'string' && (value.link === null || isObject(value.link))
}

function isNamed (value: unknown): boolean {
    return isObject(value) && typeof value.id === 'string' && typeof value.name === 'string'
}

function isStoredFile (value: unknown): boolean {
    return isObject(value) && (value.sha256 === null || typeof value.sha256 === 'string') && (value.text === null || isSealed(value.text))
}
