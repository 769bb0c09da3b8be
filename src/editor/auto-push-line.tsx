import { useState } from 'preact/hooks'
import { automaticPushesKept } from '../shared/status'
import type { TargetNames } from '../shared/requests'
import { openAutoPushDialog } from './auto-push-dialog'
import { Button, Icon } from './button'
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
    if (model.status === null || (!mayAct && !model.status.automatic.on)) {
        return null
    }
    const { link, automatic: { on, by, stopped, kept } } = model.status
    const refused = refusalOf(model, link !== null)
    const switchTo = async (next: boolean) => {
        setBusy(true)
        setFailure(await model.setAutoPush(next).then(() => null, toFailure))
        setBusy(false)
    }
    const state = !on ? t('autoPush.off') : stopped === null ? t('autoPush.on', { count: kept, most: automaticPushesKept }) : t('autoPush.stopped')
    return (
        <>
            <p class="ffs-secondary ffs-line ffs-auto-push">
                <span class="ffs-wrap" title={by === '' ? undefined : t('autoPush.by', { user: by })}><Icon name="repeat" /> {state}</span>
                {mayAct && !on && <Button small disabled={refused !== null} title={refused ?? undefined} onClick={() => openAutoPushDialog(model, target)}>{t('autoPush.open')}</Button>}
                {mayAct && on && <Button small disabled={busy} onClick={() => void switchTo(false)}>{t('autoPush.end')}</Button>}
            </p>
            {mayAct && !on && refused !== null && <p class="ffs-secondary">{refused}</p>}
            {on && stopped !== null && <Message look="warning">
                <p>{t('autoPush.stoppedBecause')} {failureSentence(coded(stopped))}</p>
                {mayAct && <p><Button small disabled={busy} onClick={() => void switchTo(true)}>{t('autoPush.again')}</Button></p>}
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
