/** Whether two JSON values say the same. */

type Holder = Record<string, unknown>

/** True for values that differ at most in the order of keys. What JSON leaves out (undefined) counts as absent. No depth is too deep. */
export function equal (one: unknown, other: unknown): boolean {
    if (one === other) { return true }
    if (!isHolder(one) || !isHolder(other)) { return Number.isNaN(one) && Number.isNaN(other) }
    // Pairs of what is still to be compared. A list, since a recursion could exhaust the stack.
    const pairs: Holder[] = [one, other]
    while (pairs.length > 0) {
        const right = pairs.pop() as Holder
        const left = pairs.pop() as Holder
        if (!(Array.isArray(left) ? sameItems(left, right, pairs) : sameMembers(left, right, pairs))) { return false }
    }
    return true
}

/** Compares as far as no object is met; those are added to `pairs`. */
function sameItems (left: unknown[], right: unknown, pairs: Holder[]): boolean {
    if (!Array.isArray(right) || left.length !== right.length) { return false }
    for (let index = 0; index < left.length; index++) {
        if (!sameOrPaired(left[index], right[index], pairs)) { return false }
    }
    return true
}

function sameMembers (left: Holder, right: Holder, pairs: Holder[]): boolean {
    if (Array.isArray(right)) { return false }
    const keys = Object.keys(left)
    const others = Object.keys(right)
    for (let index = 0; index < keys.length; index++) {
        const key = keys[index] as string
        const other = key === others[index] ? right[key] : ownValue(right, key)
        if (!sameOrPaired(left[key], other, pairs)) { return false }
    }
    return others.length === keys.length ? others.every(key => Object.hasOwn(left, key) || right[key] === undefined) :
        others.every(key => right[key] === undefined || ownValue(left, key) !== undefined)
}

function sameOrPaired (left: unknown, right: unknown, pairs: Holder[]): boolean {
    if (left === right) { return true }
    if (!isHolder(left) || !isHolder(right)) { return Number.isNaN(left) && Number.isNaN(right) }
    pairs.push(left, right)
    return true
}

/** A key like `__proto__` or `toString` must not reach what is inherited. */
export function ownValue (from: object, key: string): unknown {
    return Object.hasOwn(from, key) ? (from as Holder)[key] : undefined
}

function isHolder (value: unknown): value is Holder {
    return typeof value === 'object' && value !== null
}
