/** What a process holds at one moment, as test/hold/gauge.cjs tells it. */
export interface Gauge { bytes: number, handles: number, timers: number, listeners: number, openFiles: number }

/** One look: after how many cycles, and what was held then. */
export interface Look { cycle: number, gauge: Gauge }

/** How much a number grows with each cycle: the line through all points that is least away from them. */
export function slope (points: Array<[at: number, value: number]>): number {
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const [atMean, valueMean] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))]
    const spread = points.reduce((sum, [at]) => sum + (at - atMean) ** 2, 0)
    return spread === 0 ? 0 : points.reduce((sum, [at, value]) => sum + (at - atMean) * (value - valueMean), 0) / spread
}

export interface Flat { bytesPerCycle: number, figures: Record<string, string>, failures: string[] }

/**
 * Whether what is held stays the same. The first quarter is left out: caches fill, code is compiled.
 * @param bytesAllowed how much memory may grow with each cycle
 * @param stray how many handles, timers and open files more than at the first look may be there by chance
 */
export function flatness (looks: Look[], bytesAllowed: number, stray = 12): Flat {
    const settled = looks.slice(Math.floor(looks.length / 4))
    const bytesPerCycle = Math.round(slope(settled.map(({ cycle, gauge }) => [cycle, gauge.bytes])))
    const failures = bytesPerCycle > bytesAllowed ? [`memory grows by ${bytesPerCycle} bytes with each cycle, of ${bytesAllowed} that are allowed`] : []
    const range = (what: Exclude<keyof Gauge, 'bytes'>, more: number) => {
        const values = settled.map(({ gauge }) => gauge[what])
        const [first = 0, last = 0] = [values[0], values.at(-1)]
        if (last > first + more) {
            failures.push(`${what} grow from ${first} to ${last}`)
        }
        return `${Math.min(...values)}–${Math.max(...values)}`
    }
    const megabytes = settled.map(({ gauge }) => Math.round(gauge.bytes / 1024 / 102.4) / 10)
    return {
        bytesPerCycle,
        figures: {
            'memory slope': `${bytesPerCycle} B a cycle (${megabytes[0]} MB to ${megabytes.at(-1)} MB)`,
            handles: range('handles', stray), timers: range('timers', 2 * stray), listeners: range('listeners', 0), 'open files': range('openFiles', stray)
        },
        failures
    }
}
