import { useEffect, useRef } from 'preact/hooks'
import type { JobStep, PushResult } from '../shared/requests'
import { Icon } from './button'
import { FailureMessage, Loading, Message } from './message'
import type { PushWork } from './push-work'
import { t } from './text'

const icons: Record<JobStep['state'], string> = { waiting: 'circle-o', running: 'circle-o-notch fa-spin', done: 'check', failed: 'times' }

/** The steps of a push while it runs; when it failed, why, and what had been done. */
export function PushProgress ({ work, onConnect, onChoose }: { work: PushWork, onConnect: () => void, onChoose: () => void }) {
    const root = useRef<HTMLDivElement>(null)
    const { running, failed, reason, job } = work
    useEffect(() => {
        // The fields are disabled then: the focus must not fall out of the dialog.
        if (running || failed) {
            root.current?.focus()
        }
    }, [running, failed])
    if (!running && !failed) {
        return null
    }
    return (
        <div ref={root} tabIndex={-1} class="ffs-progress">
            {work.starting && <Loading text={t('push.starting')} />}
            {running && job !== null && <Steps steps={job.steps} />}
            {running && work.unheard && <Message look="warning"><p role="status">{t('push.unheard')}</p></Message>}
            {running && !work.starting && !work.unheard && <p class="ffs-secondary">{t('push.goesOn')}</p>}
            {reason !== null && <FailureMessage failure={reason} connect={onConnect} choose={onChoose}>
                {reason.kind === 'offline' && job === null && <p>{t('push.startUnknown')}</p>}
                {job !== null && <DoneBefore result={job.result} />}
            </FailureMessage>}
        </div>
    )
}

function Steps ({ steps }: { steps: JobStep[] }) {
    return (
        <ol class="ffs-steps" aria-live="polite" aria-label={t('push.progress')}>
            {steps.map(({ id, state }) => (
                <li key={id} class={`ffs-step ffs-step-${state}`}>
                    <Icon name={icons[state]} /> {t(`steps.${id}`)} <span class="ffs-hidden-text">{t(`stepStates.${state}`)}</span>
                </li>
            ))}
        </ol>
    )
}

/** What stays although the push failed. */
function DoneBefore ({ result: { snapshot, before } }: { result: PushResult }) {
    return (
        <>
            {before !== null && <p>{t('outcome.before', { name: before.name })}</p>}
            {snapshot !== null && <p>{t('outcome.again', { name: snapshot.name })}</p>}
        </>
    )
}
