import { Fragment } from 'preact'
import { useState } from 'preact/hooks'
import type { PushPreview } from '../shared/requests'
import { Icon } from './button'
import type { PushDraft } from './push-draft'
import { t } from './text'
import { keepOutlook, mineOutlook, type VariablesOutlook } from './variables'

interface PushVariablesProps {
    variables: PushPreview['variables']
    draft: PushDraft
    onChange: (part: Partial<PushDraft>) => void
}

/** Which variables the snapshot carries. Folded until something about it matters. */
export function PushVariables ({ variables, draft, onChange }: PushVariablesProps) {
    const { onInstance, offered, unset } = variables
    const outlook = draft.rule === 'keep' ? keepOutlook(variables) : mineOutlook(variables, draft.ticked)
    const [open, setOpen] = useState(unset.length > 0 || outlook.missing.length > 0 || draft.rule === 'mine')
    const ticked = offered.filter(name => draft.ticked.has(name)).length
    const summary = draft.rule === 'keep' ? t('variables.keepSummary', { count: onInstance.length }) : t('variables.mineSummary', { count: ticked })
    return (
        <div class="ffs-pair">
            <span class="ffs-pair-label" id="ffs-variables-label">{t('variables.title')}</span>
            <details class="ffs-fold ffs-pair-value" open={open} onToggle={event => setOpen(event.currentTarget.open)}>
                <summary tabIndex={0}>{summary}</summary>
                <div role="radiogroup" aria-labelledby="ffs-variables-label">
                    <label class="ffs-check">
                        <input type="radio" name="ffs-variables" checked={draft.rule === 'keep'} onChange={() => onChange({ rule: 'keep' })} />
                        <span>{t('variables.keep')}<span class="ffs-secondary ffs-below">{t('variables.keepMeaning', { count: onInstance.length })}</span></span>
                    </label>
                    <label class="ffs-check">
                        <input type="radio" name="ffs-variables" checked={draft.rule === 'mine'} onChange={() => onChange({ rule: 'mine' })} />
                        <span>{t('variables.mine')}<span class="ffs-secondary ffs-below">{t('variables.mineMeaning')}</span></span>
                    </label>
                </div>
                {draft.rule === 'mine' && <Offered offered={offered} draft={draft} onChange={onChange} />}
                <Outlook outlook={outlook} variables={variables} />
            </details>
        </div>
    )
}

function Offered ({ offered, draft, onChange }: { offered: string[], draft: PushDraft, onChange: (part: Partial<PushDraft>) => void }) {
    if (offered.length === 0) {
        return <p class="ffs-secondary ffs-indent">{t('variables.noneOffered')}</p>
    }
    const toggle = (name: string, on: boolean) => {
        const ticked = new Set(draft.ticked)
        ticked[on ? 'add' : 'delete'](name)
        onChange({ ticked })
    }
    return (
        <fieldset class="ffs-fields ffs-indent">
            <legend class="ffs-secondary">{t('variables.offered')}</legend>
            {offered.map(name => (
                <label class="ffs-check" key={name}>
                    <input type="checkbox" checked={draft.ticked.has(name)} onChange={event => toggle(name, event.currentTarget.checked)} />
                    <code class="ffs-wrap">{name}</code>
                </label>
            ))}
        </fieldset>
    )
}

function Outlook ({ outlook, variables }: { outlook: VariablesOutlook, variables: PushPreview['variables'] }) {
    const { unset, withheld, onInstance } = variables
    const isNowhere = (name: string) => unset.includes(name) && !onInstance.some(variable => variable.name === name)
    const nowhere = outlook.missing.filter(isNowhere)
    const otherMissing = outlook.missing.filter(name => !isNowhere(name))
    const hidden = new Set(onInstance.filter(variable => variable.hidden).map(({ name }) => name))
    return (
        <div class="ffs-outlook" aria-live="polite">
            <Names warning sentence={t('variables.gone', { count: outlook.gone.length })} names={outlook.gone.map(({ name }) => name)} hidden={hidden} />
            <Names warning={false} sentence={t('variables.replaced', { count: outlook.replaced.length })} names={outlook.replaced.map(({ name }) => name)} hidden={hidden} />
            <Names warning sentence={t('variables.missing', { count: otherMissing.length })} names={otherMissing} />
            <Names warning sentence={t('variables.unset', { count: nowhere.length })} names={nowhere} />
            <Names warning={false} sentence={t('variables.withheld', { count: withheld.length })} names={withheld} />
        </div>
    )
}

function Names ({ warning, sentence, names, hidden }: { warning: boolean, sentence: string, names: string[], hidden?: ReadonlySet<string> }) {
    if (names.length === 0) {
        return null
    }
    return (
        <p class="ffs-names">
            <Icon name={warning ? 'exclamation-triangle' : 'info-circle'} />
            <span>
                {sentence} {names.map((name, index) => (
                    <Fragment key={name}>{index > 0 && ', '}<code class="ffs-wrap">{name}</code>{hidden?.has(name) === true && ` ${t('variables.hidden')}`}</Fragment>
                ))}
            </span>
        </p>
    )
}
