import { mkdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ErrorAnswer } from '../../src/shared/errors'
import type { AnyJob } from '../../src/shared/requests'
import type { FlowNode } from '../../src/snapshot/model'
import { PluginWorld } from '../guarantees/plugin-world'
import { FaultProxy } from './fault-proxy'
import type { Json } from '../fake/json'
import type { NoWaiting } from './no-waiting'

export const variable = 'FFS_FAULT_LINE'
export const module = 'node-red-contrib-x'
export const secrets = { password: 'p4ss-of-a-node', variable: 'line-4-of-this-host' }
const flows: FlowNode[] = [{ id: 't', type: 'tab', label: 'Line 4' }, { id: 'n', type: 'x', z: 't', topic: `\${${variable}}`, wires: [] }]
/** What snapshots on the platform hold. */
export const theirFlows: Json = [{ id: 't', type: 'tab', label: 'Line 4 there' }, { id: 'n', type: 'x', z: 't', topic: 'there', wires: [] }]

/** The plugin has said that something did not go through. `told`: what it says is so on the platform all the same, by facet. */
export class Told extends Error {
    constructor (readonly error: ErrorAnswer, readonly told: string[] = []) { super(error.code) }
}

/** Each thing that a fault might leave between old and new, as text. */
export type Facets = Record<string, string>

/** The whole plugin in a Node-RED in memory, whose way to a platform in memory leads through a proxy with faults. */
export class FaultWorld {
    filler = ''
    /** A facet that is there for a while, and is said to have been left. */
    left: string | null = null
    /** What the plugin has answered, as text, by what it was asked, both without what differs each time. */
    readonly heard = new Map<string, string>()
    private constructor (readonly plugin: PluginWorld, readonly proxy: FaultProxy) {}

    static async start (waiting: NoWaiting): Promise<FaultWorld> {
        process.env[variable] = secrets.variable
        const plugin = await PluginWorld.start({
            flows, credentials: { n: { password: secrets.password } },
            settings: { credentialSecret: 'secret', disableEditor: false, apiMaxLength: '8mb' },
            prepare: userDir => {
                mkdirSync(join(userDir, 'node_modules', module), { recursive: true })
                writeFileSync(join(userDir, 'package.json'), JSON.stringify({ dependencies: { [module]: '^1.0.0' } }))
                writeFileSync(join(userDir, 'node_modules', module, 'package.json'), JSON.stringify({ name: module, version: '1.0.4' }))
            }
        })
        const { fake } = plugin
        waiting.forget()
        const world = new FaultWorld(plugin, await FaultProxy.start(fake.url, () => waiting.expire()))
        world.filler = fake.ids.instances.filler
        fake.setInstance(world.filler, { env: [{ name: 'KEEP', value: 'kept' }], modules: [], flows: [] })
        fake.restartsWith(world.filler, ['restarting', 'running'])
        fake.setFeatures({ deviceAutoSnapshot: true })
        const live = { flows: theirFlows, credentials: {}, modules: { 'node-red': '4.1.15' } }
        for (const device of [fake.ids.devices.edgeApp, fake.ids.devices.edgeInst]) {
            fake.setDevice(device, { mode: 'developer', status: 'running', lastSeenAt: new Date().toISOString(), autoSnapshot: true, live })
        }
        return world
    }

    get fake () { return this.plugin.fake }

    async stop (): Promise<void> {
        delete process.env[variable]
        await this.proxy.stop()
        await this.plugin.stop({ keepFolder: true })
        // What was begun may still be written down.
        await rm(this.plugin.userDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }).catch(() => undefined)
    }

    /** Signed in by a token, with the filler as target. */
    async connect (): Promise<void> {
        await this.ask('POST', 'connection', { server: this.proxy.url, token: this.fake.tokens.alice })
        await this.choose()
    }

    async choose (): Promise<void> {
        await this.ask('PUT', 'target', { teamId: this.fake.ids.teams.bottlingPlant, instanceId: this.filler })
    }

    /** @throws Told what the plugin answers in place of what was asked for */
    async ask<T = Record<string, unknown>> (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
        const { status, text } = await this.plugin.call(method, path, body, headers)
        if (status >= 300) {
            throw new Told(JSON.parse(text) as ErrorAnswer)
        }
        this.heard.set(lasting(`${method} ${path}`), lasting(text))
        return JSON.parse(text) as T
    }

    /** Follows work to its end. @throws Told @param told what a job that failed says is so */
    async work (started: { id: string }, told: (result: Record<string, unknown>) => string[] = () => []): Promise<AnyJob> {
        for (;;) {
            const job = await this.ask<AnyJob>('GET', `jobs/${started.id}`)
            if (job.state === 'failed') {
                throw new Told(job.error!, told(job.result as unknown as Record<string, unknown>))
            }
            if (job.state === 'done') {
                return job
            }
            await delay(2)
        }
    }

    /** The whole state, there and here, names for ids. */
    async facets (): Promise<Facets> {
        const { fake, plugin } = this
        const facets: Facets = {}
        const names = new Map<string, string>()
        const owners = Object.entries({ ...fake.ids.instances, ...fake.ids.devices })
        for (const [owner, id] of owners) {
            for (const { id: snapshot, name: full, description, flows: held } of fake.snapshotsOf(id)) {
                const name = timeless(full)
                names.set(snapshot, name)
                const key = `snapshot ${owner}: ${name}`
                facets[key] = `${facets[key] ?? ''}[${description} ${JSON.stringify(held)}]`
            }
        }
        // A device of an instance has that one's.
        for (const [owner, id] of owners.filter(([name]) => name !== 'edgeInst')) {
            facets[`target ${owner}`] = names.get(fake.targetOf(id) ?? '') ?? String(fake.targetOf(id))
        }
        for (const [name, id] of Object.entries(fake.ids.instances)) {
            const { flows: running, env, modules, settings } = fake.instance(id)
            Object.assign(facets, { [`flows ${name}`]: JSON.stringify(running), [`env ${name}`]: JSON.stringify(env), [`modules ${name}`]: JSON.stringify(modules), [`settings ${name}`]: JSON.stringify(settings) })
        }
        facets['switch edgeApp'] = String(fake.device(fake.ids.devices.edgeApp).autoSnapshot)
        const { connection, target, link } = await this.ask<{ connection: { user: object, signIn: string } | null, target: { instance: { name: string } } | null, link: { name: string } | null }>('GET', 'state')
        const { variables } = await this.ask('GET', 'variables')
        return {
            ...facets, connection: JSON.stringify([connection?.user, connection?.signIn]), chosen: target?.instance.name ?? 'none', link: timeless(link?.name ?? 'none'),
            ...plugin.red.files(), running: JSON.stringify(plugin.red.flows), kept: JSON.stringify(variables)
        }
    }
}

/** Names that the plugin gives by itself have the time in them. */
function timeless (name: string): string {
    return name.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'now')
}

/** Without ids, times, addresses, and what is marked or sealed by a key of its own. */
function lasting (text: string): string {
    return timeless(text)
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'now').replace(/127\.0\.0\.1:\d+/g, 'here')
        .replace(/"seenAgo":\d+/g, '"seenAgo":0').replace(/"(mark|seen|\$)": ?"[^"]*"|"marks":\{[^}]*\}/g, '"mark":""')
}
