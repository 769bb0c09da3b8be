/**
 * `npm start`: the main job on a fresh machine. Starts a FlowFuse with a hosted instance (or uses another with --server), a local
 * Node-RED with the example flows and the plugin, connects them, and waits; with --once it pushes, restores, proves it, and ends.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Target } from '../src/shared/requests'
import { startNodeRed, type LocalNodeRed } from '../test/node-red/local'
import { ensurePlatform } from '../test/platform/install'
import { LockedError } from '../test/platform/lock'
import { startPlatform, type Platform, type PlatformOptions } from '../test/platform/platform'
import { parentOf } from '../test/platform/processes'
import { PanelByHand } from './connect'
import { keptPort } from './kept-port'
import { askPress, deployExample, drawAnswers, environmentFor, type PressAnswers } from './local-flows'
import { readOptions, usage, type StartOptions } from './options'

interface Server {
    url: string
    token: string
    /** What to sign in with at the server's own pages; null for a server that was not made here. */
    login: { username: string, password: string } | null
    /** What to push to; null when that is left to the user. */
    instanceName: string | null
    stop (): Promise<void>
}

const say = (line: string) => { process.stdout.write(`${line}\n`) }

async function main (options: StartOptions): Promise<void> {
    const interruption = untilInterrupted()
    const stops: Array<() => Promise<void>> = []
    try {
        const isReady = await start(options, stops, interruption)
        if (isReady) {
            say('\nCtrl-C stops everything that was started.')
            await new Promise(resolve => interruption.addEventListener('abort', resolve, { once: true }))
        }
    } catch (error) {
        // What an interruption breaks is no news.
        if (!interruption.aborted) {
            throw error
        }
        process.exitCode = 130
    } finally {
        if (interruption.aborted) {
            say('\nStopping')
        }
        for (const stop of stops.reverse()) {
            await stop()
        }
    }
}

/**
 * @param stops gets what ends each thing that was started, as soon as it was
 * @returns true when there is something to wait for, false after --once
 */
async function start (options: StartOptions, stops: Array<() => Promise<void>>, interrupted: AbortSignal): Promise<boolean> {
    const server = options.server === null ? await embeddedServer(options, interrupted) : givenServer(options.server, options.instance)
    stops.push(() => server.stop())
    if (options.once && server.token === '') {
        throw new Error('--once needs a token: set FLOWFUSE_TOKEN to a personal access token of that server.')
    }
    const answers = drawAnswers()
    const local = await startLocal(options, server, answers, stops, interrupted)
    // What somebody has built there stays.
    if (await isEmpty(local)) {
        await deployExample(local, answers)
    }
    const panel = new PanelByHand(local)
    const connects = server.token !== '' && (options.once || !options.fresh)
    if (connects) {
        await panel.connect(server.url, server.token)
    } else {
        // A sign-in of an earlier start may be one to another server.
        await panel.disconnect()
    }
    interrupted.throwIfAborted()
    const target = connects && server.instanceName !== null ? await panel.choose(server.instanceName) : null
    if (options.once && target !== null) {
        await doTheJob(panel, local, target, answers, interrupted)
        return false
    }
    announce(local, server, connects, target?.instance.url ?? null)
    return true
}

/** The user's local Node-RED, which is the same at every start; for --once a new one, of which nothing is left. */
async function startLocal (
    options: StartOptions, server: Server, answers: PressAnswers, stops: Array<() => Promise<void>>, interrupted: AbortSignal
): Promise<LocalNodeRed> {
    say('Starting the local Node-RED')
    await mkdir(options.data, { recursive: true })
    const userDir = options.once ? await mkdtemp(join(options.data, 'once-')) : join(options.data, 'local-node-red')
    if (options.once) {
        stops.push(() => rm(userDir, { recursive: true, force: true }))
    }
    const local = await startNodeRed({
        userDir,
        port: options.once ? undefined : await keptPort(join(options.data, 'local-node-red.port')),
        environment: {
            ...environmentFor(answers),
            FLOWFUSE_SNAPSHOTS_SERVER: server.url,
            // For whoever signs in later, in the panel.
            ...(options.instance !== null && { FLOWFUSE_SNAPSHOTS_INSTANCE: options.instance }),
            // Nothing that runs in the flows has to know it.
            FLOWFUSE_TOKEN: undefined
        },
        interrupted
    })
    stops.push(() => local.stop())
    return local
}

async function isEmpty (local: LocalNodeRed): Promise<boolean> {
    const { body } = await local.call('GET', 'flows')
    return Array.isArray(body) && body.length === 0
}

async function embeddedServer ({ data, instance }: StartOptions, interrupted: AbortSignal): Promise<Server> {
    const { home } = await ensurePlatform(say, interrupted)
    const platform = await startWhenFree({ home, data: join(data, 'flowfuse'), log: say, interrupted })
    return {
        url: platform.url,
        token: platform.token,
        login: platform.admin,
        instanceName: instance ?? platform.instance.name,
        stop: () => platform.stop()
    }
}

/** After a Ctrl-C the prompt is back before everything has stopped. */
async function startWhenFree (options: PlatformOptions): Promise<Platform> {
    const deadline = Date.now() + 20_000
    for (let isFirst = true; ; isFirst = false) {
        try {
            return await startPlatform(options)
        } catch (error) {
            if (!(error instanceof LockedError) || Date.now() > deadline) {
                throw error
            }
            if (isFirst) {
                say(`Waiting for process ${error.pid}, an earlier start, to end`)
            }
            await delay(500, undefined, { signal: options.interrupted })
        }
    }
}

function givenServer (url: string, instanceName: string | null): Server {
    return { url, token: process.env.FLOWFUSE_TOKEN ?? '', login: null, instanceName, stop: async () => {} }
}

/** Push, restore, and ask the hosted instance itself whether it now runs what runs here. */
async function doTheJob (
    panel: PanelByHand, local: LocalNodeRed, { instance }: Target, answers: PressAnswers, interrupted: AbortSignal
): Promise<void> {
    const job = await panel.push({
        instanceId: instance.id,
        name: `Press line ${new Date().toISOString()}`,
        description: 'Pushed by npm start -- --once',
        variables: { rule: 'mine', names: ['PLANT_NAME'] },
        restore: { captureBefore: true }
    }, step => say(`  ${step}`), interrupted)
    say(`“${job.result.snapshot?.name}” was pushed to ${instance.name} and restored there; “${job.result.before?.name}” holds what ran before.`)
    const [here, there] = await Promise.all([askPress(local.url), askPress(instance.url)])
    const wrong = (Object.keys(answers) as Array<keyof PressAnswers>).filter(key => here[key] !== answers[key] || there[key] !== answers[key])
    if (wrong.length > 0) {
        throw new Error(`The hosted instance at ${instance.url} does not answer as the local Node-RED does: ${wrong.join(', ')} did not arrive.`)
    }
    say(`${instance.url.replace(/\/$/, '')}/press/check answers as ${local.url}/press/check does: ${Object.keys(answers).join(', ')} arrived.`)
}

function announce (local: LocalNodeRed, server: Server, isConnected: boolean, instanceUrl: string | null): void {
    const there = instanceUrl?.replace(/\/$/, '') ?? null
    const first = there !== null ? 'press' : isConnected ? 'choose an instance in its sidebar, press' : 'connect in its sidebar, choose an instance, press'
    say(`\nLocal Node-RED    ${local.url}`)
    say(`FlowFuse          ${server.url}${server.login ? `          user ${server.login.username}, password ${server.login.password}` : ''}`)
    // Another server's token is the user's own, who has it already.
    if (server.login !== null) {
        say(`Token             ${server.token}`)
    }
    if (there !== null) {
        say(`Hosted instance   ${there}`)
    }
    say(`
Open the local Node-RED, ${first} “Push snapshot”, choose “Send mine”, tick PLANT_NAME, and tick “Restore now”.
Then ${there ?? 'the hosted instance'} answers at /press/check as the local Node-RED does.`)
}

/** Aborted by the first Ctrl-C, and when npm is gone; a second one ends the process at once, and what it started ends by itself. */
function untilInterrupted (): AbortSignal {
    const controller = new AbortController()
    let firstAt = Infinity
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.on(signal, () => {
            // One Ctrl-C may come twice: from the terminal, and passed on by tsx.
            if (Date.now() - firstAt > 1000) {
                process.exit(130)
            }
            firstAt = Math.min(firstAt, Date.now())
            controller.abort()
        })
    }
    // A signal to npm alone ends npm and its shell and would not be heard of here.
    if (process.env.npm_lifecycle_event === 'start') {
        const ancestors = () => `${process.ppid} ${parentOf(process.ppid)}`
        const first = ancestors()
        const watch = setInterval(() => {
            if (ancestors() !== first) {
                controller.abort()
            }
        }, 500)
        watch.unref()
        controller.signal.addEventListener('abort', () => clearInterval(watch))
    }
    return controller.signal
}

async function run (): Promise<void> {
    const options = readOptions(process.argv.slice(2))
    if (options.help) {
        say(usage)
    } else {
        await main(options)
    }
}

run().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
})
