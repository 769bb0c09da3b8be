import type { View, ViewSource } from '../shared/views'
import { t } from './text'
import type { Reopen } from './view-gone'

/**
 * What can stand on one side of a comparison. A `view` that is given is taken over: the comparison reads its flows and lets go of it, so
 * that who gives it must not; it is opened anew where it is asked for once more.
 */
export type CompareSide =
    | { kind: 'workspace' }
    /** `name` is shown until it is opened; of what runs here it does not matter. */
    | { kind: 'source', source: ViewSource, name: string }
    | { kind: 'view', view: View, reopen: Reopen }

/** The older side and the newer one, as the comparison is told: *here* becomes as *there*. */
export type Place = 'here' | 'there'

export const running: CompareSide = { kind: 'source', source: { kind: 'running' }, name: '' }

/** What it is called: by its own name where it has one. */
export function sideName (side: CompareSide, view: View | null): string {
    const from = view?.from ?? null
    if (side.kind === 'workspace') {
        return t('compare.workspace')
    }
    if (from === null) {
        return side.kind === 'view' ? side.view.name : side.source.kind === 'running' ? t('compare.running') : side.name
    }
    return from.kind === 'running' ? t('compare.running') : from.kind === 'file' ? from.name : view?.name ?? ''
}

/** Where that comes from; '' where the name says it. */
export function sideOrigin (side: CompareSide, view: View | null): string {
    const from = view?.from ?? (side.kind === 'source' ? side.source : null)
    switch (from?.kind) {
    case 'local': return t('compare.localSnapshot')
    case 'remote': return view === null ? t('compare.onFlowFuse') : t('compare.ofOwner', { owner: ownerName(view) })
    case 'file': return t('compare.file')
    default: return ''
    }
}

/** True where both are the very same one, so that a comparison can tell nothing. A file may be another one of the same name. */
export function isSameOne (one: CompareSide, other: CompareSide): boolean {
    const [left, right] = [originOf(one), originOf(other)]
    return left !== null && left === right
}

function originOf (side: CompareSide): string | null {
    if (side.kind === 'workspace') {
        return 'workspace'
    }
    const from = side.kind === 'view' ? side.view.from : side.source
    switch (from.kind) {
    case 'running': return 'running'
    case 'local': return `local ${from.id}`
    case 'remote': return `remote ${from.snapshot}`
    case 'file': return null
    }
}

function ownerName ({ from }: View): string {
    return from.kind === 'remote' ? from.owner.name : ''
}
