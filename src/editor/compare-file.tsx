import { useEffect, useRef, useState } from 'preact/hooks'
import type { View } from '../shared/views'
import { Button } from './button'
import { failureSentence, toFailure, type Failure } from './failure'
import { FailureMessage, Loading } from './message'
import { t } from './text'
import { viewsApi } from './views-api'

/** A file on this computer as one side: it is opened at once, and its secret is asked for, since credentials can be compared with it alone. */
export function CompareFile ({ view, onView }: { view: View | null, onView: (view: View | null) => void }) {
    const [busy, setBusy] = useState(false)
    const [failure, setFailure] = useState<Failure | null>(null)
    const turn = useRef(0)
    const latest = useRef(view)
    latest.current = view
    useEffect(() => () => { turn.current++ }, [])
    const open = async (file: File) => {
        const mine = ++turn.current
        setBusy(true)
        setFailure(null)
        onView(null)
        try {
            const opened = await viewsApi.openFile(file)
            if (mine === turn.current) {
                onView(opened)
            } else {
                await viewsApi.letGoOfView(opened.id)
            }
        } catch (error) {
            setFailure(mine === turn.current ? toFailure(error) : null)
        }
        setBusy(false)
    }
    return (
        <div class="ffs-field">
            <label for="ffs-compare-file">{t('compare.chooseFile')}</label>
            <input
                id="ffs-compare-file" type="file" accept=".json,application/json" disabled={busy} onChange={event => {
                    const file = event.currentTarget.files?.[0]
                    void (file === undefined ? undefined : open(file))
                }}
            />
            <p class="ffs-help">{t('compare.fileMeaning')}</p>
            {busy && <Loading text={t('compare.opening')} />}
            {failure !== null && <FailureMessage failure={failure} />}
            {view?.credentials.state === 'sealed' && <Secret view={view} onView={onView} />}
        </div>
    )
}

function Secret ({ view, onView }: { view: View, onView: (view: View) => void }) {
    const [secret, setSecret] = useState('')
    const [busy, setBusy] = useState(false)
    const [failure, setFailure] = useState<Failure | null>(null)
    const give = async () => {
        setBusy(true)
        try {
            onView(await viewsApi.giveSecret(view.id, secret))
        } catch (error) {
            setFailure(toFailure(error))
        }
        setBusy(false)
    }
    return (
        <div class="ffs-secret">
            <label for="ffs-compare-secret">{t('compare.secret')}</label>
            <div class="ffs-secret-row">
                <input
                    id="ffs-compare-secret" type="password" autocomplete="off" value={secret} aria-invalid={failure !== null}
                    onInput={event => setSecret(event.currentTarget.value)} onKeyDown={event => {
                        // Enter is for this field, not for the comparison.
                        if (event.key === 'Enter') {
                            event.preventDefault()
                            void (secret !== '' && !busy ? give() : undefined)
                        }
                    }}
                />
                <Button small disabled={busy || secret === ''} onClick={() => void give()}>{t('compare.useSecret')}</Button>
            </div>
            <p class="ffs-help">{t('compare.secretMeaning')}</p>
            {failure !== null && <p class="ffs-problem" role="alert">{failureSentence(failure)}</p>}
        </div>
    )
}
