import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Job, PushRequest } from '../../src/shared/requests'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { ensurePlatform } from '../platform/install'
import { startPlatform, type Platform } from '../platform/platform'
import { makeFlows } from './flows'
import { recordBody } from './recording-proxy'

export interface WorldOptions {
    /** Everything that is made is below this folder. */
    folder: string
    /** Folder of the built plugin. */
    plugin: string
    progress: (line: string) => void
    interrupted: AbortSignal
}

const pollMs = 5
const name = 'Benchmark'
const description = 'Made and deleted by the benchmark'

/** A real platform and a local Node-RED with the plugin, connected. */
export class World {
    private constructor (readonly platform: Platform, readonly local: LocalNodeRed, private readonly interrupted: AbortSignal) {}

    /** @param stops gets what ends each thing that was started, as soon as it was */
    static async start (options: WorldOptions, stops: Array<() => Promise<void>>): Promise<World> {
        const { folder, plugin, progress, interrupted } = options
        const { home } = await ensurePlatform(progress, interrupted)
        const platform = await startPlatform({ home, data: join(folder, 'flowfuse'), log: progress, interrupted })
        stops.push(() => platform.stop())
        const local = await startNodeRed({
            userDir: join(folder, 'node-red'),
            plugin,
            // More than Node-RED lets anyone deploy by itself.
            settings: "apiMaxLength: '20mb'",
            nodeArguments: ['--expose-gc', '--require', join(__dirname, 'memory-probe.cjs')],
            interrupted
        })
        stops.push(() => local.stop())
        return new World(platform, local, interrupted)
    }

    /**
     * Deploys flows of that many nodes here.
     * @returns the body, byte for byte, that every push of them sends
     */
    async prepare (count: number): Promise<Buffer> {
        await this.local.call('DELETE', 'flowfuse-snapshots/connection')
        await this.ask('POST', 'flows', makeFlows(count), { 'Node-RED-API-Version': 'v2' })
        const body = await recordBody(this.platform.url, this.createPath, async url => {
            await this.connect(url)
            await this.push()
        })
        await this.connect(this.platform.url)
        await this.deleteSnapshots()
        return body
    }

    /** Asks what a push would carry, as the dialog before every push does: what the last push left to be done later is done then. */
    async preview (): Promise<void> {
        await this.ask('GET', 'flowfuse-snapshots/push/preview')
    }

    /** Pushes through the plugin, asking for its end as often as `every` says. @returns milliseconds from the job's POST to its end */
    async push (every = pollMs): Promise<number> {
        this.interrupted.throwIfAborted()
        const pushed: PushRequest = { instanceId: this.platform.instance.id, name, description, variables: { rule: 'keep' }, restore: null }
        const started = performance.now()
        let job = await this.ask<Job>('POST', 'flowfuse-snapshots/push', pushed)
        while (job.state === 'running') {
            await delay(every)
            job = await this.ask<Job>('GET', `flowfuse-snapshots/jobs/${job.id}`)
        }
        const took = performance.now() - started
        if (job.state !== 'done') throw new Error(`A push failed: ${JSON.stringify(job.error)}`)
        return took
    }

    /** Posts a body to the platform, on a connection of its own. @returns milliseconds to the end of the answer */
    async post (body: Buffer): Promise<number> {
        this.interrupted.throwIfAborted()
        const headers = { authorization: `Bearer ${this.platform.token}`, 'content-type': 'application/json', 'content-length': body.length }
        const started = performance.now()
        const status = await new Promise<number | undefined>((resolve, reject) => {
            request(this.platform.url + this.createPath, { method: 'POST', headers, agent: false }, response => {
                response.resume().once('end', () => resolve(response.statusCode)).once('error', reject)
            }).once('error', reject).end(body)
        })
        const took = performance.now() - started
        if (status !== 200) throw new Error(`The platform refused the body with ${status}.`)
        return took
    }

    /** Looks at the newest snapshot as one does to pull it: what it would change here, its flows and those that run. */
    async lookAt (): Promise<void> {
        this.interrupted.throwIfAborted()
        const snapshot = await this.newest()
        const { id } = await this.ask<{ id: string }>(
            'POST', 'flowfuse-snapshots/pull', { owner: { kind: 'instance', id: this.platform.instance.id }, snapshot })
        for (const path of ['flows', 'here']) {
            await (await fetch(`${this.local.url}/flowfuse-snapshots/pull/${id}/${path}`)).arrayBuffer()
        }
        await this.ask('DELETE', `flowfuse-snapshots/pull/${id}`)
    }

    /** Fetches the newest snapshot from the platform and throws it away. */
    async fetch (): Promise<void> {
        this.interrupted.throwIfAborted()
        const snapshot = await this.newest()
        const headers = { authorization: `Bearer ${this.platform.token}`, 'content-type': 'application/json' }
        const body = JSON.stringify({ credentialSecret: 'only for this' })
        const answer = await fetch(`${this.platform.url}/api/v1/snapshots/${snapshot}/export`, { method: 'POST', headers, body })
        await answer.arrayBuffer()
        if (answer.status !== 200) throw new Error(`The platform refused the export with ${answer.status}.`)
    }

    private async newest (): Promise<string> {
        const { snapshots } = await this.platform.api<{ snapshots: Array<{ id: string }> }>('GET', `${this.createPath}?limit=1`)
        return snapshots[0]!.id
    }

    /** Takes every snapshot off the platform, so that each measurement finds it as the one before did. */
    async deleteSnapshots (): Promise<void> {
        const { snapshots } = await this.platform.api<{ snapshots: Array<{ id: string }> }>('GET', `${this.createPath}?limit=1000`)
        for (const snapshot of snapshots) await this.platform.api('DELETE', `/api/v1/snapshots/${snapshot.id}`)
    }

    private get createPath (): string {
        return `/api/v1/projects/${this.platform.instance.id}/snapshots`
    }

    private async connect (server: string): Promise<void> {
        const { team, instance, token } = this.platform
        await this.ask('POST', 'flowfuse-snapshots/connection', { server, token })
        await this.ask('PUT', 'flowfuse-snapshots/target', { teamId: team.id, instanceId: instance.id })
    }

    private async ask<T> (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
        const answer = await this.local.call(method, path, body, headers)
        if (answer.status >= 300) throw new Error(`Node-RED answered ${method} ${path} with ${answer.status}: ${JSON.stringify(answer.body)}`)
        return answer.body as T
    }
}
