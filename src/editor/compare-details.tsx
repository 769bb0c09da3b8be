import { useEffect, useState } from 'preact/hooks'
import type { PartRow } from '../snapshot/compare'
import type { ListItem } from './compare-list'
import { groupName, groupText, rowName, rowText, valueText } from './compare-text'
import type { CompareWork } from './compare-work'
import { Loading } from './message'
import type { PropertyRow } from './pull-properties'
import { PullProperty, type SideWords } from './pull-property'
import type { FlowRow } from './snapshot-comparison'
import { t } from './text'

interface CompareDetailsProps { work: CompareWork, item: ListItem | null, words: SideWords }

/** What differs of the chosen line, property by property, code line by line. */
export function CompareDetails ({ work, item, words }: CompareDetailsProps) {
    if (item === null) {
        return <p class="ffs-secondary">{t('compare.chooseRow')}</p>
    }
    const { head, row, part, group } = item
    return (
        <>
            <p class="ffs-compare-title">
                <bdi>{head ? groupName(group) : row === null ? part.name : rowName(row)}</bdi>{' '}
                <bdi class="ffs-secondary">{head ? groupText(group) : row === null ? groupName(group) : [t(`compareSorts.${row.sort}`), rowText(row), groupName(group)].filter(Boolean).join(' · ')}</bdi>
            </p>
            {row !== null && <RowDetails work={work} row={row} words={words} />}
            {part !== null && <PullProperty property={propertyOf(part)} words={words} />}
        </>
    )
}

function RowDetails ({ work, row, words }: { work: CompareWork, row: FlowRow, words: SideWords }) {
    const [found, setFound] = useState<{ row: FlowRow, properties: PropertyRow[] } | null>(null)
    useEffect(() => {
        let wanted = true
        // What fails is said for the comparison as a whole.
        work.ask(async calls => await calls.details(row.here, row.there)).then(properties => {
            if (wanted) {
                setFound({ row, properties })
            }
        }).catch(() => undefined)
        return () => { wanted = false }
    }, [work, row])
    // The one before stays until the next is here: it comes at once.
    if (found === null) {
        return <Loading />
    }
    const { credentials, moved } = found.row
    return (
        <div class="ffs-compare-properties">
            {moved !== null && <p>{movedText(moved)}</p>}
            {credentials !== null && <p>{t(`compareCredentials.${credentials}`)}</p>}
            {found.properties.map(property => <PullProperty key={property.name} property={property} words={words} />)}
            {found.properties.length === 0 && credentials === null && moved === null && <p class="ffs-secondary">{t('pull.noProperties')}</p>}
        </div>
    )
}

function movedText (moved: NonNullable<FlowRow['moved']>): string {
    return typeof moved === 'object' ? t('compare.movedFromLong', { flow: moved.from }) : t(moved === 'layout' ? 'compare.movedInFlow' : 'compare.movedInOrder')
}

function propertyOf ({ part, here, there }: PartRow): PropertyRow {
    const text = (value: PartRow['here']) => value === null ? null : valueText(value)
    return { name: t(`compareParts.${part}`), look: 'value', here: text(here), there: text(there) }
}
