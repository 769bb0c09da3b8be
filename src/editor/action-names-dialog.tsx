import { useState } from 'preact/hooks'
import { descriptionProblem, nameProblem } from '../shared/names'
import type { SnapshotNames } from '../shared/actions'
import type { Named, SnapshotSummary } from '../shared/requests'
import { isOutdated, useActionCall } from './action-call'
import { actionsApi } from './actions-api'
import { Button } from './button'
import { DialogForm, openDialog } from './dialog'
import { toFailure, type Failure } from './failure'
import { FailureMessage, Message } from './message'
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
    const [from, setFrom] = useState<SnapshotNames | null>(snapshot)
    const [looked, setLooked] = useState<Failure | 'seen' | null>(null)
    const { busy, failure, run, forget } = useActionCall(model, close)
    const renamed = name.trim() !== from?.name.trim()
    const described = description.trim() !== from?.description.trim()
    const wrong = (renamed && nameProblem(name)) || (described && descriptionProblem(description))
    const ready = !busy && !wrong && (renamed || described)
    const act = async () => {
        const typed = { name: name.trim(), description: description.trim() }
        setLooked(null)
        if (snapshot === null || from === null) {
            await actionsApi.capture(instance.id, typed)
        } else {
            const change = { ...(renamed && { name: typed.name }), ...(described && { description: typed.description }) }
            await actionsApi.edit(instance.id, snapshot.id, { ...change, from: { name: from.name, description: from.description } })
        }
    }
    // What the user has typed stays; what was not touched becomes what it is by now.
    const lookAt = async ({ id }: Named) => {
        try {
            const now = await actionsApi.names(instance.id, id)
            setName(renamed ? name : now.name)
            setDescription(described ? description : now.description)
            setFrom(now)
            setLooked('seen')
            forget()
        } catch (error) {
            setLooked(toFailure(error))
        }
    }
    return (
        <DialogForm
            onSubmit={() => ready && void run(act)} busy={busy}
            foot={<div class="ffs-dialog-foot">
                {looked !== null && looked !== 'seen' && <FailureMessage failure={looked} />}
                {failure !== null && <FailureMessage failure={failure}>
                    {snapshot !== null && isOutdated(failure) && <p><Button small onClick={() => void lookAt(snapshot)}>{t('actions.lookAgain')}</Button></p>}
                </FailureMessage>}
            </div>}
            buttons={<>
                <Button onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready} title={name}>
                    {t(snapshot === null ? 'actions.captureSubmit' : 'actions.editSubmit', { name: shortened(name.trim(), 40) })}
                </Button>
            </>}
        >
            <fieldset class="ffs-fields" disabled={busy}>
                {snapshot === null && <p>{t('actions.captureMeaning', { instance: instance.name })}</p>}
                {looked === 'seen' && from !== null && <Message look="info">
                    <p class="ffs-wrap">{t(from.description === '' ? 'actions.editedBare' : 'actions.edited', { name: from.name, description: from.description })}</p>
                </Message>}
                <NameFields name={name} description={description} unchanged={!renamed} onName={setName} onDescription={setDescription} />
            </fieldset>
        </DialogForm>
    )
}
