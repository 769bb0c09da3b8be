import type { FlowNode } from '../../src/snapshot/model'

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded (seed: number): () => number {
    let state = seed >>> 0
    return () => {
        state = (state + 0x6D2B79F5) >>> 0
        let mixed = Math.imul(state ^ state >>> 15, state | 1)
        mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61)
        return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296
    }
}

/** What a generator draws with. */
export class Dice {
    readonly #next: () => number

    constructor (seed: number) { this.#next = seeded(seed) }

    below (count: number): number { return Math.floor(this.#next() * count) }
    chance (of: number): boolean { return this.#next() < of }
    one<T> (of: readonly T[]): T { return of[this.below(of.length)] as T }
}

type Node = FlowNode & { id: string, type: string }

const configTypes = ['mqtt-broker', 'tls-config', 'ui-theme']

/** A sound flow set with all that can refer to something else, ids drawn from a few so that two sets share many. */
export function someFlows (dice: Dice): Node[] {
    const nodes: Node[] = []
    for (let index = 0; index < 4; index++) {
        if (dice.chance(0.85)) { nodes.push({ id: `t${index}`, type: 'tab', label: `Line ${index}` }) }
    }
    for (let index = 0; index < 3; index++) {
        if (dice.chance(0.85)) { nodes.push({ id: `s${index}`, type: 'subflow', name: `Sub ${index}`, in: [], out: [] }) }
    }
    if (dice.chance(0.5)) { nodes.push({ id: `global${dice.below(2)}`, type: 'global-config', env: [] }) }
    const flows = nodes.filter(({ type }) => type !== 'global-config').map(({ id }) => id)
    for (let index = 0; index < 8; index++) {
        const type = dice.chance(0.9) ? configTypes[index % 3] as string : dice.one(configTypes)
        const isLocal = flows.length > 0 && dice.chance(0.3)
        if (dice.chance(0.8)) { nodes.push({ id: `c${index}`, type, ...isLocal && { z: dice.one(flows) } }) }
    }
    if (flows.length > 0) {
        for (let index = 0; index < 5; index++) {
            const z = dice.chance(0.7) ? flows[index % flows.length] : dice.one(flows)
            if (dice.chance(0.7)) { nodes.push({ id: `g${index}`, type: 'group', z, nodes: [], x: 1, y: 1, w: 1, h: 1 }) }
        }
        for (let index = 0; index < 16; index++) {
            const z = dice.chance(0.7) ? flows[index % flows.length] as string : dice.one(flows)
            if (dice.chance(0.8)) { nodes.push(someNode(dice, `n${index}`, z, flows)) }
        }
    }
    nodes.forEach(node => refer(dice, node, nodes))
    // Files in the field are not in the editor's order
    return dice.chance(0.3) ? nodes.map(node => ({ node, key: dice.below(1000) })).sort((a, b) => a.key - b.key).map(({ node }) => node) : nodes
}

function someNode (dice: Dice, id: string, z: string, flows: string[]): Node {
    const subflow = flows.filter(flow => flow.startsWith('s') && flow !== z)
    const kinds = ['inject', 'mqtt in', 'junction', 'link in', 'link out', ...subflow.map(flow => `subflow:${flow}`)]
    return { id, type: dice.one(kinds), z, x: dice.below(3), y: 1, wires: [], name: dice.one(['a', 'b']) }
}

/** Gives a node references that resolve: to a group of its flow, and to config nodes that it can see. */
function refer (dice: Dice, node: Node, nodes: Node[]): void {
    const groups = nodes.filter(({ type, z, id }) => type === 'group' && z === node.z && id < node.id)
    if (node.z !== undefined && 'x' in node && groups.length > 0 && dice.chance(0.5)) { node.g = dice.one(groups).id }
    if (node.type.startsWith('link')) { node.links = nodes.filter(({ type }) => type.startsWith('link') && type !== node.type).map(({ id }) => id) }
    const configs = nodes.filter(({ id, z, type }) => configTypes.includes(type) && id !== node.id && (z === undefined || z === node.z))
    if (configs.length === 0 || node.type === 'tab' || node.type === 'group') { return }
    if (dice.chance(0.4)) { node.broker = dice.one(configs).id }
    if (dice.chance(0.2)) { node.env = [{ name: 'TLS', type: 'conf-type', value: dice.one(configs).id }] }
    if (dice.chance(0.1)) { node.deep = { list: [[{ theme: dice.one(configs).id }]] } }
}

/** Takes one to another list by a few edits: some nodes go, some change by property or place, and tabs are put in another order. */
export function edited (dice: Dice, flows: readonly FlowNode[]): FlowNode[] {
    const copy = (JSON.parse(JSON.stringify(flows)) as FlowNode[]).filter(() => dice.chance(0.95))
    for (const node of copy) {
        if (dice.chance(0.1)) { node.name = 'edited' }
        if (dice.chance(0.1) && 'x' in node) { node.x = 700 + dice.below(3) }
    }
    if (copy.length > 1 && dice.chance(0.4)) { copy.splice(dice.below(copy.length), 0, ...copy.splice(dice.below(copy.length), 1)) }
    return copy
}

/** What is found in the field and in attacks: no id, numbers, the same id twice, keys and ids that reach for a prototype, no node at all. */
export function oddFlows (dice: Dice): FlowNode[] {
    const hostile = JSON.parse('{"id":"__proto__","type":"constructor","__proto__":{"id":"x"},"z":"toString","g":"__proto__"}') as FlowNode
    const odd: unknown[] = [
        hostile, null, 'text', 5, [], {}, { id: 7, type: 'tab' }, { id: '7', z: 7, type: 'inject', x: 1, y: 1 }, { type: 'inject' }, { id: 'd', type: 'tab' },
        { id: 'd', type: 'mqtt-broker' }, { id: 'd', type: 'inject', z: 'd', x: 1, y: 1 }, { id: 'd', type: 'group', z: '7', g: 'd' }, { id: {}, type: [], z: null, g: 1 },
        { id: 's', type: 'subflow' }, { id: 'i', type: 'subflow:s', z: 's', x: 1, y: 1 }, { id: 'k1', type: 'a', ref: 'k2' }, { id: 'k2', type: 'a', ref: 'k1' },
        { id: 'link', type: 'link in', links: [null, {}, 'link'], z: 'nowhere' }, { id: 'nowhere', type: 'subflow:' }, { id: 'constructor', type: 'tab', label: 3, env: null }
    ]
    return Array.from({ length: dice.below(20) }, () => JSON.parse(JSON.stringify(dice.one(odd))) as FlowNode)
}
