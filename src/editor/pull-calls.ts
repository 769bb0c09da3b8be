/** Calls from the page to the comparison of a pull in its worker. */
import type { PullComparison } from './pull-comparison'
import * as worker from './worker-calls'

type Methods = Pick<PullComparison, 'compare' | 'plan' | 'changes' | 'details' | 'copy'>

const names = ['compare', 'plan', 'changes', 'details', 'copy'] as const

/** The comparison as it is used from outside: everything is answered later. */
export type ComparisonCalls = worker.Later<Methods>

/** The worker's side. */
export function answerIn (port: worker.Port, comparison: PullComparison): void {
    worker.answerIn(port, comparison)
}

/** The page's side. */
export function callsTo (port: worker.Port): ComparisonCalls {
    return worker.callsTo<Methods>(port, names)
}

/** The same in the page itself, where it can have no worker. */
export function callsInPage (comparison: PullComparison): ComparisonCalls {
    return worker.callsInPage<Methods>(comparison, names)
}
