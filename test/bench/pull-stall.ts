import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { endpointPath } from './flows'
import { median, rounded, type Measure } from './measure'
import { askChild } from './messages'
import type { World } from './world'

const rounds = 5

/**
 * How long a running flow lets a caller wait at most while a snapshot is looked at to be pulled, beside the same while this process, not
 * Node-RED, fetches it: so the platform and the machine are as busy both times.
 */
export async function measurePullStall (world: World, size: number): Promise<Measure[]> {
    const asker = fork(join(__dirname, 'asker.cjs'), { execArgv: [] })
    const looking: number[] = []
    const fetching: number[] = []
    try {
        await world.push()
        for (let round = 0; round < rounds; round++) {
            looking.push(await longestAnswer(asker, world, () => world.lookAt()))
            fetching.push(await longestAnswer(asker, world, () => world.fetch()))
        }
        await world.deleteSnapshots()
    } finally {
        asker.disconnect()
    }
    return [
        { name: 'longest answer while a pull is looked at', size, value: rounded(median(looking), 1), unit: 'ms' },
        { name: 'longest answer during a raw export', size, value: rounded(median(fetching), 1), unit: 'ms' },
        { name: 'stall by looking at a pull', size, value: rounded(median(looking) - median(fetching), 1), unit: 'ms', bar: 20 }
    ]
}

async function longestAnswer (asker: ChildProcess, world: World, during: () => Promise<unknown>): Promise<number> {
    await askChild(asker, { begin: world.local.url + endpointPath }, 'begun')
    await during()
    return (await askChild<{ longest: number }>(asker, { end: true }, 'longest')).longest
}
