/** A flow set taken apart into what can be chosen: tabs and subflows with all that stands in them, and global config nodes. */
import type { Unit } from './change'
import { asId, flowOf, idOf, kindOf, nameOf, typeOf } from './flow-node'
import type { FlowNode } from './model'
import { isObject } from './parse'

/** One unit as one side has it. */
export interface Version {
    key: string
    id: string
    kind: Unit['kind']
    type: string
    name: string
    nodes: FlowNode[]
    /** Node id → type of all that is in it, once somebody asked (see typesOf). */
    types?: Map<string, string>
    /** Key of another unit → id → type of what is needed of it. What does not resolve on this side is not in it. */
    uses: Map<string, Map<string, string>>
}

/** All units of one side by key: the same key on both sides is the same unit, whatever has become of it. */
export type FlowSet = Map<string, Version>

/** Key of the nodes that have neither an id nor a flow to be found by. */
export const oddKey = 'odd'

export function unitsOf (flows: readonly FlowNode[]): FlowSet {
    const set: FlowSet = new Map()
    const homes: Homes = { subflows: new Set(), configs: new Map(), groups: new Map() }
    const byFlow = new Map<string, Version>()
    for (const node of flows) {
        const flow = flowOf(node)
        let version = byFlow.get(flow)
        if (!version || flow === '') {
            version = entry(set, keyOf(node), node)
            byFlow.set(flow, version)
        }
        version.nodes.push(node)
        addHome(homes, version, node)
    }
    for (const version of set.values()) {
        version.nodes.forEach(node => addUses(node, version, homes))
    }
    return set
}

function entry (set: FlowSet, key: string, node: FlowNode): Version {
    let version = set.get(key)
    if (!version) {
        version = { key, id: flowOf(node) || idOf(node), kind: 'lost', type: '', name: '', nodes: [], types: undefined, uses: new Map() }
        set.set(key, version)
    }
    return version
}

/** Node id → type of all that is in a unit. */
export function typesOf (version: Version): ReadonlyMap<string, string> {
    // Few units are asked
    return version.types ??= new Map(version.nodes.map(node => [idOf(node), typeOf(node)]))
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

/** Where what can be used from elsewhere is: subflows, global config nodes and groups by id. */
interface Homes { subflows: Set<string>, configs: Map<string, Home>, groups: Map<string, Home> }
interface Home { key: string, id: string, type: string }

function addHome (homes: Homes, version: Version, node: FlowNode): void {
    const kind = kindOf(node)
    if (kind === 'node' || kind === 'flow-config' || kind === 'junction' || version.key === oddKey) { return }
    const home = { key: version.key, id: idOf(node), type: typeOf(node) }
    if (kind === 'group') {
        homes.groups.set(home.id, home)
        return
    }
    if (kind === 'subflow') { homes.subflows.add(home.id) }
    if (kind === 'global-config') { homes.configs.set(home.id, home) }
    if (version.type === '') { Object.assign(version, { kind, type: home.type, name: nameOf(node) }) }
}

/** Properties whose texts are ids or words, but never those of a config node. */
const structural: ReadonlySet<string> = new Set(['id', 'type', 'z', 'g', 'wires', 'credentials'])
const instance = 'subflow:'

function addUses (node: FlowNode, version: Version, { subflows, configs, groups }: Homes): void {
    if (!isObject(node)) { return }
    const type = typeOf(node)
    const subflow = type.startsWith(instance) ? type.slice(instance.length) : ''
    if (subflows.has(subflow)) { addUse(version, { key: `flow ${subflow}`, id: subflow, type: 'subflow' }) }
    // A group elsewhere is none of the editor's making
    const group = groups.get(asId(node.g))
    if (group && group.key !== version.key && !typesOf(version).has(group.id)) { addUse(version, group) }
    if (configs.size === 0) { return }
    for (const key of Object.keys(node)) {
        const value = node[key]
        if (structural.has(key)) { continue }
        if (typeof value === 'object' && value !== null) { addUsesIn(value, version, configs) } else { addUseOf(value, version, configs) }
    }
}

/** Config nodes are referred to by properties, and deeper down by the `conf-type` values of subflow instances and by lists of third-party nodes. */
function addUsesIn (value: object, version: Version, configs: Homes['configs']): void {
    const values = [value]
    for (let top = values.pop(); top; top = values.pop()) {
        for (const item of Object.values(top) as unknown[]) {
            if (typeof item === 'object' && item !== null) { values.push(item) } else { addUseOf(item, version, configs) }
        }
    }
}

function addUseOf (value: unknown, version: Version, configs: Homes['configs']): void {
    const home = typeof value === 'string' ? configs.get(value) : typeof value === 'number' ? configs.get(String(value)) : undefined
    if (home) { addUse(version, home) }
}

function addUse ({ key: own, uses }: Version, { key, id, type }: Home): void {
    if (key === own) { return }
    const ids = uses.get(key)
    if (ids) { ids.set(id, type) } else { uses.set(key, new Map([[id, type]])) }
}
