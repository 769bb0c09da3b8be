import { useEffect, useRef, useState } from 'preact/hooks'
import { limits } from '../shared/limits'
import type { SnapshotSummary, TargetNames } from '../shared/requests'
import { captureItem } from './action-items'
import { Button } from './button'
import { openConnectDialog } from './connect-dialog'
import { sameFailure } from './failure'
import { FailureMessage, Loading } from './message'
import { useNow } from './observable'
import type { PanelModel } from './panel-model'
import { remoteActions } from './snapshot-actions'
import { filterSnapshots, isFiltering, type SnapshotFilter } from './snapshot-filter'
import { canSearchMore } from './snapshot-pages'
import { SnapshotRow } from './snapshot-row'
import { SnapshotSearch } from './snapshot-search'
import { openTargetDialog } from './target-dialog'
import { t } from './text'

const everything: SnapshotFilter = { search: '', kind: 'all' }

/** The snapshots of the target, newest first, a page at a time; a search or a filter looks through the older ones too. */
export function SnapshotList ({ model, target, mayAct }: { model: PanelModel, target: TargetNames, mayAct: boolean }) {
    const { value, loading, failure } = model.snapshots
    const [filter, setFilter] = useState(everything)
    const [shown, setShown] = useState<number>(limits.snapshotsPerPage)
    const filtering = isFiltering(filter)
    useSearchOfAll(model, filtering)
    // Said once, where the target is.
    const isSaid = sameFailure(failure, model.target.failure)
    const found = filterSnapshots(value?.snapshots ?? [], filter, model.state.value?.connection?.user.username ?? '')
    return (
        <div aria-busy={loading}>
            {mayAct && value !== null && <Capture model={model} target={target} />}
            {failure !== null && !isSaid && <FailureMessage
                failure={failure} retry={() => void model.refreshSnapshots()}
                connect={mayAct ? () => openConnectDialog(model) : undefined} choose={mayAct ? () => openTargetDialog(model) : undefined}
            />}
            {value === null && failure === null && <Loading text={t('snapshots.loading')} />}
            {value?.snapshots.length === 0 && <p class="ffs-empty">{t(mayAct ? 'snapshots.empty' : 'snapshots.emptyReadOnly', { instance: target.instance.name })}</p>}
            {value !== null && value.snapshots.length > 0 && <>
                <SnapshotSearch
                    filter={filter} onChange={next => {
                        setFilter(next)
                        setShown(limits.snapshotsPerPage)
                    }}
                />
                <Rows model={model} target={target} found={found.slice(0, shown)} />
                <Foot
                    model={model} filtering={filtering} count={found.length} hidden={found.length - shown} onClear={() => setFilter(everything)}
                    onMore={() => {
                        setShown(shown + limits.snapshotsPerPage)
                        return found.length > shown ? Promise.resolve() : model.snapshots.more()
                    }}
                />
            </>}
        </div>
    )
}

/** Makes a snapshot of the instance as it runs there; off, with its reason, where the sign-in may not. */
function Capture ({ model, target }: { model: PanelModel, target: TargetNames }) {
    const { label, run, refused } = captureItem(model, target)
    return (
        <div class="ffs-local-actions">
            <Button small disabled={refused !== undefined} title={refused} onClick={run}>{label}</Button>
            {refused !== undefined && <span class="ffs-hidden-text">{refused}</span>}
        </div>
    )
}

/** Loads the older snapshots while the user searches, a moment after the last key. */
function useSearchOfAll (model: PanelModel, filtering: boolean): void {
    const { value, loading, moreFailure } = model.snapshots
    const wanting = filtering && !loading && moreFailure === null && canSearchMore(value)
    useEffect(() => {
        if (!wanting) {
            return
        }
        let wanted = true
        const timer = setTimeout(() => void model.snapshots.loadRest(() => wanted), 300)
        return () => {
            wanted = false
            clearTimeout(timer)
        }
    }, [model, wanting])
}

function Rows ({ model, target, found }: { model: PanelModel, target: TargetNames, found: ReturnType<typeof filterSnapshots> }) {
    const now = useNow()
    return found.length === 0
        ? null
        : <ul class="ffs-list">{found.map(snapshot => (
            <SnapshotRow
                key={snapshot.id} snapshot={{ ...snapshot, sameFlows: isSame(model, snapshot) }} now={now}
                isDeviceTarget={snapshot.id === model.snapshots.value?.deviceTarget}
                actions={remoteActions(model, target, snapshot)}
            />
        ))}</ul>
}

/** A deploy here is known sooner by the status than by the list. */
function isSame ({ status }: PanelModel, { id, sameFlows }: SnapshotSummary): boolean {
    return status?.link?.snapshotId === id && status.standing !== 'linked' ? status.standing === 'same' : sameFlows
}

interface FootProps { model: PanelModel, filtering: boolean, count: number, hidden: number, onClear: () => void, onMore: () => Promise<void> }

/** What follows the rows: the way to more of them, and how far a search has come. */
function Foot ({ model, filtering, count, hidden, onClear, onMore }: FootProps) {
    const { value, loadingMore, moreFailure } = model.snapshots
    const root = useRef<HTMLDivElement>(null)
    const loaded = value?.snapshots.length ?? 0
    const searching = filtering && loadingMore
    const more = async () => {
        const rows = root.current?.parentElement?.querySelectorAll<HTMLElement>('.ffs-row').length ?? 0
        await onMore()
        // The button may be gone then; reading goes on at the first new row.
        setTimeout(() => root.current?.parentElement?.querySelectorAll<HTMLElement>('.ffs-row')[rows]?.focus())
    }
    return (
        <div class="ffs-list-foot" ref={root}>
            {moreFailure !== null && <FailureMessage failure={moreFailure} retry={() => void model.snapshots.more()} />}
            <p class="ffs-secondary" role="status">
                {searching && t('snapshots.searching', { count: loaded })}
                {filtering && !searching && count === 0 && t('snapshots.noMatch', { count: loaded })}
                {filtering && !searching && count > 0 && t('snapshots.matches', { found: count, count: loaded })}
                {filtering && !searching && value?.next && loaded >= limits.snapshotsSearched ? ` ${t('snapshots.searchedMost')}` : ''}
            </p>
            {filtering && count === 0 && <Button small onClick={onClear}>{t('snapshots.clear')}</Button>}
            {(hidden > 0 || (!filtering && value?.next)) && <Button small disabled={loadingMore} onClick={() => void more()}>
                {t(loadingMore ? 'common.loading' : 'snapshots.more')}
            </Button>}
        </div>
    )
}
