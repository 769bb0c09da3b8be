import { parseArgs } from 'node:util'

export interface StartOptions {
    /** A FlowFuse to use instead of the embedded one. */
    server: string | null
    /** Do the main job once, prove it and end. */
    once: boolean
    /** Start with nothing connected. */
    fresh: boolean
}

/** @throws Error with a sentence for words that are no options */
export function readOptions (words: string[]): StartOptions {
    try {
        const { values } = parseArgs({
            args: words,
            options: { server: { type: 'string' }, once: { type: 'boolean' }, fresh: { type: 'boolean' } }
        })
        return { server: values.server ?? null, once: values.once ?? false, fresh: values.fresh ?? false }
    } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : String(error)} Use: npm start -- [--once] [--fresh] [--server URL]`, { cause: error })
    }
}
