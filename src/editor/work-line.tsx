import type { ComponentChildren } from 'preact'
import { Button, Icon } from './button'
import { openLater } from './later'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { openPushDialog } from './push-dialog'
import { t } from './text'

interface WorkLineProps {
    work: { running: boolean, failed: boolean }
    text: (state: 'running' | 'failed' | 'done') => string
    onShow: () => void
    /** Below the text. */
    more?: ComponentChildren
    /** Beside the button that leads back. */
    buttons?: ComponentChildren
}

/** Long work whose dialog was closed: how it stands, and the way back to it. */
export function WorkLine ({ work, text, onShow, more, buttons }: WorkLineProps) {
    const state = work.running ? 'running' : work.failed ? 'failed' : 'done'
    const icons = { running: 'circle-o-notch fa-spin', failed: 'exclamation-circle', done: 'check-circle' }
    return (
        <div class={`ffs-message ffs-push-line ${work.failed ? 'ffs-message-error' : ''}`} role="status">
            <Icon name={icons[state]} />
            <div class="ffs-message-text">
                <p class="ffs-wrap">{text(state)}</p>
                {more}
                <p class="ffs-buttons"><Button small onClick={onShow}>{t('line.show')}</Button>{buttons}</p>
            </div>
        </div>
    )
}

/** The lines of a push, of a restore on an instance and of a push to a device. */
export function WorkLines ({ model }: { model: PanelModel }) {
    const { work: pushing, restoringThere, pushingToDevice } = model
    useObservable(pushing)
    useObservable(restoringThere)
    useObservable(pushingToDevice)
    const push = hidden(pushing)
    const restore = hidden(restoringThere)
    const device = hidden(pushingToDevice)
    return (
        <>
            {push && <WorkLine work={pushing} text={state => t(`line.${state}`, { name: push.name })} onShow={() => openPushDialog(model)} />}
            {restore && <WorkLine
                work={restoringThere}
                text={state => t(`restoreThereLine.${state}`, { name: restore.snapshot.name, instance: restore.instance.name })}
                onShow={() => openLater(async () => (await import('./action-restore-dialog')).openRestoreThere(model, restore.instance, restore.snapshot))}
            />}
            {device && <WorkLine
                work={pushingToDevice}
                text={state => t(`devicePushLine.${state}`, { name: device.request.name, device: device.device.name })}
                onShow={() => openLater(async () => (await import('./device-push-dialog')).openDevicePush(model, device.instance, device.device))}
            />}
        </>
    )
}

/** What was asked for, while no dialog shows it. */
function hidden<Request> ({ watched, request }: { watched: boolean, request: Request | null }): Request | null {
    return watched ? null : request
}
