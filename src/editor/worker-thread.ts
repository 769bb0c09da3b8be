import { resourceUrl } from './node-red'

/**
 * Starts a worker of this plugin, which says something as soon as it is ready.
 * @param file its name in resources/dist
 * @returns null where the page can have none, as where a proxy's Content-Security-Policy forbids it: then the page does the work itself,
 * which is as right and not as smooth
 */
export async function startWorker (file: string): Promise<Worker | null> {
    try {
        const worker = new Worker(resourceUrl(`dist/${file}`), { type: 'module' })
        await new Promise((resolve, reject) => {
            worker.onmessage = resolve
            worker.onerror = event => {
                event.preventDefault()
                reject(new Error(event.message))
            }
        })
        worker.onerror = null
        return worker
    } catch {
        return null
    }
}
