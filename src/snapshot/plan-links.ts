/** Link nodes that lose their partners when flows of two sides are mixed. */
import type { LinkLeft } from './change'
import { asId, flowOf, idOf, nameOf, typeOf } from './flow-node'
import type { FlowNode } from './model'
import { isObject } from './parse'

const linkTypes: ReadonlySet<string> = new Set(['link in', 'link out', 'link call'])

/**
 * Partners count that a link node had on the side it comes from; it does not matter which of the two names the other, as Node-RED
 * connects both.
 * @param sideOf the list that a node of `flows` comes from
 */
export function linksLeft (flows: readonly FlowNode[], sideOf: (node: FlowNode) => readonly FlowNode[]): LinkLeft[] {
    const there = linksIn(flows)
    const known = new Map<readonly FlowNode[], ReadonlySet<string>>()
    const left: LinkLeft[] = []
    for (const node of flows) {
        if (!linkTypes.has(typeOf(node)) || !Array.isArray(node.links)) { continue }
        const side = sideOf(node)
        const before = known.get(side) ?? linksIn(side)
        known.set(side, before)
        const missing = [...new Set((node.links as unknown[]).map(asId))].filter(id => before.has(id) && !there.has(id))
        if (missing.length > 0) { left.push({ id: idOf(node), type: typeOf(node), name: nameOf(node), flow: flowOf(node), missing }) }
    }
    return left
}

function linksIn (flows: readonly FlowNode[]): Set<string> {
    return new Set(flows.filter(node => isObject(node) && linkTypes.has(typeOf(node))).map(idOf))
}
