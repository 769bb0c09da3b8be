import { readFileSync, rmSync, writeFileSync } from 'node:fs'

/** Somebody else holds the lock: `pid` is the process that does. */
export class LockedError extends Error {
    constructor (readonly file: string, readonly pid: number) {
        super(`${file} is held by the running process ${pid}: stop that process, or delete the file if the process is another program.`)
        this.name = 'LockedError'
    }
}

/**
 * Takes a lock that is a file with our process id in it. A lock whose process is gone is taken over.
 * @param file path of the lock file; its folder exists
 * @returns what gives the lock back
 * @throws LockedError when a living process holds it
 */
export function takeLock (file: string): () => void {
    for (;;) {
        try {
            writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 })
            return () => rmSync(file, { force: true })
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        }
        const holder = holderOf(file)
        if (holder !== undefined && isAlive(holder)) throw new LockedError(file, holder)
        rmSync(file, { force: true })
    }
}

/** True when a process (or, for a negative id, any process of that group) exists. */
export function isAlive (pid: number): boolean {
    try {
        process.kill(pid, 0)
        return true
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EPERM'
    }
}

function holderOf (file: string): number | undefined {
    try {
        const pid = Number(readFileSync(file, 'utf8'))
        return Number.isInteger(pid) && pid > 0 ? pid : undefined
    } catch {
        // Given back in between: the next round takes it.
        return undefined
    }
}
