import { Button, Icon } from './button'
import { openLater } from './later'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { t } from './text'

/** A push to a device whose dialog was closed: how it stands, and the way back to it. */
export function DevicePushLine ({ model }: { model: PanelModel }) {
    const { pushingToDevice: work } = model
    useObservable(work)
    const { request } = work
    if (work.watched || request === null) {
        return null
    }
    const values = { name: request.request.name, device: request.device.name }
    const [icon, text] = work.running
        ? ['circle-o-notch fa-spin', t('devices.lineRunning', values)]
        : work.failed ? ['exclamation-circle', t('devices.lineFailed', values)] : ['check-circle', t('devices.lineDone', values)]
    const show = () => openLater(async () => (await import('./device-push-dialog')).openDevicePush(model, request.instance, request.device))
    return (
        <div class={`ffs-message ffs-push-line ${work.failed ? 'ffs-message-error' : ''}`} role="status">
            <Icon name={icon} />
            <div class="ffs-message-text">
                <p class="ffs-wrap">{text}</p>
                <p><Button small onClick={show}>{t('line.show')}</Button></p>
            </div>
        </div>
    )
}
