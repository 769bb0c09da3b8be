/** Nodes that stand in two units which come from different sides, because they moved between them. */
import type { Side } from './change'
import { asId, flowOf, idOf, kindOf, typeOf } from './flow-node'
import type { FlowNode } from './model'
import type { Pair } from './plan-sides'

/** `node` is left out of the unit `key`, since the unit `keptIn` has it too. */
export interface Clash { node: FlowNode, key: string, keptIn: string }

export interface Clashes {
    leftOut: Clash[]
    /** Units that can't stand as they are beside the unit `by`. */
    apart: Array<{ key: string, by: string }>
}

/** A node found in two units, `loses` being the one that does not come from the side that wins. */
interface Twice { id: string, loses: Pair, losing: FlowNode, wins: Pair, winning: FlowNode }

/**
 * A node or junction is left out of the unit that loses, and so is a group with all its members. A config node stays where it can be seen
 * from both. Else the unit as a whole has to give way.
 * @param winner the side whose units win
 */
export function clashes (pairs: Map<string, Pair>, side: Map<string, Side>, winner: Side): Clashes {
    const found: Clashes = { leftOut: [], apart: [] }
    const twice = findTwice(pairs, side, winner)
    const inUse = groupsInUse(twice, side)
    for (const { id, loses, losing, wins, winning } of twice) {
        const isConfig = typeOf(losing) === typeOf(winning) && kindOf(losing).endsWith('config') && kindOf(winning).endsWith('config')
        if (isConfig && kindOf(winning) === 'global-config') {
            found.leftOut.push({ node: losing, key: loses.key, keptIn: wins.key })
        } else if (isConfig && kindOf(losing) === 'global-config') {
            found.leftOut.push({ node: winning, key: wins.key, keptIn: loses.key })
        } else if (canGo(losing, inUse.get(loses)?.has(id) === true)) {
            found.leftOut.push({ node: losing, key: loses.key, keptIn: wins.key })
        } else {
            found.apart.push({ key: loses.key, by: wins.key })
        }
    }
    return found
}

function findTwice (pairs: Map<string, Pair>, side: Map<string, Side>, winner: Side): Twice[] {
    const winning = new Map<string, { pair: Pair, node: FlowNode }>()
    for (const pair of pairs.values()) {
        if (side.get(pair.key) !== winner) { continue }
        nodesOf(pair, side).forEach(node => winning.set(idOf(node), { pair, node }))
    }
    winning.delete('')
    const found: Twice[] = []
    for (const pair of winning.size === 0 ? [] : pairs.values()) {
        if (side.get(pair.key) === winner) { continue }
        for (const node of nodesOf(pair, side)) {
            const other = winning.get(idOf(node))
            if (other) { found.push({ id: idOf(node), loses: pair, losing: node, wins: other.pair, winning: other.node }) }
        }
    }
    return found
}

/** Of each unit that loses nodes the groups that others are still in. */
function groupsInUse (twice: Twice[], side: Map<string, Side>): Map<Pair, Set<string>> {
    const going = new Set(twice.map(({ id }) => id))
    const units = new Set(twice.map(({ loses }) => loses))
    return new Map([...units].map(unit => [unit, new Set(nodesOf(unit, side).filter(node => !going.has(idOf(node))).map(node => asId(node?.g)))]))
}

/** Nothing that stays refers to it but wires, which Node-RED passes over. */
function canGo (node: FlowNode, hasMembers: boolean): boolean {
    const kind = kindOf(node)
    return kind === 'group' ? !hasMembers : (kind === 'node' || kind === 'junction') && flowOf(node) !== ''
}

function nodesOf (pair: Pair, side: Map<string, Side>): FlowNode[] {
    return pair[side.get(pair.key) as Side]?.nodes ?? []
}
