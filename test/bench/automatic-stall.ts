import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { LocalList } from '../../src/shared/local'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { endpointPath, makeFlows } from './flows'
import { median, rounded, type Measure } from './measure'
import { askChild } from './messages'
import type { WorldOptions } from './world'

const rounds = 5
/** How long after a deploy is looked at. */
const watchedMs = 10_000

/**
 * How long a running flow lets a caller wait at most in the ten seconds after a deploy, with automatic local snapshots on and off in turns.
 * The asking begins when the flows run again, so that Node-RED's own stop and start are in neither.
 */
export async function measureAutomaticStall (
    { folder, plugin, interrupted }: Omit<WorldOptions, 'progress'>, size: number, stops: Array<() => Promise<void>>
): Promise<Measure[]> {
    const start = async (on: boolean) => {
        const local = await startNodeRed({
            userDir: join(folder, `automatic-${size}-${on}`),
            plugin,
            settings: `apiMaxLength: '20mb', 'flowfuse-snapshots': { localAuto: ${on} }`,
            interrupted
        })
        stops.push(() => local.stop())
        return local
    }
    const [on, off] = [await start(true), await start(false)]
    const asker = fork(join(__dirname, 'asker.cjs'), { execArgv: [] })
    const longest: { on: number[], off: number[] } = { on: [], off: [] }
    try {
        // The first round warms up.
        for (let round = -1; round < rounds; round++) {
            interrupted.throwIfAborted()
            const withSnapshot = await longestAfterDeploy(asker, on, size, round)
            const without = await longestAfterDeploy(asker, off, size, round)
            if (round >= 0) {
                longest.on.push(withSnapshot)
                longest.off.push(without)
            }
        }
        await requireSnapshots(on, rounds + 1)
    } finally {
        asker.disconnect()
        await Promise.all([on.stop(), off.stop()])
    }
    return [
        { name: 'longest answer after a deploy, snapshots on', size, value: rounded(median(longest.on), 1), unit: 'ms' },
        { name: 'longest answer after a deploy, snapshots off', size, value: rounded(median(longest.off), 1), unit: 'ms' },
        { name: 'stall by an automatic snapshot', size, value: rounded(median(longest.on) - median(longest.off), 1), unit: 'ms', bar: 10 }
    ]
}

async function longestAfterDeploy (asker: ChildProcess, local: LocalNodeRed, size: number, round: number): Promise<number> {
    const { flows, credentials } = makeFlows(size)
    const body = { flows: flows.map((node, index) => index === 1 ? { ...node, name: `Round ${round}` } : node), credentials }
    const started = announced(local)
    const { status } = await local.call('POST', 'flows', body, { 'Node-RED-API-Version': 'v2' })
    if (status >= 300) throw new Error(`Node-RED answered the deploy with ${status}.`)
    await started
    await askChild(asker, { begin: local.url + endpointPath, warmUp: 20 }, 'begun')
    await delay(watchedMs)
    return (await askChild<{ longest: number }>(asker, { end: true }, 'longest')).longest
}

/** Ends when Node-RED says once more that its flows run. */
function announced (local: LocalNodeRed): Promise<void> {
    const count = () => local.output().split('Started flows').length
    const before = count()
    return new Promise(resolve => {
        const look = () => {
            if (count() > before) {
                local.process.stdout?.off('data', look)
                resolve()
            }
        }
        local.process.stdout?.on('data', look)
    })
}

/** What was measured must have been done. */
async function requireSnapshots (local: LocalNodeRed, count: number): Promise<void> {
    const { snapshots } = (await local.call('GET', 'flowfuse-snapshots/local')).body as LocalList
    if (snapshots.length !== count) throw new Error(`There are ${snapshots.length} automatic snapshots after ${count} deploys.`)
}
