import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { endpointPath } from './flows'
import { median, rounded, type Measure } from './measure'
import { askChild } from './messages'
import type { World } from './world'

const rounds = 5

/**
 * How long a running flow lets a caller wait at most during a push, beside the same while this process, not Node-RED, posts the body:
 * so the platform and the machine are as busy both times.
 */
export async function measureStall (world: World, size: number, body: Buffer): Promise<Measure[]> {
    const asker = fork(join(__dirname, 'asker.cjs'), { execArgv: [] })
    const pushing: number[] = []
    const posting: number[] = []
    try {
        for (let round = 0; round < rounds; round++) {
            await world.preview()
            pushing.push(await longestAnswer(asker, world, () => world.push()))
            await world.preview()
            posting.push(await longestAnswer(asker, world, () => world.post(body)))
            await world.deleteSnapshots()
        }
    } finally {
        asker.disconnect()
    }
    return [
        { name: 'longest answer while pushing', size, value: rounded(median(pushing), 1), unit: 'ms' },
        { name: 'longest answer during a raw create', size, value: rounded(median(posting), 1), unit: 'ms' },
        { name: 'stall by a push', size, value: rounded(median(pushing) - median(posting), 1), unit: 'ms', bar: 20 }
    ]
}

async function longestAnswer (asker: ChildProcess, world: World, during: () => Promise<unknown>): Promise<number> {
    await askChild(asker, { begin: world.local.url + endpointPath }, 'begun')
    await during()
    return (await askChild<{ longest: number }>(asker, { end: true }, 'longest')).longest
}
