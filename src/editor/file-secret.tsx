import { useState } from 'preact/hooks'
import { Button } from './button'
import { type Failure, failureSentence } from './failure'
import { Message } from './message'
import { t } from './text'

interface FileSecretProps {
    /** What comes of doing without it. */
    meaning: string
    /** While it is checked, and why the one before was not taken. */
    busy: boolean
    failure: Failure | null
    /** @returns whether it opens the file */
    give: (secret: string) => Promise<boolean>
}

/** Two dialogs that are open may both ask for a secret. */
let asked = 0

/** The secret of what is sealed in a file. It is checked before anything is done with it. */
export function FileSecret ({ meaning, busy, failure, give }: FileSecretProps) {
    const [secret, setSecret] = useState('')
    const [id] = useState(() => `ffs-file-secret-${++asked}`)
    const check = () => {
        if (!busy && secret !== '') {
            void give(secret).then(fits => fits && setSecret(''))
        }
    }
    return (
        <Message look="info">
            <div class="ffs-field">
                <label for={id}>{t('file.secret')}</label>
                <div class="ffs-secret-row">
                    <input
                        id={id} type="password" autocomplete="off" value={secret} aria-invalid={failure !== null} aria-describedby={`${id}-help`}
                        onInput={event => setSecret(event.currentTarget.value)} onKeyDown={event => {
                            // Enter is for this field, not for the dialog.
                            if (event.key === 'Enter') {
                                event.preventDefault()
                                check()
                            }
                        }}
                    />
                    <Button disabled={busy || secret === ''} onClick={check}>{t('file.unlock')}</Button>
                </div>
                {failure !== null && <p class="ffs-problem" role="alert">{failureSentence(failure)}</p>}
                <p class="ffs-help" id={`${id}-help`}>{meaning}</p>
            </div>
        </Message>
    )
}
