import type { PushPreview } from '../shared/requests'
import { coded, failureSentence } from './failure'
import { addableModules, isImport, type PushDraft } from './push-draft'
import { t } from './text'

/** Adding what is missing to the instance's palette, or why that can't be done from here. */
export function PushModules ({ preview, draft, onChange }: { preview: PushPreview, draft: PushDraft, onChange: (part: Partial<PushDraft>) => void }) {
    const { addModulesRefused, target } = preview
    const missing = preview.modules.filter(({ inPalette }) => !inPalette)
    if (missing.length === 0) {
        return null
    }
    if (addModulesRefused !== null) {
        return <p class="ffs-secondary">{t('inside.notAddable', { instance: target.instance.name })} {failureSentence(coded(addModulesRefused))}</p>
    }
    const count = addableModules(preview).length
    return (
        <label class="ffs-check">
            <input type="checkbox" checked={draft.addModules} onChange={event => onChange({ addModules: event.currentTarget.checked })} />
            <span>
                {t('inside.addModules', { count, instance: target.instance.name })}
                <span class="ffs-secondary ffs-below ffs-wrap">{missing.map(({ name, version }) => `${name} ${version}`).join(', ')}</span>
                <span class="ffs-secondary ffs-below">{t(isImport(draft, preview) ? 'inside.addModulesMeaningInside' : 'inside.addModulesMeaning', { count })}</span>
            </span>
        </label>
    )
}
