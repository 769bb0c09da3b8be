import type { SnapshotComparison } from './snapshot-comparison'
import { callsInPage, callsTo, type Later } from './worker-calls'
import { startWorker } from './worker-thread'

type Methods = Pick<SnapshotComparison, 'compare' | 'details' | 'detailsOf' | 'flow'>

const names = ['compare', 'details', 'detailsOf', 'flow'] as const

export type CompareCalls = Later<Methods>

export interface CompareThread { calls: CompareCalls, end: () => void }

/** Starts the worker in which snapshots are compared, or does it in the page. */
export async function startCompareThread (): Promise<CompareThread> {
    const worker = await startWorker('compare-worker.js')
    if (worker === null) {
        const { SnapshotComparison } = await import('./snapshot-comparison')
        return { calls: compareInPage(new SnapshotComparison()), end: () => undefined }
    }
    return { calls: callsTo<Methods>(worker, names), end: () => worker.terminate() }
}

export function compareInPage (comparison: SnapshotComparison): CompareCalls {
    return callsInPage<Methods>(comparison, names)
}
