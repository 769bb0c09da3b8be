import type { ChangesSince } from '../shared/requests'
import { listed, shortened, t } from './text'

/** Long names must not drown the rest. */
const nameLength = 40

/** What changed, as the description of a snapshot: `2 nodes added in “Line 4”, “scale” changed and 1 node removed`. */
export function changesText ({ added, addedElsewhere, changed, changedMore, removed }: ChangesSince): string {
    const names = changed.map(name => t('changes.name', { name: shortened(name, nameLength) }))
    const more = changedMore > 0 ? [t('changes.more', { count: changedMore })] : []
    return listed([
        ...added.map(({ flow, count }) => flow === ''
            ? t('changes.addedGlobal', { count })
            : t('changes.added', { count, flow: shortened(flow, nameLength) })),
        ...(addedElsewhere > 0 ? [t('changes.addedElsewhere', { count: addedElsewhere })] : []),
        ...(names.length > 0 ? [t('changes.changed', { names: listed([...names, ...more]) })] : []),
        ...(removed > 0 ? [t('changes.removed', { count: removed })] : [])
    ])
}
