import { Button, Icon } from './button'
import { openLater } from './later'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { t } from './text'

/** A restore on the instance whose dialog was closed: how it stands, and the way back to it. */
export function RestoreThereLine ({ model }: { model: PanelModel }) {
    const { restoringThere: work } = model
    useObservable(work)
    const { request } = work
    if (work.watched || request === null) {
        return null
    }
    const values = { name: request.snapshot.name, instance: request.instance.name }
    const [icon, text] = work.running
        ? ['circle-o-notch fa-spin', t('actions.lineRunning', values)]
        : work.failed ? ['exclamation-circle', t('actions.lineFailed', values)] : ['check-circle', t('actions.lineDone', values)]
    const show = () => openLater(async () => (await import('./action-restore-dialog')).openRestoreThere(model, request.instance, request.snapshot))
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
