import { kinds, type SnapshotFilter } from './snapshot-filter'
import { t } from './text'

/** Search and filter of the list; Escape empties the search. */
export function SnapshotSearch ({ filter, onChange }: { filter: SnapshotFilter, onChange: (filter: SnapshotFilter) => void }) {
    const labels = { all: t('snapshots.all'), mine: t('snapshots.mine'), auto: t('snapshots.auto') }
    return (
        <div class="ffs-search" role="search">
            <input
                type="search" autocomplete="off" spellcheck={false} value={filter.search} placeholder={t('snapshots.search')} aria-label={t('snapshots.searchLabel')}
                onInput={event => onChange({ ...filter, search: event.currentTarget.value })}
                onKeyDown={event => {
                    if (event.key === 'Escape' && filter.search !== '') {
                        event.stopPropagation()
                        onChange({ ...filter, search: '' })
                    }
                }}
            />
            <select
                value={filter.kind} aria-label={t('snapshots.kindLabel')}
                onChange={event => onChange({ ...filter, kind: kinds.find(kind => kind === event.currentTarget.value) ?? 'all' })}
            >
                {kinds.map(kind => <option key={kind} value={kind}>{labels[kind]}</option>)}
            </select>
        </div>
    )
}
