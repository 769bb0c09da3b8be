import type { LocalSummary } from '../shared/local'
import { Button } from './button'
import { DialogForm, openDialog } from './dialog'
import { FailureMessage } from './message'
import type { PanelModel } from './panel-model'
import { useSubmission } from './submission'
import { shortened, t } from './text'

export function openRemoveDialog (model: PanelModel, snapshot: LocalSummary): void {
    openDialog(t('local.removeTitle'), 460, close => <RemoveDialog model={model} snapshot={snapshot} close={close} />)
}

/** Says what is deleted, and that there is no way back. */
function RemoveDialog ({ model, snapshot, close }: { model: PanelModel, snapshot: LocalSummary, close: () => void }) {
    const { name } = snapshot
    const { busy, failure, submit } = useSubmission(close)
    const undo = model.local.value?.undo?.id === snapshot.id
    return (
        <DialogForm
            onSubmit={() => void submit(() => model.local.remove(snapshot.id))} busy={busy}
            foot={<div class="ffs-dialog-foot">{failure !== null && <FailureMessage failure={failure} />}</div>}
            buttons={<>
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={busy} title={name}>{t('local.removeSubmit', { name: shortened(name, 40) })}</Button>
            </>}
        >
            <p>{t('local.removeMeaning', { name })}</p>
            {snapshot.kind === 'safety' && <p>{t(undo ? 'local.removeUndo' : 'local.removeSafety')}</p>}
        </DialogForm>
    )
}
