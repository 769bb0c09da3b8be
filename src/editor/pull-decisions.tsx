import { useLayoutEffect, useRef } from 'preact/hooks'
import type { PullBase } from '../shared/pull'
import type { Side } from '../snapshot/diff'
import { Button } from './button'
import { inTopDialog, isFocusLost } from './dialog'
import { Message } from './message'
import type { PullDraft } from './pull-choice'
import { withSide } from './pull-choice'
import type { ComparedUnit } from './comparison'
import type { Compared, OpenDecision, PlanOutline } from './pull-comparison'
import { unitName } from './pull-text'
import { listed, shortened, t } from './text'

interface PullDecisionsProps { compared: Compared, plan: PlanOutline, base: PullBase | null, draft: PullDraft, onChange: (draft: PullDraft) => void }

const shown = 20

/** What nobody can decide but the user, and what comes of the choices beyond them. */
export function PullDecisions ({ compared, plan, base, draft, onChange }: PullDecisionsProps) {
    const { open } = plan
    const { list, follow } = useNextDecision(open)
    const decide = (ids: string[], side: Side) => {
        follow(open.findIndex(({ id }) => ids.includes(id)))
        onChange(withSide(draft, ids, side))
    }
    const units = new Map(open.map(({ id }) => [id, compared.units.find(unit => unit.id === id)]))
    const all = open.map(({ id }) => id)
    return (
        <>
            {open.length > 0 && <Message look="warning">
                <p><strong>{t('pull.decide', { count: open.length })}</strong></p>
                <ul class="ffs-decisions" ref={list}>
                    {open.slice(0, shown).map(decision => (
                        <li key={decision.id}>
                            <span>{decisionText(decision, units.get(decision.id), base)}</span>
                            <span class="ffs-buttons">
                                <Button small onClick={() => decide([decision.id], 'theirs')}>{theirsText(units.get(decision.id))}</Button>
                                <Button small onClick={() => decide([decision.id], 'mine')}>{t(units.get(decision.id)?.here === false ? 'pull.leaveOut' : 'pull.mine')}</Button>
                            </span>
                        </li>
                    ))}
                </ul>
                {open.length > shown && <p>{t('pull.more', { count: open.length - shown })}</p>}
                {open.length > 1 && <p class="ffs-buttons">
                    <Button small onClick={() => decide(all, 'theirs')}>{t('pull.allTheirs')}</Button>
                    <Button small onClick={() => decide(all, 'mine')}>{t('pull.allMine')}</Button>
                </p>}
            </Message>}
            <Consequences plan={plan} />
        </>
    )
}

/** A decision goes with the button that made it: whoever uses keys goes on at the next one, and after the last at what they all were for. */
function useNextDecision (open: OpenDecision[]) {
    const list = useRef<HTMLUListElement>(null)
    const decided = useRef<number | null>(null)
    useLayoutEffect(() => {
        const rows = list.current?.children
        if (decided.current !== null && isFocusLost()) {
            const next = (rows?.[decided.current] ?? rows?.[0])?.querySelector('button')
            const last = inTopDialog('button[type=submit]:enabled') ?? inTopDialog('[data-first]')
            ;(next ?? last)?.focus()
        }
        decided.current = null
    }, [open])
    return { list, follow: (index: number) => { decided.current = index } }
}

function decisionText ({ id, because, mine, theirs, also }: OpenDecision, unit: ComparedUnit | undefined, base: PullBase | null): string {
    const values = { name: unit === undefined ? id : unitName(unit), base: base?.name ?? '' }
    if (because === 'shared') {
        const key = mine.length === 0 ? 'pull.decideUsed' : theirs.length === 0 ? 'pull.decideUsedHere' : 'pull.decideShared'
        const what = t(key, { name: values.name, mine: listed(named(mine)), theirs: listed(named(theirs)) })
        return also.length === 0 ? what : `${what} ${t('pull.decideAlso', { names: listed(named(also)) })}`
    }
    return t(unit?.here === false ? 'pull.decideGone' : unit?.there === false ? 'pull.decideNew' : 'pull.decideSince', values)
}

/** What taking the snapshot's side comes to. */
function theirsText (unit: ComparedUnit | undefined): string {
    return t(unit?.there === false ? 'pull.removeIt' : unit?.here === false ? 'pull.bringIt' : 'pull.theirs')
}

/** What comes along, loses its partner or is left out by the choice. */
function Consequences ({ plan: { brought, linksLeft, leftOut } }: { plan: PlanOutline }) {
    const overruled = brought.filter(({ overrules }) => overrules)
    const along = brought.filter(({ overrules }) => !overrules)
    return (
        <>
            {overruled.length > 0 && <Message look="warning">
                <p><strong>{t('pull.overruled', { count: overruled.length })}</strong></p>
                {overruled.map((one, index) => <p key={index}>{broughtText(one)}</p>)}
            </Message>}
            {along.length + linksLeft.length + leftOut.length > 0 && <Along along={along} linksLeft={linksLeft} leftOut={leftOut} />}
        </>
    )
}

type Brought = PlanOutline['brought'][number]

function broughtText ({ name, type, side, because, by, overrules }: Brought): string {
    const values = { name: name || type, by }
    if (overrules) {
        return because === 'moved'
            ? t(side === 'theirs' ? 'pull.overruledMovedTheirs' : 'pull.overruledMovedMine', values)
            : t(side === 'theirs' ? 'pull.overruledUsedTheirs' : 'pull.overruledUsedMine', values)
    }
    return t(because === 'moved' ? 'pull.broughtMoved' : side === 'theirs' ? 'pull.broughtTheirs' : 'pull.broughtMine', values)
}

function Along ({ along, linksLeft, leftOut }: Pick<PlanOutline, 'linksLeft' | 'leftOut'> & { along: Brought[] }) {
    return (
        <Message look="info">
            {along.slice(0, shown).map((one, index) => <p key={index}>{broughtText(one)}</p>)}
            {along.length > shown && <p>{t('pull.more', { count: along.length - shown })}</p>}
            {linksLeft.length > 0 && <p>{t('pull.partnersLeft', { count: linksLeft.length, names: listed(named(linksLeft.map(({ name, type, flow }) => t('pull.inFlow', { name: name || type, flow })))) })}</p>}
            {leftOut.length > 0 && <p>{t('pull.leftOut', { count: leftOut.length, names: listed(named(leftOut.map(({ name, type, flow }) => t('pull.inFlow', { name: name || type, flow })))) })}</p>}
        </Message>
    )
}

/** The first names, and how many there are besides. */
function named (names: string[]): string[] {
    const most = 8
    return names.length <= most ? names.map(name => shortened(name, 60)) : [...names.slice(0, most).map(name => shortened(name, 60)), t('pull.more', { count: names.length - most })]
}
