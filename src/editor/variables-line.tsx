import type { TargetedInputEvent } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from './button'
import { listed, t } from './text'
import type { RowProblem, VariableRow } from './variables-draft'

interface VariableLineProps { row: VariableRow, problem: RowProblem | null, onChange: (change: Partial<VariableRow>) => void, onRemove: () => void }

/** One variable: name, value (never shown, only written), hidden or not, and where it counts. */
export function VariableLine ({ row, problem, onChange, onRemove }: VariableLineProps) {
    const { key, name, hidden, value, kept } = row
    const first = useRef<HTMLInputElement>(null)
    // In the same turn as the line appears: what is typed right after the click belongs into it.
    useLayoutEffect(() => {
        if (kept === null) {
            first.current?.focus()
        }
    }, [])
    const shown = name === '' ? t('kept.newOne') : name
    // An empty line is told of nothing before something was typed.
    const said = problem !== null && (problem !== 'name-missing' || value !== '')
    const field = {
        class: 'ffs-kept-value',
        value: value ?? '',
        autocomplete: 'off',
        spellcheck: false,
        placeholder: kept === null ? t('kept.value') : t('kept.unchanged'),
        'aria-label': t('kept.valueOf', { name: shown }),
        'aria-describedby': `ffs-kept-${key}`,
        onInput: (event: TargetedInputEvent<HTMLInputElement>) => {
            const typed = event.currentTarget.value
            onChange({ value: kept !== null && typed === '' ? null : typed })
        }
    } as const
    return (
        <div class="ffs-kept-row" role="group" aria-label={shown}>
            {kept === null
                ? <input
                    ref={first} type="text" class="ffs-kept-name" value={name} placeholder={t('kept.name')} aria-label={t('kept.nameOf', { name: shown })} autocomplete="off" spellcheck={false}
                    aria-invalid={said} aria-describedby={`ffs-kept-${key}`} onInput={event => onChange({ name: event.currentTarget.value.trim() })}
                />
                : <code class="ffs-kept-name ffs-wrap">{name}</code>}
            {hidden ? <input type="password" {...field} /> : <input type="text" {...field} />}
            <label class="ffs-check ffs-kept-hidden">
                <input type="checkbox" checked={hidden} aria-label={t('kept.hiddenOf', { name: shown })} onChange={event => onChange({ hidden: event.currentTarget.checked })} />
                <span>{t('kept.hidden')}</span>
            </label>
            <button type="button" class="red-ui-button red-ui-button-small" aria-label={t('kept.removeOf', { name: shown })} title={t('kept.removeOf', { name: shown })} onClick={onRemove}>
                <Icon name="trash" />
            </button>
            <div class="ffs-kept-notes ffs-secondary" id={`ffs-kept-${key}`}>
                {said && <p class="ffs-problem" aria-live="polite">{t(`keptProblems.${problem}`)}</p>}
                {kept !== null && notes(kept).map(note => <p key={note}>{note}</p>)}
            </div>
        </div>
    )
}

/** Where a variable counts, and where it does not. */
function notes ({ usedIn, shadowedBy, overridden, locked }: NonNullable<VariableRow['kept']>): string[] {
    return [
        usedIn.length > 0 ? t('kept.usedIn', { flows: listed(usedIn) }) : t('kept.unused'),
        overridden && t('kept.overridden'),
        shadowedBy.length > 0 && t('kept.shadowed', { places: listed(shadowedBy) }),
        locked && t('kept.locked')
    ].filter(note => note !== false)
}
