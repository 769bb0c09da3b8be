import type { BaseState, CredentialChange } from '../shared/pull'
import { described, unitOf, type Brought, type Change, type Choices, type LeftOut, type LinkLeft, type PlanConflict, type Side, type Unit } from '../snapshot/diff'
import { circleIn } from '../snapshot/flow-circles'
import { idOf } from '../snapshot/flow-node'
import type { FlowNode } from '../snapshot/model'
import { Comparison, counted, tabs, type ComparedUnit, type Counts, type CredentialRule } from './comparison'
import { copyOf } from './pull-copy'

export interface CompareRequest {
    /** `{"rev": …, "flows": […]}` of what runs here, and the array of the snapshot's nodes, as JSON; null: the same as before. */
    here: string
    there: string | null
    base: Record<string, BaseState> | null
    credentials: Record<string, CredentialChange>
}

/** A node with code that would run here and did not before, or a flow, group or subflow that was disabled here. */
export interface CodeRow { id: string, type: string, name: string, flow: string, unit: string }

export interface Compared {
    /** Node-RED's revision of the flows that run. */
    rev: string
    units: ComparedUnit[]
    totals: Counts
    /** Tabs on either side. */
    flows: { here: number, there: number }
    code: CodeRow[]
}

/** A decision that is open: something used from both sides, or changed here since the base. */
/** `mine` and `theirs` name what uses it and differs, by the side that it comes from; `also` what uses it and is the same on both. */
export interface OpenDecision { id: string, because: 'shared' | 'since', mine: string[], theirs: string[], also: string[] }

/** What comes of a choice. */
export interface PlanOutline {
    /** Unit → the side that it comes from, of those that differ. */
    sides: Record<string, Side>
    open: OpenDecision[]
    /** Names of what comes from another side than was chosen; `overrules`: than was chosen for this very part. */
    brought: Array<Pick<Brought, 'name' | 'type' | 'side' | 'because' | 'by'> & { overrules: boolean }>
    linksLeft: Array<Pick<LinkLeft, 'name' | 'type'> & { flow: string }>
    leftOut: Array<Pick<LeftOut, 'name' | 'type'> & { flow: string, keptIn: string }>
    /** Tabs that run here and are replaced or removed, and tabs that are new here. */
    replaced: number
    added: number
    /** Subflows and global config nodes that are other ones afterwards. */
    parts: number
    /** Everything comes from the snapshot. */
    all: boolean
    /** Of the nodes that come from the snapshot, how many there are of each change of credentials; none where those here are kept. */
    credentials: Record<CredentialChange, number>
}

const codeTypes: Record<string, string[]> = { function: ['func', 'initialize', 'finalize', 'libs'], exec: ['command', 'append', 'addpay', 'useSpawn'] }

/** What code may stand in: it would run once that is no longer disabled. */
const holdsCode = /^(?:tab|subflow:.*|group)$/s

/** What runs here and a snapshot, compared: it is asked for little by little, and mostly lives in a worker. */
export class PullComparison extends Comparison {
    compare ({ here, there, base, credentials }: CompareRequest): Compared {
        const { flows, rev } = JSON.parse(here) as { flows: FlowNode[], rev: string }
        const taken = { here: flows, there: there === null ? this.sides.there : JSON.parse(there) as FlowNode[], base, credentials }
        // Where the snapshot has none, those here stay.
        const { changes, all } = this.take(taken, 'theirs')
        return { rev, units: this.units, totals: counted(all), flows: { here: tabs(taken.here), there: tabs(taken.there) }, code: this.code(changes) }
    }

    /**
     * @param decided ids that the user has decided about, whatever side they come from
     * @param rule for credentials, which count as much as flows do for whether two sides differ
     */
    plan (choices: Choices, decided: string[], rule: CredentialRule = 'theirs'): PlanOutline {
        const { flows, units, conflicts, brought, linksLeft, leftOut } = this.planFor(choices, rule)
        const known = new Map(this.units.map(unit => [unit.id, unit]))
        const differing = units.filter(({ id, differs }) => differs || known.get(id)?.differs)
        const changed = differing.filter(({ side, differs }) => side === 'theirs' && differs)
        const conflicting = new Set(this.allChanges(rule).filter(({ conflict }) => conflict).map(unitOf))
        const name = (id: string) => known.get(id)?.name || id
        return {
            sides: Object.fromEntries(differing.map(({ id, side }) => [id, side])),
            open: openDecisions(conflicts, differing, known, conflicting, new Set(decided)),
            brought: brought.map(({ name: what, type, side, because, by, overrules = false }) =>
                ({ name: what, type, side, because, by: name(by), overrules })),
            linksLeft: linksLeft.map(({ name: what, type, flow }) => ({ name: what, type, flow: name(flow) })),
            leftOut: leftOut.map(({ name: what, type, flow, keptIn }) => ({ name: what, type, flow: name(flow), keptIn: name(keptIn) })),
            replaced: changed.filter(({ kind, here }) => kind === 'tab' && here).length,
            added: changed.filter(({ kind, here }) => kind === 'tab' && !here).length,
            parts: changed.filter(({ kind }) => kind !== 'tab').length,
            all: units.every(({ side, differs }) => side === 'theirs' || !differs),
            credentials: this.credentialsTaken(flows, rule === 'mine' ? [] : units)
        }
    }

    private credentialsTaken (flows: FlowNode[], units: Unit[]): PlanOutline['credentials'] {
        const theirs = new Set(units.filter(({ side }) => side === 'theirs').map(({ id }) => id))
        const left = new Map(Object.entries(this.sides.credentials))
        const taken = { added: 0, changed: 0, missing: 0 }
        for (const node of flows) {
            const change = left.get(idOf(node))
            if (change !== undefined && theirs.has(unitOf(described(node)))) {
                taken[change]++
                left.delete(idOf(node))
            }
        }
        return taken
    }

    /** A flow of the snapshot with all that it uses, for the editor's import, which what stands in itself would hang. @throws Error */
    copy (tab: string): FlowNode[] {
        const circle = circleIn(this.sides.there)
        if (circle !== null) {
            throw new Error(circle.code)
        }
        return copyOf(this.sides.there, tab)
    }

    private code (changes: Change[]): CodeRow[] {
        const names = this.unitNames()
        return changes.filter(({ type, change, properties, here, there }) => {
            const read = Object.hasOwn(codeTypes, type) ? codeTypes[type]! : null
            const isNew = read !== null && (change === 'added' || change === 'moved' || properties.some(property => read.includes(property)))
            return isNew || ((read !== null || holdsCode.test(type)) && properties.some(property => this.isEnabled(property, here, there)))
        }).map(change => ({ id: change.id, type: change.type, name: change.name, flow: names.get(change.flow) ?? '', unit: unitOf(change) }))
    }

    /** True where the property had disabled it here and no longer does. */
    private isEnabled (property: string, here: number, there: number): boolean {
        const isOff = (node: FlowNode | null | undefined) => typeof node === 'object' && node?.[property] === true
        return (property === 'd' || property === 'disabled') && isOff(this.sides.here[here]) && !isOff(this.sides.there[there])
    }
}

/** What was changed here since the base is only asked about where the pull would take it away. */
function openDecisions (
    conflicts: PlanConflict[], differing: Unit[], known: Map<string, ComparedUnit>, conflicting: Set<string>, decided: Set<string>
): OpenDecision[] {
    const name = (id: string) => known.get(id)?.name || id
    const others = new Set(differing.map(({ id }) => id))
    const isOther = (id: string) => others.has(id)
    const shared = conflicts.filter(conflict => !conflict.decided && !decided.has(conflict.id))
        .map(({ id, mine, theirs }): OpenDecision => ({
            id, because: 'shared', mine: mine.filter(isOther).map(name), theirs: theirs.filter(isOther).map(name),
            also: [...mine, ...theirs].filter(user => !isOther(user)).map(name)
        }))
    const asked = new Set(shared.map(({ id }) => id))
    const since = differing.filter(({ id, side }) => side === 'theirs' && conflicting.has(id) && !decided.has(id) && !asked.has(id))
        .map(({ id }): OpenDecision => ({ id, because: 'since', mine: [], theirs: [], also: [] }))
    return [...shared, ...since]
}
