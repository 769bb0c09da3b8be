import { useState } from 'preact/hooks'
import { limits } from '../shared/limits'
import type { SnapshotSummary } from '../shared/requests'
import { Button } from './button'
import { FailureMessage, Loading } from './message'
import { language } from './node-red'
import { useNow } from './observable'
import type { PullSource } from './pull-source'
import { filterSnapshots } from './snapshot-filter'
import { t } from './text'
import { exactTime, relativeTime } from './time'

/** The snapshots of the chosen instance or device as radio buttons, newest first. */
export function PullSnapshots ({ source, onConnect }: { source: PullSource, onConnect: () => void }) {
    const { owner, pages, snapshot: chosen } = source
    const [search, setSearch] = useState('')
    const [shown, setShown] = useState<number>(limits.snapshotsPerPage)
    const now = useNow()
    const { value, failure, moreFailure } = pages
    const all = value?.snapshots ?? []
    const found = filterSnapshots(all, { search, kind: 'all' }, '')
    const hasMore = found.length > shown || Boolean(value?.next)
    return (
        <div class="ffs-field" aria-busy={pages.loading}>
            <label for="ffs-pull-search">{t('pull.snapshot')}</label>
            {owner === null && <p class="ffs-help">{t('pull.chooseOwner')}</p>}
            {failure !== null && <FailureMessage failure={failure} retry={() => void pages.refresh()} connect={onConnect} />}
            {owner !== null && value === null && failure === null && <Loading text={t('snapshots.loading')} />}
            {owner !== null && value !== null && all.length === 0 && <p class="ffs-empty">{t('pull.noSnapshots', { name: owner.name })}</p>}
            {all.length > 0 && <>
                <div class="ffs-filter">
                    <input
                        id="ffs-pull-search" type="text" autocomplete="off" spellcheck={false} value={search} placeholder={t('snapshots.search')}
                        onInput={event => setSearch(event.currentTarget.value)}
                    />
                </div>
                {found.length === 0 && <p class="ffs-empty" role="status">{t('snapshots.noMatch', { count: all.length })}</p>}
                <div class="ffs-choices" role="radiogroup" aria-label={t('pull.snapshot')}>
                    {found.slice(0, shown).map(snapshot => (
                        <SnapshotChoice
                            key={snapshot.id} snapshot={snapshot} now={now} checked={snapshot.id === chosen?.id}
                            onChoose={() => source.chooseSnapshot(snapshot.id)}
                        />
                    ))}
                    {moreFailure !== null && <FailureMessage failure={moreFailure} retry={() => void pages.more()} />}
                    {hasMore && <p class="ffs-choices-more">
                        <Button
                            small disabled={pages.loadingMore} onClick={() => {
                                setShown(shown + limits.snapshotsPerPage)
                                void (found.length > shown + limits.snapshotsPerPage ? undefined : pages.more())
                            }}
                        >{t(pages.loadingMore ? 'common.loading' : 'snapshots.more')}</Button>
                    </p>}
                </div>
            </>}
        </div>
    )
}

/** `of`: the name of whose it is, where that is not the same for all. */
interface ChoiceProps { snapshot: SnapshotSummary, now: number, checked: boolean, onChoose: () => void, of?: string }

/** A snapshot as a radio button. */
export function SnapshotChoice ({ snapshot, now, checked, onChoose, of }: ChoiceProps) {
    const { name, description, createdAt, user, sameFlows } = snapshot
    return (
        <label class={`ffs-choice ffs-choice-snapshot${checked ? ' ffs-choice-on' : ''}`}>
            <input type="radio" name="ffs-pull-snapshot" checked={checked} onChange={onChoose} />
            <span class="ffs-choice-text">
                <span class="ffs-row-head">
                    <span class="ffs-row-name" title={name}>{name}</span>
                    {sameFlows && <span class="ffs-badge" title={t('snapshots.sameFlowsMeaning')}>{t('snapshots.sameFlows')}</span>}
                </span>
                <span class="ffs-secondary ffs-below">
                    {of !== undefined && `${of} · `}{user?.username ?? t('snapshots.byPlatform')} · <time dateTime={createdAt} title={exactTime(createdAt, language())}>{relativeTime(createdAt, now, language())}</time>
                </span>
                {description !== '' && <span class="ffs-row-description" title={description}>{description}</span>}
            </span>
        </label>
    )
}
