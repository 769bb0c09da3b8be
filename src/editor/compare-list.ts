import type { PartKind, PartRow } from '../snapshot/compare'
import { partKinds } from '../snapshot/compare'
import type { ComparedSnapshots } from './compare-work'
import type { Counts } from './comparison'
import type { FlowGroup, FlowRow, RowSort } from './snapshot-comparison'

export const rowSorts = ['changed', 'added', 'deleted', 'moved'] as const satisfies readonly RowSort[]
export const groupKinds = ['tab', 'subflow', 'global-config', 'lost', ...partKinds] as const
export type GroupKind = FlowGroup['kind'] | PartKind

export interface ListFilter {
    /** What is left out. */
    hidden: ReadonlySet<RowSort>
    kind: GroupKind | 'all'
}

export const everything: ListFilter = { hidden: new Set(), kind: 'all' }

/** One flow, subflow or config node, or all variables, modules or settings, and the rows that are in it. */
export type Group = { kind: FlowGroup['kind'], flow: FlowGroup, counts: Counts } | { kind: PartKind, flow: null, counts: Counts }

/** A line of the list. Keys are the same after filtering and folding. */
export type ListItem =
    | { key: string, group: Group, head: true, folded: boolean, row: null, part: null }
    | { key: string, group: Group, head: false, row: FlowRow, part: null }
    | { key: string, group: Group, head: false, row: null, part: PartRow }

/** What of a comparison is shown, line by line: a head for each group, and below it its rows unless it is folded. */
export function listItems (compared: ComparedSnapshots, filter: ListFilter, folded: ReadonlySet<string>): ListItem[] {
    const items: ListItem[] = []
    for (const flow of compared.groups) {
        const rows = filter.kind === 'all' || filter.kind === flow.kind ? flow.rows.filter(({ sort }) => !filter.hidden.has(sort)) : []
        const group: Group = { kind: flow.kind, flow, counts: flow.counts }
        const lines = rows.map((row): ListItem => ({ key: rowKey(row), group, head: false, row, part: null }))
        addGroup(items, `flow ${flow.id}`, group, folded, lines)
    }
    for (const kind of partKinds) {
        const all = compared.parts.rows.filter(({ part }) => part === kind)
        const rows = filter.kind === 'all' || filter.kind === kind ? all.filter(({ change }) => !filter.hidden.has(change)) : []
        const group: Group = { kind, flow: null, counts: countsOf(all) }
        addGroup(items, kind, group, folded, rows.map(part => ({ key: `${kind} ${part.name}`, group, head: false, row: null, part })))
    }
    return items
}

export function rowKey ({ here, there }: FlowRow): string {
    return `row ${here}/${there}`
}

/** Of all rows, flows and the other parts together, whatever is filtered. */
export function totalCounts ({ totals, parts }: ComparedSnapshots): Counts {
    const others = countsOf(parts.rows)
    const sum = (sort: RowSort) => totals[sort] + others[sort]
    return { added: sum('added'), deleted: sum('deleted'), changed: sum('changed'), moved: sum('moved') }
}

/** Kinds of which there is something to show, in the order of the list. */
export function kindsIn ({ groups, parts }: ComparedSnapshots): GroupKind[] {
    const present = new Set<GroupKind>([...groups.map(({ kind }) => kind), ...parts.rows.map(({ part }) => part)])
    return groupKinds.filter(kind => present.has(kind))
}

/**
 * The next or the previous change.
 * @param by 1 or -1
 * @returns its place in the list, or the same place where there is none; a folded group counts as one change
 */
export function stepFrom (items: readonly ListItem[], at: number, by: 1 | -1): number {
    for (let next = at + by; next >= 0 && next < items.length; next += by) {
        if (isChange(items[next]!)) {
            return next
        }
    }
    return at
}

/** Which change of how many it is: `at` counts from 1, and is 0 before the first. */
export function countedAt (items: readonly ListItem[], at: number): { at: number, count: number } {
    let count = 0
    let before = 0
    items.forEach((item, index) => {
        if (isChange(item)) {
            count++
            before += index <= at ? 1 : 0
        }
    })
    return { at: before, count }
}

function isChange (item: ListItem): boolean {
    return !item.head || item.folded
}

function addGroup (items: ListItem[], key: string, group: Group, folded: ReadonlySet<string>, rows: ListItem[]): void {
    if (rows.length > 0) {
        const isFolded = folded.has(key)
        items.push({ key, group, head: true, folded: isFolded, row: null, part: null })
        if (!isFolded) {
            rows.forEach(row => items.push(row))
        }
    }
}

function countsOf (rows: readonly PartRow[]): Counts {
    const counts: Counts = { added: 0, deleted: 0, changed: 0, moved: 0 }
    rows.forEach(({ change }) => { counts[change]++ })
    return counts
}
