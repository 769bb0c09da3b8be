import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { cacheFolder } from '../test/platform/cache'

export interface StartOptions {
    /** A FlowFuse to use instead of the embedded one. */
    server: string | null
    /** Do the main job once, prove it and end. */
    once: boolean
    /** Start the local Node-RED anew, with nothing connected. */
    fresh: boolean
    /** Folder of what is kept from one start to the next: the embedded FlowFuse and the local Node-RED. */
    data: string
}

/** @throws Error with a sentence for words that are no options */
export function readOptions (words: string[]): StartOptions {
    try {
        const { values } = parseArgs({
            args: words,
            options: { server: { type: 'string' }, once: { type: 'boolean' }, fresh: { type: 'boolean' }, data: { type: 'string' } }
        })
        return {
            server: values.server ?? null,
            once: values.once ?? false,
            fresh: values.fresh ?? false,
            data: resolve(values.data ?? cacheFolder())
        }
    } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : String(error)}\nUse: npm start -- [--once] [--fresh] [--server URL] [--data FOLDER]`, { cause: error })
    }
}
