import { CodedError, type ErrorCode } from '../shared/errors'

/** What was not reached, or answered by something in between: the same may go through later. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
    'server-refused-connection', 'server-name-unknown', 'server-tls', 'server-timeout', 'server-cut', 'server-unreachable', 'server-redirects', 'server-not-flowfuse',
    'server-error', 'proxy-failed', 'proxy-unreachable', 'rate-limited', 'answer-unexpected', 'push-cut-short', 'push-outcome-unknown', 'capture-moved', 'flows-not-loaded'
])

/** What only a person can put right. */
const ending: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
    'signed-out', 'token-refused', 'token-powerless', 'token-not-for-team', 'not-connected', 'store-sealed-otherwise', 'not-permitted', 'role-too-low', 'needs-token',
    'needs-full-token', 'needs-version', 'team-gone', 'application-gone', 'instance-gone', 'target-locked', 'target-missing', 'preset-not-found', 'preset-ambiguous', 'server-not-allowed',
    'server-http-refused', 'auto-push-other-user', 'auto-push-full'
])

const firstRetryMs = 30_000
const lastRetryMs = 30 * 60_000

/**
 * What follows a failed push: it stops, waits for the next deploy, or is tried again, each time after about twice as long.
 * @param tries how many failed before this one
 * @param chance from 0 up to 1: many that went off at once come back one by one
 */
export function afterFailure (error: unknown, tries: number, chance: number): 'stop' | 'wait' | { retryInMs: number } {
    const code = error instanceof CodedError ? error.code : 'internal'
    if (ending.has(code)) {
        return 'stop'
    }
    return passing.has(code) ? { retryInMs: Math.min(firstRetryMs * 2 ** tries, lastRetryMs) * (0.8 + 0.4 * chance) } : 'wait'
}
