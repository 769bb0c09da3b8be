import { median, rounded, type Measure } from './measure'
import { askChild } from './messages'
import type { World } from './world'

/** Bytes, with and without V8's young generation; see memory-probe.cjs. */
interface Memory { used: number, old: number }

const rounds = 5
/** As the editor does: what answers leave behind is not the push's. */
const pollMs = 400

/** How much more memory Node-RED uses at the peak of a push than before it, in sizes of the body. */
export async function measureMemory (world: World, size: number, body: Buffer): Promise<Measure[]> {
    const { process: nodeRed } = world.local
    const growths: Memory[] = []
    for (let round = 0; round < rounds; round++) {
        await world.preview()
        const { idle } = await askChild<{ idle: Memory }>(nodeRed, { memory: 'idle' }, 'idle')
        await askChild(nodeRed, { memory: 'watch' }, 'watching')
        await world.push(pollMs)
        const { peak } = await askChild<{ peak: Memory }>(nodeRed, { memory: 'peak' }, 'peak')
        growths.push({ used: peak.used - idle.used, old: peak.old - idle.old })
        await world.deleteSnapshots()
    }
    const used = median(growths.map(growth => growth.used))
    const old = median(growths.map(growth => growth.old))
    return [
        { name: 'memory of a push', size, value: Math.round(used), unit: 'B' },
        { name: 'memory of a push ÷ body', size, value: rounded(used / body.length, 2), unit: '×', bar: 3 },
        { name: 'the same without the young generation', size, value: rounded(old / body.length, 2), unit: '×' }
    ]
}
