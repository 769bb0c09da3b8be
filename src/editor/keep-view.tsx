import { useState } from 'preact/hooks'
import { descriptionProblem, nameProblem } from '../shared/names'
import type { View } from '../shared/views'
import { Button } from './button'
import { DialogForm } from './dialog'
import { type Failure, toFailure } from './failure'
import { FailureMessage } from './message'
import { NameFields } from './name-fields'
import { notify } from './node-red'
import type { OpenedFile } from './opened-file'
import type { PanelModel } from './panel-model'
import { shortened, t } from './text'

interface KeepViewProps { model: PanelModel, opened: OpenedFile, view: View, onBack: () => void, close: () => void }

/** Keeps an opened file as a local snapshot. */
export function KeepView ({ model, opened, view, onBack, close }: KeepViewProps) {
    const [name, setName] = useState(view.name)
    const [description, setDescription] = useState(view.description)
    const [busy, setBusy] = useState(false)
    const [failure, setFailure] = useState<Failure | null>(null)
    const wrong = nameProblem(name) ?? descriptionProblem(description)
    const submit = async () => {
        if (busy || wrong !== null) {
            return
        }
        setBusy(true)
        setFailure(null)
        try {
            const kept = await opened.use(async ({ id }) => await model.api.keepView(id, { name: name.trim(), description: description.trim() }))
            notify(t('file.kept', { name: kept.name }), 'success')
            close()
            await model.local.refresh()
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
                <Button onClick={onBack}>{t('file.back')}</Button>
                <Button onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={busy || wrong !== null} title={name}>{t('file.keepNamed', { name: shortened(name.trim(), 40) })}</Button>
            </>}
        >
            <fieldset class="ffs-fields" disabled={busy}>
                {opened.isSealed && <p class="ffs-help">{t('file.keepSealed')}</p>}
                <NameFields name={name} description={description} unchanged={false} onName={setName} onDescription={setDescription} />
            </fieldset>
        </DialogForm>
    )
}
