import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, closeSync, constants, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cacheFolder } from './cache'
import { LockedError, takeLock } from './lock'

type Progress = (line: string) => void

/** What is installed, as folders of `home`: siblings, as Node-RED looks for nodes in every `node_modules` above its own. */
const PARTS = { flowfuse: __dirname, stack: join(__dirname, 'stack') }

/** npm runs no install scripts but those of these two, which are built from source: their download servers may be out of reach. */
const NATIVE = ['sqlite3', 'bcrypt']

/** How long to wait for another process that installs the same platform. */
const INSTALL_DEADLINE = 20 * 60_000

/**
 * Makes sure that FlowFuse, its launcher and a Node-RED stack are installed in the user's cache; at once when they are.
 * @param progress gets a line for every step and, every few seconds, how long it takes
 * @returns `home`, the folder with `flowfuse/node_modules` and `stack/node_modules`
 * @throws Error naming the missing build tool, or the step that failed and its log
 */
export async function ensurePlatform (progress: Progress): Promise<{ home: string }> {
    const cache = cacheFolder()
    const name = `platform-${fingerprint()}`
    const home = join(cache, name)
    if (existsSync(home)) return { home }

    requireBuildTools()
    mkdirSync(cache, { recursive: true })
    const release = await waitForLock(join(cache, `${name}.lock`), progress)
    try {
        if (!existsSync(home)) await install(cache, name, progress)
    } finally {
        release()
    }
    return { home }
}

async function install (cache: string, name: string, progress: Progress): Promise<void> {
    // Whatever an interrupted install left has no owner any more: we hold the lock.
    for (const entry of readdirSync(cache)) {
        if (entry.startsWith(`${name}.partial-`)) rmSync(join(cache, entry), { recursive: true, force: true })
    }
    // A name of our own: the npm of an install that was killed may still be writing into its folder.
    const partial = join(cache, `${name}.partial-${process.pid}`)
    const log = join(cache, `${name}.log`)
    rmSync(log, { force: true })
    for (const [part, source] of Object.entries(PARTS)) {
        mkdirSync(join(partial, part), { recursive: true })
        for (const file of ['package.json', 'package-lock.json']) cpSync(join(source, file), join(partial, part, file))
    }
    const flowfuse = join(partial, 'flowfuse')
    progress('Installing the FlowFuse platform, once; this takes a few minutes.')
    await npm('downloading FlowFuse', ['ci', '--ignore-scripts'], flowfuse, log, progress)
    await npm('building sqlite3 and bcrypt', ['rebuild', '--ignore-scripts=false', '--foreground-scripts', ...NATIVE], flowfuse, log, progress)
    // A rebuild that ran no script is a success to npm: only loading them tells.
    await run('loading sqlite3 and bcrypt', process.execPath, ['-e', NATIVE.map(module => `require('${module}')`).join(';')], flowfuse, log, progress)
    await npm('downloading the Node-RED stack', ['ci', '--ignore-scripts'], join(partial, 'stack'), log, progress)
    // The rename is what makes it installed: an install that was interrupted is never taken for a whole one.
    renameSync(partial, join(cache, name))
}

function fingerprint (): string {
    const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.versions.modules}`)
    for (const source of Object.values(PARTS)) {
        for (const file of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(source, file)))
    }
    return hash.digest('hex').slice(0, 16)
}

function requireBuildTools (): void {
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

async function waitForLock (file: string, progress: Progress): Promise<() => void> {
    const started = Date.now()
    let told = false
    for (;;) {
        try {
            return takeLock(file)
        } catch (error) {
            if (!(error instanceof LockedError) || Date.now() - started > INSTALL_DEADLINE) throw error
            if (!told) progress(`Waiting for process ${error.pid}, which is installing the platform.`)
            told = true
        }
        await delay(500)
    }
}

function npm (step: string, args: string[], cwd: string, log: string, progress: Progress): Promise<void> {
    return run(step, 'npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier'], cwd, log, progress)
}

async function run (step: string, command: string, args: string[], cwd: string, log: string, progress: Progress): Promise<void> {
    const started = Date.now()
    const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`
    progress(`… ${step}`)
    const ticker = setInterval(() => progress(`… ${step}, ${elapsed()}`), 5000)
    const output = openSync(log, 'a', 0o600)
    try {
        const code = await new Promise<number | null>((resolve, reject) => {
            const child = spawn(command, args, { cwd, env: buildEnvironment(), stdio: ['ignore', output, output] })
            child.once('error', reject)
            child.once('exit', resolve)
        })
        if (code !== 0) throw new Error(`it ended with code ${code}`)
        progress(`✓ ${step}, ${elapsed()}`)
    } catch (error) {
        throw new Error(`Installing the test platform failed while ${step} (${(error as Error).message}): see ${log}, then start again.`)
    } finally {
        clearInterval(ticker)
        closeSync(output)
    }
}

function buildEnvironment (): NodeJS.ProcessEnv {
    // What `npm test` set for its own package (prefix, lifecycle, package fields) must not steer the npm inside.
    const inherited = Object.entries(process.env).filter(([key]) => !/^npm_(package|lifecycle|config_(local_)?prefix)/i.test(key))
    const prefix = dirname(dirname(process.execPath))
    // node-gyp would download the headers that most installations of Node.js bring along.
    const headers = existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {}
    return { ...Object.fromEntries(inherited), ...headers, npm_config_build_from_source: 'true' }
}
