import type { ReachedDevices } from '../shared/actions'
import { t } from './text'

const named = 10

/** Devices by name, the first of them at once. */
export function DeviceNames ({ devices, complete }: ReachedDevices) {
    const rest = devices.length - named
    return (
        <>
            <ul class="ffs-device-names">{devices.slice(0, named).map(({ id, name }) => <li key={id} class="ffs-wrap">{name}</li>)}</ul>
            {rest > 0 && <details class="ffs-fold">
                <summary tabIndex={0}>{t('actions.moreDevices', { count: rest })}</summary>
                <ul class="ffs-device-names">{devices.slice(named).map(({ id, name }) => <li key={id} class="ffs-wrap">{name}</li>)}</ul>
            </details>}
            {!complete && <p>{t('actions.notAllDevices')}</p>}
        </>
    )
}
