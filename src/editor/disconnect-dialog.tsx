import { serverLabel } from './addresses'
import { Button } from './button'
import { DialogForm, openDialog } from './dialog'
import { FailureMessage } from './message'
import type { PanelModel } from './panel-model'
import { useSubmission } from './submission'
import { t } from './text'

export function openDisconnectDialog (model: PanelModel, server: string): void {
    const label = serverLabel(server)
    openDialog(t('disconnect.title', { server: label }), 440, close => <DisconnectForm model={model} server={label} close={close} />)
}

function DisconnectForm ({ model, server, close }: { model: PanelModel, server: string, close: () => void }) {
    const { busy, failure, submit } = useSubmission(close)
    return (
        <DialogForm
            onSubmit={() => void submit(() => model.disconnect())} busy={busy}
            foot={<div class="ffs-dialog-foot">{failure !== null && <FailureMessage failure={failure} />}</div>}
            buttons={<>
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={busy}>{t('disconnect.submit')}</Button>
            </>}
        >
            <p>{t('disconnect.forgets', { server })}</p>
            <p>{t('disconnect.keeps', { server })}</p>
        </DialogForm>
    )
}
