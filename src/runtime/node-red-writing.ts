import type { FlowNode, OpenCredentials } from '../snapshot/model'
import { CodedError } from '../shared/errors'

/** Node-RED's stored pair: the flows, and the credentials as its storage gives them (`{$}`, or in clear where it does not encrypt). */
export interface StoredPair { flows: FlowNode[], credentials: unknown }

/** The running flow set: live objects of the runtime, never to be changed. */
export interface LiveFlows { flows: FlowNode[], rev: string }

/** The loaded `@node-red/runtime`, as far as we use it: documented API, reached in an undocumented way. */
export interface RuntimeModule {
    _?: { events?: unknown }
    flows: {
        getFlows (options: object): Promise<LiveFlows | null>
        setFlows? (options: object): Promise<{ rev?: string }>
    }
    nodes?: {
        addModule (options: { module: string, version: string }): Promise<unknown>
        removeModule (options: { module: string }): Promise<unknown>
    }
    storage?: RuntimeStorage
}

interface RuntimeStorage {
    projects?: unknown
    getFlows (): Promise<{ flows: FlowNode[], credentials?: unknown, rev: string }>
    saveFlows? (pair: StoredPair & { credentialsDirty: boolean }, user?: unknown): Promise<string>
}

type WritableRuntime = RuntimeModule & {
    flows: Required<RuntimeModule['flows']>
    nodes: NonNullable<RuntimeModule['nodes']>
    storage: Required<RuntimeStorage>
}

/** What RED itself offers for credentials. */
interface NodeCredentials { addCredentials? (id: string, credentials: Record<string, unknown>): unknown }

export function canWrite (runtime: RuntimeModule): runtime is WritableRuntime {
    return typeof runtime.flows.setFlows === 'function' && typeof runtime.storage?.saveFlows === 'function' &&
        typeof runtime.nodes?.addModule === 'function'
}

/** How the flows, credentials and modules of the local Node-RED are changed. */
export class NodeRedWriting {
    /** Node-RED's own way to save, while it is held. */
    private save: Required<RuntimeStorage>['saveFlows'] | null = null

    constructor (private readonly runtime: WritableRuntime, private readonly nodes: NodeCredentials) {}

    /** True while Node-RED works on a project, whose files are not those of userDir. */
    get usesProjects (): boolean {
        return Boolean(this.runtime.storage.projects)
    }

    /** What is stored, read anew. */
    async stored (): Promise<StoredPair & { rev: string }> {
        const { flows, credentials, rev } = await this.runtime.storage.getFlows()
        return { flows, credentials, rev }
    }

    /**
     * Deploys a whole flow set, under Node-RED's own lock.
     * @param changed entries in place of those that Node-RED has for the same ids; null for none. An unchanged or empty map would make
     * Node-RED overwrite its file with what it read at its start.
     * @param rev the revision that runs
     * @returns the revision that was stored; undefined when Node-RED could not stop what ran before
     * @throws CodedError `restore-moved` when another one runs: nothing was changed then
     */
    async setFlows (flows: FlowNode[], changed: OpenCredentials | null, rev: string): Promise<string | undefined> {
        const hasChanges = changed !== null && Object.keys(changed).length > 0
        const body = { flows, rev, ...(hasChanges && { credentials: changed }) }
        try {
            return (await this.runtime.flows.setFlows({ flows: body, deploymentType: 'full' })).rev
        } catch (error) {
            throw isMismatch(error) ? moved() : error
        }
    }

    /** Writes both files. Only while nothing else writes them: before Node-RED has loaded its flows, or within `replaceStored`. */
    async saveStored (pair: StoredPair): Promise<void> {
        const { storage } = this.runtime
        await (this.save ?? storage.saveFlows).call(storage, { ...pair, credentialsDirty: true })
    }

    /**
     * Lets `write` change the stored files and then Node-RED load them. Meanwhile no deploy can store anything: one under way is waited
     * for, and a new one is refused as one that comes too late.
     * @param revs the revisions of which one must run
     * @throws CodedError `restore-moved` when none of them does: `write` was not called then
     */
    async replaceStored (revs: string[], write: () => Promise<void>): Promise<void> {
        const release = this.holdSaves()
        try {
            await this.untilNoDeploy()
            const live = await this.runtime.flows.getFlows({})
            if (live === null || !revs.includes(live.rev)) {
                throw moved()
            }
            await write()
            await this.runtime.flows.setFlows({ flows: {}, deploymentType: 'reload' })
        } finally {
            release()
        }
    }

    /** Puts credentials into Node-RED's memory; they are stored with its next deploy. */
    addCredentials (id: string, credentials: Record<string, unknown>): void {
        this.nodes.addCredentials?.(id, credentials)
    }

    /** @throws what Node-RED's installer throws: errors with `code` */
    async addModule (module: string, version: string): Promise<void> {
        await this.runtime.nodes.addModule({ module, version })
    }

    async removeModule (module: string): Promise<void> {
        await this.runtime.nodes.removeModule({ module })
    }

    /** Node-RED's own saves fail as a deploy of an outdated revision does; ours go past that. @returns what ends it */
    private holdSaves (): () => void {
        const { storage } = this.runtime
        const save = storage.saveFlows
        this.save = save
        storage.saveFlows = async () => { throw Object.assign(new Error('The flows are being restored'), { code: 'version_mismatch', status: 409 }) }
        return () => {
            storage.saveFlows = save
            this.save = null
        }
    }

    /** Node-RED looks at the revision only once it has its lock: being refused means that no other deploy has it. */
    private async untilNoDeploy (): Promise<void> {
        const live = await this.runtime.flows.getFlows({})
        await this.runtime.flows.setFlows({ flows: { flows: live?.flows ?? [], rev: 'none' }, deploymentType: 'full' }).then(
            () => { throw new Error('Node-RED has taken a deploy of a revision that never was') },
            (error: unknown) => { if (!isMismatch(error)) throw error }
        )
    }
}

function moved (): CodedError {
    return new CodedError('restore-moved', {}, 409)
}

function isMismatch (error: unknown): boolean {
    return error instanceof Error && 'code' in error && error.code === 'version_mismatch'
}
