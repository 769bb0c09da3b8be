import { useRef, useState } from 'preact/hooks'
import { serverOrigin, tokenPage } from './addresses'
import { Button, OutsideLink } from './button'
import { DialogForm, openDialog } from './dialog'
import { type Failure, toFailure } from './failure'
import { FailureMessage, Loading, Message } from './message'
import type { PanelModel } from './panel-model'
import { t } from './text'

export function openConnectDialog (model: PanelModel): void {
    openDialog(t('connect.title'), 500, close => <ConnectForm model={model} close={close} />)
}

/** Server and token. It stays as it was filled until the server has accepted both. */
function ConnectForm ({ model, close }: { model: PanelModel, close: () => void }) {
    const state = model.state.value
    const [server, setServer] = useState(state?.connection?.server ?? state?.defaultServer ?? '')
    const [token, setToken] = useState('')
    const [failure, setFailure] = useState<Failure | null>(null)
    const [busy, setBusy] = useState(false)
    const tokenField = useRef<HTMLInputElement>(null)
    const origin = serverOrigin(server)
    const redirect = failure?.kind === 'coded' && ['server-redirects', 'server-no-tls'].includes(failure.code) ? String(failure.params.to) : null

    const connect = async (to: string) => {
        if (busy) {
            return
        }
        setBusy(true)
        setFailure(null)
        try {
            await model.connect({ server: to, token: token.trim() })
            close()
        } catch (error) {
            setFailure(toFailure(error))
            setBusy(false)
            tokenField.current?.focus()
        }
    }
    const useRedirect = (to: string) => {
        setServer(to)
        void connect(to)
    }
    return (
        <DialogForm
            onSubmit={() => void connect(server)} busy={busy}
            foot={<div class="ffs-dialog-foot">
                {busy && <Loading text={t('connect.connecting')} />}
                {failure !== null && <FailureMessage failure={failure}>
                    {redirect !== null && <p><Button small onClick={() => useRedirect(redirect)}>{t('connect.useOther', { to: redirect })}</Button></p>}
                </FailureMessage>}
            </div>}
            buttons={<>
                <Button onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={busy}>{t('connect.submit')}</Button>
            </>}
        >
            <div class="ffs-field">
                <label for="ffs-connect-server">{t('connect.server')}</label>
                <input
                    id="ffs-connect-server" type="text" inputMode="url" spellcheck={false} autocomplete="off" value={server} readOnly={busy}
                    onInput={event => setServer(event.currentTarget.value)}
                />
            </div>
            <div class="ffs-field">
                <label for="ffs-connect-token">{t('connect.token')}</label>
                <input
                    id="ffs-connect-token" ref={tokenField} type="password" autocomplete="off" value={token} readOnly={busy} data-first
                    aria-describedby="ffs-connect-token-help" onInput={event => setToken(event.currentTarget.value)}
                />
                <p class="ffs-help" id="ffs-connect-token-help">
                    {t('connect.tokenHelp')}
                    {origin !== null && <> <OutsideLink href={tokenPage(origin)}>{t('connect.tokenLink')}</OutsideLink></>}
                </p>
            </div>
            {state?.openEditor === true && <Message look="warning"><p>{t('connect.openEditor')}</p></Message>}
        </DialogForm>
    )
}
