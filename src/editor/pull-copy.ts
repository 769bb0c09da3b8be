import { asId, idOf } from '../snapshot/flow-node'
import type { FlowNode } from '../snapshot/model'
import { grouped } from './grouped'

/**
 * A flow with what stands in it, the subflows that it uses and the config nodes that any of them refers to, for Node-RED's own import.
 * Credentials do not come along. Copies: the import changes what it is given.
 */
export function copyOf (all: FlowNode[], tab: string): FlowNode[] {
    const flows = all.filter(node => typeof node === 'object' && node !== null)
    const insideOf = grouped(flows, ({ z }) => asId(z))
    const shared = new Map(flows.filter(isShared).map(node => [idOf(node), node]))
    const taken = new Set<FlowNode>()
    // A list and no recursion: each may use the next, and there may be very many.
    const waiting = flows.filter(node => node.type === 'tab' && idOf(node) === tab)
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
        if (taken.has(node)) {
            continue
        }
        taken.add(node)
        for (const inside of insideOf.get(idOf(node)) ?? []) {
            waiting.push(inside)
        }
        for (const text of textsOf(node)) {
            const used = shared.get(text.startsWith('subflow:') ? text.slice('subflow:'.length) : text)
            if (used !== undefined) {
                waiting.push(used)
            }
        }
    }
    return structuredClone(flows.filter(node => taken.has(node))).map(({ credentials: _, ...node }) => node)
}

/** What nodes of other flows may use: subflows, and config nodes that stand in none. */
function isShared ({ type, z, x, y }: FlowNode): boolean {
    return type === 'subflow' || (type !== 'tab' && type !== 'global-config' && !z && x === undefined && y === undefined)
}

/** Every text that may be a reference: the type of a subflow's instance, and values of properties, also inside of lists and objects. */
function textsOf (value: unknown): string[] {
    if (typeof value === 'string') {
        return [value]
    }
    return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => key === 'id' ? [] : textsOf(inner)) : []
}
