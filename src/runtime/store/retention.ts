import { limits } from '../../shared/limits'
import type { LocalHead } from './local-content'

/**
 * Which snapshots make room. Of the automatic ones the newest `keep` stay, as far as they have at most `limits.automaticBytes` together, and
 * in any case the newest. Those without credentials take only the room that those with credentials leave. Of the safety ones the newest
 * `limits.safetySnapshots` stay. What a user named, renamed or pinned, and what a newer version made, is never touched.
 * @param heads newest first
 */
export function displaced (heads: LocalHead[], keep: number): LocalHead[] {
    const free = heads.filter(head => !head.pinned && !head.renamed && !head.newer)
    const automatic = free.filter(({ kind }) => kind === 'automatic')
    const safety = free.filter(({ kind }) => kind === 'safety')
    const kept = new Set(automatic.slice(0, 1))
    let room = { count: keep, bytes: limits.automaticBytes }
    for (const part of [automatic.filter(withCredentials), automatic.filter(head => !withCredentials(head))]) {
        for (const head of part) {
            room = { count: room.count - 1, bytes: room.bytes - head.bytes }
            if (room.count < 0 || room.bytes < 0) {
                break
            }
            kept.add(head)
        }
    }
    return [...automatic.filter(head => !kept.has(head)), ...safety.slice(limits.safetySnapshots)]
}

function withCredentials ({ credentials }: LocalHead): boolean {
    return credentials !== 'missing'
}
