import { useEffect, useState } from 'preact/hooks'
import type { DeviceState, DeviceTargetChoice } from '../shared/devices'
import { limits } from '../shared/limits'
import type { Named } from '../shared/requests'
import { Button } from './button'
import { devicesApi } from './devices-api'
import { FailureMessage, Loading } from './message'
import { useNow } from './observable'
import { SnapshotChoice } from './pull-snapshots'
import { filterSnapshots, isFiltering, type SnapshotFilter } from './snapshot-filter'
import { canSearchMore, SnapshotPages } from './snapshot-pages'
import { SnapshotSearch } from './snapshot-search'
import { t } from './text'

interface DeviceTargetChoiceProps {
    instance: Named
    device: DeviceState
    /** Whose snapshots are *mine*. */
    username: string
    chosen: { id: string } | null
    onChoose: (snapshot: DeviceTargetChoice) => void
    onConnect: () => void
}

/** Every snapshot of the device's application as radio buttons, newest first, a page at a time; a search or filter looks through older ones too. */
export function TargetChoice ({ instance, device, username, chosen, onChoose, onConnect }: DeviceTargetChoiceProps) {
    const pages = usePages(instance, device)
    const [filter, setFilter] = useState<SnapshotFilter>({ search: '', kind: 'all' })
    const [shown, setShown] = useState<number>(limits.snapshotsPerPage)
    const now = useNow()
    const { value, failure, loading, moreFailure, loadingMore } = pages
    useSearchOfAll(pages, isFiltering(filter))
    const all = (value?.snapshots ?? []) as DeviceTargetChoice[]
    const found = filterSnapshots(all, filter, username) as DeviceTargetChoice[]
    const more = () => {
        setShown(shown + limits.snapshotsPerPage)
        void (found.length > shown + limits.snapshotsPerPage ? undefined : pages.more())
    }
    return (
        <div class="ffs-field" aria-busy={loading}>
            <label for="ffs-device-target-search">{t('devices.targetChoice')}</label>
            {failure !== null && <FailureMessage failure={failure} retry={() => void pages.refresh()} connect={onConnect} />}
            {value === null && failure === null && <Loading text={t('snapshots.loading')} />}
            {value !== null && all.length === 0 && <p class="ffs-empty">{t('devices.noTargets')}</p>}
            {all.length > 0 && <>
                <SnapshotSearch
                    id="ffs-device-target-search" filter={filter}
                    onChange={next => {
                        setFilter(next)
                        setShown(limits.snapshotsPerPage)
                    }}
                />
                {found.length === 0 && !loadingMore && <p class="ffs-empty" role="status">{t('snapshots.noMatch', { count: all.length })}</p>}
                <div class="ffs-choices" role="radiogroup" aria-label={t('devices.targetChoice')}>
                    {found.slice(0, shown).map(snapshot => (
                        <SnapshotChoice
                            key={snapshot.id} snapshot={snapshot} now={now} checked={snapshot.id === chosen?.id} of={snapshot.owner.name}
                            onChoose={() => onChoose(snapshot)}
                        />
                    ))}
                    {moreFailure !== null && <FailureMessage failure={moreFailure} retry={() => void pages.more()} />}
                    {(found.length > shown || Boolean(value?.next)) && <p class="ffs-choices-more">
                        <Button small disabled={loadingMore} onClick={more}>{t(loadingMore ? 'common.loading' : 'snapshots.more')}</Button>
                    </p>}
                </div>
            </>}
        </div>
    )
}

function usePages (instance: Named, device: Named): SnapshotPages {
    const [, setCount] = useState(0)
    const [pages] = useState(() => new SnapshotPages({
        snapshots: async (id, page) => ({ ...await devicesApi.targets(instance.id, id, page), deviceTarget: null })
    }, () => setCount(count => count + 1)))
    useEffect(() => {
        pages.show(device.id)
        void pages.refresh()
        return () => pages.show(null)
    }, [pages, device.id])
    return pages
}

/** Loads the older snapshots while the user searches, a moment after the last key. */
function useSearchOfAll (pages: SnapshotPages, searching: boolean): void {
    const wanting = searching && !pages.loading && pages.moreFailure === null && canSearchMore(pages.value)
    useEffect(() => {
        if (!wanting) {
            return
        }
        let wanted = true
        const timer = setTimeout(() => void pages.loadRest(() => wanted), 300)
        return () => {
            wanted = false
            clearTimeout(timer)
        }
    }, [pages, wanting])
}
