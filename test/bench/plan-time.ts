import { diffFlows } from '../../src/snapshot/diff'
import type { FlowNode } from '../../src/snapshot/model'
import { planPull } from '../../src/snapshot/plan'
import { makeFlows } from './flows'
import { median, rounded, type Measure } from './measure'

const nodes = 20_000
const runs = 9

/**
 * How long the differences and the plan of a pull take, against the plainest way to the differences alone: the JSON of each property.
 * Each run of the one is followed by one of the other; what the compiler still needs to see comes before.
 */
export function measurePlanTime (): Measure[] {
    const here = copyOf(makeFlows(nodes).flows)
    const there = copyOf(here).map((node, index) => index % 10 === 5 ? { ...node, name: `changed ${index}` } : node)
    const times = { diff: [] as number[], plan: [] as number[], both: [] as number[], plain: [] as number[] }
    for (let run = -3; run < runs; run++) {
        const found = timed(() => diffFlows(here, there))
        const planned = timed(() => planPull({ here, there, choices: { mine: [] } }))
        const plain = timed(() => plainDiff(here, there))
        if (found.result.length !== plain.result) { throw new Error(`${found.result.length} differences instead of ${plain.result}`) }
        if (run < 0) { continue }
        times.diff.push(found.ms)
        times.plan.push(planned.ms)
        times.both.push(found.ms + planned.ms)
        times.plain.push(plain.ms)
    }
    const [diff, plan, both, plain] = [median(times.diff), median(times.plan), median(times.both), median(times.plain)]
    return [
        { name: 'differences and plan of a pull ÷ JSON of each property', size: nodes, value: rounded(both / plain, 2), unit: '×', bar: 0.6 },
        { name: 'differences of a pull', size: nodes, value: rounded(diff, 1), unit: 'ms' },
        { name: 'plan of a pull', size: nodes, value: rounded(plan, 1), unit: 'ms' }
    ]
}

function plainDiff (here: FlowNode[], there: FlowNode[]): number {
    const before = new Map(here.map(node => [node.id, node]))
    return there.filter(node => {
        const old = before.get(node.id)
        const names = new Set([...Object.keys(old ?? {}), ...Object.keys(node)])
        return [...names].filter(name => JSON.stringify(old?.[name]) !== JSON.stringify(node[name])).length > 0
    }).length
}

function timed<T> (work: () => T): { result: T, ms: number } {
    const start = performance.now()
    const result = work()
    return { result, ms: performance.now() - start }
}

/** As read from elsewhere: it shares no text with what it was made from. */
function copyOf (flows: FlowNode[]): FlowNode[] {
    return JSON.parse(JSON.stringify(flows)) as FlowNode[]
}
