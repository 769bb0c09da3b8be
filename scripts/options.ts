import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { cacheFolder } from '../test/platform/cache'

export interface StartOptions {
    /** Only print how to use it. */
    help: boolean
    /** A FlowFuse to use instead of the embedded one. */
    server: string | null
    /** Name of the hosted instance to push to; null for the embedded FlowFuse's own, and for none on another. */
    instance: string | null
    /** Do the main job once, with a local Node-RED made for it, prove it and end. */
    once: boolean
    /** Start with nothing connected. */
    fresh: boolean
    /** Folder of what is kept from one start to the next: the embedded FlowFuse and the local Node-RED. */
    data: string
}

const use = 'Use: npm start -- [--once] [--fresh] [--server URL] [--instance NAME] [--data FOLDER]'

export const usage = `${use}

  --once            push and restore the example once, without a browser, ask the hosted instance whether everything arrived, and end
  --fresh           forget the sign-in of earlier starts and start with nothing connected; the flows stay
  --server URL      use that FlowFuse instead of one on this computer; the token comes from FLOWFUSE_TOKEN
  --instance NAME   push to the hosted instance of that name; --once with --server needs it
  --data FOLDER     keep the data of FlowFuse and the local Node-RED there; otherwise in ${cacheFolder()}`

/** @throws Error with a sentence for words that are no options, or that don't go together */
export function readOptions (words: string[]): StartOptions {
    const { help, server, instance, once, fresh, data } = parse(words)
    if (once && server !== undefined && instance === undefined && !help) {
        throw new Error('--once with --server needs --instance NAME, the hosted instance that is to run the example in place of its own flows.')
    }
    return {
        help: help ?? false,
        server: server ?? null,
        instance: instance ?? null,
        once: once ?? false,
        fresh: fresh ?? false,
        data: resolve(data ?? cacheFolder())
    }
}

function parse (words: string[]) {
    try {
        return parseArgs({
            args: words,
            options: {
                help: { type: 'boolean', short: 'h' },
                server: { type: 'string' },
                instance: { type: 'string' },
                once: { type: 'boolean' },
                fresh: { type: 'boolean' },
                data: { type: 'string' }
            }
        }).values
    } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : String(error)}\n${use}`, { cause: error })
    }
}
