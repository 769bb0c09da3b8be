import { SearchFields } from './search-fields'
import { kinds, type SnapshotFilter } from './snapshot-filter'
import { t } from './text'

/** Search and filter of a list of snapshots. `id`: of the search. */
export function SnapshotSearch ({ filter, id, onChange }: { filter: SnapshotFilter, id?: string, onChange: (filter: SnapshotFilter) => void }) {
    const labels = { all: t('snapshots.all'), mine: t('snapshots.mine'), auto: t('snapshots.auto') }
    return <SearchFields filter={filter} id={id} kinds={kinds} label={t('snapshots.searchLabel')} kindLabel={kind => labels[kind]} onChange={onChange} />
}
