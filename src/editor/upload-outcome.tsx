import { useLayoutEffect } from 'preact/hooks'
import type { UploadAnswer, UploadPlan } from '../shared/files'
import { Button } from './button'
import { DialogForm, inTopDialog } from './dialog'
import { Message } from './message'
import { t } from './text'
import { Lacking } from './upload-plan'

interface UploadOutcomeProps { answer: UploadAnswer, plan: UploadPlan | null, flowsOnly: boolean, close: () => void }

/** What is true after an upload that went through. */
export function UploadOutcome ({ answer, plan, flowsOnly, close }: UploadOutcomeProps) {
    useLayoutEffect(() => inTopDialog('button.primary')?.focus(), [])
    return (
        <DialogForm onSubmit={close} buttons={<Button primary>{t('common.close')}</Button>}>
            <Message look="success">
                <p><strong>{t('upload.uploaded', { name: answer.snapshot.name, target: plan?.to.name ?? '' })}</strong></p>
                <p>{t(plan?.to.kind === 'device' ? 'upload.notRunDevice' : 'upload.notRun', { target: plan?.to.name ?? '' })}</p>
            </Message>
            {plan !== null && <Lacking plan={{ ...plan, way: answer.way }} flowsOnly={flowsOnly} isDone />}
        </DialogForm>
    )
}
