/** One figure of the benchmark. `size` is the number of nodes, null where it has no part in it; `bar` the highest value allowed, if any. */
export interface Measure { name: string, size: number | null, value: number, unit: string, bar?: number }

/** The middle of the values, of an even number the mean of the two in the middle. */
export function median (values: number[]): number {
    const sorted = [...values].sort((a, b) => a - b)
    const middle = sorted.length / 2
    return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2
}

/** The measures as lines of a table, each with what came of its bar. */
export function table (measures: Measure[]): string[] {
    const rows = [
        ['measure', 'nodes', 'value', 'bar', ''],
        ...measures.map(({ name, size, value, unit, bar }) => [
            name, size === null ? '' : String(size), `${value} ${unit}`, bar === undefined ? '' : `${bar} ${unit}`,
            bar === undefined ? '' : value <= bar ? '✓' : '✗ missed'
        ])
    ]
    const widths = [0, 1, 2, 3, 4].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)))
    return rows.map(row => row.map((cell, column) => {
        const width = widths[column] ?? 0
        return column === 0 || column === 4 ? cell.padEnd(width) : cell.padStart(width)
    }).join('  ').trimEnd())
}

/** A number with so many digits after the point. */
export function rounded (value: number, digits: number): number {
    return Number(value.toFixed(digits))
}
