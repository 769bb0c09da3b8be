import { useEffect, useState } from 'preact/hooks'
import { limits } from '../shared/limits'
import { Button } from './button'
import { filterLocal } from './local-filter'
import { FailureMessage, Loading } from './message'
import { language } from './node-red'
import { useNow, useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { t } from './text'
import { exactTime, relativeTime } from './time'

interface CompareLocalProps { model: PanelModel, chosen: string | null, onChoose: (id: string) => void }

/** The snapshots that are kept here as radio buttons, newest first; the first is chosen as long as the user has chosen none. */
export function CompareLocal ({ model, chosen, onChoose }: CompareLocalProps) {
    useObservable(model)
    const [search, setSearch] = useState('')
    const [shown, setShown] = useState<number>(limits.snapshotsPerPage)
    const now = useNow()
    const { value, failure } = model.local
    // One of a newer version of this plugin can't be opened.
    const all = value?.snapshots.filter(({ newer }) => !newer) ?? []
    const found = filterLocal(all, { search, kind: 'all' })
    useEffect(() => void (value === null ? model.local.refresh() : undefined), [])
    return (
        <div class="ffs-field">
            <label for="ffs-compare-local">{t('compareSides.local')}</label>
            {failure !== null && <FailureMessage failure={failure} retry={() => void model.local.refresh()} />}
            {value === null && failure === null && <Loading text={t('snapshots.loading')} />}
            {value !== null && all.length === 0 && <p class="ffs-empty">{t('compare.noLocal')}</p>}
            {all.length > 0 && <>
                <div class="ffs-filter">
                    <input
                        id="ffs-compare-local" type="text" autocomplete="off" spellcheck={false} value={search} placeholder={t('snapshots.search')}
                        onInput={event => setSearch(event.currentTarget.value)}
                    />
                </div>
                {found.length === 0 && <p class="ffs-empty" role="status">{t('snapshots.noMatch', { count: all.length })}</p>}
                <div class="ffs-choices" role="radiogroup" aria-label={t('compareSides.local')}>
                    {found.slice(0, shown).map(({ id, name, createdAt }) => {
                        const checked = id === (chosen ?? all[0]?.id)
                        return (
                            <label key={id} class={`ffs-choice${checked ? ' ffs-choice-on' : ''}`}>
                                <input type="radio" name="ffs-compare-local" checked={checked} onChange={() => onChoose(id)} />
                                <span class="ffs-choice-name" title={name}><bdi>{name}</bdi></span>
                                <time class="ffs-secondary" dateTime={createdAt} title={exactTime(createdAt, language())}>{relativeTime(createdAt, now, language())}</time>
                            </label>
                        )
                    })}
                    {found.length > shown && <p class="ffs-choices-more">
                        <Button small onClick={() => setShown(shown + limits.snapshotsPerPage)}>{t('snapshots.more')}</Button>
                    </p>}
                </div>
            </>}
        </div>
    )
}
