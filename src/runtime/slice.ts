import { setImmediate as nextTick } from 'node:timers/promises'

/** Work on the event loop at most this long, in milliseconds, before flows get their turn again. */
const sliceMs = 4
/** For work that nobody waits for long: a message on its way through a flow waits for several turns, one a node. */
export const shortSliceMs = 1

/** Lets everything else run once the present slice of long work has lasted long enough. */
export class Slice {
    private startedAt = performance.now()

    constructor (private readonly ms: number = sliceMs) {}

    isOver (): boolean {
        return performance.now() - this.startedAt > this.ms
    }

    async rest (): Promise<void> {
        await nextTick()
        this.startedAt = performance.now()
    }
}
