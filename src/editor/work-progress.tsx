import { useLayoutEffect, useRef } from 'preact/hooks'
import type { StepOf } from '../shared/requests'
import { Button } from './button'
import { DialogForm } from './dialog'
import { JobSteps } from './job-steps'
import { Loading, Message } from './message'
import { t } from './text'

interface WorkProgressProps {
    /** null before the work has begun. */
    steps: Array<StepOf<string> & { text: string }> | null
    /** What to say while Node-RED does not tell how it stands; null while it does. */
    unheard: string | null
    goesOn: string
    close: () => void
}

/** A dialog's content while long work is under way. It goes on when this is hidden. */
export function WorkProgress ({ steps, unheard, goesOn, close }: WorkProgressProps) {
    const root = useRef<HTMLDivElement>(null)
    // What had the focus is gone.
    useLayoutEffect(() => root.current?.focus(), [])
    return (
        <DialogForm onSubmit={close} busy buttons={<Button onClick={close}>{t('push.hide')}</Button>}>
            <div ref={root} tabIndex={-1} class="ffs-progress">
                {steps === null ? <Loading text={t('push.starting')} /> : <JobSteps steps={steps} label={t('push.progress')} />}
                {unheard !== null && <Message look="warning"><p role="status">{unheard}</p></Message>}
                <p class="ffs-secondary">{goesOn}</p>
            </div>
        </DialogForm>
    )
}
