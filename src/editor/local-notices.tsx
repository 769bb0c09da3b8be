import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { RepairNotice, Undo } from '../shared/local'
import { Button, Icon } from './button'
import { coded, failureSentence, toFailure, type Failure } from './failure'
import { Message } from './message'
import { language } from './node-red'
import { useNow, useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { openRestoreProgress, openUndoDialog } from './restore-dialog'
import { workText } from './restore-work'
import { listed, t } from './text'
import { exactTime, relativeTime } from './time'
import { WorkLine } from './work-line'

/** What the panel says of restores whatever else it shows: what was repaired at Node-RED's start, how one stands, and that it can be taken back. */
export function LocalNotices ({ model, mayAct }: { model: PanelModel, mayAct: boolean }) {
    const { restoring, local } = model
    useObservable(restoring)
    const { notice = null, undo = null } = local.value ?? {}
    const hasLine = !restoring.watched && restoring.request !== null
    useWayBackInSight(restoring.watched, restoring.job?.state === 'done', undo?.id ?? null)
    return (
        <>
            {notice !== null && <Repaired model={model} notice={notice} mayAct={mayAct} />}
            {hasLine && <RestoreLine model={model} mayAct={mayAct} />}
            {!hasLine && !restoring.running && undo !== null && mayAct && <UndoLine model={model} undo={undo} />}
        </>
    )
}

/**
 * Once the dialog of a restore is closed, the way back is in sight, however far the list was scrolled, and also where the list with it
 * comes only then. It gets no focus: Enter would undo.
 * @param done whether the restore went through, which is told as long as the dialog is open
 * @param undo id of what can be taken back
 */
function useWayBackInSight (watched: boolean, done: boolean, undo: string | null): void {
    const before = useRef(undo)
    const wasWatched = useRef(false)
    const awaited = useRef(false)
    useLayoutEffect(() => {
        if (watched) {
            if (!wasWatched.current) {
                // The list may come before the restore is told to be done.
                before.current = undo
            }
            awaited.current = done
        } else if (awaited.current && undo !== null && undo !== before.current) {
            awaited.current = false
            document.querySelector('.ffs-panel .ffs-undo-line')?.scrollIntoView({ block: 'nearest' })
        }
        wasWatched.current = watched
    }, [watched, done, undo])
}

function Repaired ({ model, notice, mayAct }: { model: PanelModel, notice: RepairNotice, mayAct: boolean }) {
    const now = useNow()
    const [failure, setFailure] = useState<Failure | null>(null)
    const { outcome, kind, name, at, modulesLeft, because } = notice
    const dismiss = async () => {
        try {
            await model.local.dismissNotice()
        } catch (error) {
            setFailure(toFailure(error))
        }
    }
    return (
        <Message look={outcome === 'failed' ? 'error' : 'warning'}>
            <p title={exactTime(at, language())}>{t(`repair.${kind ?? 'unknown'}`, { name, time: relativeTime(at, now, language()) })}</p>
            <p>{t(`repairOutcomes.${outcome}`)} {because !== null && failureSentence(coded(because))}</p>
            {because !== null && because.params.aside === undefined && <p>{t('repair.triedAgain')}</p>}
            {modulesLeft.length > 0 && <p>{t('restoreHere.modulesLeft', { names: listed(modulesLeft) })}</p>}
            {failure !== null && <p role="alert">{failureSentence(failure)}</p>}
            {mayAct && <p><Button small onClick={() => void dismiss()}>{t('repair.dismiss')}</Button></p>}
        </Message>
    )
}

/** A restore whose dialog was closed: how it stands, and the way back to it. */
function RestoreLine ({ model, mayAct }: { model: PanelModel, mayAct: boolean }) {
    const { restoring } = model
    const undo = model.local.value?.undo ?? null
    const isUndo = restoring.request?.kind === 'undo'
    const mayUndo = mayAct && !isUndo && !restoring.running && !restoring.failed
    return (
        <WorkLine
            work={restoring}
            text={state => workText(restoring.request, state)}
            onShow={() => openRestoreProgress(model)}
            more={restoring.behind && <p>{t('restoreHere.behind')}</p>}
            buttons={mayUndo && undo !== null && <Button small onClick={() => {
                // Its end was seen: it is what this takes back.
                restoring.clear()
                openUndoDialog(model, undo)
            }}>{t('restoreHere.undo')}</Button>}
        />
    )
}

function UndoLine ({ model, undo }: { model: PanelModel, undo: Undo }) {
    const now = useNow()
    return (
        <div class="ffs-message ffs-undo-line">
            <Icon name="history" />
            <div class="ffs-message-text ffs-line">
                <span class="ffs-wrap" title={exactTime(undo.at, language())}>{t(undo.pulled ? 'restoreHere.undoPulled' : 'restoreHere.undoLine', { name: undo.name, time: relativeTime(undo.at, now, language()) })}</span>
                <Button small onClick={() => openUndoDialog(model, undo)}>{t('restoreHere.undo')}</Button>
            </div>
        </div>
    )
}
