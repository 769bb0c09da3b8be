import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** The kernel's word for a TCP socket that listens. */
const LISTEN = '0A'

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
