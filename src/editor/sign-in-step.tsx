import { serverLabel } from './addresses'
import { Button } from './button'
import { DialogForm } from './dialog'
import { FailureMessage, Loading, Message } from './message'
import type { SignInPhase, SignInWork } from './sign-in-work'
import { t } from './text'

/** The sign-in window is open: what to do there, and the way out. */
export function SignInWaiting ({ phase, onAgain, onCancel }: { phase: Extract<SignInPhase, { name: 'waiting' | 'starting' }>, onAgain: () => void, onCancel: () => void }) {
    const closed = phase.name === 'waiting' && phase.closed
    return (
        <DialogForm
            onSubmit={() => undefined} busy
            foot={<div class="ffs-dialog-foot">
                {closed
                    ? <Message look="warning">
                        <p role="status">{t('signIn.closed')}</p>
                        <p><Button small onClick={onAgain}>{t('signIn.again')}</Button></p>
                    </Message>
                    : <Loading text={t('signIn.waiting')} />}
            </div>}
            buttons={<Button first onClick={onCancel}>{t('common.cancel')}</Button>}
        >
            {phase.name === 'waiting' && <p>{t('signIn.goOn', { server: serverLabel(phase.server) })}</p>}
        </DialogForm>
    )
}

/** Who has signed in: nothing is used before the user says so. */
export function SignInReady (
    { work, phase, onUsed, onCancel }: { work: SignInWork, phase: Extract<SignInPhase, { name: 'ready' }>, onUsed: () => void, onCancel: () => void }
) {
    const { user, server, busy, failure } = phase
    const use = async () => {
        if (await work.use()) {
            onUsed()
        }
    }
    const values = { user: user.username, name: user.name || user.username, server: serverLabel(server) }
    return (
        <DialogForm
            onSubmit={() => void use()} busy={busy}
            foot={<div class="ffs-dialog-foot">
                {busy && <Loading text={t('connect.connecting')} />}
                {failure !== null && <FailureMessage failure={failure} />}
            </div>}
            buttons={<>
                <Button onClick={onCancel}>{t('common.cancel')}</Button>
                <Button primary first disabled={busy}>{t('signIn.use', values)}</Button>
            </>}
        >
            <p role="status">{t('signIn.signedInAs', values)}</p>
            <p>{t('signIn.question')}</p>
            <p class="ffs-help">{t('signIn.may')}</p>
        </DialogForm>
    )
}
