import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { LocalList, LocalPlan, LocalSummary } from '../../src/shared/local'
import type { RestoreJob } from '../../src/shared/requests'
import { open } from '../../src/snapshot/credentials'
import type { OpenCredentials, SealedCredentials } from '../../src/snapshot/model'
import type { FlowSet } from './flow-sets'
import type { LocalNodeRed } from './local'

/** Both of Node-RED's files; null where there is none. */
export interface Files { flows: string | null, credentials: string | null }

export const noFlows: FlowSet = { flows: [], credentials: {} }

/** A running Node-RED with the plugin, as far as local snapshots go. */
export class LocalWorld {
    constructor (readonly nodeRed: LocalNodeRed) {}

    /** Deploys through the admin API. @returns the revision */
    async deploy ({ flows, credentials }: FlowSet): Promise<string> {
        const body = { flows, ...(Object.keys(credentials).length > 0 && { credentials }) }
        return (await this.ask<{ rev: string }>('POST', 'flows', body, { 'Node-RED-API-Version': 'v2' })).rev
    }

    async running (): Promise<{ flows: unknown[], rev: string }> {
        return await this.ask('GET', 'flows', undefined, { 'Node-RED-API-Version': 'v2' })
    }

    async keep (name: string): Promise<LocalSummary> {
        return await this.ask('POST', 'flowfuse-snapshots/local', { name, description: '' })
    }

    async list (): Promise<LocalList> {
        return await this.ask('GET', 'flowfuse-snapshots/local')
    }

    async plan (id: string): Promise<LocalPlan> {
        return await this.ask('GET', `flowfuse-snapshots/local/${id}/plan`)
    }

    /** What a restore has to say of what ran when it was planned. */
    async planned (id: string): Promise<Pick<LocalPlan, 'rev' | 'credentialMark'>> {
        const { rev, credentialMark } = await this.plan(id)
        return { rev, credentialMark }
    }

    /** Restores what was planned and waits for the end of it. */
    async restore (id: string, more: object = {}): Promise<RestoreJob> {
        return await this.followed(await this.ask('POST', `flowfuse-snapshots/local/${id}/restore`, { ...await this.planned(id), ...more }))
    }

    async undo (): Promise<RestoreJob> {
        const [{ undo }, { rev }] = await Promise.all([this.list(), this.running()])
        if (undo === null) throw new Error('There is nothing to undo.')
        return await this.followed(await this.ask('POST', 'flowfuse-snapshots/undo', { id: undo.id, rev }))
    }

    /** The ids of all that can be chosen in a pull: as choices, they decide about everything. */
    async units (pull: string): Promise<string[]> {
        const there = await this.ask<Array<Record<string, unknown>>>('GET', `flowfuse-snapshots/pull/${pull}/flows`)
        const { flows } = await this.running() as { flows: Array<Record<string, unknown>> }
        return [...there, ...flows].filter(({ type, z }) => type === 'tab' || type === 'subflow' || !z).map(({ id }) => String(id))
    }

    async followed (started: RestoreJob, pollMs = 10): Promise<RestoreJob> {
        let job = started
        while (job.state === 'running') {
            await delay(pollMs)
            job = await this.ask<RestoreJob>('GET', `flowfuse-snapshots/jobs/${job.id}`)
        }
        return job
    }

    files (): Files {
        return filesIn(this.nodeRed.userDir)
    }

    async ask<T> (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
        const answer = await this.nodeRed.call(method, path, body, headers)
        if (answer.status >= 300) throw new Error(`Node-RED answered ${method} ${path} with ${answer.status}: ${JSON.stringify(answer.body)}`)
        return answer.body as T
    }
}

export function filesIn (userDir: string): Files {
    const text = (name: string) => existsSync(join(userDir, name)) ? readFileSync(join(userDir, name), 'utf8') : null
    return { flows: text('flows.json'), credentials: text('flows_cred.json') }
}

/** Credentials of a file under the secret of `startNodeRed`, without empty entries, which are none; null when it does not open. */
export function opened ({ credentials }: Files, secret = 'local'): OpenCredentials | null {
    const sealed = JSON.parse(credentials ?? '{}') as SealedCredentials | OpenCredentials
    const all = '$' in sealed ? open(sealed as SealedCredentials, secret) : sealed
    return all && Object.fromEntries(Object.entries(all).filter(([, entry]) => Object.keys(entry).length > 0).sort(([a], [b]) => a < b ? -1 : 1))
}

/** The files below a folder, links left out, that hold a text; as paths. */
export function filesHolding (folder: string, text: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
        const path = join(folder, entry.name)
        if (entry.isDirectory()) return filesHolding(path, text)
        return entry.isFile() && statSync(path).size > 0 && readFileSync(path).includes(text) ? [path] : []
    })
}
