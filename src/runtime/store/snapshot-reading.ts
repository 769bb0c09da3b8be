import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, type FileHandle } from 'node:fs/promises'
import { CodedError } from '../../shared/errors'
import { limits } from '../../shared/limits'
import { readFailure } from './files'
import type { LocalHead, OpenedSnapshot } from './local-content'
import { parseHead, settingsLine, UnreadableSnapshot, type FileHead } from './snapshot-file'
import { openLines } from './snapshot-opening'

const pieceBytes = 256 * 1024
/** Most heads are shorter. */
const usualHeadBytes = 8 * 1024

/** A file that is held open: its head, and what follows that. Another file under the same name changes nothing of it. */
interface OpenFile extends FileHead {
    /** @throws CodedError `store-read-failed`; UnreadableSnapshot when the file has become shorter */
    readRest (): AsyncGenerator<Buffer>
}

/**
 * Holds a file open for `work`.
 * @throws UnreadableSnapshot; CodedError `store-read-failed` when the file can't be looked at, which says nothing of its content
 */
async function withSnapshot<T> (file: string, id: string, work: (found: OpenFile | { newer: LocalHead }) => Promise<T>): Promise<T> {
    const handle = await openRegular(file)
    try {
        const { size } = await handle.stat()
        const found = await readHeadOf(handle, size, id)
        return await work('newer' in found ? found : { ...found, readRest: () => readBetween(handle, found.headBytes, found.rest.bytes) })
    } catch (error) {
        throw error instanceof CodedError || error instanceof UnreadableSnapshot ? error : readFailure(file, error)
    } finally {
        await handle.close()
    }
}

/** Reads the head of a file alone. @throws as `withSnapshot` */
export async function readHead (file: string, id: string): Promise<LocalHead> {
    return await withSnapshot(file, id, async found => 'newer' in found ? found.newer : found.head)
}

/**
 * Reads and opens a whole snapshot. Parses it piece by piece, with a turn for the running flows after each; the credentials at once.
 * @param keys that open what is sealed, by id
 * @throws as `withSnapshot`; UnreadableSnapshot also when any byte is not as it was written, or the secret was made for another file
 */
export async function readSnapshot (file: string, id: string, keys: Map<string, Buffer>): Promise<OpenedSnapshot | { newer: LocalHead }> {
    return await withSnapshot(file, id, async found => {
        if ('newer' in found) {
            return found
        }
        const lines = new Lines()
        const hash = createHash('sha256')
        for await (const piece of found.readRest()) {
            hash.update(piece)
            lines.add(piece)
        }
        if (hash.digest('base64') !== found.rest.digest) {
            throw new UnreadableSnapshot('changed since it was written')
        }
        return await openLines(found, lines.end(), keys)
    })
}

/** The whole file as it stands: its head, and what follows that in pieces. @throws as `withSnapshot` */
export async function readPieces (file: string, id: string): Promise<FileHead & { pieces: Buffer[] } | { newer: LocalHead }> {
    return await withSnapshot(file, id, async found => {
        if ('newer' in found) {
            return found
        }
        const { readRest, ...head } = found
        const pieces: Buffer[] = []
        for await (const piece of readRest()) {
            pieces.push(piece)
        }
        return { ...head, pieces }
    })
}

async function openRegular (file: string): Promise<FileHandle> {
    try {
        const stats = await lstat(file)
        if (stats.isFile() && stats.size <= limits.localSnapshotBytes) {
            return await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
        }
    } catch (error) {
        throw readFailure(file, error)
    }
    throw new UnreadableSnapshot('no file of ours')
}

async function readHeadOf (handle: FileHandle, size: number, id: string): Promise<FileHead | { newer: LocalHead }> {
    const start = await readBytes(handle, 0, Math.min(size, usualHeadBytes))
    const isWhole = start.length === size || start.includes(`\n${settingsLine}`)
    return parseHead(isWhole ? start : await readBytes(handle, 0, Math.min(size, limits.localHeadBytes)), size, id)
}

async function * readBetween (handle: FileHandle, from: number, bytes: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes; at += pieceBytes) {
        yield await readBytes(handle, from + at, Math.min(pieceBytes, bytes - at))
    }
}

async function readBytes (handle: FileHandle, position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length)
    let filled = 0
    while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled)
        if (bytesRead === 0) {
            throw new UnreadableSnapshot('cut short')
        }
        filled += bytesRead
    }
    return bytes
}

/** Takes a text apart at its line breaks, whose pieces are cut anywhere. */
class Lines {
    private readonly lines: Buffer[] = []
    private begun: Buffer[] = []

    add (piece: Buffer): void {
        let from = 0
        for (let to = piece.indexOf(10); to >= 0; to = piece.indexOf(10, from)) {
            this.begun.push(piece.subarray(from, to))
            this.lines.push(this.begun.length === 1 ? this.begun[0]! : Buffer.concat(this.begun))
            this.begun = []
            from = to + 1
        }
        this.begun.push(piece.subarray(from))
    }

    end (): Buffer[] {
        return [...this.lines, Buffer.concat(this.begun)]
    }
}
