import type { BaseState, CredentialChange, PullParts } from '../shared/pull'
import { diffFlows, unitOf, type Change, type Choices, type Unit } from '../snapshot/diff'
import { credentialChanges, otherCredentials } from '../snapshot/diff-credentials'
import type { FlowNode } from '../snapshot/model'
import { planPull } from '../snapshot/plan'
import { grouped } from './grouped'
import { propertiesOf, type PropertyRow } from './pull-properties'

export interface FlowSides {
    here: FlowNode[]
    there: FlowNode[]
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

export interface ChangePage { rows: ChangeRow[], total: number }
export type ChangeRow = Pick<Change, 'id' | 'kind' | 'change' | 'type' | 'name' | 'properties' | 'layoutOnly' | 'conflict' | 'here' | 'there'> & {
    /** Label of the flow that a moved one stands in here. */
    from: string | null
    credentials: CredentialChange | null
}

export type CredentialRule = PullParts['credentials']

/** The order in which units are shown; those of a kind stay in the order of the flows. */
const kinds: Array<Unit['kind']> = ['tab', 'subflow', 'global-config', 'lost']

/** Two flow sets, compared unit by unit: it is asked for little by little, and mostly lives in a worker. */
export class Comparison {
    protected sides: FlowSides = { here: [], there: [], base: null, credentials: {} }
    protected units: ComparedUnit[] = []
    protected changesOf = new Map<string, Change[]>()
    /** What differs in the flows. */
    private flowChanges: Change[] = []

    /**
     * @param rule which change of credentials counts by itself
     * @returns what differs in the flows, and all of that with what differs in credentials alone
     */
    protected take (sides: FlowSides, rule: CredentialRule): { changes: Change[], all: Change[] } {
        this.sides = sides
        const changes = diffFlows(sides.here, sides.there, sides.base ?? undefined)
        this.flowChanges = changes
        const all = this.allChanges(rule)
        this.changesOf = grouped(all, unitOf)
        const units = this.planFor({ mine: [] }, rule).units.map(unit => this.compared(unit))
        this.units = units.sort((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind))
        return { changes, all }
    }

    /** What differs in a unit, as many rows as asked for. */
    changes (unit: string, most: number): ChangePage {
        const changes = this.changesOf.get(unit) ?? []
        const names = this.unitNames()
        return { rows: changes.slice(0, most).map(change => this.rowOf(change, names)), total: changes.length }
    }

    /** The properties that differ, with their values on both sides. */
    details (here: number, there: number): PropertyRow[] {
        return propertiesOf(this.sides.here[here] ?? null, this.sides.there[there] ?? null)
    }

    protected planFor (choices: Choices, rule: CredentialRule) {
        const { here, there, base } = this.sides
        return planPull({ here, there, base: base ?? undefined, choices, credentials: this.credentialSets(rule) })
    }

    /** What differs in the flows, and under the rule in credentials alone. */
    protected allChanges (rule: CredentialRule): Change[] {
        const { here, there, base } = this.sides
        const ids = otherCredentials(this.credentialSets(rule))
        return [...this.flowChanges, ...credentialChanges(here, there, ids, this.flowChanges, base ?? undefined)]
    }

    private credentialSets (rule: CredentialRule) {
        const changes = Object.entries(this.sides.credentials)
        const there = new Set(changes.filter(([, change]) => change !== 'missing').map(([id]) => id))
        // Which node here has any is of no use: whose they are is worked out in Node-RED, which has them.
        return { here: new Set<string>(), there, differ: new Set(changes.map(([id]) => id)), rule }
    }

    protected unitNames (): Map<string, string> {
        return new Map(this.units.map(({ id, name }) => [id, name]))
    }

    protected rowOf ({ from, ...change }: Change, names: Map<string, string>): ChangeRow {
        return { ...change, from: from === undefined ? null : names.get(from) ?? from, credentials: this.credentialsOf(change.id) }
    }

    private compared ({ id, kind, type, name, here, there, differs }: Unit): ComparedUnit {
        const changes = this.changesOf.get(id) ?? []
        const inside = changes.filter(change => change.id !== id || change.change === 'changed' || change.change === 'reordered')
        const conflicts = changes.filter(({ conflict }) => conflict).length
        return { id, kind, type, name, here, there, counts: counted(inside), conflicts, differs: differs || changes.length > 0 }
    }

    private credentialsOf (id: string): CredentialChange | null {
        const { credentials } = this.sides
        return Object.hasOwn(credentials, id) ? credentials[id]! : null
    }
}

export function counted (changes: Change[]): Counts {
    const counts: Counts = { added: 0, deleted: 0, changed: 0, moved: 0 }
    for (const { change, layoutOnly } of changes) {
        counts[change === 'reordered' || layoutOnly ? 'moved' : change]++
    }
    return counts
}

export function tabs (flows: FlowNode[]): number {
    return flows.filter(node => node?.type === 'tab').length
}
