/** Which side each unit comes from, so that what results has everything that it refers to and no id twice. */
import type { Brought, PlanConflict, Side } from './change'
import { clashes, type Clash } from './plan-clashes'
import { oddKey, typesOf, type FlowSet, type Version } from './plan-units'

/** One unit on both sides. */
export interface Pair {
    key: string
    mine?: Version
    theirs?: Version
    /** The two sides are not the same, or one is missing. */
    differs: boolean
    /** What the choices say, if anything. */
    chosen?: Side
}

export interface Sides {
    side: Map<string, Side>
    conflicts: Array<Pick<PlanConflict, 'mine' | 'theirs' | 'decided'> & { key: string }>
    brought: Map<string, Pick<Brought, 'because' | 'by'>>
    /** What stands in two units that were taken, and is left out of one. */
    leftOut: Clash[]
}

export const opposite = (side: Side): Side => side === 'mine' ? 'theirs' : 'mine'

/** What `choices` say of a unit; of the global-config node either side's id counts. */
export function chosenSide (choices: { mine: ReadonlySet<string>, theirs: ReadonlySet<string> }, ids: string[]): Side | undefined {
    if (ids.some(id => choices.mine.has(id))) { return 'mine' }
    return ids.some(id => choices.theirs.has(id)) ? 'theirs' : undefined
}

/** @param pairs by key */
export function decideSides (pairs: Map<string, Pair>, otherwise: Side): Sides {
    const sides: Sides = { side: new Map(), conflicts: [], brought: new Map(), leftOut: [] }
    const users = new Map<string, Record<Side, Set<string>>>()
    for (const pair of usersFirst(pairs)) {
        const by = users.get(pair.key) ?? { mine: new Set(), theirs: new Set() }
        const needing = (['mine', 'theirs'] as const).filter(side => by[side].size > 0)
        const needed = needing.length === 1 && !isRoot(pair) ? needing[0] : undefined
        const side = pair.chosen ?? needed ?? otherwise
        sides.side.set(pair.key, side)
        if (!pair.chosen && side !== otherwise && pair.differs) {
            sides.brought.set(pair.key, { because: 'used', by: idOfUnit(pairs.get([...by[side]][0] ?? '')) })
        }
        if (pair.differs && pair.mine && pair.theirs && !isRoot(pair) && needing.length === 2) {
            sides.conflicts.push({ key: pair.key, decided: pair.chosen !== undefined, mine: idsOf(by.mine, pairs), theirs: idsOf(by.theirs, pairs) })
        }
        // What is the same on both sides passes the need of both on
        for (const from of pair.differs || isRoot(pair) || needing.length === 0 ? [side] : needing) {
            for (const key of pair[from]?.uses.keys() ?? []) {
                const entry = users.get(key) ?? { mine: new Set(), theirs: new Set() }
                entry[from].add(pair.key)
                users.set(key, entry)
            }
        }
    }
    settle(pairs, sides, otherwise)
    followAll(pairs, sides, otherwise)
    return sides
}

/** Tabs and what belongs nowhere are taken as such; subflows and config nodes follow those that use them. */
function isRoot ({ mine, theirs }: Pair): boolean {
    return [mine, theirs].every(version => !version || version.kind === 'tab' || version.kind === 'lost')
}

const idOfUnit = (pair: Pair | undefined): string => (pair?.theirs ?? pair?.mine)?.id ?? ''
const idsOf = (keys: Set<string>, pairs: Map<string, Pair>): string[] => [...keys].map(key => idOfUnit(pairs.get(key)))

/** Each unit after all that use it on either side; where they use each other in a circle, somewhere in it. */
function usersFirst (pairs: Map<string, Pair>): Pair[] {
    const done: Pair[] = []
    const seen = new Set<string>()
    for (const root of pairs.keys()) {
        const path: Array<{ key: string, rest: string[] }> = []
        const enter = (key: string) => {
            const pair = pairs.get(key)
            if (!pair || seen.has(key)) { return }
            seen.add(key)
            path.push({ key, rest: [...pair.mine?.uses.keys() ?? [], ...pair.theirs?.uses.keys() ?? []] })
        }
        enter(root)
        for (let top = path.at(-1); top; top = path.at(-1)) {
            const next = top.rest.pop()
            if (next !== undefined) { enter(next) } else { done.push(pairs.get(top.key) as Pair); path.pop() }
        }
    }
    return done.reverse()
}

/**
 * Changes sides until everything resolves. Where sides can't be mixed, the one that is not `otherwise` wins, since it was chosen by hand; a
 * unit that had to follow it never changes again (`firm`), so that this ends, at the latest with all from that side.
 */
function settle (pairs: Map<string, Pair>, sides: Sides, otherwise: Side): void {
    const exception = opposite(otherwise)
    const firm = new Set<string>()
    const turn = (pair: Pair, to: Side, because: Brought['because'], by: Pair) => {
        sides.side.set(pair.key, to)
        if (to === exception) { firm.add(pair.key) }
        if (pair.differs) { sides.brought.set(pair.key, { because, by: idOfUnit(by) }) }
    }
    for (let changed = true; changed;) {
        changed = false
        for (const [pair, needed] of unresolved(pairs, sides.side)) {
            const side = sides.side.get(pair.key) as Side
            if (sides.side.get(needed.key) === side) { continue }
            changed = true
            if (side === exception || !firm.has(needed.key)) { turn(needed, side, 'used', pair) } else { turn(pair, exception, 'moved', needed) }
        }
        if (changed) { continue }
        const found = clashes(pairs, sides.side, exception)
        for (const { key, by } of found.apart) {
            const [pair, other] = [pairs.get(key), pairs.get(by)]
            if (!pair || !other || sides.side.get(key) === exception) { continue }
            turn(pair, exception, 'moved', other)
            changed = true
        }
        sides.leftOut = found.leftOut
    }
}

/** Units with what they need and do not find on the side that it comes from. */
function * unresolved (pairs: Map<string, Pair>, side: Map<string, Side>): Generator<[pair: Pair, needed: Pair]> {
    for (const pair of pairs.values()) {
        for (const [key, ids] of pair[side.get(pair.key) as Side]?.uses ?? []) {
            const needed = pairs.get(key)
            const version = needed?.[side.get(key) as Side]
            const types = version && typesOf(version)
            if (needed && [...ids].some(([id, type]) => types?.get(id) !== type)) { yield [pair, needed] }
        }
    }
}

/** Nodes that nobody can choose come along when everything else that differs was taken from one side. */
function followAll (pairs: Map<string, Pair>, { side }: Sides, otherwise: Side): void {
    const others = [...pairs.values()].filter(({ key, differs }) => differs && key !== oddKey)
    if (pairs.has(oddKey) && others.length > 0 && others.every(({ key }) => side.get(key) !== otherwise)) { side.set(oddKey, opposite(otherwise)) }
}

export function pairUp (here: FlowSet, there: FlowSet, isSame: (mine: Version, theirs: Version) => boolean): Map<string, Pair> {
    const pairs = new Map<string, Pair>()
    for (const key of new Set([...there.keys(), ...here.keys()])) {
        const [mine, theirs] = [here.get(key), there.get(key)]
        pairs.set(key, { key, mine, theirs, differs: !mine || !theirs || !isSame(mine, theirs) })
    }
    return pairs
}
