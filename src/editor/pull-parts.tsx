import type { PreparedPull } from '../shared/pull'
import { takesFlows, type PullDraft } from './pull-choice'
import type { PlanOutline } from './pull-comparison'
import { PullModules } from './pull-modules'
import { PullSettings } from './pull-settings'
import { Names, Pair } from './restore-contents'
import { t } from './text'

interface PullPartsProps {
    prepared: PreparedPull
    /** null while it is not known yet. */
    plan: PlanOutline | null
    draft: PullDraft
    mayInstall: boolean
    onChange: (draft: PullDraft) => void
}

/** What else is in the snapshot: credentials, variables, modules, and the settings, which are only shown. */
export function PullParts ({ prepared, plan, draft, mayInstall, onChange }: PullPartsProps) {
    const change = (parts: Partial<Parts>) => onChange({ ...draft, parts: { ...draft.parts, ...parts } })
    return (
        <>
            {(plan === null || takesFlows(plan)) && <Credentials
                prepared={prepared} taken={plan?.credentials ?? null} parts={draft.parts} onChange={change}
            />}
            <Variables prepared={prepared} parts={draft.parts} onChange={change} />
            <PullModules prepared={prepared} draft={draft} mayInstall={mayInstall} onChange={onChange} />
            <PullSettings settings={prepared.settings} />
        </>
    )
}

type Parts = PullDraft['parts']

interface PartProps { prepared: PreparedPull, parts: Parts, onChange: (parts: Partial<Parts>) => void }

const credentialRules = ['theirs', 'exactly', 'mine'] as const
const variableRules = ['all', 'keys', 'none'] as const

/** Counts those that the choices take, in the flows that come from the snapshot. */
function Credentials ({ prepared, taken, parts, onChange }: PartProps & { taken: PlanOutline['credentials'] | null }) {
    const { counts, countsHere, credentialsKnown } = prepared
    if (!credentialsKnown) {
        return <Pair label={t('restoreHere.credentials')}><p>{t('pull.credentialsUnknown')}</p></Pair>
    }
    if (counts.nodesWithCredentials + countsHere.nodesWithCredentials === 0) {
        return null
    }
    return (
        <Pair label={t('restoreHere.credentials')}>
            <Choice
                id="ffs-pull-credentials" label={t('restoreHere.credentials')} value={parts.credentials} options={credentialRules} text={rule => t(`pullCredentialRules.${rule}`)}
                onChange={rule => onChange({ credentials: rule })}
            />
            {taken !== null && parts.credentials !== 'mine' && <CredentialsTaken taken={taken} exactly={parts.credentials === 'exactly'} />}
        </Pair>
    )
}

function CredentialsTaken ({ taken: { added, changed, missing }, exactly }: { taken: PlanOutline['credentials'], exactly: boolean }) {
    const differing = [changed > 0 && t('pull.credentialsChanged', { count: changed }), added > 0 && t('pull.credentialsAdded', { count: added })]
        .filter(Boolean).join(' · ')
    return (
        <>
            <p class="ffs-secondary">{differing || (missing === 0 ? t('restoreHere.same') : '')}</p>
            {missing > 0 && <p class={exactly ? 'ffs-warning-text' : 'ffs-secondary'}>
                {t(exactly ? 'pull.credentialsLost' : 'pull.credentialsKept', { count: missing })}
            </p>}
        </>
    )
}

function Variables ({ prepared: { variables }, parts, onChange }: PartProps) {
    const { added, changed, removed, same, hidden, locked, overridden, withheld, unfit } = variables
    if ([added, changed, removed, same, locked, overridden, withheld, unfit].every(names => names.length === 0)) {
        return null
    }
    const { variables: rule } = parts
    return (
        <Pair label={t('variables.title')}>
            <Choice
                id="ffs-pull-variables" label={t('variables.title')} value={rule} options={variableRules} text={each => t(`pullVariableRules.${each}`)}
                onChange={each => onChange({ variables: each })}
            />
            {rule !== 'none' && <>
                <Names sentence={t(rule === 'keys' ? 'pull.variablesKeys' : 'restoreHere.variablesAdded')} names={added} />
                {rule === 'all' && <>
                    <Names sentence={t('restoreHere.variablesChanged')} names={changed} />
                    <Names sentence={t('restoreHere.variablesRemoved')} names={removed} warning />
                    <Names sentence={t('pull.variablesSame')} names={same} />
                    <Names sentence={t('pull.variablesLocked')} names={locked} warning />
                </>}
                <Names sentence={t('pull.variablesHidden')} names={hidden} />
                <Names sentence={t('restoreHere.variablesOverridden')} names={overridden} />
                <Names sentence={t('restoreHere.variablesWithheld')} names={withheld} />
                <Names sentence={t('pull.variablesUnfit')} names={unfit} warning />
            </>}
        </Pair>
    )
}

interface ChoiceProps<Value extends string> {
    id: string
    label: string
    value: Value
    options: readonly Value[]
    text: (option: Value) => string
    onChange: (value: Value) => void
}

function Choice<Value extends string> ({ id, label, value, options, text, onChange }: ChoiceProps<Value>) {
    return (
        <select id={id} class="ffs-select" aria-label={label} value={value} onChange={event => onChange(options.find(option => option === event.currentTarget.value) ?? value)}>
            {options.map(option => <option key={option} value={option}>{text(option)}</option>)}
        </select>
    )
}
