/** Nodes that differ in nothing but their credentials, which are in no flow. */
import type { Base, Change, PlanCredentials } from './change'
import { described, undoesWork } from './diff'
import { idOf, typeOf } from './flow-node'
import type { FlowNode } from './model'

/** Ids of nodes that have other credentials once they come from there: what has none there keeps those here, unless the rule is *exactly*. */
export function otherCredentials ({ there, differ, rule }: Pick<PlanCredentials, 'there' | 'differ' | 'rule'>): ReadonlySet<string> {
    if (rule === 'mine' || differ === undefined) { return new Set() }
    return rule === 'exactly' ? differ : new Set([...differ].filter(id => there.has(id)))
}

/**
 * One change for each node that is the same sort of node on both sides, in the order of the list there.
 * @param ids of nodes that have other credentials, see `otherCredentials`
 * @param changes between the same lists, as `diffFlows` tells them: what differs in them anyway is not told twice
 */
export function credentialChanges (
    here: readonly FlowNode[], there: readonly FlowNode[], ids: ReadonlySet<string>, changes: readonly Change[], base?: Base
): Change[] {
    const told = new Set(changes.map(({ id }) => id))
    const wanted = new Set([...ids].filter(id => id !== '' && !told.has(id)))
    if (wanted.size === 0) { return [] }
    const places = new Map<string, number>()
    here.forEach((node, place) => {
        const id = idOf(node)
        if (wanted.has(id) && !places.has(id)) { places.set(id, place) }
    })
    return there.flatMap((node, index): Change[] => {
        const id = idOf(node)
        const place = places.get(id)
        if (place === undefined || typeOf(here[place]) !== typeOf(node)) { return [] }
        places.delete(id)
        const change: Change = { ...described(node), change: 'changed', properties: [], layoutOnly: false, reordered: false, here: place, there: index, conflict: false }
        return [{ ...change, conflict: base !== undefined && undoesWork(base, change) }]
    })
}
