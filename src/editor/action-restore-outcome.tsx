import { useLayoutEffect, useRef } from 'preact/hooks'
import type { RestoreThereResult } from '../shared/actions'
import { webUrl } from './addresses'
import type { RestoreThereWork } from './action-restore-work'
import { Button, OutsideLink } from './button'
import { DialogForm } from './dialog'
import { FailureMessage, Message } from './message'
import { listed, t } from './text'
import { WorkProgress } from './work-progress'

/** A restore on an instance under way. It can't be ended half-way. */
export function RestoreThereProgress ({ work: { job, unheard }, close }: { work: RestoreThereWork, close: () => void }) {
    return <WorkProgress
        steps={job?.steps.map(step => ({ ...step, text: t(`thereSteps.${step.id}`) })) ?? null}
        unheard={unheard ? t('restoreHere.unheard') : null}
        goesOn={t('actions.restoreGoesOn')}
        close={close}
    />
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
