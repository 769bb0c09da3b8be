import { nameProblem } from '../shared/names'

/** A name that ends in a date or a time: its last digits are no counter. */
const endsInTime = /(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}:\d{2}(:\d{2})?)$/

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
