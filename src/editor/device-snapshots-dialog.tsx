import { useEffect, useState } from 'preact/hooks'
import type { DeviceState } from '../shared/devices'
import { limits } from '../shared/limits'
import type { Named, SnapshotSummary } from '../shared/requests'
import { openDeviceDelete } from './action-delete-dialog'
import { refusedAction } from './action-items'
import { Button } from './button'
import { openConnectDialog } from './connect-dialog'
import { lockOf } from './device-items'
import { openOneDeviceTarget } from './device-target-dialog'
import { DialogForm, openDialog } from './dialog'
import { coded, failureSentence } from './failure'
import { FailureMessage, Loading } from './message'
import type { MenuItem } from './menu-button'
import { useNow, useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { ownerActions } from './snapshot-actions'
import { filterSnapshots } from './snapshot-filter'
import { SnapshotPages } from './snapshot-pages'
import { SnapshotRow } from './snapshot-row'
import { t } from './text'

/** The snapshots that a device of the application has itself, with what can be done with each. */
export function openDeviceSnapshots (model: PanelModel, instance: Named, device: DeviceState): void {
    openDialog(t('devices.snapshotsTitle', { device: device.name }), 560, close => <DeviceSnapshots model={model} instance={instance} device={device} close={close} />)
}

interface DeviceSnapshotsProps { model: PanelModel, instance: Named, device: DeviceState, close: () => void }

function DeviceSnapshots ({ model, instance, device, close }: DeviceSnapshotsProps) {
    useObservable(model)
    const pages = usePages(model, device)
    const [search, setSearch] = useState('')
    const now = useNow()
    const { value, failure, loading, loadingMore, moreFailure } = pages
    const all = value?.snapshots ?? []
    const found = filterSnapshots(all, { search, kind: 'all' }, '')
    const connect = () => {
        close()
        openConnectDialog(model)
    }
    // The one that it runs may have changed meanwhile.
    const shown = model.devices.value?.devices.find(({ id }) => id === device.id) ?? device
    return (
        <DialogForm onSubmit={close} buttons={<Button first primary>{t('common.close')}</Button>}>
            <div aria-busy={loading}>
                {failure !== null && <FailureMessage failure={failure} retry={() => void pages.refresh()} connect={connect} />}
                {value === null && failure === null && <Loading text={t('snapshots.loading')} />}
                {value !== null && all.length === 0 && <p class="ffs-empty">{t('devices.noSnapshots', { device: device.name })}</p>}
                {all.length > 0 && <>
                    <div class="ffs-filter">
                        <input
                            type="text" autocomplete="off" spellcheck={false} value={search} placeholder={t('snapshots.search')} aria-label={t('snapshots.searchLabel')}
                            onInput={event => setSearch(event.currentTarget.value)}
                        />
                    </div>
                    {found.length === 0 && <p class="ffs-empty" role="status">{t('snapshots.noMatch', { count: all.length })}</p>}
                    <ul class="ffs-list ffs-device-snapshots">{found.map(snapshot => (
                        <SnapshotRow
                            key={snapshot.id} snapshot={snapshot} now={now} isDeviceTarget={snapshot.id === shown.target?.id}
                            actions={itemsOf(model, instance, shown, snapshot, close)}
                        />
                    ))}</ul>
                    {moreFailure !== null && <FailureMessage failure={moreFailure} retry={() => void pages.more()} />}
                    {Boolean(value?.next) && <p><Button small disabled={loadingMore} onClick={() => void pages.more(limits.snapshotsPerPage)}>
                        {t(loadingMore ? 'common.loading' : 'snapshots.more')}
                    </Button></p>}
                </>}
            </div>
        </DialogForm>
    )
}

/** What changes something there begins with this dialog closed. */
function itemsOf (model: PanelModel, instance: Named, device: DeviceState, snapshot: SnapshotSummary, close: () => void): MenuItem[] {
    const after = (open: () => void) => () => {
        close()
        open()
    }
    const lock = lockOf(model, device)
    const locked = lock === null ? undefined : failureSentence(coded(lock))
    const owner = { kind: 'device' as const, id: device.id, name: device.name }
    return [
        ...ownerActions(model, owner, snapshot).map(item => ({ ...item, run: after(item.run) })),
        {
            label: t('devices.setTarget'), refused: locked ?? refusedAction(model, 'setDeviceTarget'),
            run: after(() => openOneDeviceTarget(model, instance, device, { ...snapshot, owner }))
        },
        { label: t('actions.delete'), refused: locked ?? refusedAction(model, 'delete'), run: after(() => openDeviceDelete(model, instance, device, snapshot)) }
    ]
}

function usePages (model: PanelModel, { id }: Named): SnapshotPages {
    const [, setCount] = useState(0)
    const [pages] = useState(() => new SnapshotPages({
        snapshots: async (device, page) => await model.api.deviceSnapshots(device, page)
    }, () => setCount(count => count + 1)))
    useEffect(() => {
        pages.show(id)
        void pages.refresh()
        return () => pages.show(null)
    }, [pages, id])
    return pages
}
