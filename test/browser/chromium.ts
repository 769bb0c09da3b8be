import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium, type Browser, type Page } from 'playwright-core'

export interface FindOptions {
    /** Install a browser where there is none; absent: where `CI=true`. */
    install?: boolean
    /** Given a line for every step of an installation and, every few seconds, how long it takes. */
    progress?: (line: string) => void
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * The program of a Chromium or Chrome that starts: named by `CHROMIUM` or `CHROME_PATH`, on the PATH, or playwright's own.
 * @throws Error with a sentence that says what to install
 */
export async function findChromium (options: FindOptions = {}): Promise<string> {
    const { install = process.env.CI === 'true', progress = () => {} } = options
    const given = process.env.CHROMIUM || process.env.CHROME_PATH
    if (given) {
        if (await starts(given)) return given
        throw new Error(`CHROMIUM or CHROME_PATH names ${given}, which is no browser that starts here.`)
    }
    const found = await findInstalled()
    if (found !== null) return found
    if (!install) {
        throw new Error('The browser tests need Chromium or Chrome and none was found: install one (on Debian: apt-get install chromium), ' +
            'name one in CHROMIUM, or let the tests fetch one with npm test -- --install-browser.')
    }
    await installChromium(progress)
    const installed = await findInstalled()
    if (installed !== null) return installed
    throw new Error('A browser was installed, but it does not start: install Chromium by hand and name it in CHROMIUM.')
}

/** Starts the browser without a window. What it would ask the network by itself is switched off. */
export async function launchBrowser (): Promise<Browser> {
    const isRoot = process.getuid?.() === 0
    return chromium.launch({
        executablePath: await findChromium(),
        headless: true,
        // Chromium's sandbox refuses to work for root.
        chromiumSandbox: !isRoot,
        args: [
            ...(isRoot ? ['--no-sandbox'] : []),
            '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'
        ]
    })
}

/**
 * Makes a page as slow as on a small, busy machine: its scripts take `BROWSER_SLOWDOWN` times as long, and the plugin's answers come late,
 * each by another time. Without that variable the page stays as fast as it is.
 */
export async function slowDown (page: Page): Promise<void> {
    const rate = Number(process.env.BROWSER_SLOWDOWN ?? 1)
    if (!(rate > 1)) return
    await page.route('**/flowfuse-snapshots/**', async route => {
        await delay(Math.random() * 25 * rate)
        await route.fallback()
    })
    const session = await page.context().newCDPSession(page)
    const slow = () => { session.send('Emulation.setCPUThrottlingRate', { rate }).catch(() => undefined) }
    // A page on another address may be another process, which is fast.
    page.on('framenavigated', slow)
    slow()
}

async function findInstalled (): Promise<string | null> {
    for (const candidate of [...names.flatMap(onPath), chromium.executablePath()]) {
        if (existsSync(candidate) && await starts(candidate)) return candidate
    }
    return null
}

function onPath (name: string): string[] {
    const folders = (process.env.PATH ?? '').split(delimiter).filter(folder => folder !== '')
    return folders.map(folder => join(folder, name)).filter(file => existsSync(file))
}

/** Ubuntu has a `chromium-browser` that only says where to get one, so that a file alone proves nothing. */
function starts (program: string): Promise<boolean> {
    return new Promise(resolve => {
        execFile(program, ['--version'], { timeout: 60_000 }, (error, output) => resolve(error === null && /chrom/i.test(output)))
    })
}

async function installChromium (progress: (line: string) => void): Promise<void> {
    if (process.getuid?.() === 0 && onPath('apt-get').length > 0) {
        await step('asking Debian for its packages', 'apt-get', ['update', '-q'], progress)
        await step('installing chromium', 'apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], progress)
    } else {
        const cli = join(dirname(createRequire(__filename).resolve('playwright-core/package.json')), 'cli.js')
        await step('downloading chromium', process.execPath, [cli, 'install', 'chromium'], progress)
    }
}

async function step (name: string, command: string, args: string[], progress: (line: string) => void): Promise<void> {
    const started = Date.now()
    const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`
    progress(`… ${name}`)
    const ticker = setInterval(() => progress(`… ${name}, ${elapsed()}`), 5000)
    let output = ''
    try {
        const code = await new Promise<number | null>((resolve, reject) => {
            const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
            child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString() })
            child.stderr.on('data', (chunk: Buffer) => { output += chunk.toString() })
            child.once('error', reject)
            child.once('close', resolve)
        })
        if (code !== 0) throw new Error(`it ended with code ${code}`)
        progress(`✓ ${name}, ${elapsed()}`)
    } catch (error) {
        throw new Error(`${name} failed (${(error as Error).message}): install Chromium by hand and start again. It said\n` +
            output.trim().split('\n').slice(-8).join('\n'), { cause: error })
    } finally {
        clearInterval(ticker)
    }
}
