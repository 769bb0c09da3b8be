import { useLayoutEffect, useRef } from 'preact/hooks'
import type { RestoreThereResult } from '../shared/actions'
import { webUrl } from './addresses'
import type { RestoreThereWork } from './action-restore-work'
import { Button, OutsideLink } from './button'
import { DialogForm } from './dialog'
import { JobSteps } from './job-steps'
import { FailureMessage, Loading, Message } from './message'
import { listed, t } from './text'

/** A restore on an instance under way. It goes on when this is hidden, and can't be ended half-way. */
export function RestoreThereProgress ({ work, close }: { work: RestoreThereWork, close: () => void }) {
    const root = useRef<HTMLDivElement>(null)
    // What had the focus is gone.
    useLayoutEffect(() => root.current?.focus(), [])
    const { job, unheard } = work
    return (
        <DialogForm onSubmit={close} busy buttons={<Button onClick={close}>{t('push.hide')}</Button>}>
            <div ref={root} tabIndex={-1} class="ffs-progress">
                {job === null
                    ? <Loading text={t('push.starting')} />
                    : <JobSteps steps={job.steps.map(step => ({ ...step, text: t(`thereSteps.${step.id}`) }))} label={t('push.progress')} />}
                {unheard && <Message look="warning"><p role="status">{t('restoreHere.unheard')}</p></Message>}
                <p class="ffs-secondary">{t('actions.restoreGoesOn')}</p>
            </div>
        </DialogForm>
    )
}

/** How a restore on an instance ended, and what is certain of it. */
export function RestoreThereOutcome ({ work, close }: { work: RestoreThereWork, close: () => void }) {
    const root = useRef<HTMLDivElement>(null)
    useLayoutEffect(() => root.current?.closest('form')?.querySelector<HTMLElement>('button.primary')?.focus(), [])
    const { job, reason, request } = work
    return (
        <DialogForm onSubmit={close} buttons={<Button primary>{t('common.close')}</Button>}>
            <div ref={root}>
                {reason === null
                    ? job !== null && <Message look="success"><Certain result={job.result} /></Message>
                    : <FailureMessage failure={reason}>
                        {job !== null && <Certain result={job.result} />}
                        {job === null && reason.kind === 'coded' && <p><Button small onClick={() => work.clear()}>{t('actions.lookAgain')}</Button></p>}
                        {job === null && reason.kind === 'offline' && <p>{t('actions.restoreUnknown', { instance: request?.instance.name ?? '' })}</p>}
                    </FailureMessage>}
            </div>
        </DialogForm>
    )
}

function Certain ({ result }: { result: RestoreThereResult }) {
    const { snapshot: { name }, instance, before, restored, stateAfter, addedModules } = result
    const url = webUrl(instance.url)
    return (
        <>
            {restored && <p><strong>{t(stateAfter === 'suspended' ? 'outcome.restoredSuspended' : 'outcome.restored', { name, instance: instance.name })}</strong></p>}
            {addedModules.length > 0 && <p>{t('actions.addedModules', { count: addedModules.length, names: listed(addedModules), instance: instance.name })}</p>}
            {before !== null && <p>{t('outcome.before', { name: before.name })}</p>}
            {url !== null && <p><OutsideLink href={url.href}>{t('outcome.open', { instance: instance.name })}</OutsideLink></p>}
        </>
    )
}
