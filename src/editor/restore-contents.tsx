import { Fragment, type ComponentChildren } from 'preact'
import type { LocalPlan } from '../shared/local'
import { Icon } from './button'
import { Message } from './message'
import { language } from './node-red'
import { useNow } from './observable'
import { lacksCredentials, type RestoreChoice } from './restore-choice'
import { contentsText } from './snapshot-text'
import { t } from './text'
import { exactTime, relativeTime } from './time'

interface RestoreContentsProps { plan: LocalPlan, reloading: boolean, choice: RestoreChoice, onChange: (choice: RestoreChoice) => void }

/** What is inside the snapshot, and what would be different here: flows, credentials and variables, in counts and names. */
export function RestoreContents ({ plan, reloading, choice, onChange }: RestoreContentsProps) {
    const now = useNow()
    const { snapshot, flows } = plan
    // Said where the user agrees to it.
    const told = plan.notes.filter(({ code }) => code !== 'without-credentials' && code !== 'locked-credentials')
    return (
        <div aria-busy={reloading}>
            <Pair label={t('restoreHere.inside')}>
                <p>{contentsText(snapshot)}</p>
                <p class="ffs-secondary" title={exactTime(snapshot.createdAt, language())}>{t('restoreHere.made', { time: relativeTime(snapshot.createdAt, now, language()) })}</p>
            </Pair>
            <Pair label={t('restoreHere.flows')}>
                {changesText(flows) === '' ? <p>{t('restoreHere.same')}</p> : <>
                    <p>{t('restoreHere.flowCounts', { here: flows.here, there: flows.there })}</p>
                    <p>{t('restoreHere.nodeCounts', { changes: changesText(flows) })}</p>
                </>}
            </Pair>
            <Pair label={t('restoreHere.credentials')}>
                <Credentials plan={plan} choice={choice} onChange={onChange} />
            </Pair>
            <Variables variables={plan.variables} />
            {told.length > 0 && <Message look="warning">{told.map(({ code, params }) => <p key={code}>{t(`localNotes.${code}`, params)}</p>)}</Message>}
        </div>
    )
}

/** What becomes of the credentials. Doing without them is offered where a restore without them is possible. */
function Credentials ({ plan, choice, onChange }: Omit<RestoreContentsProps, 'reloading'>) {
    const { snapshot, credentials, restoreRefused } = plan
    const isLocked = snapshot.credentials === 'locked'
    if (!lacksCredentials(plan)) {
        return <p>{changesText(credentials) || t('restoreHere.same')}</p>
    }
    if (restoreRefused !== null) {
        return <p>{t(isLocked ? 'restoreHere.locked' : 'restoreHere.missing')}</p>
    }
    return (
        <label class="ffs-check">
            <input type="checkbox" checked={choice.withoutCredentials} onChange={event => onChange({ ...choice, withoutCredentials: event.currentTarget.checked })} />
            <span>
                {t('restoreHere.without')}
                <span class="ffs-secondary ffs-below">{t(isLocked ? 'restoreHere.lockedMeaning' : 'restoreHere.missingMeaning')}</span>
            </span>
        </label>
    )
}

export function Pair ({ label, children }: { label: string, children: ComponentChildren }) {
    return (
        <div class="ffs-pair">
            <span class="ffs-pair-label">{label}</span>
            <div class="ffs-pair-value">{children}</div>
        </div>
    )
}

function changesText ({ added, removed, changed }: { added: number, removed: number, changed: number }): string {
    return [
        added > 0 && t('restoreHere.added', { count: added }), removed > 0 && t('restoreHere.removed', { count: removed }),
        changed > 0 && t('restoreHere.changed', { count: changed })
    ].filter(Boolean).join(' · ')
}

function Variables ({ variables: { added, removed, changed, overridden, withheld } }: { variables: LocalPlan['variables'] }) {
    if ([added, removed, changed, overridden, withheld].every(names => names.length === 0)) {
        return null
    }
    return (
        <Pair label={t('variables.title')}>
            <Names sentence={t('restoreHere.variablesAdded')} names={added} />
            <Names sentence={t('restoreHere.variablesChanged')} names={changed} />
            <Names sentence={t('restoreHere.variablesRemoved')} names={removed} warning />
            <Names sentence={t('restoreHere.variablesOverridden')} names={overridden} />
            <Names sentence={t('restoreHere.variablesWithheld')} names={withheld} />
        </Pair>
    )
}

export function Names ({ sentence, names, warning }: { sentence: string, names: string[], warning?: boolean }) {
    if (names.length === 0) {
        return null
    }
    return (
        <p class="ffs-names">
            <Icon name={warning ? 'exclamation-triangle' : 'info-circle'} />
            <span>{sentence} {names.map((name, index) => <Fragment key={name}>{index > 0 && ', '}<code class="ffs-wrap">{name}</code></Fragment>)}</span>
        </p>
    )
}
