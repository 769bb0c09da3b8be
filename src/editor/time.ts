const units: Array<[Intl.RelativeTimeFormatUnit, number]> = [
    ['year', 365.25 * 86_400], ['month', 30.44 * 86_400], ['week', 7 * 86_400], ['day', 86_400], ['hour', 3600], ['minute', 60]
]

/**
 * "2 hours ago", "yesterday", in the editor's language; '' for what is no time. What is told has happened: a time ahead of this clock
 * means that the clocks differ, and is now.
 */
export function relativeTime (iso: string, now: number, language: string): string {
    const time = Date.parse(iso)
    if (Number.isNaN(time)) {
        return ''
    }
    const seconds = (time - now) / 1000
    const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
    if (seconds > -60) {
        return format.format(0, 'second')
    }
    const [unit, length] = units.find(([, each]) => Math.abs(seconds) >= each) ?? ['minute', 60]
    return format.format(Math.trunc(seconds / length), unit)
}

/** Date and time to the second with the time zone, for those who want it exactly; '' for what is no time. */
export function exactTime (iso: string, language: string): string {
    const time = Date.parse(iso)
    return Number.isNaN(time) ? '' : new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' }).format(time)
}
