import { useLayoutEffect, useState } from 'preact/hooks'
import type { FileSource } from '../shared/files'
import { Button } from './button'
import { openConnectDialog } from './connect-dialog'
import { DialogForm, inTopDialog, openDialog } from './dialog'
import { coded, failureSentence } from './failure'
import { type DownloadDraft, isSealing, newDownloadDraft, secretProblem } from './file-draft'
import { FilePartsFields } from './file-parts'
import { DownloadWork } from './file-work'
import { filesApi } from './files-api'
import { FailureMessage, Loading, Message } from './message'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { Pair } from './restore-contents'
import { newFileSecret, saveFile } from './save-file'
import { SavedSecret } from './saved-secret'
import { t } from './text'

/** Opens the dialog that saves a snapshot as a file, or its modules or variables. `name`: how the snapshot is called. */
export function openDownload (model: PanelModel, source: FileSource, name: string): void {
    const work = new DownloadWork(filesApi, source, { save: saveFile, newSecret: newFileSecret })
    openDialog(
        t('download.title'), 560, close => <DownloadDialog model={model} work={work} name={name} close={close} />, () => work.end(), () => work.mayLeave()
    )
}

interface DownloadDialogProps { model: PanelModel, work: DownloadWork, name: string, close: () => void }

function DownloadDialog ({ model, work, name, close }: DownloadDialogProps) {
    useObservable(work)
    const [draft, setDraft] = useState(newDownloadDraft)
    const change = (part: Partial<DownloadDraft>) => setDraft({ ...draft, ...part })
    const ready = !work.busy && secretProblem(draft) === null
    if (work.saved !== null) {
        return <Saved work={work} close={close} />
    }
    return (
        <DialogForm
            onSubmit={() => void (ready && work.start(draft))} busy={work.busy}
            foot={<div class="ffs-dialog-foot">
                {work.busy && <Loading text={t('download.making')} />}
                {work.failure !== null && <FailureMessage
                    failure={work.failure} retry={() => void work.start(draft)} connect={() => {
                        close()
                        openConnectDialog(model)
                    }}
                />}
            </div>}
            buttons={<>
                <Button onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready}>{t(draft.what === 'environment' && draft.values ? 'download.submitValues' : 'download.submit')}</Button>
            </>}
        >
            <fieldset class="ffs-fields" disabled={work.busy}>
                <Pair label={t('download.of')}><p class="ffs-wrap"><bdi>{name}</bdi></p></Pair>
                <What draft={draft} onChange={change} />
                {draft.what === 'snapshot' && <SnapshotFile draft={draft} onChange={change} />}
                {draft.what === 'package' && <p class="ffs-help">{t('download.packageMeaning')}</p>}
                {draft.what === 'environment' && <Environment draft={draft} onChange={change} />}
            </fieldset>
        </DialogForm>
    )
}

interface PartProps { draft: DownloadDraft, onChange: (part: Partial<DownloadDraft>) => void }

const kinds = [['snapshot', 'download.snapshot'], ['package', 'download.package'], ['environment', 'download.environment']] as const

function What ({ draft, onChange }: PartProps) {
    return (
        <div class="ffs-file-kinds" role="radiogroup" aria-label={t('download.what')}>
            {kinds.map(([kind, label]) => (
                <label key={kind} class="ffs-check">
                    <input type="radio" name="ffs-file-kind" data-first={kind === 'snapshot' || undefined} checked={draft.what === kind} onChange={() => onChange({ what: kind })} />
                    <span>{t(label)}</span>
                </label>
            ))}
        </div>
    )
}

function SnapshotFile ({ draft, onChange }: PartProps) {
    const { parts, secretBy } = draft
    return (
        <>
            <FilePartsFields parts={parts} onChange={parts => onChange({ parts })} />
            {isSealing(parts) && <fieldset class="ffs-fields ffs-file-secret">
                <legend>{t('download.secret')}</legend>
                <label class="ffs-check">
                    <input type="radio" name="ffs-file-secret-by" checked={secretBy === 'generated'} onChange={() => onChange({ secretBy: 'generated' })} />
                    <span>{t('download.generated')}<span class="ffs-secondary ffs-below">{t('download.generatedMeaning')}</span></span>
                </label>
                <label class="ffs-check">
                    <input type="radio" name="ffs-file-secret-by" checked={secretBy === 'typed'} onChange={() => onChange({ secretBy: 'typed' })} />
                    <span>{t('download.typed')}</span>
                </label>
                {secretBy === 'typed' && <TypedSecret draft={draft} onChange={onChange} />}
                <p class="ffs-help">{t('download.secretMeaning')}</p>
            </fieldset>}
        </>
    )
}

/** It is not hidden: a slip in it would lock the file for good. */
function TypedSecret ({ draft, onChange }: PartProps) {
    const problem = draft.typed === '' ? null : secretProblem(draft)
    return (
        <div class="ffs-field ffs-indent">
            <input
                type="text" autocomplete="off" spellcheck={false} aria-label={t('download.typed')} value={draft.typed} class={problem === null ? '' : 'input-error'}
                aria-invalid={problem !== null} aria-describedby="ffs-typed-secret-help"
                onInput={event => onChange({ typed: event.currentTarget.value })}
            />
            <p class="ffs-help" id="ffs-typed-secret-help">
                <span class="ffs-problem" aria-live="polite">{problem !== null && failureSentence(coded(problem))}</span>
            </p>
        </div>
    )
}

function Environment ({ draft, onChange }: PartProps) {
    return (
        <>
            <label class="ffs-check">
                <input type="radio" name="ffs-file-values" checked={!draft.values} onChange={() => onChange({ values: false })} />
                <span>{t('download.namesOnly')}</span>
            </label>
            <label class="ffs-check">
                <input type="radio" name="ffs-file-values" checked={draft.values} onChange={() => onChange({ values: true })} />
                <span>{t('download.withValues')}</span>
            </label>
            {draft.values && <Message look="warning"><p>{t('download.valuesWarning')}</p></Message>}
        </>
    )
}

/** What was saved, and its secret for the only time. */
function Saved ({ work, close }: { work: DownloadWork, close: () => void }) {
    const { saved } = work
    const made = saved?.generated === true ? saved.secret : null
    // One Enter too many must not lose a secret that nobody has yet.
    useLayoutEffect(() => inTopDialog(made === null ? 'button.primary' : '#ffs-saved-secret')?.focus(), [])
    return (
        <DialogForm
            onSubmit={() => void (made === null && close())}
            buttons={made === null ? <Button primary>{t('common.close')}</Button> : <Button onClick={close}>{t('common.close')}</Button>}
        >
            <Message look="success"><p>{t('download.saved', { name: saved?.name ?? '' })}</p></Message>
            {made !== null && <SavedSecret secret={made} onCopy={() => work.keepSecret()} />}
            {made === null && saved !== null && saved.secret !== null && <p>{t('download.typedKept')}</p>}
            {work.isLeaving && <Message look="warning">
                <p role="alert">{t('download.notCopiedYet')}</p>
                <p><Button small onClick={() => {
                    work.keepSecret()
                    close()
                }}>{t('download.closeAnyway')}</Button></p>
            </Message>}
        </DialogForm>
    )
}
