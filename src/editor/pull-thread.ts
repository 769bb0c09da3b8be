import { resourceUrl } from './node-red'
import { callsInPage, callsTo, type ComparisonCalls } from './pull-calls'

export interface ComparisonThread { calls: ComparisonCalls, end: () => void }

/**
 * Starts the worker in which flows are compared. A page whose rules forbid workers (a proxy's Content-Security-Policy) compares by itself,
 * which is as right and not as smooth.
 */
export async function startComparison (): Promise<ComparisonThread> {
    const worker = await startWorker().catch(() => null)
    if (worker === null) {
        const { PullComparison } = await import('./pull-comparison')
        return { calls: callsInPage(new PullComparison()), end: () => undefined }
    }
    return { calls: callsTo(worker), end: () => worker.terminate() }
}

async function startWorker (): Promise<Worker> {
    const worker = new Worker(resourceUrl('dist/pull-worker.js'), { type: 'module' })
    await new Promise((resolve, reject) => {
        worker.onmessage = resolve
        worker.onerror = event => {
            event.preventDefault()
            reject(new Error(event.message))
        }
    })
    worker.onerror = null
    return worker
}
