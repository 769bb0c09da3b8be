import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CodedError } from '../../shared/errors'

/**
 * Writes a file so that it is whole or absent whatever happens in between: temporary file, fsync, rename, fsync of the folder.
 * Readable for its owner only.
 * @throws CodedError `store-write-failed`; the old file then stands as it was
 */
export async function writeWhole (file: string, content: string): Promise<void> {
    const folder = dirname(file)
    const temporary = join(folder, `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`)
    try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeSynced(temporary, content)
        await rename(temporary, file)
        await syncFolder(folder)
    } catch (error) {
        // What could not be written can often not be removed either: the first failure is the one to tell.
        await rm(temporary, { force: true }).catch(() => undefined)
        throw new CodedError('store-write-failed', { file: basename(file), reason: reasonOf(error) }, 500, { cause: error })
    }
}

/**
 * @returns the text, or null when there is no such file
 * @throws CodedError `store-read-failed`
 */
export async function readIfThere (file: string): Promise<string | null> {
    try {
        return await readFile(file, 'utf8')
    } catch (error) {
        if (codeOf(error) === 'ENOENT') {
            return null
        }
        throw new CodedError('store-read-failed', { file: basename(file), reason: reasonOf(error) }, 500, { cause: error })
    }
}

/**
 * Moves a file that can't be used out of the way under a name that nothing else has.
 * @returns the new name
 * @throws CodedError `store-write-failed`
 */
export async function setAside (file: string): Promise<string> {
    const aside = `${file}.set-aside-${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`
    try {
        await rename(file, aside)
    } catch (error) {
        throw new CodedError('store-write-failed', { file: basename(file), reason: reasonOf(error) }, 500, { cause: error })
    }
    return basename(aside)
}

async function writeSynced (file: string, content: string): Promise<void> {
    const handle = await open(file, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
    try {
        await handle.writeFile(content)
        await handle.sync()
    } finally {
        await handle.close()
    }
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

function codeOf (error: unknown): string {
    return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function reasonOf (error: unknown): string {
    return codeOf(error) || (error instanceof Error ? error.message : String(error))
}
