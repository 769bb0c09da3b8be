/** What comes of two flow sets when some of it is taken from either. */
import type { LeftOut, Plan, PlanConflict, PlanInput, Side, Unit } from './change'
import { otherCredentials } from './diff-credentials'
import { equal } from './equal'
import { flowOf, idOf, nameOf, typeOf } from './flow-node'
import type { FlowNode } from './model'
import { credentialSources } from './plan-credentials'
import { linksLeft } from './plan-links'
import { listsOf, mergeOrder } from './plan-order'
import { chosenSide, decideSides, opposite, pairUp, type Pair, type Sides } from './plan-sides'
import { keyOf, unitsOf } from './plan-units'

export type * from './change'

/**
 * The flow set that the choices give. It is sound whatever they are: each tab, subflow and global config node is wholly that of one side
 * (but for `leftOut`), whatever it uses there is there too, and no id that is once in each list is twice. The same input gives the same
 * plan. Never throws, whatever the lists hold.
 */
export function planPull ({ here, there, base, choices, takeFlows = true, credentials }: PlanInput): Plan {
    const otherwise = choices.otherwise ?? 'theirs'
    const differing = credentials && otherCredentials(credentials)
    const pairs = pairUp(unitsOf(here), unitsOf(there), (mine, theirs) =>
        mine.nodes.length === theirs.nodes.length &&
        mine.nodes.every((node, index) => equal(node, theirs.nodes[index]) && !differing?.has(idOf(node))))
    const said = { mine: new Set(choices.mine), theirs: new Set(choices.theirs) }
    for (const pair of pairs.values()) { pair.chosen = chosenSide(said, [pair.mine, pair.theirs].flatMap(version => version?.id || [])) }
    const sides = decideSides(pairs, otherwise)
    const flows = takeFlows ? mixed(here, there, pairs, sides, otherwise) : [...here]
    const isFromHere = memberOf(here)
    const sideOf = (node: FlowNode) => isFromHere(node) && sides.side.get(keyOf(node)) !== 'theirs' ? here : there
    return {
        flows,
        credentialsFrom: credentialSources(flows, here, askedFrom(there, sides, takeFlows), credentials),
        units: [...pairs.values()].map(pair => unitOf(pair, sides)),
        conflicts: sides.conflicts.map(({ key, ...conflict }) => {
            const { id, kind, type, name, side } = unitOf(pairs.get(key) as Pair, sides)
            return { id, kind, type, name, side, ...conflict, ...sinceBase(base, id) }
        }),
        brought: [...sides.brought].map(([key, why]) => {
            const pair = pairs.get(key) as Pair
            const { id, kind, type, name, side } = unitOf(pair, sides)
            return { id, kind, type, name, side, ...why, ...pair.chosen === opposite(side) && { overrules: true as const } }
        }),
        linksLeft: takeFlows ? linksLeft(flows, sideOf) : [],
        leftOut: takeFlows ? sides.leftOut.map(({ node, keptIn }) => leftOut(node, pairs.get(keptIn))) : []
    }
}

function mixed (here: readonly FlowNode[], there: readonly FlowNode[], pairs: Map<string, Pair>, sides: Sides, otherwise: Side): FlowNode[] {
    const taken = new Set([...pairs.values()].filter(({ differs }) => differs).map(({ key }) => sides.side.get(key)))
    const [base, other] = listsOf(otherwise, here, there)
    // Of one side alone it is that side's list, order and all
    if (sides.leftOut.length === 0 && taken.size <= 1) { return [...taken.has(opposite(otherwise)) ? other : base] }
    const left = new Map<string, Set<string>>()
    sides.leftOut.forEach(({ node, key }) => left.set(key, (left.get(key) ?? new Set()).add(idOf(node))))
    return mergeOrder(base, other, (node, from) => {
        const key = keyOf(node)
        return sides.side.get(key) === (from === 'base' ? otherwise : opposite(otherwise)) && !left.get(key)?.has(idOf(node))
    })
}

function unitOf ({ key, mine, theirs, differs }: Pair, { side }: Sides): Unit {
    const { id = '', kind = 'lost', type = '', name = '' } = theirs ?? mine ?? {}
    return { id, kind, type, name, here: mine !== undefined, there: theirs !== undefined, differs, side: side.get(key) ?? 'theirs' }
}

function sinceBase (base: PlanInput['base'], id: string): Pick<PlanConflict, 'since'> {
    const since = base && Object.hasOwn(base, id) ? base[id] : undefined
    return since ? { since } : {}
}

function leftOut (node: FlowNode, kept: Pair | undefined): LeftOut {
    const unit = kept?.theirs ?? kept?.mine
    const keptIn = unit && unit.kind !== 'global-config' ? unit.id : ''
    return { id: idOf(node), type: typeOf(node), name: nameOf(node), flow: flowOf(node), keptIn }
}

/** Whose credentials a node is to have: where the flows stay, those from there only for what is the same node there. */
function askedFrom (there: readonly FlowNode[], { side }: Sides, takeFlows: boolean): (node: FlowNode) => Side {
    const types = new Map(takeFlows ? [] : there.map(node => [idOf(node), typeOf(node)]))
    return node => {
        const asked = side.get(keyOf(node)) ?? 'theirs'
        return takeFlows || types.get(idOf(node)) === typeOf(node) ? asked : 'mine'
    }
}

function memberOf (nodes: readonly FlowNode[]): (node: FlowNode) => boolean {
    // Few ask
    let members: Set<FlowNode> | undefined
    return node => (members ??= new Set(nodes)).has(node)
}
