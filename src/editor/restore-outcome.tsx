import { useLayoutEffect, useRef } from 'preact/hooks'
import type { ErrorCode } from '../shared/errors'
import type { Undo } from '../shared/local'
import type { RestoreJob } from '../shared/requests'
import { Button } from './button'
import { DialogForm } from './dialog'
import { failureSentence, type Failure } from './failure'
import { Message } from './message'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { stateAfter, workText, type RestoreWork } from './restore-work'
import { listed, t } from './text'

interface RestoreOutcomeProps {
    model: PanelModel
    close: () => void
    /** Back to the form; absent where there is none. */
    onAgain: (() => void) | undefined
    onUndo: (undo: Undo) => void
    onLoad: () => void
}

/** What is true after a restore or undo, whether it went through or not. */
export function RestoreOutcome ({ model, close, onAgain, onUndo, onLoad }: RestoreOutcomeProps) {
    const { restoring: work, local } = model
    // The list, and with it the way back, may come after the end of the restore.
    useObservable(model)
    const root = useRef<HTMLDivElement>(null)
    const { job, reason, request } = work
    const isUndo = request?.kind === 'undo'
    const offered = !isUndo && reason === null ? local.value?.undo ?? null : null
    useLayoutEffect(() => root.current?.closest('form')?.querySelector<HTMLElement>('button.primary')?.focus(), [])
    return (
        <DialogForm
            onSubmit={close}
            buttons={<>
                {offered !== null && <Button onClick={() => onUndo(offered)}>{t('restoreHere.undo')}</Button>}
                {reason !== null && onAgain !== undefined && <Button onClick={onAgain}>{t('restoreHere.again')}</Button>}
                <Button primary>{t('common.close')}</Button>
            </>}
        >
            <div ref={root}>
                {reason === null
                    ? <Message look="success">
                        <p><strong>{workText(request, 'done')}</strong></p>
                        {job !== null && <Certain job={job} />}
                    </Message>
                    : <Message look="error">
                        <p><strong>{workText(request, 'failed')}</strong></p>
                        <p>{failureText(reason)}</p>
                        <After work={work} reason={reason} />
                        {job !== null && <Certain job={job} />}
                    </Message>}
                {work.behind && <Message look="warning">
                    <p>{t('restoreHere.behind')}</p>
                    <p><Button small onClick={onLoad}>{t('restoreHere.load')}</Button></p>
                </Message>}
            </div>
        </DialogForm>
    )
}

/** What is certain of modules and of the snapshot made before. */
function Certain ({ job: { state, result: { safety, installed, afterRestart, modulesLeft } } }: { job: RestoreJob }) {
    return (
        <>
            {state === 'done' && safety !== null && <p>{t('restoreHere.safety', { name: safety.name })}</p>}
            {state === 'done' && installed.length > 0 && <p>{t('restoreHere.installed', { names: listed(installed) })}</p>}
            {state === 'done' && afterRestart.length > 0 && <p>{t('restoreHere.afterRestart', { names: listed(afterRestart) })}</p>}
            {modulesLeft.length > 0 && <p>{t('restoreHere.modulesLeft', { names: listed(modulesLeft) })}</p>}
        </>
    )
}

/** How things stand after a failure, where its sentence does not say so. */
function After ({ work, reason }: { work: RestoreWork, reason: Failure }) {
    const after = stateAfter(work)
    const code = reason.kind === 'coded' ? reason.code : null
    const isSaid = after === 'nothing-changed' ? code === null || !silent.includes(code) : code === 'take-back-failed'
    return isSaid ? null : <p>{t(`restoreAfter.${after}`)}</p>
}

/** Failures of any step, which say nothing of the whole. */
const silent: readonly ErrorCode[] = ['store-write-failed', 'store-read-failed', 'restore-moved']

/** Node-RED was restarted, which a restore is made for: the panel then says what was found. */
function failureText (reason: Failure): string {
    return reason.kind === 'coded' && reason.code === 'job-not-found' ? t('restoreHere.lost') : failureSentence(reason)
}
