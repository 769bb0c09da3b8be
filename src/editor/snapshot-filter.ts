import type { SnapshotSummary } from '../shared/requests'
import { isAutomatic, isAutomaticPush } from '../shared/names'

export const kinds = ['all', 'mine', 'auto'] as const
export interface SnapshotFilter { search: string, kind: (typeof kinds)[number] }

export function isFiltering ({ search, kind }: SnapshotFilter): boolean {
    return search.trim() !== '' || kind !== 'all'
}

/**
 * The snapshots that hold every word of the search in name, description or author's name, and are of the kind: *auto* by the names that the
 * platform and the automatic push give, *mine* what the user made, other than that.
 */
export function filterSnapshots (snapshots: SnapshotSummary[], { search, kind }: SnapshotFilter, username: string): SnapshotSummary[] {
    const words = search.toLowerCase().split(/\s+/).filter(word => word !== '')
    return snapshots.filter(({ name, description, user }) => {
        const text = `${name}\n${description}\n${user?.username ?? ''}`.toLowerCase()
        const isKind = kind === 'all' || (kind === 'auto' ? isMadeByItself(name) : user?.username === username && !isMadeByItself(name))
        return isKind && words.every(word => text.includes(word))
    })
}

function isMadeByItself (name: string): boolean {
    return isAutomatic(name) || isAutomaticPush(name)
}
