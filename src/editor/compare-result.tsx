import { useLayoutEffect, useMemo, useState } from 'preact/hooks'
import { Button, Icon } from './button'
import { CompareDetails } from './compare-details'
import { CompareDrawing } from './compare-drawing'
import { CompareFilter } from './compare-filter'
import { countedAt, everything, listItems, rowKey, stepFrom, type ListItem } from './compare-list'
import { CompareNotes } from './compare-notes'
import { CompareRows } from './compare-rows'
import type { CompareWork, ComparedSnapshots } from './compare-work'
import { t } from './text'

/** What is different, as a list; and of the chosen line what exactly, or where it is in its flow. */
export function CompareResult ({ work, compared }: { work: CompareWork, compared: ComparedSnapshots }) {
    const [filter, setFilter] = useState(everything)
    const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
    const [chosen, setChosen] = useState<string | null>(null)
    const [look, setLook] = useState<'details' | 'drawing'>('details')
    const items = useMemo(() => listItems(compared, filter, folded), [compared, filter, folded])
    const places = useMemo(() => new Map(items.map(({ key }, at) => [key, at])), [items])
    const at = chosen === null ? -1 : places.get(chosen) ?? -1
    const item = items[at] ?? null
    // Before the next key: it belongs to the list.
    useLayoutEffect(() => {
        document.querySelector<HTMLElement>('.ffs-compare-rows')?.focus()
    }, [compared])
    const choose = (place: number) => setChosen(items[place]?.key ?? null)
    const fold = (key: string) => {
        const next = new Set(folded)
        if (!next.delete(key)) {
            next.add(key)
        }
        setFolded(next)
    }
    const words = { here: `${work.nameOf('here')}: `, there: `${work.nameOf('there')}: ` }
    return (
        <div class="ffs-compare">
            <CompareNotes work={work} compared={compared} />
            {!compared.equal && <>
                <CompareFilter compared={compared} filter={filter} onChange={setFilter} />
                <div class="ffs-compare-panes">
                    <div class="ffs-compare-list">
                        <Steps items={items} at={at} onStep={by => choose(stepFrom(items, at, by))} />
                        {items.length === 0
                            ? <p class="ffs-empty" role="status">{t('compare.allHidden')} <Button small onClick={() => setFilter(everything)}>{t('compare.showAll')}</Button></p>
                            : <CompareRows items={items} at={at} onChoose={choose} onFold={fold} />}
                    </div>
                    <div class="ffs-compare-look">
                        <div class="ffs-tabs" role="tablist" aria-label={t('compare.look')}>
                            {(['details', 'drawing'] as const).map(each => (
                                <button key={each} type="button" class="ffs-tab" role="tab" aria-selected={look === each} onClick={() => setLook(each)}>{t(`compareLooks.${each}`)}</button>
                            ))}
                        </div>
                        <div class={`ffs-compare-pane ffs-compare-pane-${look}`} role="tabpanel" aria-label={t(`compareLooks.${look}`)} tabIndex={look === 'details' ? 0 : -1}>
                            {look === 'details'
                                ? <CompareDetails work={work} item={item} words={words} />
                                : <CompareDrawing work={work} item={item} onSelect={(group, id) => {
                                    const row = group.rows.find(each => each.id === id)
                                    setChosen(row === undefined ? chosen : rowKey(row))
                                }} />}
                        </div>
                    </div>
                </div>
            </>}
        </div>
    )
}

/** Previous and next change, and which of how many it is. */
function Steps ({ items, at, onStep }: { items: readonly ListItem[], at: number, onStep: (by: 1 | -1) => void }) {
    const { at: number, count } = countedAt(items, at)
    return (
        <div class="ffs-compare-steps">
            <span class="ffs-secondary" role="status">{t('compare.step', { at: number, count })}</span>
            <span class="ffs-buttons">
                <Button small disabled={stepFrom(items, at, -1) === at} title={t('compare.previous')} onClick={() => onStep(-1)}>
                    <Icon name="arrow-up" /><span class="ffs-hidden-text">{t('compare.previous')}</span>
                </Button>
                <Button small disabled={stepFrom(items, at, 1) === at} title={t('compare.nextChange')} onClick={() => onStep(1)}>
                    <Icon name="arrow-down" /><span class="ffs-hidden-text">{t('compare.nextChange')}</span>
                </Button>
            </span>
        </div>
    )
}
