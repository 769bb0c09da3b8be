import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { JobStep, PushResult } from '../shared/requests'
import { Button } from './button'
import { failureSentence, type Failure } from './failure'
import { JobSteps } from './job-steps'
import { FailureMessage, Loading, Message } from './message'
import { whatStays } from './push-stays'
import type { PushWork } from './push-work'
import { listed, t } from './text'

/** The steps of a push while it runs; when it failed, why, and what had been done. */
export function PushProgress ({ work, onConnect, onChoose }: { work: PushWork, onConnect: () => void, onChoose: () => void }) {
    const root = useRef<HTMLDivElement>(null)
    const { running, failed, reason, job } = work
    useLayoutEffect(() => {
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
            {running && job !== null && <Steps steps={job.steps} imports={(work.request?.settings ?? []).length > 0} />}
            {running && work.unheard && <Message look="warning"><p role="status">{t('push.unheard')}</p></Message>}
            {running && !work.starting && !work.unheard && <p class="ffs-secondary">{t('push.goesOn')}</p>}
            {reason !== null && <FailureMessage failure={reason} connect={onConnect} choose={onChoose}>
                {reason.kind === 'offline' && job === null && <p>{t('push.startUnknown')}</p>}
                {job !== null && whatStays(job.result).map(({ key, values }) => <p key={key}>{t(key, values)}</p>)}
                {job !== null && <Added work={work} result={job.result} />}
            </FailureMessage>}
        </div>
    )
}

function Steps ({ steps, imports }: { steps: JobStep[], imports: boolean }) {
    const text = ({ id }: JobStep) => t(id === 'create' && imports ? 'steps.import' : `steps.${id}`)
    return <JobSteps steps={steps.map(step => ({ ...step, text: text(step) }))} label={t('push.progress')} />
}

/** What a failed push had written to the instance itself, and the way to take it out. */
function Added ({ work, result: { added, instance } }: { work: PushWork, result: PushResult }) {
    const [state, setState] = useState<{ busy: boolean, done: boolean, failure: Failure | null }>({ busy: false, done: false, failure: null })
    const names = [...added?.variables ?? [], ...added?.modules ?? []]
    if (state.done) {
        return <p role="status">{t('outcome.takenOut', { instance: instance.name })}</p>
    }
    if (names.length === 0) {
        return null
    }
    const takeOut = async () => {
        setState({ busy: true, done: false, failure: null })
        const failure = await work.takeOut()
        setState({ busy: false, done: failure === null, failure })
    }
    return (
        <>
            <p>{t('outcome.added', { names: listed(names), instance: instance.name })}</p>
            <p><Button small disabled={state.busy} onClick={() => void takeOut()}>{t('outcome.takeOut')}</Button></p>
            {state.failure !== null && <p role="alert">{failureSentence(state.failure)}</p>}
        </>
    )
}
