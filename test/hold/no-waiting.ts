import { open } from 'node:fs/promises'
// Its one object that all who import it have.
import timers from 'node:timers/promises'
import { automaticPushTimes, pushTimes } from '../../src/runtime/push-times'

/**
 * Lets time go on only by the pauses that the plugin makes, which are short, and the time that it waits for an answer end only when a fault
 * says so. Nothing is ever late then, however loaded the machine is.
 */
export class NoWaiting {
    private readonly kept = {
        pushTimes: { ...pushTimes }, automaticPushTimes: { ...automaticPushTimes }, setTimeout: timers.setTimeout, timeout: AbortSignal.timeout,
        now: performance.now
    }

    private readonly sync: () => Promise<void>
    private waiting = new Set<AbortController>()

    private constructor (private readonly files: { sync (): Promise<void> }) {
        this.sync = files.sync
        // Nobody cuts the power here.
        files.sync = async () => undefined
        const { setTimeout: real } = this.kept
        let passed = performance.now()
        performance.now = () => passed
        timers.setTimeout = (ms, value, options) => {
            passed += ms ?? 0
            return real(Math.min(ms ?? 0, 1), value, options)
        }
        const short = { lostAnswer: 8_000, untilRunning: 25_000, poll: 1000 }
        Object.assign(pushTimes, short)
        Object.assign(automaticPushTimes, short)
        AbortSignal.timeout = () => {
            const controller = new AbortController()
            this.waiting.add(controller)
            return controller.signal
        }
    }

    static async start (): Promise<NoWaiting> {
        const file = await open(__filename)
        await file.close()
        return new NoWaiting(Object.getPrototypeOf(file) as { sync (): Promise<void> })
    }

    /** All who wait for an answer have waited too long now. */
    expire (): void {
        const { waiting } = this
        this.waiting = new Set()
        waiting.forEach(controller => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')))
    }

    /** Forgets those who wait no more. */
    forget (): void {
        this.waiting.clear()
    }

    end (): void {
        const { kept } = this
        Object.assign(pushTimes, kept.pushTimes)
        Object.assign(automaticPushTimes, kept.automaticPushTimes)
        timers.setTimeout = kept.setTimeout
        AbortSignal.timeout = kept.timeout
        performance.now = kept.now
        this.files.sync = this.sync
    }
}
