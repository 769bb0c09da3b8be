import { CodedError, type ErrorAnswer } from '../shared/errors'
import type { AutoPushKey } from './auto-push-once'

/** Time, as an automatic push sees it. */
export interface Clock {
    now: () => number
    /** Calls `run` once after so many milliseconds. @returns a function that ends it */
    later: (ms: number, run: () => void) => () => void
    /** From 0 up to 1. */
    random: () => number
}

export const clock: Clock = {
    now: Date.now,
    later: (ms, run) => {
        const timer = setTimeout(run, ms).unref()
        return () => { clearTimeout(timer) }
    },
    random: Math.random
}

/** What became of the last attempt at one instance. */
export interface Attempt {
    failure: ErrorAnswer | null
    /** How many in a row failed and were tried again. */
    tries: number
    /** When the next one is due, in milliseconds since 1970; null when none is. */
    retryAt: number | null
    cancel: () => void
}

const first: Attempt = { failure: null, tries: 0, retryAt: null, cancel: () => undefined }

/** What became of the last attempt at each instance, as long as Node-RED runs. */
export class Attempts {
    private readonly attempts = new Map<string, Attempt>()

    /** @param log is told of each failure that is another one than before */
    constructor (private readonly clock: Clock, private readonly log: (error: unknown) => void) {}

    of (key: AutoPushKey): Attempt {
        return this.attempts.get(nameOf(key)) ?? first
    }

    /** It failed, and is not tried again by itself. */
    failed (key: AutoPushKey, error: unknown): void {
        const failure = answerFor(error)
        if (failure.code !== this.of(key).failure?.code) {
            this.log(error)
        }
        this.attempts.set(nameOf(key), { ...first, failure })
    }

    /** It failed, and `again` is called in so many milliseconds. */
    failedFor (key: AutoPushKey, error: unknown, ms: number, again: () => void): void {
        const { tries } = this.of(key)
        this.failed(key, error)
        const cancel = this.clock.later(ms, () => {
            this.attempts.set(nameOf(key), { ...this.of(key), retryAt: null })
            again()
        })
        this.attempts.set(nameOf(key), { failure: answerFor(error), tries: tries + 1, retryAt: this.clock.now() + ms, cancel })
    }

    forget (key: AutoPushKey): void {
        this.of(key).cancel()
        this.attempts.delete(nameOf(key))
    }
}

/** The sentence for a failure; what has none is in the log. */
export function answerFor (error: unknown): ErrorAnswer {
    return error instanceof CodedError ? error.toAnswer() : { code: 'internal', params: {} }
}

function nameOf ({ server, instanceId }: AutoPushKey): string {
    return `${server} ${instanceId}`
}
