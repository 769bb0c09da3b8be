/** Link nodes that lose their partners when flows of two sides are mixed. */
import type { LinkLeft } from './change'
import { asId, flowOf, idOf, nameOf, typeOf } from './flow-node'
import type { FlowNode } from './model'

const linkTypes: ReadonlySet<string> = new Set(['link in', 'link out', 'link call'])

/**
 * Partners count that a link node had on the side it comes from; it does not matter which of the two names the other, as Node-RED
 * connects both.
 * @param sideOf the list that a node of `flows` comes from
 */
export function linksLeft (flows: readonly FlowNode[], sideOf: (node: FlowNode) => readonly FlowNode[]): LinkLeft[] {
    const links = flows.filter(isLink)
    const there = new Set(links.map(idOf))
    const known = new Map<readonly FlowNode[], ReadonlySet<string>>()
    const left: LinkLeft[] = []
    for (const node of links) {
        if (!Array.isArray(node.links) || node.links.length === 0) { continue }
        const side = sideOf(node)
        const before = known.get(side) ?? new Set(side.filter(isLink).map(idOf))
        known.set(side, before)
        const missing = [...new Set((node.links as unknown[]).map(asId))].filter(id => before.has(id) && !there.has(id))
        if (missing.length > 0) { left.push({ id: idOf(node), type: typeOf(node), name: nameOf(node), flow: flowOf(node), missing }) }
    }
    return left
}

function isLink (node: FlowNode): boolean {
    const type = typeOf(node)
    return type.startsWith('link ') && linkTypes.has(type)
}
