import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { ErrorAnswer } from '../src/shared/errors'
import type { ApplicationList, Job, PanelState, PushRequest, Target, TargetRequest, TeamList } from '../src/shared/requests'
import type { LocalNodeRed } from '../test/node-red/local'

/** What the panel does, done through the plugin's own admin routes. */
export class PanelByHand {
    constructor (private readonly local: LocalNodeRed) {}

    connect (server: string, token: string): Promise<PanelState> {
        return this.send<PanelState>('POST', 'connection', { server, token })
    }

    disconnect (): Promise<PanelState> {
        return this.send<PanelState>('DELETE', 'connection')
    }

    /** Chooses the instance of that name, in whichever team. @throws Error when the sign-in sees none, or several */
    async choose (name: string): Promise<Target> {
        const { teams } = await this.send<TeamList>('GET', 'teams')
        const found: TargetRequest[] = []
        for (const { id: teamId } of teams) {
            const { applications } = await this.send<ApplicationList>('GET', `teams/${teamId}/applications`)
            const named = applications.flatMap(application => application.instances).filter(instance => instance.name === name)
            found.push(...named.map(({ id: instanceId }) => ({ teamId, instanceId })))
        }
        const [only] = found
        if (only === undefined) {
            throw new Error(`This sign-in sees no instance named “${name}”.`)
        }
        if (found.length > 1) {
            throw new Error(`This sign-in sees ${found.length} instances named “${name}”: give the one that is meant another name in FlowFuse first.`)
        }
        return await this.send<Target>('PUT', 'target', only)
    }

    /**
     * Pushes and follows the job to its end.
     * @param onStep gets each step in the panel's words as it begins; of steps that came and went between two looks, all at once
     * @throws Error with the sentence of a failure
     */
    async push (request: PushRequest, onStep: (step: string) => void, interrupted?: AbortSignal): Promise<Job> {
        const { steps: words } = await readCatalog()
        const told = new Set<string>()
        const tell = ({ steps }: Job) => steps.filter(({ id, state }) => state !== 'waiting' && !told.has(id)).forEach(({ id }) => {
            told.add(id)
            onStep(words[id] ?? id)
        })
        let job = await this.send<Job>('POST', 'push', request)
        tell(job)
        while (job.state === 'running') {
            await delay(250, undefined, { signal: interrupted })
            job = await this.send<Job>('GET', `jobs/${job.id}`)
            tell(job)
        }
        if (job.error !== null) {
            throw new Error(await sentence(job.error))
        }
        return job
    }

    private async send<T> (method: string, path: string, body?: unknown): Promise<T> {
        const answer = await this.local.call(method, `flowfuse-snapshots/${path}`, body)
        if (answer.status >= 400) {
            throw new Error(await sentence(answer.body as ErrorAnswer))
        }
        return answer.body as T
    }
}

type Words = Record<string, string>

/** The panel's English words. */
async function readCatalog (): Promise<{ errors: Words, steps: Words }> {
    return JSON.parse(await readFile(new URL('../locales/en-US/plugin.json', import.meta.url), 'utf8')) as { errors: Words, steps: Words }
}

/** The English sentence of an error, as the panel would show it. */
async function sentence ({ code, params, because }: ErrorAnswer): Promise<string> {
    const { errors } = await readCatalog()
    const text = (errors[code] ?? code).replace(/__(\w+?)__/g, (place, name: string) => String(params[name] ?? place))
    return because === undefined ? text : `${text} ${await sentence(because)}`
}
