import { readFile } from 'node:fs/promises'
import type { ErrorAnswer } from '../src/shared/errors'
import type { ApplicationList, Job, PanelState, PushRequest, Target, TeamList } from '../src/shared/requests'
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

    /** Chooses the instance of that name, or the first one of all. @throws Error when the sign-in sees none */
    async choose (name: string | null): Promise<Target> {
        const { teams } = await this.send<TeamList>('GET', 'teams')
        for (const team of teams) {
            const { applications } = await this.send<ApplicationList>('GET', `teams/${team.id}/applications`)
            const instance = applications.flatMap(application => application.instances).find(candidate => name === null || candidate.name === name)
            if (instance !== undefined) {
                return await this.send<Target>('PUT', 'target', { teamId: team.id, instanceId: instance.id })
            }
        }
        throw new Error('This sign-in sees no instance to push to. Make one in FlowFuse first.')
    }

    /** Pushes and follows the job to its end. @throws Error with the sentence of a failure */
    async push (request: PushRequest, onStep: (step: string) => void): Promise<Job> {
        let job = await this.send<Job>('POST', 'push', request)
        let shown = ''
        while (job.state === 'running') {
            const step = job.steps.find(candidate => candidate.state === 'running')?.id ?? ''
            if (step !== shown) {
                onStep(step)
                shown = step
            }
            await new Promise(resolve => setTimeout(resolve, 250))
            job = await this.send<Job>('GET', `jobs/${job.id}`)
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

/** The English sentence of an error, as the panel would show it. */
async function sentence ({ code, params, because }: ErrorAnswer): Promise<string> {
    const catalog = JSON.parse(await readFile(new URL('../locales/en-US/plugin.json', import.meta.url), 'utf8')) as { errors: Record<string, string> }
    const text = (catalog.errors[code] ?? code).replace(/__(\w+?)__/g, (place, name: string) => String(params[name] ?? place))
    return because === undefined ? text : `${text} ${await sentence(because)}`
}
