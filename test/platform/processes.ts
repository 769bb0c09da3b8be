import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from './lock'

/** The kernel's word for a TCP socket that listens. */
const LISTEN = '0A'

/** How long a process and what it started may take to stop: a hosted instance takes up to 13 s. */
const STOP_DEADLINE = 20_000

/** The ids of the processes that work in a folder or below it (Linux). All of a platform's do: its data folder. */
export function processesIn (folder: string): number[] {
    return readdirSync('/proc').filter(entry => /^\d+$/.test(entry)).map(Number).filter(pid => {
        const cwd = readLink(`/proc/${pid}/cwd`)
        return cwd === folder || cwd?.startsWith(`${folder}/`)
    })
}

/** Where processes listen for TCP connections, as "address:port"; an IPv6 address as the kernel's 32 hex digits (Linux). */
export function listenersOf (pids: number[]): string[] {
    const inodes = new Set(pids.flatMap(socketsOf))
    return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(table => readFileSync(table, 'utf8').trim().split('\n').slice(1))
        .map(line => line.trim().split(/\s+/))
        .filter(fields => fields[3] === LISTEN && inodes.has(fields[9] ?? ''))
        .map(fields => readAddress(fields[1] ?? ''))
}

/** Asks a process to stop and ends it and all its descendants when that takes too long. */
export async function stopTree (root: number): Promise<void> {
    // Who loses its parent can no longer be found, so the tree is read first.
    const tree = [root, ...descendantsOf(root)]
    signal(root, 'SIGTERM')
    const deadline = Date.now() + STOP_DEADLINE
    while (tree.some(isAlive) && Date.now() < deadline) {
        await delay(100)
    }
    tree.forEach(pid => signal(pid, 'SIGKILL'))
}

function socketsOf (pid: number): string[] {
    try {
        return readdirSync(`/proc/${pid}/fd`).flatMap(fd => /^socket:\[(\d+)\]$/.exec(readLink(join(`/proc/${pid}/fd`, fd)) ?? '')?.[1] ?? [])
    } catch {
        // The process has ended.
        return []
    }
}

function readAddress (field: string): string {
    const [address = '', port = ''] = field.split(':')
    // IPv4 in the byte order of the machine, which is little-endian wherever Node.js 20 runs but on s390x.
    const dotted = address.length === 8 ? (address.match(/../g) ?? []).reverse().map(byte => parseInt(byte, 16)).join('.') : address
    return `${dotted}:${parseInt(port, 16)}`
}

function readLink (path: string): string | undefined {
    try {
        return readlinkSync(path)
    } catch {
        // Gone in between, or another user's.
        return undefined
    }
}

/** Where the kernel has no /proc, only the process itself is known. */
function descendantsOf (root: number): number[] {
    const parents = new Map(processIds().map(pid => [pid, parentOf(pid)]))
    const below = (pid: number): number[] => [...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)])
    return below(root)
}

function processIds (): number[] {
    try {
        return readdirSync('/proc').filter(entry => /^\d+$/.test(entry)).map(Number)
    } catch {
        return []
    }
}

/** The parent of a process; undefined where it has ended, and where the kernel has no /proc. */
export function parentOf (pid: number): number | undefined {
    try {
        // "pid (name) state ppid …", and a name may hold anything.
        return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
    } catch {
        // It has ended.
        return undefined
    }
}

function signal (pid: number, name: NodeJS.Signals): void {
    try {
        process.kill(pid, name)
    } catch {
        // It has ended.
    }
}
