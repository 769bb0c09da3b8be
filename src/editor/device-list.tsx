import { useEffect, useState } from 'preact/hooks'
import type { DeviceState } from '../shared/devices'
import { limits } from '../shared/limits'
import type { TargetNames } from '../shared/requests'
import { Button } from './button'
import { openConnectDialog } from './connect-dialog'
import { deviceKinds, filterDevices, isFilteringDevices, type DeviceFilter } from './device-filter'
import { deviceItems } from './device-items'
import { DeviceRow } from './device-row'
import { sameFailure } from './failure'
import { FailureMessage, Loading, Message } from './message'
import { useNow } from './observable'
import type { PanelModel } from './panel-model'
import { SearchFields } from './search-fields'
import { openTargetDialog } from './target-dialog'
import { t } from './text'

const everything: DeviceFilter = { search: '', kind: 'all' }
/** So few are seen at a glance. */
const searchedFrom = 6

/** The devices of the target's instance and of its application. They are asked for while this is on the screen. */
export function DeviceList ({ model, target, mayAct }: { model: PanelModel, target: TargetNames, mayAct: boolean }) {
    const { devices } = model
    const { value, loading, failure } = devices
    useEffect(() => devices.show(), [devices])
    // Said once, where the target is.
    const isSaid = sameFailure(failure, model.target.failure)
    return (
        <div aria-busy={loading}>
            {failure !== null && !isSaid && <FailureMessage
                failure={failure} retry={() => void devices.refresh()}
                connect={mayAct ? () => openConnectDialog(model) : undefined} choose={mayAct ? () => openTargetDialog(model) : undefined}
            />}
            {value === null && failure === null && <Loading text={t('devices.loading')} />}
            {value !== null && <>
                <PlatformSnapshots model={model} target={target} />
                {!value.complete && <Message look="info"><p>{t('devices.notAll')}</p></Message>}
                {value.devices.length === 0
                    ? <p class="ffs-empty">{t('devices.empty', { instance: target.instance.name, application: target.application.name })}</p>
                    : <Rows key={target.instance.id} model={model} target={target} devices={value.devices} />}
            </>}
        </div>
    )
}

/** Whether the platform makes snapshots by itself after deploys there. */
function PlatformSnapshots ({ model: { devices: { automatic } }, target: { instance } }: { model: PanelModel, target: TargetNames }) {
    if (automatic === null || automatic.instance === null || automatic.devices === null) {
        return null
    }
    const both = [automatic.instance, automatic.devices]
    const key = both.every(Boolean) ? 'devices.madeOfBoth' : automatic.instance ? 'devices.madeOfInstance' : automatic.devices ? 'devices.madeOfDevices' : 'devices.madeOfNone'
    return <p class="ffs-secondary ffs-device-note">{t(key, { instance: instance.name })}</p>
}

function Rows ({ model, target, devices }: { model: PanelModel, target: TargetNames, devices: DeviceState[] }) {
    const now = useNow()
    const [filter, setFilter] = useState(everything)
    const [shown, setShown] = useState<number>(limits.snapshotsPerPage)
    const labels = { all: t('devices.all'), instance: t('devices.ofInstance'), application: t('devices.ofApplication') }
    const filtering = isFilteringDevices(filter)
    const found = filterDevices(devices, filter)
    return (
        <>
            {(devices.length >= searchedFrom || filtering) && <SearchFields
                filter={filter} kinds={deviceKinds} label={t('devices.searchLabel')} which={t('devices.kindLabel')} kindLabel={kind => labels[kind]}
                onChange={next => {
                    setFilter(next)
                    setShown(limits.snapshotsPerPage)
                }}
            />}
            <ul class="ffs-list">
                {found.slice(0, shown).map(device => (
                    <DeviceRow
                        key={device.id} device={device} now={now} actions={deviceItems(model, target, device)}
                        onApproach={() => void model.devices.approach()}
                    />
                ))}
            </ul>
            <div class="ffs-list-foot">
                <p class="ffs-secondary" role="status">
                    {filtering && t(found.length === 0 ? 'devices.noMatch' : 'devices.matches', { found: found.length, count: devices.length })}
                </p>
                {filtering && found.length === 0 && <Button small onClick={() => setFilter(everything)}>{t('snapshots.clear')}</Button>}
                {found.length > shown && <Button small onClick={() => setShown(shown + limits.snapshotsPerPage)}>{t('snapshots.more')}</Button>}
            </div>
        </>
    )
}
