/** A flow set taken apart into what can be chosen: tabs and subflows with all that stands in them, and global config nodes. */
import type { Unit } from './change'
import { asId, flowOf, idOf, kindOf, nameOf, typeOf } from './flow-node'
import type { FlowNode } from './model'
import { isObject } from './parse'

/** One unit as one side has it. */
export interface Version {
    id: string
    kind: Unit['kind']
    type: string
    name: string
    nodes: FlowNode[]
    /** Node id → type of all that is in it. */
    types: Map<string, string>
    /** Key of another unit → id → type of what is needed of it. What does not resolve on this side is not in it. */
    uses: Map<string, Map<string, string>>
}

/** All units of one side by key: the same key on both sides is the same unit, whatever has become of it. */
export type FlowSet = Map<string, Version>

/** Key of the nodes that have neither an id nor a flow to be found by. */
export const oddKey = 'odd'

export function unitsOf (flows: readonly FlowNode[]): FlowSet {
    const set: FlowSet = new Map()
    for (const node of flows) {
        const key = keyOf(node)
        let version = set.get(key)
        if (!version) {
            version = { id: flowOf(node) || idOf(node), kind: 'lost', type: '', name: '', nodes: [], types: new Map(), uses: new Map() }
            set.set(key, version)
        }
        version.nodes.push(node)
        version.types.set(idOf(node), typeOf(node))
        const kind = kindOf(node)
        if (version.type === '' && (kind === 'tab' || kind === 'subflow' || kind === 'global-config') && key !== oddKey) {
            Object.assign(version, { kind, type: typeOf(node), name: nameOf(node) })
        }
    }
    const homes = homesOf(set)
    for (const [key, version] of set) {
        version.nodes.forEach(node => addUses(node, key, version, homes))
    }
    return set
}

/** Which unit a node belongs to. There is one global-config node at most, whatever its id. */
export function keyOf (node: FlowNode): string {
    const flow = flowOf(node)
    if (flow !== '') { return `flow ${flow}` }
    const [id, type] = [idOf(node), typeOf(node)]
    if (type === 'global-config') { return type }
    if (id === '') { return oddKey }
    return type === 'tab' || type === 'subflow' ? `flow ${id}` : `config ${id}`
}

/** Where what can be used from elsewhere is: subflows, global config nodes and groups, each id → key of the unit and type. */
interface Homes { subflows: Set<string>, configs: Map<string, [key: string, type: string]>, groups: Map<string, string> }

function homesOf (set: FlowSet): Homes {
    const homes: Homes = { subflows: new Set(), configs: new Map(), groups: new Map() }
    for (const [key, { nodes }] of set) {
        for (const node of nodes) {
            const kind = kindOf(node)
            const id = idOf(node)
            if (id === '') { continue }
            if (kind === 'subflow') { homes.subflows.add(id) }
            if (kind === 'group') { homes.groups.set(id, key) }
            if (kind === 'global-config') { homes.configs.set(id, [key, typeOf(node)]) }
        }
    }
    return homes
}

/** Properties whose texts are ids or words, but never those of a config node. */
const structural: ReadonlySet<string> = new Set(['id', 'type', 'z', 'g', 'wires', 'credentials'])

function addUses (node: FlowNode, own: string, { types, uses }: Version, homes: Homes): void {
    if (!isObject(node)) { return }
    const add = (key: string, id: string, type: string) => {
        if (key === own) { return }
        const ids = uses.get(key)
        if (ids) { ids.set(id, type) } else { uses.set(key, new Map([[id, type]])) }
    }
    const subflow = typeOf(node).startsWith('subflow:') ? typeOf(node).slice('subflow:'.length) : ''
    if (homes.subflows.has(subflow)) { add(`flow ${subflow}`, subflow, 'subflow') }
    // A group elsewhere is none of the editor's making
    const group = homes.groups.get(asId(node.g))
    if (group !== undefined && !types.has(asId(node.g))) { add(group, asId(node.g), 'group') }
    for (const key of Object.keys(node)) {
        if (!structural.has(key)) { eachText(node[key], text => { const home = homes.configs.get(text); if (home) { add(home[0], text, home[1]) } }) }
    }
}

/** Config nodes are referred to by properties, and deeper down by the `conf-type` values of subflow instances and by lists of third-party nodes. */
function eachText (value: unknown, take: (text: string) => void): void {
    if (typeof value === 'string') { return take(value) }
    if (typeof value === 'number') { return take(String(value)) }
    if (typeof value !== 'object' || value === null) { return }
    const values: unknown[] = [value]
    while (values.length > 0) {
        for (const item of Object.values(values.pop() as object) as unknown[]) {
            if (typeof item === 'string') { take(item) } else if (typeof item === 'object' && item !== null) { values.push(item) }
        }
    }
}
