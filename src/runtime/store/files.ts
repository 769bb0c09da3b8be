import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, mkdir, open, readdir, rename, rm, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CodedError } from '../../shared/errors'
import { isAbandoned, unfinishedPath } from './unfinished'

/** A text, or pieces of one that are written one after the other. */
export type Content = string | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

const togetherBytes = 512 * 1024

/**
 * Writes a file so that it is whole or absent whatever happens in between: temporary file, fsync, rename, fsync of the folder.
 * Readable for its owner only.
 * @throws CodedError `store-write-failed`; the old file then stands as it was
 */
export async function writeWhole (file: string, content: Content): Promise<void> {
    await place(file, content, temporary => rename(temporary, file))
}

/**
 * As `writeWhole`, but never in the place of a file that is there.
 * @returns false when there is one
 * @throws CodedError `store-write-failed`
 */
export async function writeNew (file: string, content: string): Promise<boolean> {
    let isTaken = false
    await place(file, content, async temporary => {
        try {
            // Some file systems have no links: there a loss of power can leave a file that is cut short.
            await link(temporary, file).catch(error => codeOf(error) === 'EEXIST' ? Promise.reject(error as Error) : writeFirst(file, content))
        } catch (error) {
            isTaken = codeOf(error) === 'EEXIST'
            if (!isTaken) {
                throw error
            }
        }
        await unlink(temporary)
    })
    return !isTaken
}

async function writeFirst (file: string, content: string): Promise<void> {
    try {
        await writeSynced(file, content)
    } catch (error) {
        if (codeOf(error) !== 'EEXIST') {
            await rm(file, { force: true })
        }
        throw error
    }
}

async function place (file: string, content: Content, put: (temporary: string) => Promise<void>): Promise<void> {
    const folder = dirname(file)
    const temporary = unfinishedPath(file)
    try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeSynced(temporary, content)
        await put(temporary)
        await syncFolder(folder)
    } catch (error) {
        // What could not be written can often not be removed either: the first failure is the one to tell.
        await rm(temporary, { force: true }).catch(() => undefined)
        throw error instanceof CodedError ? error : writeFailure(file, error)
    }
}

/**
 * @returns the text, or null when there is no such file
 * @throws CodedError `store-read-failed`
 */
export async function readIfThere (file: string): Promise<string | null> {
    try {
        return await readRegular(file)
    } catch (error) {
        if (codeOf(error) === 'ENOENT') {
            return null
        }
        throw readFailure(file, error)
    }
}

/** What is no file may never end, as a device, or never begin, as a pipe that nobody writes to: neither may hold up the start of Node-RED. */
async function readRegular (file: string): Promise<string> {
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
        const stats = await handle.stat()
        // A folder refuses by itself to be read.
        if (!stats.isFile() && !stats.isDirectory()) {
            throw new Error('no regular file')
        }
        return await handle.readFile('utf8')
    } finally {
        await handle.close()
    }
}

/**
 * Moves a file that can't be used out of the way under a name that nothing else has.
 * @returns the new name
 * @throws CodedError `store-write-failed`
 */
export async function setAside (file: string): Promise<string> {
    const aside = asideName(file)
    try {
        await rename(file, aside)
        await syncFolder(dirname(file))
    } catch (error) {
        throw writeFailure(file, error)
    }
    return basename(aside)
}

/** A second name for a file, as one that was set aside has; null where the file system has none. */
export async function linkAside (file: string): Promise<string | null> {
    const aside = asideName(file)
    return await link(file, aside).then(() => aside, () => null)
}

function asideName (file: string): string {
    return `${file}${asideMark}${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`
}

/** In the names of files that were set aside, after the name they had. */
export const asideMark = '.set-aside-'

/** In one step, in place of what is there. @throws CodedError `store-write-failed` */
export async function moveFile (file: string, to: string): Promise<void> {
    try {
        await rename(file, to)
        await syncFolder(dirname(to))
    } catch (error) {
        throw writeFailure(to, error)
    }
}

/** @returns false when there is no such file. @throws CodedError `store-write-failed` */
export async function removeFile (file: string): Promise<boolean> {
    try {
        await unlink(file)
        await syncFolder(dirname(file))
        return true
    } catch (error) {
        if (codeOf(error) === 'ENOENT') {
            return false
        }
        throw writeFailure(file, error)
    }
}

/** Names in a folder; none where there is no folder. @throws CodedError `store-read-failed` */
export async function namesIn (folder: string): Promise<string[]> {
    try {
        return await readdir(folder)
    } catch (error) {
        if (codeOf(error) === 'ENOENT') {
            return []
        }
        throw readFailure(folder, error)
    }
}

/** Removes the unfinished files in a folder that no living process is writing any more. What can't be removed is left. */
export async function sweepUnfinished (folder: string): Promise<void> {
    for (const name of await namesIn(folder)) {
        const path = join(folder, name)
        if (await isAbandoned(path)) {
            await rm(path, { force: true }).catch(() => undefined)
        }
    }
}

async function writeSynced (file: string, content: Content): Promise<void> {
    const handle = await open(file, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
    try {
        await writePieces(handle, content)
        await handle.sync()
    } finally {
        await handle.close()
    }
}

/** Small pieces go together: a write takes its time, whatever its size. */
async function writePieces (handle: FileHandle, content: Content): Promise<void> {
    let waiting: Uint8Array[] = []
    let bytes = 0
    for await (const piece of typeof content === 'string' ? [content] : content) {
        const next = typeof piece === 'string' ? Buffer.from(piece) : piece
        waiting.push(next)
        bytes += next.length
        if (bytes >= togetherBytes) {
            await handle.writeFile(Buffer.concat(waiting))
            waiting = []
            bytes = 0
        }
    }
    await handle.writeFile(Buffer.concat(waiting))
}

async function syncFolder (folder: string): Promise<void> {
    // Windows can't open a folder; there the rename itself is all that can be had.
    if (process.platform === 'win32') {
        return
    }
    const handle = await open(folder, constants.O_RDONLY)
    try {
        await handle.sync()
    } finally {
        await handle.close()
    }
}

export function writeFailure (file: string, error: unknown): CodedError {
    return new CodedError('store-write-failed', { file: basename(file), reason: reasonOf(error) }, 500, { cause: error })
}

export function readFailure (file: string, error: unknown): CodedError {
    return new CodedError('store-read-failed', { file: basename(file), reason: reasonOf(error) }, 500, { cause: error })
}

export function codeOf (error: unknown): string {
    return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function reasonOf (error: unknown): string {
    return codeOf(error) || (error instanceof Error ? error.message : String(error))
}
