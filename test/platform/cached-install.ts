import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cacheFolder } from './cache'
import { LockedError, takeLock } from './lock'
import { stopTree } from './processes'

export type Progress = (line: string) => void

/** Private packages that are installed together, once, into the user's cache. */
export interface Packages {
    /** Begins the folder's name. */
    name: string
    /** In words, for progress and errors: "the test platform". */
    what: string
    /** Folders of the installation, each with the folder that its package.json and lock are taken from. */
    parts: Record<string, string>
}

export interface Reporting { progress: Progress, interrupted?: AbortSignal }

/** How long to wait for another process that installs the same. */
const INSTALL_DEADLINE = 20 * 60_000

/** Where the packages are, or will be, installed; another place for other locks, another system or another Node.js. */
export function installedIn (packages: Packages): string {
    const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.versions.modules}`)
    for (const source of Object.values(packages.parts)) {
        for (const file of ['package.json', 'package-lock.json']) hash.update(readFileSync(join(source, file)))
    }
    return join(cacheFolder(), `${packages.name}-${hash.digest('hex').slice(0, 16)}`)
}

/**
 * Installs packages unless they are; of several processes that want the same, one installs and the others wait.
 * @param work does it in `steps.folder`, where every part has its package.json and lock; the folder is whole or absent to all others
 * @returns the folder with the parts
 * @throws Error naming the step that failed and its log
 */
export async function installOnce (packages: Packages, reporting: Reporting, work: (steps: InstallSteps) => Promise<void>): Promise<string> {
    const home = installedIn(packages)
    if (existsSync(home)) return home

    mkdirSync(cacheFolder(), { recursive: true })
    const release = await waitForLock(`${home}.lock`, packages.what, reporting.progress)
    try {
        if (!existsSync(home)) await install(home, packages, reporting, work)
    } finally {
        release()
    }
    return home
}

async function install (home: string, packages: Packages, reporting: Reporting, work: (steps: InstallSteps) => Promise<void>): Promise<void> {
    // Whatever an interrupted install left has no owner any more: we hold the lock.
    for (const entry of readdirSync(dirname(home)).map(each => join(dirname(home), each))) {
        if (entry.startsWith(`${home}.partial-`)) rmSync(entry, { recursive: true, force: true })
    }
    // A name of our own: the npm of an install that was killed may still be writing into its folder.
    const partial = `${home}.partial-${process.pid}`
    const log = `${home}.log`
    rmSync(log, { force: true })
    for (const [part, source] of Object.entries(packages.parts)) {
        mkdirSync(join(partial, part), { recursive: true })
        for (const file of ['package.json', 'package-lock.json']) cpSync(join(source, file), join(partial, part, file))
    }
    await work(new InstallSteps(partial, packages.what, log, reporting))
    // The rename is what makes it installed: an install that was interrupted is never taken for a whole one.
    renameSync(partial, home)
}

/** Runs the steps of an installation, tells how long each takes, and keeps what they print in the log. */
export class InstallSteps {
    constructor (readonly folder: string, private readonly what: string, private readonly log: string, private readonly reporting: Reporting) {}

    /** @throws Error naming the step, also for one that was interrupted */
    npm (step: string, args: string[], part: string): Promise<void> {
        return this.run(step, 'npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier'], part)
    }

    /** @throws Error naming the step, also for one that was interrupted */
    async run (step: string, command: string, args: string[], part: string): Promise<void> {
        const { progress, interrupted } = this.reporting
        interrupted?.throwIfAborted()
        const started = Date.now()
        const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`
        progress(`… ${step}`)
        const ticker = setInterval(() => progress(`… ${step}, ${elapsed()}`), 5000)
        const output = openSync(this.log, 'a', 0o600)
        try {
            const code = await new Promise<number | null>((resolve, reject) => {
                const child = spawn(command, args, { cwd: join(this.folder, part), env: buildEnvironment(), stdio: ['ignore', output, output] })
                child.once('error', reject)
                child.once('exit', resolve)
                interrupted?.addEventListener('abort', () => { if (child.pid !== undefined) void stopTree(child.pid) }, { once: true })
            })
            if (code !== 0) throw new Error(`it ended with code ${code}`)
            progress(`✓ ${step}, ${elapsed()}`)
        } catch (error) {
            throw new Error(`Installing ${this.what} failed while ${step} (${(error as Error).message}): see ${this.log}, then start again.`)
        } finally {
            clearInterval(ticker)
            closeSync(output)
        }
    }
}

async function waitForLock (file: string, what: string, progress: Progress): Promise<() => void> {
    const started = Date.now()
    let told = false
    for (;;) {
        try {
            return takeLock(file)
        } catch (error) {
            if (!(error instanceof LockedError) || Date.now() - started > INSTALL_DEADLINE) throw error
            if (!told) progress(`Waiting for process ${error.pid}, which is installing ${what}.`)
            told = true
        }
        await delay(500)
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
