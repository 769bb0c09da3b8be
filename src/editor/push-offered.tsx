import type { PushPreview } from '../shared/requests'
import { Button } from './button'
import type { PushDraft } from './push-draft'
import { t } from './text'

interface OfferedProps {
    offered: string[]
    draft: PushDraft
    onChange: (part: Partial<PushDraft>) => void
    /** Given where each one may also be sent without its value, or hidden. */
    options?: Pick<PushPreview['variables'], 'onInstance' | 'keepsHidden' | 'kept'>
}

/** This computer's variables, each unticked until somebody ticks it, except those that the plugin keeps. */
export function OfferedVariables ({ offered, draft, onChange, options }: OfferedProps) {
    if (offered.length === 0) {
        return <p class="ffs-secondary ffs-indent">{t('variables.noneOffered')}</p>
    }
    const isKeptHidden = (name: string) => options?.kept.some(variable => variable.name === name && variable.hidden) === true
    const isHiddenThere = (name: string) => options?.onInstance.some(variable => variable.name === name && variable.hidden) === true
    const tick = (names: string[], on: boolean) => onChange({
        ticked: changed(draft.ticked, names, on),
        // A variable that is hidden there stays hidden unless somebody says otherwise.
        ...(on && { hidden: changed(draft.hidden, names.filter(name => isHiddenThere(name) || isKeptHidden(name)), true) })
    })
    return (
        <fieldset class="ffs-fields ffs-indent">
            <legend class="ffs-secondary">{t('variables.offered')}</legend>
            {offered.map(name => (
                <div class="ffs-variable" key={name}>
                    <label class="ffs-check">
                        <input type="checkbox" checked={draft.ticked.has(name)} onChange={event => tick([name], event.currentTarget.checked)} />
                        <code class="ffs-wrap">{name}</code>
                    </label>
                    {options !== undefined && draft.ticked.has(name) && <>
                        <label class="ffs-check">
                            <input
                                type="checkbox" checked={draft.keysOnly.has(name)} aria-label={t('variables.keyOnlyOf', { name })}
                                onChange={event => onChange({ keysOnly: changed(draft.keysOnly, [name], event.currentTarget.checked) })}
                            />
                            <span>{t('variables.keyOnly')}</span>
                        </label>
                        <label class="ffs-check">
                            <input
                                type="checkbox" checked={draft.hidden.has(name)} disabled={!options.keepsHidden || isKeptHidden(name)} aria-label={t('variables.sendHiddenOf', { name })}
                                onChange={event => onChange({ hidden: changed(draft.hidden, [name], event.currentTarget.checked) })}
                            />
                            <span>{t('variables.sendHidden')}</span>
                        </label>
                    </>}
                </div>
            ))}
            {offered.length > 1 && <p>
                <Button small onClick={() => tick(offered, true)}>{t('variables.all')}</Button>{' '}
                <Button small onClick={() => tick(offered, false)}>{t('variables.none')}</Button>
            </p>}
            {options?.keepsHidden === false && <p class="ffs-secondary">{t('variables.cannotHide')}</p>}
        </fieldset>
    )
}

function changed (set: ReadonlySet<string>, names: string[], on: boolean): ReadonlySet<string> {
    const result = new Set(set)
    names.forEach(name => result[on ? 'add' : 'delete'](name))
    return result
}
