import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { askPress, drawAnswers, environmentFor, type PressAnswers } from '../../scripts/local-flows'
import { open } from '../../src/snapshot/credentials'
import type { OpenCredentials, SealedCredentials } from '../../src/snapshot/model'
import type { Job, PushRequest } from '../../src/shared/requests'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, type NodeRedVersion } from '../node-red/versions'
import { ensurePlatform } from '../platform/install'
import { startPlatform, type Named, type Platform } from '../platform/platform'

/** A snapshot as the platform exports it, its credentials opened. */
export interface ExportedSnapshot {
    name: string
    flows: { flows: unknown[], credentials: OpenCredentials | null }
    settings: { env?: Record<string, unknown>, modules?: Record<string, string> }
}

/** The one platform of all worlds, which may be another process after a restart. */
class SharedPlatform {
    private constructor (private readonly home: string, private readonly data: string, public running: Platform) {}

    static async start (): Promise<SharedPlatform> {
        const { home } = await ensurePlatform(line => process.stdout.write(`    ${line}\n`))
        const data = realpathSync(mkdtempSync(join(tmpdir(), 'platform-')))
        return new SharedPlatform(home, data, await startPlatform({ home, data }))
    }

    async restart (): Promise<void> {
        await this.running.stop()
        this.running = await startPlatform({ home: this.home, data: this.data })
    }

    async stop (): Promise<void> {
        await this.running.stop()
        rmSync(this.data, { recursive: true, force: true })
    }
}

/** A real platform and a local Node-RED of one version with the plugin, once for all files that ask for them. */
export class World {
    private constructor (private readonly shared: SharedPlatform, readonly local: LocalNodeRed, readonly plant: string) {}

    static async start (version: NodeRedVersion): Promise<World> {
        const { plant } = drawAnswers()
        const [shared, local] = await Promise.all([
            platform ??= SharedPlatform.start(),
            startNodeRed({
                userDir: realpathSync(mkdtempSync(join(tmpdir(), 'platform-push-'))),
                // Larger flows than Node-RED takes by itself, which FlowFuse must be the one to refuse.
                settings: "apiMaxLength: '20mb'",
                environment: environmentFor({ ...drawAnswers(), plant }),
                binary: binaryOf(version)
            })
        ])
        return new World(shared, local, plant)
    }

    get platform (): Platform {
        return this.shared.running
    }

    async stop (): Promise<void> {
        await this.local.stop()
        rmSync(this.local.userDir, { recursive: true, force: true })
    }

    /** Starts the platform again, on its old folder, once it has stopped. */
    async restartPlatform (): Promise<void> {
        await this.shared.restart()
    }

    /** New secrets for the example; the plant is a variable of the host, which stays. */
    drawAnswers (): PressAnswers {
        return { ...drawAnswers(), plant: this.plant }
    }

    async deploy (flows: unknown[], credentials: OpenCredentials = {}): Promise<void> {
        const answer = await this.local.call('POST', 'flows', { flows, credentials }, { 'Node-RED-API-Version': 'v2' })
        answer.status.should.equal(200)
    }

    /** A request to one of the plugin's admin routes. */
    async ask<T> (method: string, path: string, body?: unknown): Promise<T> {
        const answer = await this.local.call(method, `flowfuse-snapshots/${path}`, body)
        return answer.body as T
    }

    /** Connects the plugin as that user and chooses the instance. */
    async connect (instance: Named, token = this.platform.token, server = this.platform.url): Promise<void> {
        const connected = await this.local.call('POST', 'flowfuse-snapshots/connection', { server, token })
        connected.status.should.equal(200)
        const chosen = await this.local.call('PUT', 'flowfuse-snapshots/target', { teamId: this.platform.team.id, instanceId: instance.id })
        chosen.status.should.equal(200)
    }

    /** Pushes through the plugin and follows the job to its end. */
    async push (instance: Named, request: Partial<PushRequest> & { name: string }): Promise<Job> {
        const whole: PushRequest = { instanceId: instance.id, description: '', variables: { rule: 'keep' }, restore: null, ...request }
        const started = await this.local.call('POST', 'flowfuse-snapshots/push', whole)
        started.status.should.equal(202)
        let job = started.body as Job
        const deadline = Date.now() + 3 * 60_000
        while (job.state === 'running' && Date.now() < deadline) {
            await delay(50)
            job = await this.ask<Job>('GET', `jobs/${job.id}`)
        }
        return job
    }

    /** Every snapshot of the instance, newest first, as the platform lists them. */
    async snapshots (instance: Named): Promise<Array<Named & { description: string }>> {
        const path = `/api/v1/projects/${instance.id}/snapshots?limit=1000`
        return (await this.platform.api<{ snapshots: Array<Named & { description: string }> }>('GET', path)).snapshots
    }

    /** What the platform has stored, credentials in clear. */
    async exported (snapshot: Named): Promise<ExportedSnapshot> {
        const credentialSecret = 'only for this'
        const answer = await this.platform.api<ExportedSnapshot & { flows: { flows: unknown[], credentials: SealedCredentials } }>(
            'POST', `/api/v1/snapshots/${snapshot.id}/export`, { credentialSecret })
        return { ...answer, flows: { flows: answer.flows.flows, credentials: open(answer.flows.credentials, credentialSecret) } }
    }

    /** The instance's own variables, by name. */
    async variables (instance: Named): Promise<Record<string, string>> {
        const { settings } = await this.platform.api<{ settings: { env?: Array<{ name: string, value: string, platform?: boolean }> } }>(
            'GET', `/api/v1/projects/${instance.id}`)
        return Object.fromEntries((settings.env ?? []).filter(variable => !variable.platform).map(({ name, value }) => [name, value]))
    }

    async setVariables (instance: Named, variables: Record<string, string>): Promise<void> {
        const env = Object.entries(variables).map(([name, value]) => ({ name, value }))
        await this.platform.api('PUT', `/api/v1/projects/${instance.id}`, { settings: { env } })
    }
}

/** Asks a Node-RED until it gives these answers, or what it gave last: its inject nodes fire a moment after its start. */
export async function pressAnswers (url: string, expected: PressAnswers): Promise<Partial<PressAnswers>> {
    const deadline = Date.now() + 60_000
    for (;;) {
        const answers = await askPress(url).catch(() => ({}))
        const isThere = JSON.stringify(Object.entries(answers).sort()) === JSON.stringify(Object.entries(expected).sort())
        if (isThere || Date.now() > deadline) return answers
        await delay(100)
    }
}

let platform: Promise<SharedPlatform> | undefined
const worlds = new Map<NodeRedVersion, Promise<World>>()

/** The world for the tests of a describe block; started by the first that asks, stopped after the last test of all. */
export function useWorld (version: NodeRedVersion): () => World {
    let mine: World
    before(async function () {
        this.timeout(20 * 60_000)
        const world = worlds.get(version) ?? World.start(version)
        worlds.set(version, world)
        mine = await world
    })
    return () => mine
}

after(async function () {
    this.timeout(3 * 60_000)
    await Promise.all([platform, ...worlds.values()].map(async starting => {
        const started = await starting?.catch(() => undefined)
        await started?.stop()
    }))
})
