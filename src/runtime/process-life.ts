import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { hostname, uptime } from 'node:os'
import { promisify } from 'node:util'
import { isAlive } from './store/unfinished'

/** A process, so that it can be told later whether it still lives: ids are given again, in containers at every start. */
export interface ProcessMark {
    pid: number
    /** When it began, in the system's own words; null where the system does not tell. */
    began: string | null
    host: string
    /** ISO 8601. */
    at: string
}

/** The process that we are. */
export async function ownMark (): Promise<ProcessMark> {
    return { pid: process.pid, began: await beginning(process.pid), host: hostname(), at: new Date().toISOString() }
}

/** True when that process lives and is another than this one. A process of another host or container can't be seen and counts as dead. */
export async function livesElsewhere (mark: ProcessMark): Promise<boolean> {
    if (mark.host !== hostname() || mark.pid === process.pid || !isAlive(mark.pid)) {
        return false
    }
    const began = await beginning(mark.pid)
    const bootedAt = Date.now() - uptime() * 1000
    return began === null || mark.began === null ? Date.parse(mark.at) > bootedAt : began === mark.began
}

async function beginning (pid: number): Promise<string | null> {
    try {
        if (process.platform === 'linux') {
            const [boot, state] = await Promise.all([readFile('/proc/sys/kernel/random/boot_id', 'utf8'), readFile(`/proc/${pid}/stat`, 'utf8')])
            // The name of the program, in brackets, may hold anything; the start time is the 22nd field, the 20th after it.
            return `${boot.trim()} ${state.slice(state.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`
        }
        if (process.platform === 'win32') {
            return null
        }
        const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } })
        return stdout.trim() || null
    } catch {
        return null
    }
}
