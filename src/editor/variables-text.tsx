import { useState } from 'preact/hooks'
import type { VariableList } from '../shared/local'
import type { Api } from './api'
import { Button } from './button'
import { failureSentence, toFailure, type Failure } from './failure'
import { saveFile } from './save-file'
import { listed, t } from './text'

interface VariablesTextProps { api: Api, unsaved: boolean, onImported: (list: VariableList) => void }

/** All variables as the text of a .env file: taken in from one, or saved as one after a warning. */
export function VariablesText ({ api, unsaved, onImported }: VariablesTextProps) {
    const [text, setText] = useState('')
    const [warned, setWarned] = useState(false)
    const [leftOut, setLeftOut] = useState<string[]>([])
    const [busy, setBusy] = useState(false)
    const [failure, setFailure] = useState<Failure | null>(null)
    const run = async (work: () => Promise<void>) => {
        setBusy(true)
        setFailure(null)
        await work().catch((error: unknown) => setFailure(toFailure(error)))
        setBusy(false)
    }
    const takeIn = async () => {
        const imported = await api.importVariables({ text })
        onImported(imported)
        setLeftOut(imported.leftOut)
        setText('')
    }
    const save = async () => {
        const { text: exported } = await api.exportVariables()
        saveFile('node-red.env', exported)
        setWarned(false)
    }
    return (
        <details class="ffs-fold ffs-kept-text">
            <summary tabIndex={0}>{t('kept.text')}</summary>
            <div class="ffs-field">
                <label for="ffs-kept-env">{t('kept.import')}</label>
                <textarea
                    id="ffs-kept-env" rows={4} spellcheck={false} autocomplete="off" value={text} placeholder="NAME=value" aria-describedby="ffs-kept-env-help"
                    onInput={event => setText(event.currentTarget.value)}
                />
                <p class="ffs-help" id="ffs-kept-env-help">{t(unsaved ? 'kept.importUnsaved' : 'kept.importMeaning')}</p>
            </div>
            {leftOut.length > 0 && <p class="ffs-help" role="status">{t('kept.leftOut', { names: listed(leftOut) })}</p>}
            <p class="ffs-line ffs-kept-files">
                <input type="file" aria-label={t('kept.file')} onChange={event => void event.currentTarget.files?.[0]?.text().then(setText)} />
                <Button small disabled={busy || unsaved || text.trim() === ''} onClick={() => void run(takeIn)}>{t('kept.importSubmit')}</Button>
            </p>
            <p class="ffs-line">
                <span>{t(warned ? 'kept.exportWarning' : 'kept.exportMeaning')}</span>
                {warned
                    ? <Button small disabled={busy} onClick={() => void run(save)}>{t('kept.exportSubmit')}</Button>
                    : <Button small onClick={() => setWarned(true)}>{t('kept.export')}</Button>}
            </p>
            {failure !== null && <p class="ffs-problem" role="alert">{failureSentence(failure)}</p>}
        </details>
    )
}
