import { t } from './text'

interface SearchFieldsProps<Kind extends string> {
    filter: { search: string, kind: Kind }
    kinds: readonly Kind[]
    /** What is searched, for those who do not see it. */
    label: string
    /** Of the search, where a label on the screen is for it. */
    id?: string | undefined
    /** What the filter is about; of snapshots without it. */
    which?: string
    kindLabel: (kind: Kind) => string
    onChange: (filter: { search: string, kind: Kind }) => void
}

/** Search and filter of a list of snapshots; Escape empties the search. */
export function SearchFields<Kind extends string> ({ filter, kinds, label, id, which, kindLabel, onChange }: SearchFieldsProps<Kind>) {
    return (
        <div class="ffs-search" role="search">
            <input
                type="search" autocomplete="off" spellcheck={false} value={filter.search} placeholder={t('snapshots.search')} aria-label={label} id={id}
                onInput={event => onChange({ ...filter, search: event.currentTarget.value })}
                onKeyDown={event => {
                    if (event.key === 'Escape' && filter.search !== '') {
                        event.stopPropagation()
                        onChange({ ...filter, search: '' })
                    }
                }}
            />
            <select
                value={filter.kind} aria-label={which ?? t('snapshots.kindLabel')}
                onChange={event => onChange({ ...filter, kind: kinds.find(kind => kind === event.currentTarget.value) ?? filter.kind })}
            >
                {kinds.map(kind => <option key={kind} value={kind}>{kindLabel(kind)}</option>)}
            </select>
        </div>
    )
}
