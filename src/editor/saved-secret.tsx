import { useRef, useState } from 'preact/hooks'
import { Button, Icon } from './button'
import { copyText } from './copy-text'
import { t } from './text'

/** A secret that nobody else keeps, to be copied: by the button, or as any text. */
export function SavedSecret ({ secret, onCopy }: { secret: string, onCopy: () => void }) {
    const field = useRef<HTMLInputElement>(null)
    const [copied, setCopied] = useState<boolean | null>(null)
    const copy = async () => {
        if (field.current !== null) {
            const isCopied = await copyText(field.current)
            setCopied(isCopied)
            if (isCopied) {
                onCopy()
            }
        }
    }
    return (
        <div class="ffs-field">
            <label for="ffs-saved-secret">{t('download.secretOf')}</label>
            <div class="ffs-secret-row">
                <input
                    id="ffs-saved-secret" ref={field} type="text" readOnly spellcheck={false} value={secret} aria-describedby="ffs-saved-secret-help"
                    onFocus={event => event.currentTarget.select()} onCopy={onCopy}
                />
                <Button onClick={() => void copy()}><Icon name="clipboard" /> {t('download.copy')}</Button>
            </div>
            <p class="ffs-help" id="ffs-saved-secret-help">{t('download.shownOnce')}</p>
            <p class="ffs-help" role="status">{copied === true && t('download.copied')}{copied === false && t('download.notCopied')}</p>
        </div>
    )
}
