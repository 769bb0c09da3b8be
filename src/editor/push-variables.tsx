import { Fragment } from 'preact'
import { useState } from 'preact/hooks'
import type { PushPreview } from '../shared/requests'
import { Icon } from './button'
import { coded, failureSentence } from './failure'
import { addRefusal, withMine, type PushDraft } from './push-draft'
import { t } from './text'
import { OfferedVariables } from './push-offered'
import { addOutlook, keepOutlook, mineOutlook, ownNames, type VariablesOutlook } from './variables'

interface PushVariablesProps {
    variables: PushPreview['variables']
    /** Whether added ones travel in the snapshot instead of being written to the instance. */
    imported: boolean
    draft: PushDraft
    onChange: (part: Partial<PushDraft>) => void
}

/** Which variables the snapshot carries. Folded until something about it matters. */
export function PushVariables ({ variables, imported, draft, onChange }: PushVariablesProps) {
    const { onInstance, offered, unset } = variables
    const addRefused = addRefusal(variables, imported)
    // What was chosen before can have become impossible since.
    const rule = draft.rule === 'add' && addRefused !== null ? 'keep' : draft.rule
    const outlook = { keep: keepOutlook, add: addOutlook, mine: mineOutlook }[rule](variables, draft.ticked)
    const lacking = offered.filter(name => !onInstance.some(variable => variable.name === name))
    const [open, setOpen] = useState(unset.length > 0 || outlook.missing.length > 0 || rule !== 'keep')
    const ticked = (rule === 'add' ? lacking : ownNames(variables)).filter(name => draft.ticked.has(name)).length
    const summary = rule === 'keep'
        ? t('variables.keepSummary', { count: onInstance.length })
        : t(rule === 'add' ? 'variables.addSummary' : 'variables.mineSummary', { count: ticked })
    return (
        <div class="ffs-pair">
            <span class="ffs-pair-label" id="ffs-variables-label">{t('variables.title')}</span>
            <details class="ffs-fold ffs-pair-value" open={open} onToggle={event => setOpen(event.currentTarget.open)}>
                <summary tabIndex={0}>{summary}</summary>
                <div role="radiogroup" aria-labelledby="ffs-variables-label">
                    <label class="ffs-check">
                        <input type="radio" name="ffs-variables" checked={rule === 'keep'} onChange={() => onChange({ rule: 'keep' })} />
                        <span>{t('variables.keep')}<span class="ffs-secondary ffs-below">{t('variables.keepMeaning', { count: onInstance.length })}</span></span>
                    </label>
                    <label class="ffs-check">
                        <input
                            type="radio" name="ffs-variables" checked={rule === 'add'} disabled={addRefused !== null}
                            onChange={() => onChange({ rule: 'add', ticked: new Set() })}
                        />
                        <span>{t('variables.add')}<span class="ffs-secondary ffs-below">
                            {addRefused === null ? t(imported ? 'variables.addMeaningInside' : 'variables.addMeaning') : failureSentence(coded(addRefused))}
                        </span></span>
                    </label>
                    <label class="ffs-check">
                        <input type="radio" name="ffs-variables" checked={rule === 'mine'} onChange={() => onChange(withMine(draft, variables.kept))} />
                        <span>{t('variables.mine')}<span class="ffs-secondary ffs-below">{t('variables.mineMeaning')}</span></span>
                    </label>
                </div>
                {rule === 'add' && <OfferedVariables offered={lacking} draft={draft} onChange={onChange} />}
                {rule === 'mine' && <OfferedVariables offered={ownNames(variables)} draft={draft} onChange={onChange} options={variables} />}
                <Outlook outlook={outlook} variables={variables} />
            </details>
        </div>
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
