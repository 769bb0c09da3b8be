import type { ErrorAnswer } from '../shared/errors'
import { limits } from '../shared/limits'

/** FlowFuse gives such names to its own snapshots and deletes old ones by them. */
const automaticName = /^Auto Snapshot - \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/

/** A name that ends in a date or a time: its last digits are no counter. */
const endsInTime = /(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}:\d{2}(:\d{2})?)$/

/** True for a name that the platform gives. */
export function isAutomatic (name: string): boolean {
    return automaticName.test(name.trim())
}

/** Characters as people and databases count them, not UTF-16 units. */
export function characters (text: string): number {
    return [...text].length
}

/** What is wrong with the name of a snapshot, as the runtime part would say it; null when nothing is. */
export function nameProblem (name: string): ErrorAnswer | null {
    const trimmed = name.trim()
    if (trimmed === '') {
        return { code: 'name-empty', params: {} }
    }
    if (characters(trimmed) > limits.nameLength) {
        return { code: 'name-too-long', params: { length: characters(trimmed), max: limits.nameLength } }
    }
    return isAutomatic(trimmed) ? { code: 'name-automatic', params: {} } : null
}

export function descriptionProblem (description: string): ErrorAnswer | null {
    const { length } = description.trim()
    return length > limits.descriptionLength ? { code: 'description-too-long', params: { length, max: limits.descriptionLength } } : null
}

/**
 * The name after `last`: "v1.4" → "v1.5", "build 009" → "build 010". Names that are taken are passed over.
 * @returns null when `last` does not end in a counter, or the result would be no valid name
 */
export function nextName (last: string, taken: ReadonlySet<string>): string | null {
    const digits = /\d+$/.exec(last)?.[0]
    if (digits === undefined || endsInTime.test(last)) {
        return null
    }
    const stem = last.slice(0, -digits.length)
    for (let next = BigInt(digits) + 1n; ; next++) {
        const name = stem + String(next).padStart(digits.length, '0')
        if (!taken.has(name)) {
            return nameProblem(name) === null ? name : null
        }
    }
}

/** Local date and time, sortable: `2026-11-22 18:02`, with `:41` where the minute is not enough. */
export function localTime (time: Date, precision: 'minute' | 'second'): string {
    const two = (value: number) => String(value).padStart(2, '0')
    const minute = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`
    return precision === 'minute' ? minute : `${minute}:${two(time.getSeconds())}`
}

/** The name that the runtime part gives to the capture before a restore. */
export function beforeRestoreName (name: string): string {
    return [...`Before restore of “${name.trim()}”`].slice(0, limits.nameLength).join('')
}
