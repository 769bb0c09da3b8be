import { join } from 'node:path'
import { startNodeRed } from '../node-red/local'
import { median, rounded, type Measure } from './measure'
import type { WorldOptions } from './world'

const pairs = 7

/** What the plugin adds to Node-RED's start, from the process to the started flows; with and without it in turns. */
export async function measureStartTime ({ folder, plugin, interrupted }: WorldOptions): Promise<Measure[]> {
    const start = async (userDir: string, installed: string | null) => {
        const started = performance.now()
        const local = await startNodeRed({ userDir: join(folder, userDir), plugin: installed, interrupted })
        const took = performance.now() - started
        await local.stop()
        return took
    }
    const times: { with: number[], without: number[] } = { with: [], without: [] }
    // The first start of each makes the files that the others find.
    for (let pair = -1; pair < pairs; pair++) {
        const [without, withPlugin] = [await start('start-without', null), await start('start-with', plugin)]
        if (pair >= 0) {
            times.without.push(without)
            times.with.push(withPlugin)
        }
    }
    const [withPlugin, without] = [median(times.with), median(times.without)]
    return [
        { name: 'start of Node-RED', size: null, value: Math.round(without), unit: 'ms' },
        { name: 'what the plugin adds ÷ start without it', size: null, value: rounded((withPlugin - without) / without, 3), unit: '×' }
    ]
}
