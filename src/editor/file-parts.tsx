import type { ComponentChildren } from 'preact'
import type { FileParts } from '../shared/files'
import { t } from './text'

interface FilePartsFieldsProps {
    parts: FileParts
    onChange: (parts: FileParts) => void
    /** Why there are no credentials to take along; null where there may be some. */
    noCredentials?: string | null
    children?: ComponentChildren
}

const variableRules = ['all', 'keys', 'none'] as const

/** What of a snapshot goes into a file, or out of one. */
export function FilePartsFields ({ parts, onChange, noCredentials = null, children }: FilePartsFieldsProps) {
    const mayCredentials = parts.flows && noCredentials === null
    return (
        <fieldset class="ffs-fields ffs-file-parts">
            <legend>{t('fileParts.title')}</legend>
            <label class="ffs-check">
                <input type="checkbox" checked={parts.flows} onChange={event => onChange({ ...parts, flows: event.currentTarget.checked })} />
                <span>{t('fileParts.flows')}{!parts.flows && <span class="ffs-secondary ffs-below">{t('fileParts.withoutFlows')}</span>}</span>
            </label>
            <label class="ffs-check">
                <input
                    type="checkbox" checked={parts.credentials && mayCredentials} disabled={!mayCredentials}
                    onChange={event => onChange({ ...parts, credentials: event.currentTarget.checked })}
                />
                <span>{t('fileParts.credentials')}{noCredentials !== null && <span class="ffs-secondary ffs-below">{noCredentials}</span>}</span>
            </label>
            <div class="ffs-field ffs-file-variables">
                <label for="ffs-file-variables">{t('fileParts.variables')}</label>
                <select
                    id="ffs-file-variables" value={parts.variables}
                    onChange={event => onChange({ ...parts, variables: variableRules.find(rule => rule === event.currentTarget.value) ?? 'all' })}
                >
                    <option value="all">{t('fileParts.variablesAll')}</option>
                    <option value="keys">{t('fileParts.variablesKeys')}</option>
                    <option value="none">{t('fileParts.variablesNone')}</option>
                </select>
                {parts.variables === 'keys' && <p class="ffs-help">{t('fileParts.keysMeaning')}</p>}
            </div>
            {children}
        </fieldset>
    )
}
