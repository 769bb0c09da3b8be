import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { serverOrigin, tokenPage } from './addresses'
import { Button, OutsideLink } from './button'
import { DialogForm, inTopDialog, openDialog } from './dialog'
import { type Failure, toFailure } from './failure'
import { FailureMessage, Loading, Message } from './message'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { SignInReady, SignInWaiting } from './sign-in-step'
import { SignInWork } from './sign-in-work'
import { t } from './text'

/** How the dialog lets a user in: with FlowFuse's own login, or with a token. */
export type ConnectWay = 'sign-in' | 'token'

/** @param way where to begin; absent: as the present sign-in was made */
export function openConnectDialog (model: PanelModel, way?: ConnectWay): void {
    const work = new SignInWork(model.api, id => model.acceptSignIn(id))
    const present = model.state.value?.connection?.signIn ?? 'oauth'
    const first = way ?? (present === 'oauth' ? 'sign-in' : 'token')
    openDialog(t('connect.title'), 500, close => <ConnectDialog model={model} work={work} first={first} close={close} />, () => work.cancel())
}

function ConnectDialog ({ model, work, first, close }: { model: PanelModel, work: SignInWork, first: ConnectWay, close: () => void }) {
    useObservable(work)
    const state = model.state.value
    const [server, setServer] = useState(state?.connection?.server ?? state?.defaultServer ?? '')
    const [way, setWay] = useState(first)
    const { phase } = work
    const cancel = () => work.cancel()
    const drawn = useRef(phase.name)
    useLayoutEffect(() => {
        if (drawn.current !== phase.name) {
            // What had the focus is gone with the step before.
            drawn.current = phase.name
            inTopDialog('[data-first]')?.focus()
        }
    }, [phase.name])
    // The window must be opened by the click itself.
    const signIn = (to: string) => void work.start(to)
    switch (phase.name) {
    case 'starting':
    case 'waiting': return <SignInWaiting phase={phase} onAgain={() => signIn(server)} onCancel={cancel} />
    case 'ready': return <SignInReady work={work} phase={phase} onUsed={close} onCancel={cancel} />
    case 'idle': return <ConnectForm
        model={model} close={close} way={way} setWay={setWay} server={server} setServer={setServer} signIn={signIn}
        signInFailure={phase.failure} blocked={phase.blocked}
    />
    }
}

interface ConnectFormProps {
    model: PanelModel
    close: () => void
    way: ConnectWay
    setWay: (way: ConnectWay) => void
    server: string
    setServer: (server: string) => void
    signIn: (server: string) => void
    signInFailure: Failure | null
    /** The browser did not let the sign-in window open. */
    blocked: boolean
}

/** Server, and a token or the way to FlowFuse's own login. It stays as it was filled until the server has accepted it. */
function ConnectForm (props: ConnectFormProps) {
    const { model, close, way, setWay, server, setServer, signIn, signInFailure, blocked } = props
    const state = model.state.value
    const [token, setToken] = useState('')
    const [failure, setFailure] = useState(signInFailure)
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
    const submit = (to: string) => {
        if (way === 'token') {
            void connect(to)
        } else {
            signIn(to)
        }
    }
    const useRedirect = (to: string) => {
        setServer(to)
        submit(to)
    }
    const change = (to: ConnectWay) => {
        setFailure(null)
        setWay(to)
    }
    useLayoutEffect(() => {
        if (way === 'token') {
            tokenField.current?.focus()
        }
    }, [way])
    return (
        <DialogForm
            onSubmit={() => submit(server)} busy={busy}
            foot={<div class="ffs-dialog-foot">
                {busy && <Loading text={t('connect.connecting')} />}
                {blocked && <Message look="error"><p>{t('signIn.blocked')}</p></Message>}
                {failure !== null && <FailureMessage failure={failure}>
                    {redirect !== null && <p><Button small onClick={() => useRedirect(redirect)}>{t('connect.useOther', { to: redirect })}</Button></p>}
                </FailureMessage>}
            </div>}
            buttons={<>
                <Button onClick={close}>{t('common.cancel')}</Button>
                {way === 'token'
                    ? <>
                        <Button disabled={busy} onClick={() => change('sign-in')}>{t('signIn.instead')}</Button>
                        <Button primary disabled={busy}>{t('connect.submit')}</Button>
                    </>
                    : <>
                        <Button onClick={() => change('token')}>{t('signIn.useToken')}</Button>
                        <Button primary first>{t('signIn.open')}</Button>
                    </>}
            </>}
        >
            <div class="ffs-field">
                <label for="ffs-connect-server">{t('connect.server')}</label>
                <input
                    id="ffs-connect-server" type="text" inputMode="url" spellcheck={false} autocomplete="off" value={server} readOnly={busy}
                    onInput={event => setServer(event.currentTarget.value)}
                />
            </div>
            {way === 'sign-in' && <p class="ffs-help">{t('signIn.may')}</p>}
            {way === 'token' && <div class="ffs-field">
                <label for="ffs-connect-token">{t('connect.token')}</label>
                <input
                    id="ffs-connect-token" ref={tokenField} type="password" autocomplete="off" value={token} readOnly={busy} data-first
                    aria-describedby="ffs-connect-token-help" onInput={event => setToken(event.currentTarget.value)}
                />
                <p class="ffs-help" id="ffs-connect-token-help">
                    {t('connect.tokenHelp')}
                    {origin !== null && <> <OutsideLink href={tokenPage(origin)}>{t('connect.tokenLink')}</OutsideLink></>}
                </p>
            </div>}
            {state?.openEditor === true && <Message look="warning"><p>{t('connect.openEditor')}</p></Message>}
        </DialogForm>
    )
}
