import type { EventEmitter } from 'node:events'
import type { Application, RequestHandler } from 'express'
import { isSealed, open } from '../snapshot/credentials'
import type { FlowNode } from '../snapshot/model'
import { canWrite, NodeRedWriting, type LiveFlows, type RuntimeModule } from './node-red-writing'

export type { LiveFlows }

/** The `RED` that Node-RED gives to a plugin, as far as we use it (`createNodeApi` in @node-red/registry/lib/util.js). */
export interface RedApi {
    version: string | (() => string)
    nodes: {
        eachNode (visit: (node: FlowNode) => void): void
        getCredentials (id: string): Record<string, unknown> | undefined
        addCredentials? (id: string, credentials: Record<string, unknown>): unknown
    }
    settings: { get (key: string): unknown, userDir?: string, [key: string]: unknown }
    events: EventEmitter
    log: { info (text: string): void, warn (text: string): void, error (text: string): void }
    httpAdmin?: Application
    auth: { needsPermission (permission: string | readonly string[]): RequestHandler }
    plugins: { registerPlugin (id: string, definition: object): void }
    /** The text of a key of our own catalog. */
    _ (key: string, params?: Record<string, string>): string
}

/** The local Node-RED. Nothing else touches RED or the runtime module. */
export class NodeRed {
    readonly userDir: string
    /** Revision that Node-RED announced last, at its start or by a deploy. */
    announcedRevision: string | null = null
    /** Node-RED could not decrypt its credentials at its start. */
    lostCredentials = false
    private credentialsNotDecrypted = false
    private runtime: RuntimeModule | null | undefined
    private awaitsFirstStart = false
    /** Installed while Node-RED was running: what it announced at its start was missed. */
    private startedLate: boolean

    constructor (private readonly red: RedApi, private readonly options: { hideRuntime?: boolean } = {}) {
        this.userDir = red.settings.userDir ?? process.cwd()
        this.startedLate = this.hasFlows()
        red.events.on('runtime-event', (event: unknown) => this.noteRuntimeEvent(event))
    }

    /** As npm knows it: a Node-RED that lies in a git working copy adds `-git`, and no registry has such a version. */
    get version (): string {
        const version = typeof this.red.version === 'function' ? this.red.version() : this.red.version
        return version.replace(/-git$/, '')
    }

    /** True when anyone who reaches the editor may use it. */
    get isOpen (): boolean {
        return !this.red.settings.adminAuth
    }

    /** A key of settings.js, or of Node-RED's own runtime settings; undefined when neither has it. */
    setting (key: string): unknown {
        try {
            return this.red.settings.get(key)
        } catch {
            // Node-RED throws while its settings are not available, which is "not set" for us.
            return undefined
        }
    }

    /** The secrets that Node-RED's credential file may be under, the one it uses first. */
    credentialSecrets (): string[] {
        return ['credentialSecret', '_credentialSecret'].map(key => this.setting(key))
            .filter((secret): secret is string => typeof secret === 'string' && secret !== '')
    }

    /**
     * The running flows as the runtime holds them. Without the runtime module they are collected node by node, and the revision is
     * the one last announced: only equal hashes prove that such a collection is exact.
     * @returns null while no flows are loaded
     */
    async liveFlows (): Promise<LiveFlows | null> {
        const runtime = this.findRuntime()
        if (runtime !== null) {
            return await runtime.flows.getFlows({})
        }
        const flows: FlowNode[] = []
        try {
            this.red.nodes.eachNode(node => flows.push(node))
        } catch {
            // eachNode throws until the first flows are loaded.
            return null
        }
        return this.announcedRevision === null ? null : { flows, rev: this.announcedRevision }
    }

    /** True once flows are loaded. */
    get hasStarted (): boolean {
        return this.hasFlows()
    }

    /** Calls `listener` after each deploy, by whomever and of whatever kind; also once when Node-RED has loaded its flows at its start. */
    onDeploy (listener: () => void): void {
        this.red.events.on('runtime-event', (event: unknown) => {
            if ((event as { id?: string }).id === 'runtime-deploy') {
                listener()
            }
        })
    }

    /** True while the runtime holds no credentials because it could not decrypt its file. */
    async lacksCredentials (): Promise<boolean> {
        return this.credentialsNotDecrypted || (this.startedLate && await this.storedCredentialsStayShut())
    }

    /** Decrypted credentials of a node: the runtime's live object, never to be changed. */
    credentials (id: string): Record<string, unknown> | undefined {
        const entry = this.red.nodes.getCredentials(id)
        // Node-RED looks the id up in a plain object: for “constructor” it finds what every object has.
        return typeof entry === 'object' ? entry : undefined
    }

    /** The way to change what runs; null where the runtime module can't be reached. */
    writing (): NodeRedWriting | null {
        const runtime = this.findRuntime()
        return runtime !== null && canWrite(runtime) ? new NodeRedWriting(runtime, this.red.nodes) : null
    }

    /** Installed modules that bring node types, core nodes under `node-red` (from Node-RED's own list of nodes). */
    nodeModules (): Array<{ name: string, version: string, types: string[] }> {
        const modules = this.setting('nodes')
        if (typeof modules !== 'object' || modules === null) {
            return []
        }
        type Stored = Record<string, { version?: unknown, nodes?: Record<string, { types?: unknown }> }>
        return Object.entries(modules as Stored).map(([name, module]) => ({
            name,
            version: typeof module.version === 'string' ? module.version : '',
            types: Object.values(module.nodes ?? {}).flatMap(set => Array.isArray(set.types) ? set.types.map(String) : [])
        }))
    }

    /** The words of a key of our catalog, for what is no part of the editor. */
    text (key: string): string {
        return this.red._(key)
    }

    /** Logs the catalog's sentence `log.<key>`. */
    warn (key: 'setting-type' | 'lock-without-target' | 'sign-in-unusable', params: Record<string, string>): void {
        this.red.log.warn(`[flowfuse-snapshots] ${this.red._(`log.${key}`, params)}`)
    }

    /** Logs a failure that is no sentence for a user. */
    logFailure (error: unknown): void {
        const reason = error instanceof Error ? error.message : String(error)
        this.red.log.error(`[flowfuse-snapshots] ${this.red._('log.failed', { reason })}`)
    }

    /** A project has a secret of its own, which is not known here. */
    private async storedCredentialsStayShut (): Promise<boolean> {
        const storage = this.findRuntime()?.storage
        if (storage === undefined || storage.projects) {
            return false
        }
        const { credentials } = await storage.getFlows()
        return isSealed(credentials) && this.credentialSecrets().every(secret => open(credentials, secret) === null)
    }

    private hasFlows (): boolean {
        try {
            this.red.nodes.eachNode(() => undefined)
            return true
        } catch {
            // eachNode throws until the first flows are loaded.
            return false
        }
    }

    /** Of several loaded copies, the runtime whose events are ours is the one that runs us. */
    private findRuntime (): RuntimeModule | null {
        if (this.options.hideRuntime) {
            return null
        }
        this.runtime ??= Object.keys(require.cache)
            .filter(file => /@node-red[\\/]runtime[\\/]lib[\\/]index\.js$/.test(file))
            .map(file => require.cache[file]?.exports as RuntimeModule)
            .find(module => module._?.events === this.red.events && typeof module.flows?.getFlows === 'function') ?? null
        return this.runtime
    }

    /**
     * Follows revisions and the state of the credentials. A failed decryption is announced once, before the start-up's own
     * `runtime-deploy`; the deploy after that writes what the runtime then holds, so from there on nothing is missing any more.
     */
    private noteRuntimeEvent (event: unknown): void {
        const { id, payload } = event as { id?: string, payload?: { error?: string, revision?: string } }
        if (id === 'runtime-state' && payload?.error === 'credentials_load_failed') {
            this.credentialsNotDecrypted = true
            this.lostCredentials = true
            this.awaitsFirstStart = true
        }
        if (id === 'runtime-deploy') {
            this.announcedRevision = payload?.revision ?? null
            this.credentialsNotDecrypted = this.credentialsNotDecrypted && this.awaitsFirstStart
            this.awaitsFirstStart = false
            this.startedLate = false
        }
    }
}
