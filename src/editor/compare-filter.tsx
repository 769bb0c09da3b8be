import { everything, kindsIn, rowSorts, totalCounts, type GroupKind, type ListFilter } from './compare-list'
import type { ComparedSnapshots } from './compare-work'
import type { RowSort } from './snapshot-comparison'
import { t } from './text'

interface CompareFilterProps { compared: ComparedSnapshots, filter: ListFilter, onChange: (filter: ListFilter) => void }

/** What is listed: by what happened to it, so that moves can be hidden, and by what it is. */
export function CompareFilter ({ compared, filter, onChange }: CompareFilterProps) {
    const counts = totalCounts(compared)
    const kinds = kindsIn(compared)
    const toggle = (sort: RowSort) => {
        const hidden = new Set(filter.hidden)
        if (!hidden.delete(sort)) {
            hidden.add(sort)
        }
        onChange({ ...filter, hidden })
    }
    return (
        <div class="ffs-compare-filter" role="group" aria-label={t('compare.filter')}>
            {rowSorts.filter(sort => counts[sort] > 0).map(sort => (
                <label key={sort} class={`ffs-compare-sort ffs-change-${sort}`}>
                    <input type="checkbox" checked={!filter.hidden.has(sort)} onChange={() => toggle(sort)} />
                    <span>{t(`compareCounts.${sort}`, { count: counts[sort] })}</span>
                </label>
            ))}
            <span class="ffs-secondary">{t('compare.flowCounts', { here: t('inside.flows', { count: compared.flows.here }), there: t('inside.flows', { count: compared.flows.there }) })}</span>
            {kinds.length > 1 && <select
                class="ffs-select" aria-label={t('compare.kind')} value={filter.kind} onChange={event => onChange({ ...filter, kind: event.currentTarget.value as GroupKind })}
            >
                <option value={everything.kind}>{t('compareKinds.all')}</option>
                {kinds.map(kind => <option key={kind} value={kind}>{t(`compareKinds.${kind}`)}</option>)}
            </select>}
        </div>
    )
}
