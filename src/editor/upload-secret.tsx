import { useState } from 'preact/hooks'
import { Button } from './button'
import { failureSentence } from './failure'
import type { UploadWork } from './file-work'
import { Message } from './message'
import { t } from './text'

/** Asks for the secret of a file and has it checked here, before anything is sent. */
export function UploadSecret ({ work }: { work: UploadWork }) {
    const [secret, setSecret] = useState('')
    const { checking, secretFailure } = work
    const check = () => {
        if (!checking && secret !== '') {
            void work.giveSecret(secret)
        }
    }
    return (
        <Message look="warning">
            <div class="ffs-field">
                <label for="ffs-upload-secret">{t('upload.secret')}</label>
                <div class="ffs-secret-row">
                    <input
                        id="ffs-upload-secret" type="password" autocomplete="off" value={secret} aria-invalid={secretFailure !== null}
                        onInput={event => setSecret(event.currentTarget.value)} onKeyDown={event => {
                            // Enter is for this field, not for the upload.
                            if (event.key === 'Enter') {
                                event.preventDefault()
                                check()
                            }
                        }}
                    />
                    <Button small disabled={checking || secret === ''} onClick={check}>{t('upload.check')}</Button>
                </div>
                <p class="ffs-help">{t('upload.secretMeaning')}</p>
                {secretFailure !== null && <p class="ffs-problem" role="alert">{failureSentence(secretFailure)}</p>}
            </div>
        </Message>
    )
}
