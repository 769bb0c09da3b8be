import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Application, RequestHandler } from 'express'
import type { RedApi } from '../../src/runtime/node-red'
import type { FlowNode } from '../../src/snapshot/model'

Object.assign(globalThis, { PLUGIN_PACKAGE: 'node-red-contrib-flowfuse-snapshots', PLUGIN_VERSION: '0.1.0' })

type Credentials = Record<string, Record<string, unknown>>
interface Pair { flows: FlowNode[], credentials?: unknown }

/** A user that a bearer token stands for, and what that user may do. */
export interface RedUser { username: string, permissions: string | string[] }

/**
 * A whole Node-RED in memory that keeps its two files in a real folder: what the plugin uses of RED and of the runtime module, with
 * Node-RED's lock and its refusal of an outdated revision. What goes wrong is set by the test.
 */
export class MemoryRed {
    readonly events = new EventEmitter()
    readonly log: string[] = []
    readonly settings: Record<string, unknown>
    /** What npm would have been asked for, as `name@version`. */
    readonly installed: string[] = []
    readonly removed: string[] = []
    /** Called before anything of that kind is done; what it throws is thrown. */
    before: { setFlows?: () => void, saveFlows?: () => void, addModule?: (name: string) => void, afterDeploy?: () => void } = {}
    /** Ends when Node-RED is dead, see `dieAt`. */
    dead: Promise<void> = Promise.resolve()
    removeModuleFails = false
    flows: FlowNode[] | null = null
    credentials: Credentials = {}
    /** How often flows were put in place of others. */
    deploys = 0
    readonly api: RedApi
    private readonly cacheName: string
    private deathPoint: string | null = null
    private sayDead: () => void = () => undefined

    constructor (readonly userDir: string, settings: Record<string, unknown> = {}, httpAdmin?: Application, users: Record<string, RedUser> = {}) {
        this.settings = { flowFile: 'flows.json', credentialSecret: false, nodes: {}, ...settings }
        const note = (text: string) => { this.log.push(text) }
        this.api = {
            version: '4.1.15',
            nodes: {
                eachNode: visit => {
                    if (this.flows === null) { throw new TypeError('no flows') }
                    this.flows.forEach(visit)
                },
                getCredentials: id => this.credentials[id],
                addCredentials: (id, entry) => { this.credentials[id] = entry }
            },
            settings: { ...settings, userDir, get: key => this.settings[key] },
            events: this.events,
            log: { info: note, warn: note, error: note },
            _: (key, params) => params === undefined ? key : `${key} ${JSON.stringify(params)}`,
            auth: { needsPermission: permission => this.needsPermission(permission, users) },
            plugins: { registerPlugin: () => undefined },
            httpAdmin
        }
        // Where the plugin looks for the runtime module.
        this.cacheName = join(userDir, 'node_modules/@node-red/runtime/lib/index.js')
        require.cache[this.cacheName] = { exports: this.runtime() } as NodeJS.Module
    }

    /** Forgets it where the plugin looks for it. */
    end (): void {
        delete require.cache[this.cacheName]
    }

    /** Puts flows in place as a start of Node-RED does. */
    start (flows: FlowNode[], credentials: Credentials = {}): void {
        this.write({ flows, credentials })
        this.load({ flows, credentials })
    }

    /** From that point of its next deploy on Node-RED does nothing and answers nobody, as a process that was killed. */
    dieAt (point: 'setFlows' | 'saved' | 'afterDeploy'): void {
        this.deathPoint = point
        this.dead = new Promise(resolve => { this.sayDead = resolve })
    }

    /** Leaves half of the flow file, as a full disk does. */
    cutFlowFile (): void {
        const { flows } = this.files()
        writeFileSync(join(this.userDir, 'flows.json'), flows.slice(0, flows.length / 2))
    }

    get rev (): string {
        return revisionOf(this.flows ?? [])
    }

    /** Both files as they stand, '' for none. */
    files (): { flows: string, credentials: string } {
        const text = (name: string) => existsSync(join(this.userDir, name)) ? readFileSync(join(this.userDir, name), 'utf8') : ''
        return { flows: text('flows.json'), credentials: text('flows_cred.json') }
    }

    /** @param users by bearer token; none: everybody may do everything */
    private needsPermission (needed: string | readonly string[], users: Record<string, RedUser>): RequestHandler {
        return (request, response, next) => {
            if (!this.settings.adminAuth) {
                next()
                return
            }
            const user = users[/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '']
            const granted = [user?.permissions ?? []].flat()
            const may = [needed].flat().every(each => granted.includes('*') || granted.includes(each))
            if (user === undefined || !may) {
                response.status(401).end()
                return
            }
            Object.assign(request, { user: { username: user.username }, authInfo: { scope: user.permissions } })
            next()
        }
    }

    private runtime (): object {
        let lock: Promise<unknown> = Promise.resolve()
        const locked = <T>(work: () => Promise<T>): Promise<T> => {
            const turn = lock.then(work, work)
            lock = turn.catch(() => undefined)
            return turn
        }
        const storage = {
            projects: false,
            getFlows: async () => {
                const { flows, credentials } = this.read()
                return { flows, credentials, rev: revisionOf(flows) }
            },
            saveFlows: async (pair: Pair) => {
                this.before.saveFlows?.()
                this.write(pair)
                return revisionOf(pair.flows)
            }
        }
        interface Deploy { flows: { flows?: FlowNode[], rev?: string, credentials?: Credentials }, deploymentType: string }
        const setFlows = async ({ flows: body, deploymentType }: Deploy) => {
            if (deploymentType === 'reload') {
                this.load(this.read())
                return { rev: this.rev }
            }
            if (body.rev !== undefined && body.rev !== this.rev) {
                throw Object.assign(new Error('version mismatch'), { code: 'version_mismatch' })
            }
            await this.dies('setFlows')
            this.before.setFlows?.()
            const flows = body.flows ?? []
            const ids = new Set(flows.map(node => String(node.id)))
            const all = Object.entries({ ...this.credentials, ...body.credentials })
            const credentials = Object.fromEntries(all.filter(([id, entry]) => ids.has(id) && Object.keys(entry).length > 0))
            await storage.saveFlows({ flows, credentials })
            await this.dies('saved')
            this.load({ flows, credentials })
            await this.dies('afterDeploy')
            this.before.afterDeploy?.()
            return { rev: revisionOf(flows) }
        }
        return {
            _: { events: this.events },
            flows: {
                getFlows: async () => this.flows === null ? null : { flows: this.flows, rev: this.rev },
                setFlows: (options: Deploy) => locked(() => setFlows(options))
            },
            nodes: {
                addModule: async (options: { module: string, version: string }) => this.addModule(options),
                removeModule: async ({ module }: { module: string }) => this.removeModule(module)
            },
            storage
        }
    }

    private async dies (point: string): Promise<void> {
        if (this.deathPoint === point) {
            this.sayDead()
            await new Promise(() => undefined)
        }
    }

    private addModule ({ module, version }: { module: string, version: string }): void {
        this.before.addModule?.(module)
        this.installed.push(`${module}@${version}`)
        const folder = join(this.userDir, 'node_modules', module)
        mkdirSync(folder, { recursive: true })
        writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: module, version, 'node-red': { nodes: {} } }))
        this.settings.nodes = { ...this.settings.nodes as object, [module]: { version, nodes: {} } }
    }

    private removeModule (module: string): void {
        if (this.removeModuleFails) {
            throw new Error('in use')
        }
        this.removed.push(module)
        writeFileSync(join(this.userDir, 'node_modules', module, 'package.json'), '')
        const { [module]: _gone, ...rest } = this.settings.nodes as Record<string, unknown>
        this.settings.nodes = rest
    }

    private read (): { flows: FlowNode[], credentials: Credentials } {
        const { flows, credentials } = this.files()
        return { flows: flows === '' ? [] : JSON.parse(flows) as FlowNode[], credentials: credentials === '' ? {} : JSON.parse(credentials) as Credentials }
    }

    private write ({ flows, credentials }: Pair): void {
        writeFileSync(join(this.userDir, 'flows.json'), JSON.stringify(flows))
        writeFileSync(join(this.userDir, 'flows_cred.json'), JSON.stringify(credentials ?? {}))
    }

    private load ({ flows, credentials }: { flows: FlowNode[], credentials: Credentials }): void {
        this.flows = flows
        this.credentials = credentials
        this.deploys++
        this.events.emit('runtime-event', { id: 'runtime-deploy', payload: { revision: this.rev } })
    }
}

/** As Node-RED computes it. */
export function revisionOf (flows: unknown): string {
    return createHash('sha256').update(JSON.stringify(flows)).digest('hex')
}
