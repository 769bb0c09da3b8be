import type { ComparedUnit, Counts } from './comparison'
import { t } from './text'

/** "3 changed · 1 added · 2 removed · 4 only moved", without what there is none of; '' when nothing differs. */
export function countsText ({ added, deleted, changed, moved }: Counts): string {
    return [
        changed > 0 && t('restoreHere.changed', { count: changed }), added > 0 && t('restoreHere.added', { count: added }),
        deleted > 0 && t('restoreHere.removed', { count: deleted }), moved > 0 && t('pull.moved', { count: moved })
    ].filter(Boolean).join(' · ')
}

/** The name of a tab, subflow or config node as it is known; its type where it has none. */
export function unitName ({ kind, name, type, id }: Pick<ComparedUnit, 'kind' | 'name' | 'type' | 'id'>): string {
    if (kind === 'lost') {
        return t('pull.lost')
    }
    return name || (kind === 'global-config' ? type : id)
}

/** What it is, where that is not a flow. */
export function kindText ({ kind, name, type }: Pick<ComparedUnit, 'kind' | 'name' | 'type'>): string {
    switch (kind) {
    case 'subflow': return t('pull.subflow')
    case 'global-config': return name === '' ? t('pull.config') : t('pull.configOf', { type })
    default: return ''
    }
}
