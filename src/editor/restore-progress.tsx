import { useLayoutEffect, useRef } from 'preact/hooks'
import { Button } from './button'
import { DialogForm } from './dialog'
import { JobSteps } from './job-steps'
import { Loading, Message } from './message'
import type { RestoreWork } from './restore-work'
import { t } from './text'

/** A restore or undo under way. It can't be ended half-way; it goes on when this is hidden. */
export function RestoreProgress ({ work, close }: { work: RestoreWork, close: () => void }) {
    const root = useRef<HTMLDivElement>(null)
    // What had the focus is gone.
    useLayoutEffect(() => root.current?.focus(), [])
    const { job, unheard } = work
    // Taking back is a step only of what fails.
    const steps = job?.steps.filter(({ id, state }) => id !== 'take-back' || state !== 'waiting') ?? []
    return (
        <DialogForm onSubmit={close} busy buttons={<Button onClick={close}>{t('push.hide')}</Button>}>
            <div ref={root} tabIndex={-1} class="ffs-progress">
                {job === null
                    ? <Loading text={t('push.starting')} />
                    : <JobSteps steps={steps.map(step => ({ ...step, text: t(`restoreSteps.${step.id}`) }))} label={t('push.progress')} />}
                {unheard && <Message look="warning"><p role="status">{t('restoreHere.unheard')}</p></Message>}
                <p class="ffs-secondary">{t('restoreHere.goesOn')}</p>
            </div>
        </DialogForm>
    )
}
