import { useState } from 'preact/hooks'
import { Button } from './button'
import { failureSentence, toFailure, type Failure } from './failure'
import { Message } from './message'
import { notify } from './node-red'
import type { PanelModel } from './panel-model'
import { t } from './text'

/** What is locked under a credential secret that Node-RED had before, and the field to type it once. */
export function FormerSecret ({ model, count, mayAct }: { model: PanelModel, count: number, mayAct: boolean }) {
    const [secret, setSecret] = useState('')
    const [busy, setBusy] = useState(false)
    const [failure, setFailure] = useState<Failure | null>(null)
    const unlock = async (event: Event) => {
        event.preventDefault()
        if (busy || secret === '') {
            return
        }
        setBusy(true)
        setFailure(null)
        try {
            const { opened, stillLocked } = await model.api.takeFormerSecret({ secret })
            setSecret('')
            notify(t(stillLocked > 0 ? 'local.someUnlocked' : 'local.unlocked', { count: opened, left: stillLocked }), 'success')
            await model.local.refresh()
        } catch (error) {
            setFailure(toFailure(error))
        }
        setBusy(false)
    }
    return (
        <Message look="warning">
            <p>{t('local.sealedOtherwise', { count })}</p>
            {mayAct && <form class="ffs-secret" onSubmit={event => void unlock(event)}>
                <label for="ffs-former-secret">{t('local.formerSecret')}</label>
                <div class="ffs-secret-row">
                    <input id="ffs-former-secret" type="password" autocomplete="off" value={secret} aria-invalid={failure !== null} onInput={event => setSecret(event.currentTarget.value)} />
                    <Button small disabled={busy || secret === ''}>{t('local.unlock')}</Button>
                </div>
                {failure !== null && <p class="ffs-problem" role="alert">{failureSentence(failure)}</p>}
            </form>}
        </Message>
    )
}
