import type { BaseState, CredentialChange, PullParts } from '../shared/pull'
import { diffFlows, type Change, type Choices, type LeftOut, type LinkLeft, type PlanConflict, type Side, type Unit } from '../snapshot/diff'
import type { FlowNode } from '../snapshot/model'
import { planPull } from '../snapshot/plan'
import { grouped } from './grouped'
import { copyOf } from './pull-copy'
import { propertiesOf, type PropertyRow } from './pull-properties'

export interface CompareRequest {
    /** Node-RED's answer to GET flows, and the array of the snapshot's nodes, as JSON; null: the same as before. */
    here: string
    there: string | null
    base: Record<string, BaseState> | null
    credentials: Record<string, CredentialChange>
}

/** Changes of each kind. `moved`: another place, in the flow or in its order, and nothing else. */
export interface Counts { added: number, deleted: number, changed: number, moved: number }

/** A tab, subflow or global config node and how much of it differs. */
export interface ComparedUnit extends Pick<Unit, 'id' | 'kind' | 'type' | 'name' | 'here' | 'there'> {
    /** Of what stands in it, and of itself unless it is added or deleted. */
    counts: Counts
    /** Changes that would undo what was done here since the base. */
    conflicts: number
    /** Something is different, if only credentials. */
    differs: boolean
}

/** A node with code that would run here and did not before. */
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
export interface OpenDecision { id: string, because: 'shared' | 'since', mine: string[], theirs: string[] }

/** What comes of a choice. */
export interface PlanOutline {
    /** Unit → the side that it comes from, of those that differ. */
    sides: Record<string, Side>
    open: OpenDecision[]
    /** Names of what comes from another side than was chosen. */
    brought: Array<{ name: string, type: string, side: Side, because: 'used' | 'moved', by: string }>
    linksLeft: Array<Pick<LinkLeft, 'name' | 'type'> & { flow: string }>
    leftOut: Array<Pick<LeftOut, 'name' | 'type'> & { flow: string, keptIn: string }>
    /** Tabs that run here and are replaced or removed, and tabs that are new here. */
    replaced: number
    added: number
    /** Subflows and global config nodes that are other ones afterwards. */
    parts: number
    /** Everything comes from the snapshot. */
    all: boolean
}

type CredentialRule = PullParts['credentials']

export interface ChangePage { rows: ChangeRow[], total: number }
export type ChangeRow = Pick<Change, 'id' | 'kind' | 'change' | 'type' | 'name' | 'properties' | 'layoutOnly' | 'conflict' | 'here' | 'there'> & {
    /** Label of the flow that a moved one stands in here. */
    from: string | null
    credentials: CredentialChange | null
}

const codeTypes: Record<string, string[]> = { function: ['func', 'initialize', 'finalize', 'libs'], exec: ['command', 'append', 'addpay', 'useSpawn'] }

/** The order in which units are shown; those of a kind stay in the order of the flows. */
const kinds: Array<Unit['kind']> = ['tab', 'subflow', 'global-config', 'lost']

/** What runs here and a snapshot, compared: it is asked for little by little, and mostly lives in a worker. */
export class PullComparison {
    private here: FlowNode[] = []
    private there: FlowNode[] = []
    private base: Record<string, BaseState> | null = null
    private credentials: Record<string, CredentialChange> = {}
    private units: ComparedUnit[] = []
    private changesOf = new Map<string, Change[]>()

    compare ({ here, there, base, credentials }: CompareRequest): Compared {
        const { flows, rev } = JSON.parse(here) as { flows: FlowNode[], rev: string }
        this.here = flows
        this.there = there === null ? this.there : JSON.parse(there) as FlowNode[]
        this.base = base
        this.credentials = credentials
        const changes = diffFlows(this.here, this.there, base ?? undefined)
        const all = [...changes, ...this.credentialChanges(changes)]
        this.changesOf = grouped(all, unitOf)
        const units = this.planFor({ mine: [] }).units.map(unit => this.compared(unit))
        this.units = units.sort((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind))
        return { rev, units: this.units, totals: counted(all), flows: { here: tabs(this.here), there: tabs(this.there) }, code: this.code(changes) }
    }

    /**
     * @param decided ids that the user has decided about, whatever side they come from
     * @param rule for credentials, which count as much as flows do for whether two sides differ
     */
    plan (choices: Choices, decided: string[], rule: CredentialRule = 'theirs'): PlanOutline {
        const { units, conflicts, brought, linksLeft, leftOut } = this.planFor(choices, rule)
        const known = new Map(this.units.map(unit => [unit.id, unit]))
        const differing = units.filter(({ id }) => known.get(id)?.differs)
        const changed = differing.filter(({ side, differs }) => side === 'theirs' && differs)
        const name = (id: string) => known.get(id)?.name || id
        return {
            sides: Object.fromEntries(differing.map(({ id, side }) => [id, side])),
            open: openDecisions(conflicts, differing, known, new Set(decided)),
            brought: brought.map(({ name: what, type, side, because, by }) => ({ name: what, type, side, because, by: name(by) })),
            linksLeft: linksLeft.map(({ name: what, type, flow }) => ({ name: what, type, flow: name(flow) })),
            leftOut: leftOut.map(({ name: what, type, flow, keptIn }) => ({ name: what, type, flow: name(flow), keptIn: name(keptIn) })),
            replaced: changed.filter(({ kind, here }) => kind === 'tab' && here).length,
            added: changed.filter(({ kind, here }) => kind === 'tab' && !here).length,
            parts: changed.filter(({ kind }) => kind !== 'tab').length,
            all: units.every(({ side, differs }) => side === 'theirs' || !differs)
        }
    }

    /** What differs in a unit, as many rows as asked for. */
    changes (unit: string, most: number): ChangePage {
        const changes = this.changesOf.get(unit) ?? []
        const names = new Map(this.units.map(({ id, name }) => [id, name]))
        const rows = changes.slice(0, most).map(({ from, ...change }) => ({
            ...change, from: from === undefined ? null : names.get(from) ?? from, credentials: this.credentialsOf(change.id)
        }))
        return { rows, total: changes.length }
    }

    /** The properties that differ, with their values on both sides. */
    details (here: number, there: number): PropertyRow[] {
        return propertiesOf(this.here[here] ?? null, this.there[there] ?? null)
    }

    /** A flow of the snapshot with all that it uses, for the editor's import. */
    copy (tab: string): FlowNode[] {
        return copyOf(this.there, tab)
    }

    private planFor (choices: Choices, rule: CredentialRule = 'theirs') {
        // Which node has any is of no use here: whose they are is worked out in Node-RED, which has them.
        const credentials = { here: new Set<string>(), there: new Set<string>(), differ: new Set(Object.keys(this.credentials)), rule }
        return planPull({ here: this.here, there: this.there, base: this.base ?? undefined, choices, credentials })
    }

    private compared ({ id, kind, type, name, here, there, differs }: Unit): ComparedUnit {
        const changes = this.changesOf.get(id) ?? []
        const inside = changes.filter(change => change.id !== id || change.change === 'changed' || change.change === 'reordered')
        const conflicts = changes.filter(({ conflict }) => conflict).length
        return { id, kind, type, name, here, there, counts: counted(inside), conflicts, differs: differs || changes.length > 0 }
    }

    private credentialsOf (id: string): CredentialChange | null {
        return Object.hasOwn(this.credentials, id) ? this.credentials[id]! : null
    }

    /** Nodes that differ in nothing but their credentials, which are in no flow. */
    private credentialChanges (changes: Change[]): Change[] {
        const changed = new Set(changes.map(({ id }) => id))
        const wanted = new Set(Object.keys(this.credentials).filter(id => !changed.has(id) && this.credentials[id] !== 'missing'))
        if (wanted.size === 0) {
            return []
        }
        const places = new Map(this.here.map((node, place) => [String(node?.id), place]))
        return this.there.flatMap((node, there): Change[] => {
            const id = String(node?.id)
            const here = places.get(id)
            return !wanted.has(id) || here === undefined ? [] : [{ ...outlineOf(node, id), change: 'changed', properties: [], layoutOnly: false, reordered: false, here, there, conflict: false }]
        })
    }

    private code (changes: Change[]): CodeRow[] {
        const names = new Map(this.units.map(({ id, name }) => [id, name]))
        return changes.filter(({ type, change, properties }) => {
            const read = Object.hasOwn(codeTypes, type) ? codeTypes[type]! : null
            return read !== null && (change === 'added' || properties.some(property => read.includes(property)))
        }).map(change => ({ id: change.id, type: change.type, name: change.name, flow: names.get(change.flow) ?? '', unit: unitOf(change) }))
    }
}

/** The tab, subflow or global config node that a change belongs to. */
function unitOf ({ id, kind, flow }: Change): string {
    return kind === 'tab' || kind === 'subflow' || kind === 'global-config' ? id : flow
}

function counted (changes: Change[]): Counts {
    const counts: Counts = { added: 0, deleted: 0, changed: 0, moved: 0 }
    for (const { change, layoutOnly } of changes) {
        counts[change === 'reordered' || layoutOnly ? 'moved' : change]++
    }
    return counts
}

/** What was changed here since the base is only asked about where the pull would take it away. */
function openDecisions (conflicts: PlanConflict[], differing: Unit[], known: Map<string, ComparedUnit>, decided: Set<string>): OpenDecision[] {
    const name = (id: string) => known.get(id)?.name || id
    const shared = conflicts.filter(conflict => !conflict.decided && !decided.has(conflict.id))
        .map(({ id, mine, theirs }): OpenDecision => ({ id, because: 'shared', mine: mine.map(name), theirs: theirs.map(name) }))
    const asked = new Set(shared.map(({ id }) => id))
    const since = differing.filter(({ id, side }) => side === 'theirs' && (known.get(id)?.conflicts ?? 0) > 0 && !decided.has(id) && !asked.has(id))
        .map(({ id }): OpenDecision => ({ id, because: 'since', mine: [], theirs: [] }))
    return [...shared, ...since]
}

function outlineOf (node: FlowNode, id: string): Pick<Change, 'id' | 'kind' | 'flow' | 'type' | 'name'> {
    const { type, z, name, label, x, y } = node
    const flow = typeof z === 'string' ? z : ''
    const isPlaced = x !== undefined && y !== undefined
    const kind = type === 'tab' || type === 'subflow' || type === 'group' ? type : isPlaced ? 'node' : flow === '' ? 'global-config' : 'flow-config'
    return { id, kind, flow: kind === 'tab' || kind === 'subflow' ? '' : flow, type: String(type), name: String(name ?? label ?? '') }
}

function tabs (flows: FlowNode[]): number {
    return flows.filter(node => node?.type === 'tab').length
}
