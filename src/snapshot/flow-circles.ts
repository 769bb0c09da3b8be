/** Flows that would end or hang Node-RED: what stands in itself, and groups whose way up leads nowhere. */
import type { ErrorCode } from '../shared/errors'
import { asId, flowOf, idOf, nameOf, typeOf } from './flow-node'
import type { FlowNode } from './model'

/** `part`: name of a subflow or group that is in it, its id where it has none. */
export interface Endless { code: ErrorCode & ('subflow-in-itself' | 'group-in-itself' | 'group-nowhere'), part: string }

const instance = 'subflow:'

/**
 * A subflow that has an instance of itself inside, directly or through others, of which Node-RED would make instances until its memory ends;
 * or a group that stands in itself, through others or not, by what it says of its outer group or by what it lists: what walks such a list, as
 * Node-RED's editor and the drawing do, finds no end or draws nothing. Takes time and memory in line with the size of the flows, and no stack.
 */
export function circleIn (flows: readonly FlowNode[]): Endless | null {
    const subflows = new Set(flows.filter(node => typeOf(node) === 'subflow').map(idOf))
    const groups = new Set(flows.filter(node => typeOf(node) === 'group').map(idOf))
    groups.delete('')
    const uses = new Map<string, string[]>()
    const outer = new Map<string, string[]>()
    const listed = new Map<string, string[]>()
    for (const node of flows) {
        const type = typeOf(node)
        const used = type.startsWith(instance) ? type.slice(instance.length) : ''
        if (used !== '' && subflows.has(flowOf(node)) && subflows.has(used)) { add(uses, flowOf(node), used) }
        const id = groups.size > 0 ? idOf(node) : ''
        if (!groups.has(id)) { continue }
        const group = asId(node.g)
        if (groups.has(group)) { add(outer, id, group) }
        if (type === 'group' && Array.isArray(node.nodes)) {
            node.nodes.map(asId).filter(inner => groups.has(inner)).forEach(inner => add(listed, id, inner))
        }
    }
    const subflow = inCircle(uses)
    if (subflow !== null) { return { code: 'subflow-in-itself', part: partName(flows, subflow, 'subflow') } }
    const group = inCircle(outer) ?? inCircle(listed)
    return group === null ? null : { code: 'group-in-itself', part: partName(flows, group, 'group') }
}

/**
 * As `circleIn`, and a group inside of one that is not in the same flow: Node-RED would wait for that one for ever (`Flow.start` in
 * `@node-red/runtime/lib/flows/Flow.js`). Its editor passes over such a group, so flows that are only looked at may have some.
 */
export function endlessIn (flows: readonly FlowNode[]): Endless | null {
    const circle = circleIn(flows)
    if (circle !== null) { return circle }
    // Groups of other flows are never started.
    const started = flows.filter(node => typeOf(node) === 'subflow' || (typeOf(node) === 'tab' && node.disabled !== true))
    const groups = new Map<string, Set<string>>(started.map(node => [idOf(node), new Set()]))
    for (const node of flows) {
        if (typeOf(node) === 'group') { groups.get(flowOf(node))?.add(idOf(node)) }
    }
    const lost = flows.find(node => typeOf(node) === 'group' && node.g && groups.get(flowOf(node))?.has(asId(node.g)) === false)
    return lost === undefined ? null : { code: 'group-nowhere', part: nameOf(lost) || idOf(lost) }
}

function add (edges: Map<string, string[]>, from: string, to: string): void {
    const known = edges.get(from)
    if (known) { known.push(to) } else { edges.set(from, [to]) }
}

/** A key that leads back to itself, or null. What nothing leads to is taken away until all that is left is, or is reached from, a circle. */
function inCircle (edges: Map<string, string[]>): string | null {
    const reaching = new Map<string, number>([...edges.keys()].map(key => [key, 0]))
    for (const targets of edges.values()) {
        targets.forEach(to => reaching.set(to, (reaching.get(to) ?? 0) + 1))
    }
    const free = [...reaching].filter(([, count]) => count === 0).map(([key]) => key)
    for (let key = free.pop(); key !== undefined; key = free.pop()) {
        reaching.delete(key)
        for (const to of edges.get(key) ?? []) {
            const left = (reaching.get(to) ?? 0) - 1
            reaching.set(to, left)
            if (left === 0) { free.push(to) }
        }
    }
    // Whatever is left is reached from what is left, so the way back from it ends in a circle.
    const from = new Map<string, string>()
    for (const key of reaching.keys()) {
        edges.get(key)?.forEach(to => from.set(to, key))
    }
    const seen = new Set<string>()
    let [key] = reaching.keys()
    while (key !== undefined && !seen.has(key)) {
        seen.add(key)
        key = from.get(key)
    }
    return key ?? null
}

function partName (flows: readonly FlowNode[], id: string, type: string): string {
    return nameOf(flows.find(node => typeOf(node) === type && idOf(node) === id)) || id
}
