import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port'

export interface LocalOptions {
    userDir: string
    /** Source text of further members of settings.js, e.g. `adminAuth: {…}`. */
    settings?: string
    /** Beside what this process has; `undefined` takes a variable away. */
    environment?: Record<string, string | undefined>
    /** Given every line that Node-RED prints. */
    log?: (line: string) => void
    /** Path of the package to load the plugin from; this repository when absent, no plugin for `null`. */
    plugin?: string | null
    /** Default: a free one. */
    port?: number
    /** Ends a start under way, as a failure. */
    interrupted?: AbortSignal
    /** Node.js and Node-RED to run; the ones of this repository when absent. */
    binary?: { node: string, red: string }
    /** Arguments for Node.js itself, e.g. `--expose-gc`. */
    nodeArguments?: string[]
}

export interface LocalNodeRed {
    /** Address of the editor, without a trailing slash. */
    url: string
    userDir: string
    /** The process with an IPC channel, for what `nodeArguments` preloads. */
    process: ChildProcess
    /** Everything that was printed so far. */
    output (): string
    /** Resolves once this was printed: what a request has caused may be printed after its answer. @throws Error when that takes too long */
    printed (text: string): Promise<void>
    /** A request to the admin API as the editor would send it: JSON, same origin. */
    call (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<{ status: number, body: unknown }>
    stop (): Promise<void>
}

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const contain = join(root, 'test/platform/contain.cjs')
const packageName = 'node-red-contrib-flowfuse-snapshots'
const startTimeoutMs = 3 * 60_000
const printTimeoutMs = 60_000

/** Starts a real Node-RED on 127.0.0.1 with the built plugin installed in its userDir, and waits until its flows have been loaded. */
export async function startNodeRed (options: LocalOptions): Promise<LocalNodeRed> {
    const port = options.port ?? await freePort()
    await prepareUserDir(options, port)
    const { node, red } = options.binary ?? { node: process.execPath, red: ownNodeRed() }
    options.interrupted?.throwIfAborted()
    // Node-RED ends with this process, also when that is killed.
    const child = spawn(node, ['--require', contain, ...options.nodeArguments ?? [], red, '-u', options.userDir], {
        cwd: options.userDir,
        // What it prints is read here, so it is in English on every machine.
        env: { ...process.env, NODE_OPTIONS: '', LC_ALL: 'en_US.UTF-8', ...options.environment },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc']
    })
    const output = collectOutput(child, options.log)
    const interrupt = () => { child.kill() }
    options.interrupted?.addEventListener('abort', interrupt, { once: true })
    try {
        await untilStarted(child, output)
    } catch (error) {
        await stop(child)
        throw error
    } finally {
        options.interrupted?.removeEventListener('abort', interrupt)
    }
    const url = `http://127.0.0.1:${port}`
    return {
        url,
        userDir: options.userDir,
        process: child,
        output: () => output.text,
        printed: text => untilPrinted(child, output, text),
        call: (method, path, body, headers) => call(url, method, path, body, headers),
        stop: () => stop(child)
    }
}

function ownNodeRed (): string {
    return join(dirname(createRequire(import.meta.url).resolve('node-red/package.json')), 'red.js')
}

/** Makes the folder, or adds the plugin to one that is there. Its settings.js is written anew each time; flows and other modules stay. */
async function prepareUserDir (options: LocalOptions, port: number): Promise<void> {
    const modules = join(options.userDir, 'node_modules')
    await mkdir(modules, { recursive: true })
    const link = join(modules, packageName)
    await rm(link, { recursive: true, force: true })
    if (options.plugin !== null) {
        await symlink(options.plugin ?? root, link)
    }
    await writePackageFile(join(options.userDir, 'package.json'), options.plugin !== null)
    await writeFile(join(options.userDir, 'settings.js'), `module.exports = {
    uiHost: '127.0.0.1',
    uiPort: ${port},
    flowFile: 'flows.json',
    credentialSecret: 'local',
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false },
    logging: { console: { level: 'info' } },
    ${options.settings ?? ''}
}
`)
}

/** @throws Error when the file is there and no JSON */
async function writePackageFile (file: string, hasPlugin: boolean): Promise<void> {
    const text = existsSync(file) ? await readFile(file, 'utf8') : '{}'
    const existing = JSON.parse(text) as { dependencies?: Record<string, string> }
    const { [packageName]: _, ...others } = existing.dependencies ?? {}
    await writeFile(file, JSON.stringify({
        name: 'local-node-red',
        private: true,
        ...existing,
        dependencies: hasPlugin ? { ...others, [packageName]: '*' } : others
    }, null, 4))
}

interface Output { text: string, onText?: () => void }

function collectOutput (child: ChildProcess, log?: (line: string) => void): Output {
    const output: Output = { text: '' }
    const add = (chunk: Buffer) => {
        output.text += chunk.toString()
        chunk.toString().split('\n').filter(line => line !== '').forEach(line => log?.(line))
        output.onText?.()
    }
    child.stdout?.on('data', add)
    child.stderr?.on('data', add)
    return output
}

/** Started means: the server listens and the flows were loaded, or Node-RED has said why they don't run. */
function untilStarted (child: ChildProcess, output: Output): Promise<void> {
    return new Promise((resolve, reject) => {
        const settle = (failure?: string) => {
            clearTimeout(timer)
            child.off('exit', ended)
            output.onText = undefined
            if (failure === undefined) {
                resolve()
            } else {
                reject(new Error(`Node-RED ${failure}. It printed:\n${output.text}`))
            }
        }
        const ended = (code: number | null) => settle(`ended with code ${code} at its start`)
        const timer = setTimeout(() => settle(`did not start within ${startTimeoutMs / 1000} s`), startTimeoutMs)
        child.once('exit', ended)
        output.onText = () => {
            const loaded = /Started flows|Waiting for missing types|Stopped flows|Flows stopped|safe mode|Failed to load external modules/i.test(output.text)
            if (loaded && output.text.includes('Server now running')) {
                settle()
            }
        }
    })
}

async function untilPrinted (child: ChildProcess, output: Output, text: string): Promise<void> {
    const signal = AbortSignal.timeout(printTimeoutMs)
    while (!output.text.includes(text)) {
        await once(child.stdout!, 'data', { signal })
    }
}

async function call (
    url: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}
): Promise<{ status: number, body: unknown }> {
    const response = await fetch(`${url}/${path}`, {
        method,
        headers: { ...(method !== 'GET' && { 'content-type': 'application/json', origin: new URL(url).origin }), ...headers },
        ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) })
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, body: isJson ? JSON.parse(text) as unknown : text }
}

function stop (child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) {
        return Promise.resolve()
    }
    return new Promise(resolve => {
        const force = setTimeout(() => child.kill('SIGKILL'), 30_000)
        child.once('exit', () => {
            clearTimeout(force)
            resolve()
        })
        child.kill('SIGTERM')
    })
}
