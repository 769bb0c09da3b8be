import { useState } from 'preact/hooks'
import { descriptionProblem, nameProblem } from '../shared/names'
import type { Named, SnapshotSummary } from '../shared/requests'
import { useActionCall } from './action-call'
import { actionsApi } from './actions-api'
import { Button } from './button'
import { DialogForm, openDialog } from './dialog'
import { FailureMessage } from './message'
import { NameFields } from './name-fields'
import { localTime } from './names'
import type { PanelModel } from './panel-model'
import { shortened, t } from './text'

/** Makes a snapshot of the instance as it runs there. */
export function openCapture (model: PanelModel, instance: Named): void {
    openDialog(t('actions.captureTitle', { instance: instance.name }), 500, close => <NamesDialog model={model} instance={instance} snapshot={null} close={close} />)
}

/** Gives a snapshot another name and description. */
export function openEdit (model: PanelModel, instance: Named, snapshot: SnapshotSummary): void {
    openDialog(t('actions.editTitle'), 500, close => <NamesDialog model={model} instance={instance} snapshot={snapshot} close={close} />)
}

interface NamesDialogProps { model: PanelModel, instance: Named, snapshot: SnapshotSummary | null, close: () => void }

function NamesDialog ({ model, instance, snapshot, close }: NamesDialogProps) {
    const [name, setName] = useState(() => snapshot?.name ?? t('push.defaultName', { date: localTime(new Date(), 'minute') }))
    const [description, setDescription] = useState(snapshot?.description ?? '')
    const { busy, failure, run } = useActionCall(model, close)
    const renamed = name.trim() !== snapshot?.name.trim()
    const described = description.trim() !== snapshot?.description.trim()
    const wrong = (renamed && nameProblem(name)) || (described && descriptionProblem(description))
    const ready = !busy && !wrong && (renamed || described)
    const act = async () => {
        const typed = { name: name.trim(), description: description.trim() }
        if (snapshot === null) {
            await actionsApi.capture(instance.id, typed)
        } else {
            const from = { name: snapshot.name, description: snapshot.description }
            const change = { ...(renamed && { name: typed.name }), ...(described && { description: typed.description }) }
            await actionsApi.edit(instance.id, snapshot.id, { ...change, from })
        }
    }
    return (
        <DialogForm
            onSubmit={() => ready && void run(act)} busy={busy}
            foot={<div class="ffs-dialog-foot">{failure !== null && <FailureMessage failure={failure} />}</div>}
            buttons={<>
                <Button onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready} title={name}>
                    {t(snapshot === null ? 'actions.captureSubmit' : 'actions.editSubmit', { name: shortened(name.trim(), 40) })}
                </Button>
            </>}
        >
            <fieldset class="ffs-fields" disabled={busy}>
                {snapshot === null && <p>{t('actions.captureMeaning', { instance: instance.name })}</p>}
                <NameFields name={name} description={description} unchanged={!renamed} onName={setName} onDescription={setDescription} />
            </fieldset>
        </DialogForm>
    )
}
