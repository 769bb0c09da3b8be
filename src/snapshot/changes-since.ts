/** What changed in the flows since an earlier push, told by names and counts. */
import type { ChangesSince } from '../shared/requests'

/** A node as far as it takes part in the comparison. */
export interface NodeState {
    id: string
    /** See `fingerprint` in canonical.ts. */
    hash: string
    /** What people call it: name, label, or else its type. */
    name: string
    /** Id of the tab or subflow it stands in; '' for tabs, subflows and global config nodes. */
    flow: string
}

/** What is remembered of a push: node id → fingerprint. Never a name or a content. */
export type Inventory = ReadonlyMap<string, string>

/** What else was pushed, or was here after a pull: modules with their versions, and keyed fingerprints of the variables that were sent. */
export interface Beside { modules: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>> }

const namesShown = 5
const flowsShown = 3

/** Later nodes with an id that was there before do not count: the platform keeps one of them as well. */
export function inventoryOf (nodes: readonly NodeState[]): Inventory {
    return new Map([...nodes].reverse().map(({ id, hash }) => [id, hash]))
}

/** @returns null when nothing changed but positions */
export function changesSince (before: Inventory, nodes: readonly NodeState[]): ChangesSince | null {
    const labels = new Map(nodes.map(({ id, name }) => [id, name]))
    const seen = new Set<string>()
    const addedIn = new Map<string, number>()
    const changed: string[] = []
    for (const { id, hash, name, flow } of nodes) {
        if (seen.has(id)) { continue }
        seen.add(id)
        const former = before.get(id)
        if (former === undefined) {
            const place = labels.get(flow) ?? ''
            addedIn.set(place, (addedIn.get(place) ?? 0) + 1)
        } else if (former !== hash) {
            changed.push(name)
        }
    }
    const removed = [...before.keys()].filter(id => !seen.has(id)).length
    if (addedIn.size + changed.length + removed === 0) { return null }
    const places = [...addedIn].sort(([, one], [, other]) => other - one).map(([flow, count]) => ({ flow, count }))
    return {
        added: places.slice(0, flowsShown),
        addedElsewhere: places.slice(flowsShown).reduce((sum, { count }) => sum + count, 0),
        changed: changed.slice(0, namesShown),
        changedMore: Math.max(0, changed.length - namesShown),
        removed
    }
}

/** How many things changed. */
export function countChanges (changes: ChangesSince | null): number {
    if (changes === null) { return 0 }
    const { added, addedElsewhere, changed, changedMore, removed } = changes
    return added.reduce((sum, { count }) => sum + count, 0) + addedElsewhere + changed.length + changedMore + removed
}

/** How many modules are new, gone or of another version, and how many of the variables that were sent have another value. */
export function countChangesBeside (before: Beside, now: Beside): number {
    const differing = (names: string[], one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>) =>
        names.filter(name => own(one, name) !== own(other, name)).length
    const modules = [...new Set([...Object.keys(before.modules), ...Object.keys(now.modules)])]
    return differing(modules, before.modules, now.modules) + differing(Object.keys(before.variables), before.variables, now.variables)
}

function own (map: Readonly<Record<string, string>>, name: string): string | undefined {
    return Object.hasOwn(map, name) ? map[name] : undefined
}
