/**
 * `npm start`: the main job on a fresh machine. Starts a FlowFuse with a hosted instance (or uses another with --server), a local
 * Node-RED with the example flows and the plugin, connects them, and waits; with --once it pushes, restores, proves it, and ends.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startNodeRed, type LocalNodeRed } from '../test/node-red/local'
import { cacheFolder } from '../test/platform/cache'
import { ensurePlatform } from '../test/platform/install'
import { startPlatform } from '../test/platform/platform'
import { PanelByHand } from './connect'
import { askPress, deployExample, drawAnswers, environmentFor, type PressAnswers } from './local-flows'
import { readOptions, type StartOptions } from './options'

interface Server {
    url: string
    token: string
    /** What to sign in with at the server's own pages. */
    login: { username: string, password: string } | null
    instanceName: string | null
    stop (): Promise<void>
}

const say = (line: string) => { process.stdout.write(`${line}\n`) }

async function main (options: StartOptions): Promise<void> {
    const stops: Array<() => Promise<void>> = []
    const stopAll = async () => {
        for (const stop of stops.splice(0).reverse()) {
            await stop()
        }
    }
    const stopped = untilInterrupted()
    try {
        const first = await Promise.race([start(options, stops), stopped])
        if (first === 'ready') {
            say('\nCtrl-C stops everything that was started.')
            await stopped
        }
    } finally {
        await stopAll()
    }
}

/** @returns `ready` when there is something to wait for, `done` after --once */
async function start (options: StartOptions, stops: Array<() => Promise<void>>): Promise<'ready' | 'done'> {
    const server = options.server === null ? await embeddedServer() : givenServer(options.server)
    stops.push(() => server.stop())
    const answers = drawAnswers()
    const userDir = join(cacheFolder(), 'local-node-red')
    if (options.fresh) {
        await rm(userDir, { recursive: true, force: true })
    }
    say('Starting the local Node-RED')
    const local = await startNodeRed({ userDir, environment: environmentFor(answers) })
    stops.push(() => local.stop())
    await deployExample(local, answers)
    const panel = new PanelByHand(local)
    const canConnect = !options.fresh && server.token !== ''
    if (canConnect) {
        await panel.connect(server.url, server.token)
    }
    if (options.once) {
        await doTheJob(panel, local, server, answers)
        return 'done'
    }
    const target = canConnect ? await panel.choose(server.instanceName) : null
    announce(local, server, target?.instance.url ?? null)
    return 'ready'
}

async function embeddedServer (): Promise<Server> {
    const { home } = await ensurePlatform(say)
    const platform = await startPlatform({ home, data: join(cacheFolder(), 'flowfuse'), log: say })
    return {
        url: platform.url,
        token: platform.token,
        login: platform.admin,
        instanceName: platform.instance.name,
        stop: () => platform.stop()
    }
}

function givenServer (url: string): Server {
    return { url, token: process.env.FLOWFUSE_TOKEN ?? '', login: null, instanceName: null, stop: async () => {} }
}

/** Push, restore, and ask the hosted instance itself whether it now runs what runs here. */
async function doTheJob (panel: PanelByHand, local: LocalNodeRed, server: Server, answers: PressAnswers): Promise<void> {
    if (server.token === '') {
        throw new Error('--once needs a token: set FLOWFUSE_TOKEN to a personal access token of that server.')
    }
    const { instance } = await panel.choose(server.instanceName)
    const job = await panel.push({
        instanceId: instance.id,
        name: `Press line ${new Date().toISOString()}`,
        description: 'Pushed by npm start -- --once',
        variables: { rule: 'mine', names: ['PLANT_NAME'] },
        restore: { captureBefore: true }
    }, step => say(`  ${step}`))
    say(`“${job.result.snapshot?.name}” was pushed to ${instance.name} and restored there; “${job.result.before?.name}” holds what ran before.`)
    const [here, there] = await Promise.all([askPress(local.url), askPress(instance.url)])
    const wrong = (Object.keys(answers) as Array<keyof PressAnswers>).filter(key => here[key] !== answers[key] || there[key] !== answers[key])
    if (wrong.length > 0) {
        throw new Error(`The hosted instance at ${instance.url} does not answer as the local Node-RED does: ${wrong.join(', ')} did not arrive.`)
    }
    say(`${instance.url}/press/check answers as ${local.url}/press/check does: ${Object.keys(answers).join(', ')} arrived.`)
}

function announce (local: LocalNodeRed, server: Server, instanceUrl: string | null): void {
    say(`
Local Node-RED    ${local.url}          press “Push snapshot to FlowFuse” in its menu or sidebar
FlowFuse          ${server.url}${server.login ? `          user ${server.login.username}, password ${server.login.password}` : ''}`)
    if (instanceUrl !== null) {
        say(`Hosted instance   ${instanceUrl}          after push and restore, ${instanceUrl}/press/check answers as ${local.url}/press/check does`)
    }
    if (server.token !== '') {
        say(`Token             ${server.token}`)
    }
}

function untilInterrupted (): Promise<'stop'> {
    return new Promise(resolve => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) {
            process.once(signal, () => resolve('stop'))
        }
    })
}

function run (): Promise<void> {
    return main(readOptions(process.argv.slice(2)))
}

run().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
})
