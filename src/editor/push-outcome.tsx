import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Job, PushResult } from '../shared/requests'
import { webUrl } from './addresses'
import { Button, OutsideLink } from './button'
import { DialogForm } from './dialog'
import { Message } from './message'
import { t } from './text'

/** What is true after a push that went through. */
export function PushOutcome ({ job, close }: { job: Job, close: () => void }) {
    const { snapshot, before, instance, targeted } = job.result
    const name = snapshot?.name ?? ''
    const url = webUrl(instance.url)
    const root = useRef<HTMLDivElement>(null)
    useLayoutEffect(() => root.current?.closest('form')?.querySelector<HTMLElement>('button.primary')?.focus(), [])
    return (
        <DialogForm onSubmit={close} buttons={<Button primary>{t('common.close')}</Button>}>
            <div ref={root}>
                <Message look="success">
                    <p><strong>{t('outcome.created', { name, instance: instance.name })}</strong></p>
                    {targeted === true && <p>{t('outcome.targeted', { instance: instance.name })}</p>}
                    <p>{outcomeSentence(job.result)}</p>
                    {before !== null && <p>{t('outcome.before', { name: before.name })}</p>}
                    {url !== null && <p><OutsideLink href={url.href}>{t('outcome.open', { instance: instance.name })}</OutsideLink></p>}
                </Message>
            </div>
        </DialogForm>
    )
}

function outcomeSentence ({ snapshot, restored, stateAfter, instance }: PushResult): string {
    const values = { name: snapshot?.name ?? '', instance: instance.name }
    if (!restored) {
        return t('outcome.notRestored', values)
    }
    return stateAfter === 'suspended' ? t('outcome.restoredSuspended', values) : t('outcome.restored', values)
}
