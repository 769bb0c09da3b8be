import { join } from 'node:path'
import type { DataKey } from './data-key'
import type { LocalContent, LocalHead, OpenedSnapshot } from './snapshot-file'

export type { LocalContent, LocalCounts, LocalHead, OpenedEnvironment, OpenedSnapshot, StoredState } from './snapshot-file'

/**
 * The local snapshots, a file each in `<folder>/local`. Several processes may use one folder: each sees the files of the others.
 * A file that can't be read is reported and set aside, never deleted; one by a newer version of the plugin is left alone.
 */
export class LocalSnapshots {
    protected readonly folder: string

    /** @param folder the store's, below userDir. @param options.keep how many automatic ones are kept */
    constructor (folder: string, protected readonly dataKey: DataKey, protected readonly options: { keep: number }) {
        this.folder = join(folder, 'local')
    }

    /** Removes what dead processes left unfinished and reads the index. Throws for no single bad file. */
    async load (): Promise<void> {
        throw new Error('not yet')
    }

    /** Newest first, and the names of files that could not be read. @throws CodedError `store-read-failed` for the folder itself */
    async list (): Promise<{ snapshots: LocalHead[], setAside: string[] }> {
        throw new Error('not yet')
    }

    /** Keeps a snapshot, then displaces old automatic and safety ones. @throws CodedError `store-write-failed` */
    async create (_content: LocalContent): Promise<LocalHead> {
        throw new Error('not yet')
    }

    /** @throws CodedError `snapshot-gone`, `snapshot-newer`, `snapshot-unreadable`, `store-read-failed` */
    async open (_id: string): Promise<OpenedSnapshot> {
        throw new Error('not yet')
    }

    /** @throws CodedError `snapshot-gone`, `snapshot-newer`, `snapshot-unreadable`, `store-write-failed`, `store-read-failed` */
    async change (_id: string, _change: { name?: string, description?: string, pinned?: boolean }): Promise<LocalHead> {
        throw new Error('not yet')
    }

    /** @throws CodedError `snapshot-gone`, `store-write-failed` */
    async remove (_id: string): Promise<void> {
        throw new Error('not yet')
    }

    /** How many have secrets that are sealed under a former credential secret of Node-RED. */
    async countLocked (): Promise<number> {
        throw new Error('not yet')
    }
}
