import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installedIn, installOnce, type Packages, type Progress } from './cached-install'

/** The folders are siblings, as Node-RED looks for nodes in every `node_modules` above its own. */
const PLATFORM: Packages = {
    name: 'platform', what: 'the test platform', parts: { flowfuse: __dirname, stack: join(__dirname, 'stack') }
}

/** npm runs no install scripts but those of these two, which are built from source: their download servers may be out of reach. */
const NATIVE = ['sqlite3', 'bcrypt']

/**
 * Makes sure that FlowFuse, its launcher and a Node-RED stack are installed in the user's cache; at once when they are.
 * @param progress gets a line for every step and, every few seconds, how long it takes
 * @param interrupted stops an installation; the next one begins anew
 * @returns `home`, the folder with `flowfuse/node_modules` and `stack/node_modules`
 * @throws Error naming the missing build tool, or the step that failed and its log
 */
export async function ensurePlatform (progress: Progress, interrupted?: AbortSignal): Promise<{ home: string }> {
    requireBuildTools()
    const home = await installOnce(PLATFORM, { progress, interrupted }, async steps => {
        progress('Installing the FlowFuse platform, once; this takes a few minutes.')
        await steps.npm('downloading FlowFuse', ['ci', '--ignore-scripts'], 'flowfuse')
        await steps.npm('building sqlite3 and bcrypt', ['rebuild', '--ignore-scripts=false', '--foreground-scripts', ...NATIVE], 'flowfuse')
        // A rebuild that ran no script is a success to npm: only loading them tells.
        await steps.run('loading sqlite3 and bcrypt', process.execPath, ['-e', NATIVE.map(module => `require('${module}')`).join(';')], 'flowfuse')
        await steps.npm('downloading the Node-RED stack', ['ci', '--ignore-scripts'], 'stack')
    })
    return { home }
}

/** @throws Error naming the build tools that are missing, unless the platform is installed already */
export function requireBuildTools (): void {
    if (existsSync(installedIn(PLATFORM))) return
    const tools: [command: string, debianPackage: string][] = [
        [process.env.CC || 'cc', 'build-essential'],
        [process.env.CXX || 'g++', 'build-essential'],
        ['make', 'build-essential'],
        ['python3', 'python3']
    ]
    const missing = tools.filter(([command]) => !isOnPath(command))
    if (missing.length === 0) return
    const packages = [...new Set(missing.map(([, debianPackage]) => debianPackage))]
    throw new Error(`The test platform builds ${NATIVE.join(' and ')} from source and ${missing.map(([command]) => command).join(', ')} ` +
        `cannot be found: install it (on Debian: apt-get install ${packages.join(' ')}) and start again.`)
}

function isOnPath (command: string): boolean {
    // CC and CXX may carry a wrapper or options ("ccache gcc").
    const program = command.split(' ')[0] ?? command
    const candidates = program.includes('/') ? [program] : (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, program))
    return candidates.some(candidate => {
        try {
            accessSync(candidate, constants.X_OK)
            return true
        } catch {
            return false
        }
    })
}
