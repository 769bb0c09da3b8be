import { median, rounded, type Measure } from './measure'
import type { World } from './world'

const pairs = 9

/** What a push through the plugin takes, beside the mere transmission of the same body to the platform, in turns. */
export async function measurePushTime (world: World, size: number, body: Buffer): Promise<Measure[]> {
    const pushes: number[] = []
    const posts: number[] = []
    await world.push()
    await world.post(body)
    for (let pair = 0; pair < pairs; pair++) {
        await world.deleteSnapshots()
        await world.preview()
        // Each goes first in turn, so that neither always finds the platform just woken or still busy.
        if (pair % 2 === 0) pushes.push(await world.push())
        await world.preview()
        posts.push(await world.post(body))
        if (pair % 2 === 1) pushes.push(await world.push())
    }
    await world.deleteSnapshots()
    return [
        { name: 'body of a push', size, value: body.length, unit: 'B' },
        { name: 'push', size, value: rounded(median(pushes), 1), unit: 'ms' },
        { name: 'raw create', size, value: rounded(median(posts), 1), unit: 'ms' },
        { name: 'push ÷ raw create', size, value: rounded(median(pushes) / median(posts), 3), unit: '×', bar: 1.1 }
    ]
}
