import { callsInPage, callsTo, type ComparisonCalls } from './pull-calls'
import { startWorker } from './worker-thread'

export interface ComparisonThread { calls: ComparisonCalls, end: () => void }

/** Starts the worker in which flows are compared, or does it in the page. */
export async function startComparison (): Promise<ComparisonThread> {
    const worker = await startWorker('pull-worker.js')
    if (worker === null) {
        const { PullComparison } = await import('./pull-comparison')
        return { calls: callsInPage(new PullComparison()), end: () => undefined }
    }
    return { calls: callsTo(worker), end: () => worker.terminate() }
}
