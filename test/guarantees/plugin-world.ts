import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express, { type Application } from 'express'
import plugin from '../../src/plugin'
import type { FlowNode } from '../../src/snapshot/model'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { MemoryRed, type RedUser } from './memory-red'
import { permissionUsers } from './route-permissions'

export interface Route { method: string, path: string }

export interface Answer { status: number, headers: IncomingHttpHeaders, text: string, code: string | undefined }

interface Options {
    adminAuth?: boolean
    flows?: FlowNode[]
    credentials?: Record<string, Record<string, unknown>>
    settings?: Record<string, unknown>
    /** The plugin asks the platform in memory alone, whatever server it is told. */
    onlyFake?: boolean
    /** What is put into the folder of Node-RED before the plugin starts there. */
    prepare?: (userDir: string) => void
    userDir?: string
    /** Called when Node-RED is about to load its flows, in place of a start with `flows`. */
    loads?: (red: MemoryRed) => void
}

/** Users of Node-RED by their bearer token. */
export const users: Record<string, RedUser> = {
    ...permissionUsers,
    ann: { username: 'ann', permissions: '*' },
    eve: { username: 'eve', permissions: '*' },
    reader: { username: 'reader', permissions: ['flowfuse-snapshots.read', 'flows.read'] },
    writer: { username: 'writer', permissions: ['flowfuse-snapshots.read', 'flowfuse-snapshots.write', 'flows.read', 'flows.write'] },
    nobody: { username: 'nobody', permissions: ['flows.read'] }
}

export const someFlows: FlowNode[] = [{ id: 't1', type: 'tab', label: 'Line 1' }, { id: 'n1', type: 'x', z: 't1', topic: 'a' }]

/** The whole plugin with all its routes, in a Node-RED in memory, beside a platform in memory. */
export class PluginWorld {
    private constructor (
        readonly red: MemoryRed, readonly fake: FakeFlowFuse, private readonly server: Server, private readonly admin: Application,
        readonly userDir: string
    ) {}

    static async start (options: Options = {}): Promise<PluginWorld> {
        const { adminAuth = false, flows = someFlows, credentials = {}, settings = {}, prepare, onlyFake = false } = options
        const { loads, userDir = mkdtempSync(join(tmpdir(), 'ffs-guarantee-')) } = options
        prepare?.(userDir)
        const admin = express()
        // As Node-RED 4.1 does: it lets every origin in, and reads bodies before its own admin app is asked.
        const root = express()
        root.use((_request, response, next) => {
            response.set('Access-Control-Allow-Origin', '*')
            next()
        })
        root.use(express.json({ limit: '5mb' }))
        root.use(admin)
        const fake = await startFakeFlowFuse({ version: '2.33.2' })
        const restricted = onlyFake && { 'flowfuse-snapshots': { ...settings['flowfuse-snapshots'] as object, allowedServers: [fake.url] } }
        const red = new MemoryRed(userDir, { ...(adminAuth && { adminAuth: {} }), ...settings, ...restricted }, admin, users)
        await plugin(red.api)
        loads?.(red)
        red.start(flows, credentials)
        const server = root.listen(0, '127.0.0.1')
        await new Promise(resolve => server.once('listening', resolve))
        return new PluginWorld(red, fake, server, admin, userDir)
    }

    async stop ({ keepFolder = false } = {}): Promise<void> {
        this.red.end()
        await this.fake.stop()
        this.server.closeAllConnections()
        await new Promise(resolve => this.server.close(resolve))
        if (!keepFolder) {
            rmSync(this.userDir, { recursive: true, force: true, maxRetries: 5 })
        }
    }

    get host (): string {
        return `127.0.0.1:${(this.server.address() as AddressInfo).port}`
    }

    /** Every route of the plugin as the router itself has them, so that a new one is covered without being named. */
    routes (): Route[] {
        interface Layer { route?: { path: string, methods: Record<string, boolean> } }
        const { stack } = (this.admin as unknown as { _router: { stack: Layer[] } })._router
        const routes = stack.map(({ route }) => route).filter(route => route !== undefined)
        return routes.flatMap(({ path, methods }) => Object.keys(methods).map(method => ({ method: method.toUpperCase(), path })))
    }

    /** A request exactly as given: by default as the editor sends it. */
    async call (method: string, path: string, body?: unknown, headers: Record<string, string | undefined> = {}): Promise<Answer> {
        const origin = `http://${this.host}`
        const all = { 'content-type': 'application/json', origin, ...(method !== 'GET' && { 'sec-fetch-site': 'same-origin' }), ...headers }
        const sent = Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
        const text = body === undefined ? (method === 'GET' ? '' : '{}') : typeof body === 'string' ? body : JSON.stringify(body)
        return await new Promise((resolve, reject) => {
            const [hostname, port] = this.host.split(':')
            const full = path.startsWith('/') ? path : `/flowfuse-snapshots/${path}`
            const length = method !== 'GET' && { 'content-length': String(Buffer.byteLength(text)) }
            const request = httpRequest({ hostname, port, method, path: full, headers: { ...sent, ...length } }, response => {
                const pieces: Buffer[] = []
                response.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => {
                    const answered = Buffer.concat(pieces).toString()
                    resolve({ status: response.statusCode ?? 0, headers: response.headers, text: answered, code: codeIn(answered) })
                }).on('error', reject)
            })
            request.on('error', reject)
            request.end(method === 'GET' ? undefined : text)
        })
    }

    /** As `call`, for what has to go through. */
    async json<T = Record<string, unknown>> (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
        const { status, text } = await this.call(method, path, body, headers)
        if (status >= 300) {
            throw new Error(`${method} ${path}: ${status} ${text.slice(0, 300)}`)
        }
        return JSON.parse(text) as T
    }

    async connect (headers: Record<string, string> = {}): Promise<void> {
        await this.json('POST', 'connection', { server: this.fake.url, token: this.fake.tokens.alice }, headers)
    }

    /** Work of the plugin's, once it has ended. */
    async ended (id: string): Promise<{ state: string, error: { code: string } | null, result: Record<string, unknown> }> {
        for (;;) {
            const job = await this.json<Awaited<ReturnType<PluginWorld['ended']>>>('GET', `jobs/${id}`)
            if (job.state !== 'running') {
                return job
            }
        }
    }
}

/** The path of a route with its places filled. */
export function filled (path: string, value: string | ((name: string) => string) = 'x'): string {
    return path.replace(/:(\w+)/g, (_, name: string) => typeof value === 'string' ? value : value(name))
}

function codeIn (text: string): string | undefined {
    try {
        return (JSON.parse(text) as { code?: string }).code
    } catch {
        return undefined
    }
}
