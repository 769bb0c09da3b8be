import { useLayoutEffect, useState } from 'preact/hooks'
import type { FileParts } from '../shared/files'
import { descriptionProblem, isAutomatic, nameProblem } from '../shared/names'
import type { Named } from '../shared/requests'
import type { View } from '../shared/views'
import { Button } from './button'
import { openConnectDialog } from './connect-dialog'
import { DialogForm, inTopDialog, isFocusLost, openDialog } from './dialog'
import { failureSentence } from './failure'
import { everyPart, effectiveParts, hasCredentials, needsSecret } from './file-draft'
import { FilePartsFields } from './file-parts'
import { FileSecret } from './file-secret'
import { UploadWork } from './file-work'
import { filesApi } from './files-api'
import { FailureMessage, Loading } from './message'
import { NameFields } from './name-fields'
import { localTime } from './names'
import { notify } from './node-red'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { TeamLists } from './team-lists'
import { shortened, t } from './text'
import { UploadOutcome } from './upload-outcome'
import { UploadPlanText } from './upload-plan'
import { UploadTargetChoice } from './upload-target'
import type { Reopen } from './view-gone'

/** Opens the upload of what is looked at to an instance or device. The view is taken over: the dialog lets go of it when it is closed. */
export function openUpload (model: PanelModel, view: View, reopen: Reopen): void {
    let closed = false
    const work = new UploadWork({ ...filesApi, giveSecret: model.api.giveSecret }, { view, reopen }, ({ answer, failure }) => {
        if (answer !== null) {
            void model.refreshTarget()
        }
        if (closed) {
            model.api.letGoOfView(work.view.id).catch(() => undefined)
            work.end()
            notify(answer === null ? `${t('upload.failed')} ${failure === null ? '' : failureSentence(failure)}` : t('upload.done', { name: answer.snapshot.name }), answer === null ? 'error' : 'success')
        }
    })
    openDialog(t('upload.title'), 820, close => <UploadDialog model={model} work={work} close={close} />, () => {
        closed = true
        // What cannot be let go of is forgotten by itself.
        if (!work.busy) {
            model.api.letGoOfView(work.view.id).catch(() => undefined)
            work.end()
        }
    })
}

function UploadDialog ({ model, work, close }: { model: PanelModel, work: UploadWork, close: () => void }) {
    useObservable(work)
    const [lists] = useState(() => new TeamLists(model.api))
    const [target, setTarget] = useState<Named | null>(null)
    const [name, setName] = useState(() => proposedName(work.view))
    const [description, setDescription] = useState(work.view.description)
    const [parts, setParts] = useState<FileParts>(everyPart)
    const { view, plan } = work
    const sent = effectiveParts({ ...parts, credentials: parts.credentials && hasCredentials(view) })
    const flowsOnly = view.notes.some(({ code }) => code === 'flows-only')
    const isLocked = needsSecret(view, sent)
    const ready = !work.busy && !work.checking && !isLocked && plan.value !== null && plan.value.refused === null
        && nameProblem(name) === null && descriptionProblem(description) === null
    const connect = () => {
        close()
        openConnectDialog(model)
    }
    const upload = () => {
        if (ready) {
            void work.upload({ name: name.trim(), description: description.trim() }, sent)
        }
    }
    useFocusOnFailure(work)
    if (work.answer !== null) {
        return <UploadOutcome answer={work.answer} plan={plan.value} flowsOnly={flowsOnly} close={close} />
    }
    return (
        <DialogForm
            onSubmit={upload} busy={work.busy}
            foot={<div class="ffs-dialog-foot">
                {work.busy && <Loading text={t('upload.running')} />}
                {work.failure !== null && <FailureMessage failure={work.failure} retry={upload} connect={connect} />}
            </div>}
            buttons={<>
                <Button first onClick={close}>{t(work.busy ? 'push.hide' : 'common.cancel')}</Button>
                <Button primary disabled={!ready} title={name}>
                    {target === null ? t('upload.submitUnknown') : t('upload.submit', { name: shortened(name.trim(), 30), target: shortened(target.name, 30) })}
                </Button>
            </>}
        >
            <fieldset class="ffs-fields" disabled={work.busy}>
                <div class="ffs-columns">
                    <UploadTargetChoice
                        model={model} lists={lists} chosen={work.target?.id ?? null} onConnect={connect} onChoose={owner => {
                            setTarget(owner)
                            void work.choose(owner && { kind: owner.kind, id: owner.id })
                        }}
                    />
                    <div>
                        <NameFields later name={name} description={description} unchanged={false} onName={setName} onDescription={setDescription} />
                        <FilePartsFields parts={parts} onChange={setParts} noCredentials={whyNoCredentials(view)} />
                        {(isLocked || work.checking) && <FileSecret
                            meaning={t('upload.secretMeaning')} busy={work.checking} failure={work.secretFailure}
                            give={async secret => await work.giveSecret(secret)}
                        />}
                        <UploadPlanText
                            plan={plan} target={target} flowsOnly={flowsOnly} onRetry={() => void work.choose(work.target)} onConnect={connect}
                        />
                    </div>
                </div>
            </fieldset>
        </DialogForm>
    )
}

/** The sentence about a failure is at the foot; what had the focus may be off. */
function useFocusOnFailure ({ failure }: UploadWork): void {
    useLayoutEffect(() => {
        if (failure !== null && isFocusLost()) {
            inTopDialog('button.primary')?.focus()
        }
    }, [failure])
}

/** FlowFuse deletes snapshots with names like its own automatic ones; what runs here has no name. */
function proposedName ({ name }: View): string {
    return name.trim() === '' || isAutomatic(name) ? t('push.defaultName', { date: localTime(new Date(), 'minute') }) : name
}

function whyNoCredentials (view: View): string | null {
    if (hasCredentials(view)) {
        return null
    }
    switch (view.credentials.state) {
    case 'missing': return t('fileParts.credentialsMissing')
    case 'locked': return t('fileParts.credentialsLocked')
    case 'not-told': return t('fileParts.credentialsNotTold')
    default: return t('fileParts.credentialsNone')
    }
}
