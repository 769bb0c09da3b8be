import { localKinds, type LocalSummary } from '../shared/local'

export const localFilterKinds = ['all', ...localKinds] as const
export interface LocalFilter { search: string, kind: (typeof localFilterKinds)[number] }

export function isFilteringLocal ({ search, kind }: LocalFilter): boolean {
    return search.trim() !== '' || kind !== 'all'
}

/** The snapshots of the kind that hold every word of the search in name or description. */
export function filterLocal (snapshots: LocalSummary[], { search, kind }: LocalFilter): LocalSummary[] {
    const words = search.toLowerCase().split(/\s+/).filter(word => word !== '')
    return snapshots.filter(snapshot => {
        const text = `${snapshot.name}\n${snapshot.description}`.toLowerCase()
        return (kind === 'all' || snapshot.kind === kind) && words.every(word => text.includes(word))
    })
}
