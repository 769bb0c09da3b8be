import { randomBytes } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Tells our unfinished files from those of a process before us that had the same id, as processes in containers do. */
const processMark = `${process.pid}-${randomBytes(6).toString('hex')}`

/** No write takes this long: an unfinished file that is older belongs to nobody, whoever now has the id of its process. */
const longestWriteMs = 60 * 60 * 1000

/** A path beside a file that nothing else has, for writing it before it takes the file's place. */
export function unfinishedPath (file: string): string {
    return join(dirname(file), `.${basename(file)}.${processMark}-${randomBytes(6).toString('hex')}.tmp`)
}

/** True for the path of an unfinished file that no living process is writing any more. */
export async function isAbandoned (path: string): Promise<boolean> {
    const writer = /^\..+\.(?:(\d+)-([0-9a-f]{12})-)?[0-9a-f]{12}\.tmp$/.exec(basename(path))
    if (writer === null) {
        return false
    }
    const [, pid, token] = writer
    if (`${pid}-${token}` === processMark) {
        return false
    }
    if (pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid)))) {
        return true
    }
    const { mtimeMs } = await lstat(path).catch(() => ({ mtimeMs: Date.now() }))
    return Math.abs(Date.now() - mtimeMs) > longestWriteMs
}

/** True for the id of a process that lives. */
export function isAlive (pid: number): boolean {
    try {
        process.kill(pid, 0)
        return true
    } catch (error) {
        // A process of another user may not be signalled, and is there.
        return error instanceof Error && 'code' in error && error.code === 'EPERM'
    }
}
