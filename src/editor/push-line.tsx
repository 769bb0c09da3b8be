import { Button, Icon } from './button'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { openPushDialog } from './push-dialog'
import { t } from './text'

/** A push whose dialog was closed: how it stands, and the way back to it. */
export function PushLine ({ model }: { model: PanelModel }) {
    const { work } = model
    useObservable(work)
    if (work.watched || work.request === null) {
        return null
    }
    const values = { name: work.request.name }
    const [icon, text] = work.running
        ? ['circle-o-notch fa-spin', t('line.running', values)]
        : work.failed ? ['exclamation-circle', t('line.failed', values)] : ['check-circle', t('line.done', values)]
    return (
        <div class={`ffs-message ffs-push-line ${work.failed ? 'ffs-message-error' : ''}`} role="status">
            <Icon name={icon} />
            <div class="ffs-message-text">
                <p class="ffs-wrap">{text}</p>
                <p><Button small onClick={() => openPushDialog(model)}>{t('line.show')}</Button></p>
            </div>
        </div>
    )
}
