import { useState } from 'preact/hooks'
import type { LocalSummary } from '../shared/local'
import { descriptionProblem, isAutomatic, nameProblem } from '../shared/names'
import { Button } from './button'
import { DialogForm, openDialog } from './dialog'
import { FailureMessage } from './message'
import { NameFields } from './name-fields'
import { localTime, nextName } from './names'
import type { PanelModel } from './panel-model'
import { useSubmission } from './submission'
import { shortened, t } from './text'
import { UndeployedEdits } from './undeployed-edits'

/** Makes a snapshot of what runs now, or (given one) gives that another name and description. */
export function openLocalNamesDialog (model: PanelModel, snapshot: LocalSummary | null): void {
    openDialog(t(snapshot === null ? 'local.create' : 'local.renameTitle'), 500, close => <NamesDialog model={model} snapshot={snapshot} close={close} />)
}

function NamesDialog ({ model, snapshot, close }: { model: PanelModel, snapshot: LocalSummary | null, close: () => void }) {
    const [name, setName] = useState(() => snapshot?.name ?? proposedName(model))
    const [description, setDescription] = useState(snapshot?.description ?? '')
    // Whoever names an automatic snapshot wants to keep it.
    const mayVanish = snapshot?.kind === 'automatic' && !snapshot.pinned
    const [pin, setPin] = useState(true)
    const { busy, failure, submit } = useSubmission(close)
    const renamed = name.trim() !== snapshot?.name
    const wrong = (renamed && nameProblem(name)) || descriptionProblem(description)
    const keep = async () => {
        if (snapshot === null) {
            await model.local.create({ name: name.trim(), description: description.trim() })
        } else {
            await model.local.change(snapshot.id, {
                ...(renamed && { name: name.trim() }), description: description.trim(), ...(mayVanish && pin && { pinned: true })
            })
        }
    }
    const submitNames = () => {
        if (!wrong) {
            void submit(keep)
        }
    }
    return (
        <DialogForm
            onSubmit={submitNames} busy={busy}
            foot={<div class="ffs-dialog-foot">{failure !== null && <FailureMessage failure={failure} />}</div>}
            buttons={<>
                <Button onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={busy || Boolean(wrong)} title={name}>{t(snapshot === null ? 'local.createNamed' : 'local.renameSubmit', { name: shortened(name.trim(), 40) })}</Button>
            </>}
        >
            <fieldset class="ffs-fields" disabled={busy}>
                <NameFields name={name} description={description} unchanged={!renamed} onName={setName} onDescription={setDescription} />
                {snapshot === null && <UndeployedEdits sentence={t('push.undeployed')} deployed={t('push.deployed')} />}
                {mayVanish && <label class="ffs-check">
                    <input type="checkbox" checked={pin} onChange={event => setPin(event.currentTarget.checked)} />
                    <span>{t('local.pinToo')}<span class="ffs-secondary ffs-below">{t('local.pinMeaning')}</span></span>
                </label>}
            </fieldset>
        </DialogForm>
    )
}

/** The name after the one that somebody gave last, else one with the time. */
function proposedName ({ local }: PanelModel): string {
    const snapshots = local.value?.snapshots ?? []
    const taken = new Set(snapshots.map(({ name }) => name))
    const last = snapshots.find(({ kind, name }) => kind === 'named' && !isAutomatic(name))
    const dated = (precision: 'minute' | 'second') => t('push.defaultName', { date: localTime(new Date(), precision) })
    return (last && nextName(last.name, taken)) ?? (taken.has(dated('minute')) ? dated('second') : dated('minute'))
}
