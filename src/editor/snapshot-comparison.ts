import type { CredentialChange } from '../shared/pull'
import type { Change, ChangeKind } from '../snapshot/diff'
import { asId } from '../snapshot/flow-node'
import type { FlowNode } from '../snapshot/model'
import { Comparison, tabs, type ComparedUnit, type Counts } from './comparison'
import type { PropertyRow } from './pull-properties'
import { shortened } from './text'

export interface SnapshotsRequest {
    /** The nodes of both sides, as JSON arrays. */
    here: string
    there: string
    credentials: Record<string, CredentialChange>
}

export type RowSort = keyof Counts

/** One node, tab, subflow or group that differs. `id` and the places are those of the flows; long names are cut. */
export interface FlowRow {
    id: string
    kind: ChangeKind
    /** changed counts more than moved. */
    sort: RowSort
    /** Of those that moved: only in their flow, only in their order, or from the flow that is named. */
    moved: 'layout' | 'order' | { from: string } | null
    type: string
    name: string
    /** The first of what differs. */
    properties: string[]
    credentials: CredentialChange | null
    here: number
    there: number
}

export interface FlowGroup extends Pick<ComparedUnit, 'id' | 'kind' | 'type' | 'name' | 'here' | 'there'> {
    counts: Counts
    rows: FlowRow[]
}

export interface ComparedFlows {
    /** Those that differ, in the order of the flows. */
    groups: FlowGroup[]
    totals: Counts
    /** Tabs on either side. */
    flows: { here: number, there: number }
}

const longestName = 120
const mostProperties = 6

/** Two snapshots of whatever origin. The flows stay where this lives: what is asked for comes out a piece at a time. */
export class SnapshotComparison extends Comparison {
    /** @throws SyntaxError */
    compare ({ here, there, credentials }: SnapshotsRequest): ComparedFlows {
        const sides = { here: nodesOf(here), there: nodesOf(there), base: null, credentials }
        this.take(sides, 'exactly')
        const groups = this.groups()
        return { groups, totals: sum(groups), flows: { here: tabs(sides.here), there: tabs(sides.there) } }
    }

    /** What stands in a tab or subflow on one side, with the tab or subflow itself and the subflows that are there; [] where that lacks it. */
    flow (side: 'here' | 'there', unit: string): FlowNode[] {
        const nodes = this.sides[side].filter(node => node !== null && typeof node === 'object')
        const isHere = nodes.some(({ id, type }) => asId(id) === unit && (type === 'tab' || type === 'subflow'))
        return isHere ? nodes.filter(({ id, z, type }) => asId(id) === unit || z === unit || type === 'subflow') : []
    }

    /** The properties of several rows at once, for a text of all. */
    detailsOf (rows: Array<{ here: number, there: number }>): PropertyRow[][] {
        return rows.map(({ here, there }) => this.details(here, there))
    }

    /** Each change once, whatever hostile flows have under one id; what belongs to no unit comes last. */
    private groups (): FlowGroup[] {
        const names = this.unitNames()
        const left = new Map(this.changesOf)
        const groups: FlowGroup[] = []
        const add = ({ id, kind, type, name, here, there }: Omit<FlowGroup, 'rows' | 'counts'>) => {
            const rows = (left.get(id) ?? []).map(change => this.flowRow(change, names))
            left.delete(id)
            const texts = { type: shortened(type, longestName), name: shortened(name, longestName) }
            groups.push({ id, kind, ...texts, here, there, counts: countedRows(rows), rows })
        }
        this.units.filter(({ id }) => left.has(id)).forEach(unit => left.has(unit.id) && add(unit))
        left.forEach((_, id) => add({ id, kind: 'lost', type: '', name: '', here: true, there: true }))
        return groups
    }

    private flowRow (change: Change, names: Map<string, string>): FlowRow {
        const { id, kind, type, name, properties, here, there } = change
        const { from, credentials } = this.rowOf(change, names)
        // Of what is on one side only, that says it all.
        const whole = change.change === 'added' || change.change === 'deleted' ? change.change : null
        const differing = whole === null ? credentials : null
        const moved = movedBy(change, from)
        return {
            id, kind, moved, type: shortened(type, longestName), name: shortened(name, longestName), credentials: differing, here, there,
            sort: whole ?? (moved === null || properties.length > 0 || differing !== null ? 'changed' : 'moved'),
            properties: properties.slice(0, mostProperties).map(property => shortened(property, longestName))
        }
    }
}

function movedBy ({ change, layoutOnly }: Change, from: string | null): FlowRow['moved'] {
    if (change === 'moved') {
        return { from: shortened(from ?? '', longestName) }
    }
    return layoutOnly ? 'layout' : change === 'reordered' ? 'order' : null
}

function nodesOf (text: string): FlowNode[] {
    const nodes: unknown = JSON.parse(text)
    return Array.isArray(nodes) ? nodes as FlowNode[] : []
}

function countedRows (rows: FlowRow[]): Counts {
    const counts: Counts = { added: 0, deleted: 0, changed: 0, moved: 0 }
    rows.forEach(({ sort }) => { counts[sort]++ })
    return counts
}

function sum (groups: FlowGroup[]): Counts {
    const counts: Counts = { added: 0, deleted: 0, changed: 0, moved: 0 }
    for (const { counts: more } of groups) {
        counts.added += more.added
        counts.deleted += more.deleted
        counts.changed += more.changed
        counts.moved += more.moved
    }
    return counts
}
