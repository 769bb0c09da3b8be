import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { CodedError } from '../../shared/errors'
import type { DataKey } from './data-key'
import { removeFile, sweepUnfinished, writeWhole } from './files'
import type { LocalContent, LocalHead, OpenedSnapshot } from './local-content'
import { isGone, isLocalId, LocalIndex } from './local-index'
import { displaced } from './retention'
import { UnreadableSnapshot } from './snapshot-file'
import { readPieces, readSnapshot } from './snapshot-reading'
import { checkedHead, snapshotFile } from './snapshot-writing'

export type { LocalContent, LocalCounts, LocalHead, OpenedEnvironment, OpenedSnapshot, StoredState } from './local-content'

/**
 * The local snapshots, a file each in `<folder>/local`. Several processes may use one folder: each sees the files of the others.
 * A file that can't be read is reported and set aside, never deleted; one by a newer version of the plugin is left alone.
 */
export class LocalSnapshots {
    private readonly folder: string
    private readonly index: LocalIndex
    private writing: Promise<unknown> = Promise.resolve()

    /** @param folder the store's, below userDir. @param options.keep how many automatic ones are kept */
    constructor (folder: string, private readonly dataKey: DataKey, private readonly options: { keep: number }) {
        this.folder = join(folder, 'local')
        this.index = new LocalIndex(this.folder)
    }

    /** Removes what dead processes left unfinished and reads the index. Throws for no single bad file. @throws CodedError `store-read-failed` */
    async load (): Promise<void> {
        await sweepUnfinished(dirname(this.folder))
        await sweepUnfinished(this.folder)
        await this.index.load()
        await this.list()
    }

    /** Newest first, and the names of files that could not be read. @throws CodedError `store-read-failed` for the folder itself */
    async list (): Promise<{ snapshots: LocalHead[], setAside: string[] }> {
        // What has to make room is gone then.
        await this.writing
        const { heads, setAside } = await this.index.look()
        await this.index.save()
        const keys = await this.dataKey.keys()
        return { snapshots: heads.map(head => seenWith(keys, head)), setAside }
    }

    /**
     * Keeps a snapshot. Old automatic and safety ones make room right after, while the caller goes on.
     * @throws CodedError `store-write-failed`, `store-read-failed`, `description-too-long`; nothing is kept then, and nothing is gone
     */
    async create (content: LocalContent): Promise<LocalHead> {
        const made = await this.inTurn(async () => {
            const { heads } = await this.index.look()
            const sequence = 1 + Math.max(0, ...heads.map(head => head.sequence))
            const id = randomBytes(10).toString('hex')
            const { head, pieces } = await snapshotFile(
                content, { id, sequence, createdAt: new Date().toISOString() }, (text, context) => this.dataKey.seal(text, context))
            await writeWhole(this.fileOf(id), pieces)
            return head
        })
        if (made.kind !== 'named') {
            // What can't be removed now is removed after the next one.
            this.inTurn(() => this.makeRoom()).catch(() => undefined)
        }
        return made
    }

    /** @throws CodedError `snapshot-gone`, `snapshot-newer`, `snapshot-unreadable`, `store-read-failed` */
    async open (id: string): Promise<OpenedSnapshot> {
        const keys = await this.dataKey.keys()
        return await this.reading(id, file => readSnapshot(file, id, keys))
    }

    /** @throws CodedError as `open`, and `description-too-long`, `store-write-failed` */
    change (id: string, change: { name?: string, description?: string, pinned?: boolean }): Promise<LocalHead> {
        return this.inTurn(async () => {
            const { head: before, sealed, rest, pieces } = await this.reading(id, file => readPieces(file, id))
            const { name = before.name, description = before.description, pinned = before.pinned } = change
            const renamed = before.renamed || name !== before.name
            const head = { ...before, name, description, pinned, renamed, updatedAt: new Date().toISOString() }
            const text = checkedHead(head, sealed, rest)
            await writeWhole(this.fileOf(id), [text, ...pieces])
            return seenWith(await this.dataKey.keys(), { ...head, bytes: Buffer.byteLength(text) + rest.bytes })
        })
    }

    /** @throws CodedError `snapshot-gone`, `store-write-failed` */
    remove (id: string): Promise<void> {
        return this.inTurn(async () => {
            if (!isLocalId(id) || !await removeFile(this.fileOf(id))) {
                throw new CodedError('snapshot-gone', {}, 404)
            }
        })
    }

    /** How many have secrets that are sealed under a former credential secret of Node-RED. */
    async countLocked (): Promise<number> {
        const { snapshots } = await this.list()
        return snapshots.filter(({ locked }) => locked).length
    }

    /** By what is there now: one may have been pinned since the newest came. */
    private async makeRoom (): Promise<void> {
        const { heads } = await this.index.look()
        for (const { id } of displaced(heads, this.options.keep)) {
            await removeFile(this.fileOf(id)).catch(() => undefined)
        }
    }

    private async reading<T extends object> (id: string, read: (file: string) => Promise<T | { newer: LocalHead }>): Promise<T> {
        try {
            if (isLocalId(id)) {
                const found = await read(this.fileOf(id))
                if ('newer' in found) {
                    throw new CodedError('snapshot-newer', { name: found.newer.name }, 409)
                }
                return found
            }
        } catch (error) {
            if (error instanceof UnreadableSnapshot) {
                throw new CodedError('snapshot-unreadable', { aside: await this.index.moveAside(`${id}.json`) }, 409)
            }
            if (!isGone(error)) {
                throw error
            }
        }
        throw new CodedError('snapshot-gone', {}, 404)
    }

    private fileOf (id: string): string {
        return join(this.folder, `${id}.json`)
    }

    private inTurn<T> (work: () => Promise<T>): Promise<T> {
        const done = this.writing.then(work)
        this.writing = done.catch(() => undefined)
        return done
    }
}

/** What is locked depends on the secrets that Node-RED has now. */
function seenWith (keys: Map<string, Buffer>, head: LocalHead): LocalHead {
    const locked = !head.newer && !keys.has(head.key)
    return { ...head, locked, credentials: locked && head.credentials === 'included' ? 'locked' : head.credentials }
}
