import { setImmediate as nextTick } from 'node:timers/promises'

/** Work on the event loop at most this long before flows get their turn again. */
const sliceMs = 4

/** Lets everything else run once the present slice of long work has lasted long enough. */
export class Slice {
    private startedAt = performance.now()

    isOver (): boolean {
        return performance.now() - this.startedAt > sliceMs
    }

    async rest (): Promise<void> {
        await nextTick()
        this.startedAt = performance.now()
    }
}
