import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '../../shared/errors'
import { isObject } from '../../snapshot/parse'
import { asideMark, namesIn, readFailure, readIfThere, setAside, writeWhole } from './files'
import type { LocalHead } from './local-content'
import { isHead, UnreadableSnapshot } from './snapshot-file'
import { readHead } from './snapshot-reading'

/** A head as it was read from a file. `stamp` changes whenever the file does. */
interface Entry { stamp: string, head: LocalHead }

const indexName = 'index.json'
const idPattern = /^[0-9a-f]{20}$/

/** True for an id of a local snapshot: nothing else ever becomes part of a path. */
export function isLocalId (id: string): boolean {
    return idPattern.test(id)
}

/**
 * The heads of the snapshots in a folder. The files themselves are what counts and are looked at each time; `index.json` only spares
 * reading those that have not changed. Lost, torn or old, it costs one look into each file.
 */
export class LocalIndex {
    private entries = new Map<string, Entry>()
    private isSaved = true

    constructor (private readonly folder: string) {}

    /** Reads the index; one that can't be used counts as none. */
    async load (): Promise<void> {
        const text = await readIfThere(join(this.folder, indexName)).catch(() => null)
        this.entries = new Map(text === null ? [] : parseIndex(text))
    }

    /**
     * Newest first, and the names of the files that can't be read: set aside those whose content is at fault.
     * @throws CodedError `store-read-failed` when the folder can't be looked at
     */
    async look (): Promise<{ heads: LocalHead[], setAside: string[] }> {
        const names = await namesIn(this.folder)
        const unreadable = names.filter(name => name.includes(`.json${asideMark}`))
        const seen = new Map<string, Entry>()
        const looked = names.filter(name => name.endsWith('.json') && !name.startsWith('.') && name !== indexName).map(async name => {
            try {
                const entry = await this.entryOf(name)
                if (entry !== null) {
                    seen.set(name, entry)
                }
            } catch (error) {
                unreadable.push(error instanceof UnreadableSnapshot ? await this.moveAside(name) : name)
            }
        })
        await Promise.all(looked)
        this.isSaved &&= seen.size === this.entries.size && [...seen].every(([name, entry]) => this.entries.get(name) === entry)
        this.entries = seen
        return { heads: [...seen.values()].map(({ head }) => head).sort(newestFirst), setAside: unreadable.sort() }
    }

    /** Writes what the last look found, if that is new. What can't be written is read again the next time. */
    async save (): Promise<void> {
        if (!this.isSaved) {
            const files = Object.fromEntries(this.entries)
            await writeWhole(join(this.folder, indexName), JSON.stringify({ version: 1, files })).then(() => { this.isSaved = true }, () => undefined)
        }
    }

    /** @returns the name that the file has then: its old one where nothing can be written */
    async moveAside (name: string): Promise<string> {
        return await setAside(join(this.folder, name)).catch(() => name)
    }

    /** null when the file is gone. @throws UnreadableSnapshot; CodedError `store-read-failed` */
    private async entryOf (name: string): Promise<Entry | null> {
        const file = join(this.folder, name)
        const id = name.slice(0, -'.json'.length)
        if (!isLocalId(id)) {
            throw new UnreadableSnapshot('no name of ours')
        }
        try {
            const stamp = await stampOf(file)
            const known = this.entries.get(name)
            return known?.stamp === stamp ? known : { stamp, head: await readHead(file, id) }
        } catch (error) {
            if (isGone(error)) {
                return null
            }
            throw error
        }
    }
}

/** True for the failure to read a file that is not there. */
export function isGone (error: unknown): boolean {
    return error instanceof CodedError && error.code === 'store-read-failed' && error.params.reason === 'ENOENT'
}

async function stampOf (file: string): Promise<string> {
    try {
        const { size, mtimeNs, ino } = await lstat(file, { bigint: true })
        return `${size}-${mtimeNs}-${ino}`
    } catch (error) {
        throw readFailure(file, error)
    }
}

function newestFirst (one: LocalHead, other: LocalHead): number {
    return other.sequence - one.sequence || compared(other.createdAt, one.createdAt) || compared(other.id, one.id)
}

function compared (one: string, other: string): number {
    return one < other ? -1 : one > other ? 1 : 0
}

function parseIndex (text: string): Array<[string, Entry]> {
    try {
        const { version, files } = JSON.parse(text) as Record<string, unknown>
        return version === 1 && isObject(files) ? Object.entries(files).filter((file): file is [string, Entry] => isEntry(...file)) : []
    } catch {
        // Torn: as good as none.
        return []
    }
}

function isEntry (name: string, entry: unknown): boolean {
    return isObject(entry) && typeof entry.stamp === 'string' && isObject(entry.head) && isHead(entry.head) && `${entry.head.id}.json` === name
}
