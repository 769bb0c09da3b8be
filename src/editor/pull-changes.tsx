import { useEffect, useState } from 'preact/hooks'
import { Button, Icon } from './button'
import { Loading } from './message'
import type { ChangePage, ChangeRow } from './comparison'
import type { PullPreview } from './pull-preview'
import type { PropertyRow } from './pull-properties'
import { PullProperty } from './pull-property'
import { listed, t } from './text'

const rowsAtOnce = 50

/** The nodes of a flow that differ, as many as somebody wants to see. */
export function PullChanges ({ preview, unit }: { preview: PullPreview, unit: string }) {
    const [most, setMost] = useState(rowsAtOnce)
    const [page, setPage] = useState<ChangePage | null>(null)
    const { compared } = preview
    useEffect(() => {
        let wanted = true
        void preview.comparison().then(async ({ calls }) => {
            const found = await calls.changes(unit, most)
            if (wanted) {
                setPage(found)
            }
        })
        return () => { wanted = false }
    }, [preview, compared, unit, most])
    if (page === null) {
        return <Loading />
    }
    return (
        <>
            <ul class="ffs-changes">
                {page.rows.map(row => <Change key={`${row.here}/${row.there}`} preview={preview} row={row} />)}
            </ul>
            {page.total > page.rows.length && <p class="ffs-choices-more">
                <Button small onClick={() => setMost(most + rowsAtOnce)}>{t('pull.showMore', { count: page.total - page.rows.length })}</Button>
            </p>}
        </>
    )
}

const signs = { added: 'plus', deleted: 'minus', changed: 'pencil', moved: 'arrows', reordered: 'sort' }

function Change ({ preview, row }: { preview: PullPreview, row: ChangeRow }) {
    const [properties, setProperties] = useState<PropertyRow[] | null>(null)
    const { change, layoutOnly, name, type, credentials, conflict } = row
    const toggle = async () => {
        const { calls } = await preview.comparison()
        setProperties(properties === null ? await calls.details(row.here, row.there) : null)
    }
    const sort = layoutOnly ? 'layout' : change
    return (
        <li class={`ffs-change ffs-change-${change}`}>
            <button type="button" class="ffs-change-open" aria-expanded={properties !== null} onClick={() => void toggle()}>
                <Icon name={layoutOnly ? 'arrows' : signs[change]} /> <span class="ffs-hidden-text">{t(`pullChanges.${sort}`)}</span>
                <span class="ffs-change-name">{name === '' ? type : <><bdi>{name}</bdi> <span class="ffs-secondary">{type}</span></>}</span>
                <span class="ffs-secondary">{whatText(row)}</span>
                {conflict && <span class="ffs-badge ffs-badge-warning" title={t('pull.conflictMeaning')}>{t('pull.conflict')}</span>}
            </button>
            {properties !== null && <div class="ffs-properties">
                {properties.map(property => <PullProperty key={property.name} property={property} />)}
                {credentials !== null && <p>{t(`pullCredentials.${credentials}`)}</p>}
                {properties.length === 0 && credentials === null && <p class="ffs-secondary">{t(change === 'reordered' ? 'pullChanges.reordered' : 'pull.noProperties')}</p>}
            </div>}
        </li>
    )
}

function whatText ({ change, layoutOnly, properties, credentials, from }: ChangeRow): string {
    const names = [...properties.slice(0, 6), ...credentials === null || change === 'deleted' ? [] : [t('pull.credentials')]]
    const what = layoutOnly || change !== 'changed' ? t(`pullChanges.${layoutOnly ? 'layout' : change}`) : ''
    const place = from === null ? '' : t('pull.movedFrom', { flow: from })
    return [what, place, change === 'added' || change === 'deleted' ? '' : listed(names)].filter(Boolean).join(' · ')
}
