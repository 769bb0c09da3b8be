/** Which of the nodes that are on both sides stand in another order. */
import { flowOf, idOf, kindOf } from './flow-node'
import type { FlowNode } from './model'

/** One node on both sides, by its places in the two lists. */
interface Pair { here: number, there: number, id: string }

/**
 * The places there of the fewest nodes that would have to move to get from the one order to the other. Only nodes of the same kind in the
 * same flow have an order among each other. Seen from the other side the same nodes are found.
 * @param partners for each node there the index of the same node here, or -1
 */
export function reorderedPairs (here: readonly FlowNode[], there: readonly FlowNode[], partners: Int32Array): Set<number> {
    const found = new Set<number>()
    if (isRising(partners)) { return found }
    for (const pairs of neighbourhoods(here, there, partners)) {
        const byHere = [...pairs].sort((one, other) => one.here - other.here)
        const first = pairs.findIndex((pair, index) => pair !== byHere[index])
        if (first < 0) { continue }
        // Several nodes can be the fewest: which way it is looked at decides, so it is looked at one way.
        const isForward = (pairs[first]?.id ?? '') < (byHere[first]?.id ?? '')
        const staying = isForward ? longestRise(pairs.map(pair => pair.here)) : longestRise(byHere.map(pair => pair.there))
        const order = isForward ? pairs : byHere
        order.forEach((pair, index) => {
            if (!staying.has(index)) { found.add(pair.there) }
        })
    }
    return found
}

function isRising (partners: Int32Array): boolean {
    let last = -1
    for (const partner of partners) {
        if (partner < 0) { continue }
        if (partner < last) { return false }
        last = partner
    }
    return true
}

/** The pairs that stay in their flow, in the order there, those apart that have no order among each other. */
function neighbourhoods (here: readonly FlowNode[], there: readonly FlowNode[], partners: Int32Array): Iterable<Pair[]> {
    const found = new Map<string, Pair[]>()
    partners.forEach((partner, index) => {
        if (partner < 0 || flowOf(here[partner]) !== flowOf(there[index])) { return }
        const key = `${kindOf(there[index])} ${flowOf(there[index])}`
        const pairs = found.get(key)
        const one = { here: partner, there: index, id: idOf(there[index]) }
        if (pairs) { pairs.push(one) } else { found.set(key, [one]) }
    })
    return found.values()
}

/** Indexes of a longest rising part of the numbers, no two of which are equal. */
function longestRise (numbers: number[]): Set<number> {
    // ends[n] is the index of the lowest number that ends a rising part of n + 1 numbers
    const ends: number[] = []
    const before = new Int32Array(numbers.length).fill(-1)
    numbers.forEach((value, index) => {
        let [low, high] = [0, ends.length]
        while (low < high) {
            const middle = (low + high) >> 1
            if ((numbers[ends[middle] ?? 0] ?? 0) < value) { low = middle + 1 } else { high = middle }
        }
        before[index] = low > 0 ? ends[low - 1] ?? -1 : -1
        ends[low] = index
    })
    const rise = new Set<number>()
    for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) { rise.add(index) }
    return rise
}
