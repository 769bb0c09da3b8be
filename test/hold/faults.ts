/**
 * Every fault at every request of every road that a user goes. `npx tsx test/hold/faults.ts [road …]` tries the roads whose names hold that
 * in this process; `npm run test:hold -- faults` all, some side by side.
 */
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { faults, type Fault } from './fault-kinds'
import { roads, type Road } from './fault-roads'
import { Deaths, tryAll, wayOf, type Trial } from './fault-trial'
import { NoWaiting } from './no-waiting'
import type { HoldResult } from './run'

/** Those that are also tried at every request from some point on, and not at that one alone. 401: a token that is revoked meanwhile. */
const lasting = ['401', 'a connection that breaks, not done', '502 of a gateway, not done', '503, done', '429', 'no answer, done']

interface RoadResult { road: string, requests: number, tried: number, failures: string[] }

async function tryRoad (road: Road, say: (line: string) => void): Promise<RoadResult> {
    const waiting = await NoWaiting.start()
    const deaths = new Deaths()
    const began = Date.now()
    try {
        const way = await wayOf(road, waiting)
        const trials = way.points.flatMap(({ call }, at): Trial[] => [
            ...faultsAt(call).map(fault => ({ way, at, fault, isLasting: false })),
            ...faults.filter(({ name }) => lasting.includes(name)).map(fault => ({ way, at, fault, isLasting: true }))
        ])
        const failures = await tryAll(trials, waiting, say)
        failures.push(...deaths.causes.map(cause => `${road.name}: would have ended the process: ${cause}`))
        const seconds = Math.round((Date.now() - began) / 1000)
        say(`${failures.length === 0 ? '✓' : '✗'} ${road.name}: ${way.points.length} requests, ${trials.length} faults, ${seconds} s`)
        return { road: road.name, requests: way.points.length, tried: trials.length, failures }
    } finally {
        deaths.end()
        waiting.end()
    }
}

/** Whether the platform has done a mere reading before it fails makes no difference. */
function faultsAt (call: string): Fault[] {
    return faults.filter(({ name, means }) => !call.startsWith('GET ') || means !== 'lost' || name.startsWith('a cut'))
}

/** The same in a process of its own, which a fault that ends it does not take this one along with. */
async function tryApart ({ name }: Road, say: (line: string) => void): Promise<RoadResult> {
    const child = fork(__filename, ['--apart', name], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => text.split('\n').filter(line => line !== '').forEach(say))
    let result: RoadResult | null = null
    child.on('message', message => { result = message as RoadResult })
    const code = await new Promise<number | null>(resolve => { child.once('close', resolve) })
    return result ?? { road: name, requests: 0, tried: 0, failures: [`${name}: the process ended with ${code}`] }
}

export async function hold (say: (line: string) => void): Promise<HoldResult> {
    const waiting = [...roads]
    const results: RoadResult[] = []
    const work = async () => {
        for (let road = waiting.shift(); road !== undefined; road = waiting.shift()) {
            results.push(await tryApart(road, say))
        }
    }
    await Promise.all(Array.from({ length: availableParallelism() + 1 }, work))
    const failures = results.flatMap(result => result.failures)
    const sum = (count: (result: RoadResult) => number) => results.reduce((total, result) => total + count(result), 0)
    const tried = sum(result => result.tried)
    const fatal = new Set(failures.map(failure => failure.split(': ')[0])).size
    return {
        figures: { roads: roads.length, requests: sum(({ requests }) => requests), 'kinds of faults': faults.length, 'faults tried': tried, survived: tried - fatal },
        failures
    }
}

async function main ([first = '', ...names]: string[]): Promise<void> {
    const say = (line: string) => { process.stdout.write(`${line}\n`) }
    const chosen = first === '--apart' ? roads.filter(({ name }) => name === names[0]) : roads.filter(({ name }) => [first, ...names].some(each => name.includes(each)))
    for (const road of chosen) {
        const result = await tryRoad(road, say)
        process.exitCode = result.failures.length === 0 ? process.exitCode : 1
        await new Promise<void>(resolve => { process.send === undefined ? resolve() : process.send(result, () => resolve()) })
    }
    process.disconnect?.()
}

if (require.main === module) {
    void main(process.argv.slice(2)).finally(() => process.exit())
}
