import { SearchFields } from './search-fields'
import { kinds, type SnapshotFilter } from './snapshot-filter'
import { t } from './text'

/** Search and filter of the instance's list. */
export function SnapshotSearch ({ filter, onChange }: { filter: SnapshotFilter, onChange: (filter: SnapshotFilter) => void }) {
    const labels = { all: t('snapshots.all'), mine: t('snapshots.mine'), auto: t('snapshots.auto') }
    return <SearchFields filter={filter} kinds={kinds} label={t('snapshots.searchLabel')} kindLabel={kind => labels[kind]} onChange={onChange} />
}
