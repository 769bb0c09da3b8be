/** The order of a list that is put together from two. */
import type { Side } from './change'
import { idOf } from './flow-node'
import type { FlowNode } from './model'
import { keyOf } from './plan-units'

/**
 * What is taken of each list, in the order of `base`. What comes from the other list takes the places that its flow has in `base`, or
 * else stands behind what it stands behind in its own list.
 * @param isTaken told of each node and the list that it is in
 */
export function mergeOrder (base: readonly FlowNode[], other: readonly FlowNode[], isTaken: (node: FlowNode, from: 'base' | 'other') => boolean): FlowNode[] {
    const placed: Array<{ node: FlowNode, place: number }> = []
    const places = new Map<string, number>()
    base.forEach((node, index) => {
        if (!places.has(idOf(node))) { places.set(idOf(node), index) }
        if (isTaken(node, 'base')) { placed.push({ node, place: index }) }
    })
    places.delete('')
    const flows = new Map<string, Array<{ node: FlowNode, place: number }>>()
    let last = -1
    other.forEach((node, index) => {
        const own = places.get(idOf(node))
        // A fraction, in the order of this list, so that two never share a place
        last = own ?? Math.floor(last) + (index + 1) / (other.length + 1)
        if (!isTaken(node, 'other')) { return }
        const key = node?.type === 'tab' || node?.type === 'subflow' ? `head ${index}` : keyOf(node)
        const entry = { node, place: last }
        const entries = flows.get(key)
        if (entries) { entries.push(entry) } else { flows.set(key, [entry]) }
    })
    for (const entries of flows.values()) {
        // The order within a flow is that of the side it comes from
        const sorted = entries.map(({ place }) => place).sort((one, two) => one - two)
        entries.forEach(({ node }, index) => placed.push({ node, place: sorted[index] ?? 0 }))
    }
    return placed.sort((one, two) => one.place - two.place).map(({ node }) => node)
}

/** The list that gives the order, and the other one. */
export function listsOf (otherwise: Side, here: readonly FlowNode[], there: readonly FlowNode[]): [readonly FlowNode[], readonly FlowNode[]] {
    return otherwise === 'theirs' ? [there, here] : [here, there]
}
