import { useState } from 'preact/hooks'
import { refusal } from '../shared/abilities'
import type { TargetNames } from '../shared/requests'
import { automaticPushesKept } from '../shared/status'
import { Button } from './button'
import { DialogForm, openDialog } from './dialog'
import { coded, failureSentence, toFailure, type Failure } from './failure'
import { FailureMessage } from './message'
import type { PanelModel } from './panel-model'
import { standingOf } from './snapshot-actions'
import { t } from './text'

/** Says what the automatic push does before it is switched on. */
export function openAutoPushDialog (model: PanelModel, { instance }: TargetNames): void {
    openDialog(t('autoPush.title', { instance: instance.name }), 480, close => <AutoPushForm model={model} instance={instance.name} close={close} />)
}

function AutoPushForm ({ model, instance, close }: { model: PanelModel, instance: string, close: () => void }) {
    const [busy, setBusy] = useState(false)
    const [failure, setFailure] = useState<Failure | null>(null)
    const standing = standingOf(model)
    const deleteRefused = standing === null ? null : refusal('delete', standing)
    const submit = async () => {
        if (busy) {
            return
        }
        setBusy(true)
        setFailure(null)
        try {
            await model.setAutoPush(true)
            close()
        } catch (error) {
            setFailure(toFailure(error))
            setBusy(false)
        }
    }
    return (
        <DialogForm
            onSubmit={() => void submit()} busy={busy}
            foot={<div class="ffs-dialog-foot">{failure !== null && <FailureMessage failure={failure} />}</div>}
            buttons={<>
                <Button onClick={close}>{t('common.cancel')}</Button>
                <Button primary first disabled={busy}>{t('autoPush.submit')}</Button>
            </>}
        >
            <p>{t('autoPush.does', { instance })}</p>
            <p>{t('autoPush.carries', { instance })}</p>
            <p>{deleteRefused === null
                ? t('autoPush.keeps', { count: automaticPushesKept })
                : `${t('autoPush.fills', { count: automaticPushesKept })} ${failureSentence(coded(deleteRefused))}`}</p>
            <p>{t('autoPush.runsAs', { user: model.state.value?.connection?.user.username ?? '' })}</p>
        </DialogForm>
    )
}
