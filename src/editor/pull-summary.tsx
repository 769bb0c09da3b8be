import type { PreparedPull, PullModule } from '../shared/pull'
import { Icon } from './button'
import { Message } from './message'
import { language } from './node-red'
import { useNow } from './observable'
import type { CodeRow, Compared, PlanOutline } from './pull-comparison'
import { countsText } from './pull-text'
import { Pair } from './restore-contents'
import { listed, shortened, t } from './text'
import { exactTime, relativeTime } from './time'

const codeNamed = 6

interface PullSummaryProps {
    prepared: PreparedPull
    compared: Compared | null
    plan: PlanOutline | null
    /** Those that will be installed. */
    modules: PullModule[]
}

/** Which snapshot it is, how much of it differs, and which code it would let run here. */
export function PullSummary ({ prepared, compared, plan, modules }: PullSummaryProps) {
    const now = useNow()
    const { snapshot: { description, createdAt, user, owner }, base, counts } = prepared
    const notes = notesOf(prepared, compared)
    const code = compared?.code.filter(({ unit }) => plan?.sides[unit] !== 'mine') ?? []
    return (
        <>
            <Pair label={t('pull.from')}>
                <p class="ffs-wrap"><strong><bdi>{fromText(prepared.snapshot)}</bdi></strong></p>
                <p class="ffs-secondary">
                    {(user !== null || isOnPlatform(owner)) && <>{user?.username ?? t('snapshots.byPlatform')} · </>}
                    {createdAt !== '' && <><time dateTime={createdAt} title={exactTime(createdAt, language())}>{relativeTime(createdAt, now, language())}</time> · </>}
                    {insideText(counts)}
                </p>
                {description !== '' && <p class="ffs-row-description" title={description}>{description}</p>}
            </Pair>
            {compared !== null && <Pair label={t('pull.changes')}>
                <p>{countsText(compared.totals) || t('pull.sameFlows')}</p>
                {base !== null && <p class="ffs-secondary" title={exactTime(base.at, language())}>
                    {t('pull.base', { name: base.name, time: relativeTime(base.at, now, language()) })}
                </p>}
            </Pair>}
            {code.length + modules.length > 0 && <Code code={code} modules={modules.map(({ name }) => name)} />}
            {notes.length > 0 && <Message look="warning">{notes.map(({ code, params }) => <p key={code}>{t(`pullNotes.${code}`, params)}</p>)}</Message>}
        </>
    )
}

/** Those that nothing else in the preview says: the counts say of flows that they are the same, the credentials that some are missing. */
function notesOf ({ notes }: PreparedPull, compared: Compared | null): PreparedPull['notes'] {
    return notes.filter(({ code }) => compared === null || (code === 'same-flows' ? countsText(compared.totals) !== '' : code !== 'without-credentials'))
}

function isOnPlatform ({ kind }: PreparedPull['snapshot']['owner']): boolean {
    return kind === 'instance' || kind === 'device'
}

function fromText ({ name, owner }: PreparedPull['snapshot']): string {
    return isOnPlatform(owner) ? t('pull.ofOwner', { name, owner: owner.name }) : owner.kind === 'file' ? t('pull.ofFile', { name, file: owner.name }) : t('view.title', { name })
}

function insideText ({ flows, nodes }: PreparedPull['counts']): string {
    return [t('inside.flows', { count: flows }), t('inside.nodes', { count: nodes })].join(' · ')
}

/** What was written by somebody else and would run on this computer, with its rights. */
function Code ({ code, modules }: { code: CodeRow[], modules: string[] }) {
    const named = code.slice(0, codeNamed)
    return (
        <Pair label={t('pull.code')}>
            <p class="ffs-names">
                <Icon name="exclamation-triangle" />
                <span>
                    {modules.length > 0 && <>{t('pull.codeModules', { names: listed(modules.map(name => shortened(name, 60))) })}<br /></>}
                    {code.length > 0 && t('pull.codeMeaning', { count: code.length })}{' '}
                    {named.map(({ type, name, flow }) => shortened(name === '' ? type : `${type} “${name}”`, 60) + (flow === '' ? '' : ` (${shortened(flow, 40)})`)).join(', ')}
                    {code.length > named.length && ` ${t('pull.more', { count: code.length - named.length })}`}
                </span>
            </p>
        </Pair>
    )
}
