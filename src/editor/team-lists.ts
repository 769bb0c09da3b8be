import type { ApplicationList, DeviceList, TeamList } from '../shared/requests'
import type { Api } from './api'
import { toFailure } from './failure'
import { Observable } from './observable'
import type { Fetched } from './fetched'

/** Teams, their applications and devices as the picker has seen them: each answer kept under the team it is about. */
export class TeamLists extends Observable {
    teams: Fetched<TeamList> = { value: null, loading: true, failure: null }
    private readonly applicationsOf = new Map<string, Fetched<ApplicationList>>()
    private readonly devicesOf = new Map<string, Fetched<DeviceList>>()

    constructor (private readonly api: Pick<Api, 'teams' | 'applications' | 'devices'>) {
        super()
    }

    async loadTeams (): Promise<void> {
        this.teams = { value: null, loading: true, failure: null }
        this.changed()
        try {
            this.teams = { value: await this.api.teams(), loading: false, failure: null }
        } catch (error) {
            this.teams = { value: null, loading: false, failure: toFailure(error) }
        }
        this.changed()
    }

    applications (team: string): Fetched<ApplicationList> | undefined {
        return this.applicationsOf.get(team)
    }

    devices (team: string): Fetched<DeviceList> | undefined {
        return this.devicesOf.get(team)
    }

    /** Asks once; what is there or on its way is not asked for again. */
    async load (team: string): Promise<void> {
        const known = this.applicationsOf.get(team)
        if (known === undefined || known.failure !== null) {
            await this.reload(team)
        }
    }

    async reload (team: string): Promise<void> {
        await Promise.all([
            this.fetch(this.applicationsOf, team, () => this.api.applications(team)),
            this.fetch(this.devicesOf, team, () => this.api.devices(team))
        ])
    }

    private async fetch <T> (kept: Map<string, Fetched<T>>, team: string, ask: () => Promise<T>): Promise<void> {
        const request: Fetched<T> = { value: kept.get(team)?.value ?? null, loading: true, failure: null }
        const keep = (list: Fetched<T>) => {
            kept.set(team, list)
            this.changed()
        }
        keep(request)
        const answer = await ask().then(
            value => ({ value, loading: false, failure: null }),
            (error: unknown) => ({ value: null, loading: false, failure: toFailure(error) })
        )
        // Asked again meanwhile: the later answer counts.
        if (kept.get(team) === request) {
            keep(answer)
        }
    }
}
