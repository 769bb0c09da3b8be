import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { TargetNames } from '../shared/requests'
import { openAutoPushDialog } from './auto-push-dialog'
import { autoPushText } from './auto-push-text'
import { Button, Icon } from './button'
import { isFocusLost } from './dialog'
import { coded, failureSentence, toFailure, type Failure } from './failure'
import { Message } from './message'
import { language } from './node-red'
import { useNow } from './observable'
import type { PanelModel } from './panel-model'
import { t } from './text'
import { exactTime, relativeTime } from './time'

/** Whether what runs here is pushed after each deploy, and why not when it should be. */
export function AutoPushLine ({ model, target, mayAct }: { model: PanelModel, target: TargetNames, mayAct: boolean }) {
    const [failure, setFailure] = useState<Failure | null>(null)
    const [busy, setBusy] = useState(false)
    const line = useRef<HTMLParagraphElement>(null)
    const again = useRef(false)
    useLayoutEffect(() => {
        // The button that was pressed is gone with the reason why it had stopped.
        if (again.current && !busy && isFocusLost()) {
            line.current?.querySelector('button')?.focus()
        }
        again.current &&= busy
    })
    if (model.status === null || (!mayAct && !model.status.automatic.on)) {
        return null
    }
    const { link, automatic } = model.status
    const { on, by, stopped } = automatic
    const refused = refusalOf(model, link !== null)
    const switchTo = async (next: boolean) => {
        if (busy) {
            return
        }
        setBusy(true)
        again.current = next
        setFailure(await model.setAutoPush(next).then(() => null, toFailure))
        setBusy(false)
    }
    const mayNot = on ? null : refused
    return (
        <>
            <p ref={line} class="ffs-secondary ffs-line ffs-auto-push">
                <span class="ffs-wrap" title={by === '' ? undefined : t('autoPush.by', { user: by })}><Icon name="repeat" /> {autoPushText(automatic)}</span>
                {/* One button for both: it keeps the focus when it was used, or opened the dialog. */}
                {mayAct && <Button
                    small disabled={mayNot !== null} title={mayNot ?? undefined}
                    onClick={() => on ? void switchTo(false) : openAutoPushDialog(model, target)}
                >{t(on ? 'autoPush.end' : 'autoPush.open')}</Button>}
            </p>
            {mayAct && mayNot !== null && <p class="ffs-secondary">{mayNot}</p>}
            {on && stopped !== null && <Message look="warning">
                <p>{t('autoPush.stoppedBecause')} {failureSentence(coded(stopped))}</p>
                {mayAct && <p><Button small onClick={() => void switchTo(true)}>{t('autoPush.again')}</Button></p>}
            </Message>}
            {on && stopped === null && <LastFailure model={model} />}
            {failure !== null && <Message look="error"><p>{failureSentence(failure)}</p></Message>}
        </>
    )
}

/** What did not go through, and when it is tried again. */
function LastFailure ({ model }: { model: PanelModel }) {
    const now = useNow()
    const { failure = null, retryAt = null } = model.status?.automatic ?? {}
    if (failure === null) {
        return null
    }
    return (
        <p class="ffs-secondary" title={retryAt === null ? undefined : exactTime(retryAt, language())}>
            {failureSentence(coded(failure))} {retryAt === null ? t('autoPush.nextDeploy') : t('autoPush.retry', { time: relativeTime(retryAt, now, language()) })}
        </p>
    )
}

/** Why it can't be switched on; null when nothing is known against it. */
function refusalOf ({ target }: PanelModel, isLinked: boolean): string | null {
    const { pushRefused = null } = target.value ?? {}
    if (pushRefused !== null) {
        return failureSentence(coded(pushRefused))
    }
    return isLinked ? null : t('autoPush.unlinked')
}
