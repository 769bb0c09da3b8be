/** Two flow sets compared, node by node and property by property. */
import type { Base, Change, ChangeKind } from './change'
import { equal, ownValue } from './equal'
import { flowOf, idOf, kindOf, nameOf, typeOf } from './flow-node'
import type { FlowNode } from './model'
import { reorderedPairs } from './order'
import { isObject } from './parse'

export type * from './change'

const layout: ReadonlySet<string> = new Set(['x', 'y', 'w', 'h'])

/**
 * What becomes of the nodes here when the flows become as they are there: first what is there, in the order of that list, then what is
 * only here. Nodes belong together by id (of several with the same id, or with none, the first to the first and so on) unless the one is
 * for instance a tab and the other a node: that is one deleted and one added. The order of keys in a node means nothing, that of nodes
 * only among those of the same kind in the same flow. Never throws, whatever the lists hold.
 */
export function diffFlows (here: readonly FlowNode[], there: readonly FlowNode[], base?: Base): Change[] {
    const partners = pair(here, there)
    const differences = there.map((node, index) => differing(here[partners[index] ?? -1], node))
    differences.forEach((properties, index) => {
        if (properties && !sameSort(kindOf(here[partners[index] ?? -1]), kindOf(there[index]))) { partners[index] = -1 }
    })
    const reordered = reorderedPairs(here, there, partners)
    const changes: Change[] = []
    const isKept = new Uint8Array(here.length)
    there.forEach((node, index) => {
        const at = partners[index] ?? -1
        if (at < 0) {
            changes.push(whole('added', node, -1, index))
            return
        }
        isKept[at] = 1
        const properties = differences[index]
        if (properties || reordered.has(index)) { changes.push(compared(here[at], node, properties ?? null, at, index, reordered.has(index))) }
    })
    here.forEach((node, index) => {
        if (!isKept[index]) { changes.push(whole('deleted', node, index, -1)) }
    })
    if (base) { changes.forEach(change => { change.conflict = undoesWork(base, change) }) }
    return changes
}

/** For each node there the index of its partner here, or -1. */
function pair (here: readonly FlowNode[], there: readonly FlowNode[]): Int32Array {
    const partners = new Int32Array(there.length).fill(-1)
    const start = pairStart(here, there, partners)
    const first = new Map<string, number>()
    const next = new Int32Array(here.length).fill(-1)
    for (let index = here.length - 1; index >= start; index--) {
        const id = idOf(here[index])
        next[index] = first.get(id) ?? -1
        first.set(id, index)
    }
    for (let index = start; index < there.length; index++) {
        const id = idOf(there[index])
        const at = first.get(id) ?? -1
        if (at < 0) { continue }
        first.set(id, next[at] ?? -1)
        partners[index] = at
    }
    return partners
}

/** As far as both lists have the same ids one after the other, no id has to be looked up. @returns where that ends */
function pairStart (here: readonly FlowNode[], there: readonly FlowNode[], partners: Int32Array): number {
    const most = Math.min(here.length, there.length)
    let index = 0
    while (index < most && idOf(here[index]) === idOf(there[index])) { partners[index] = index++ }
    return index
}

/** A config node may become a global one and stay the same node. */
function sameSort (one: ChangeKind, other: ChangeKind): boolean {
    return one === other || (one.endsWith('config') && other.endsWith('config'))
}

function whole (change: 'added' | 'deleted', node: FlowNode, here: number, there: number): Change {
    const { id, kind, flow, type, name } = described(node)
    return { id, kind, flow, type, name, change, properties: [], layoutOnly: false, reordered: false, here, there, conflict: false }
}

/** What a change says of the node itself. */
export function described (node: FlowNode | undefined): Pick<Change, 'id' | 'kind' | 'flow' | 'type' | 'name'> {
    return { id: idOf(node), kind: kindOf(node), flow: flowOf(node), type: typeOf(node), name: nameOf(node) }
}

/** @param differences null: its place among its neighbours alone */
function compared (
    before: FlowNode | undefined, after: FlowNode, differences: string[] | null, here: number, there: number, reordered: boolean
): Change {
    const [from, flow] = [flowOf(before), flowOf(after)]
    const properties = (differences ?? []).filter(name => !layout.has(name) && (name !== 'z' || from === flow)).sort()
    const { id, kind, type, name } = described(after)
    if (from !== flow) {
        // Seen from both sides alike
        const isGlobal = kindOf(before) === 'global-config' || kind === 'global-config'
        const seen = isGlobal ? 'global-config' : kind
        return { id, kind: seen, flow, from, type, name, change: 'moved', properties, layoutOnly: false, reordered, here, there, conflict: false }
    }
    const layoutOnly = differences !== null && differences.length > 0 && differences.every(name => layout.has(name))
    const change = differences === null ? 'reordered' : 'changed'
    return { id, kind, flow, type, name, change, properties, layoutOnly, reordered, here, there, conflict: false }
}

/** Names of all properties that are not the same, null where everything is; [] where what is no node is another value. */
function differing (before: unknown, after: unknown): string[] | null {
    if (!isObject(before) || !isObject(after)) { return equal(before, after) ? null : [] }
    const names = Object.keys(before)
    const others = Object.keys(after)
    let found: string[] | null = null
    let isAlike = names.length === others.length
    for (let index = 0; index < names.length; index++) {
        const name = names[index] as string
        const isAligned = name === others[index]
        isAlike &&= isAligned
        const [value, other] = [before[name], isAligned ? after[name] : ownValue(after, name)]
        if (value !== other && !equal(value, other)) { (found ??= []).push(name) }
    }
    if (isAlike) { return found }
    for (const name of others) {
        if (!Object.hasOwn(before, name) && after[name] !== undefined) { (found ??= []).push(name) }
    }
    return found
}

/** The tab, subflow or global config node that a change belongs to. */
export function unitOf ({ id, kind, flow }: Pick<Change, 'id' | 'kind' | 'flow'>): string {
    return kind === 'tab' || kind === 'subflow' || kind === 'global-config' ? id : flow
}

/** True where something was done to the node here since the base, its credentials included. */
export function undoesWork (base: Base, { id }: Pick<Change, 'id'>): boolean {
    const here = Object.hasOwn(base, id) ? base[id]?.here : undefined
    return here === 'changed' || here === 'added' || here === 'gone'
}
