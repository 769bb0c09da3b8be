import type { ApplicationList, TeamList } from '../shared/requests'
import type { Api } from './api'
import { toFailure } from './failure'
import { Observable } from './observable'
import type { Fetched } from './panel-model'

/** Teams and their applications as the picker has seen them: one request a team, each answer kept under the team it is about. */
export class TeamLists extends Observable {
    teams: Fetched<TeamList> = { value: null, loading: true, failure: null }
    private readonly byTeam = new Map<string, Fetched<ApplicationList>>()

    constructor (private readonly api: Pick<Api, 'teams' | 'applications'>) {
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
        return this.byTeam.get(team)
    }

    /** Asks once; what is there or on its way is not asked for again. */
    async loadApplications (team: string): Promise<void> {
        const known = this.byTeam.get(team)
        if (known === undefined || known.failure !== null) {
            await this.reloadApplications(team)
        }
    }

    async reloadApplications (team: string): Promise<void> {
        const request: Fetched<ApplicationList> = { value: this.byTeam.get(team)?.value ?? null, loading: true, failure: null }
        this.keep(team, request)
        const answer = await this.api.applications(team).then(
            value => ({ value, loading: false, failure: null }),
            (error: unknown) => ({ value: null, loading: false, failure: toFailure(error) })
        )
        // Asked again meanwhile: the later answer counts.
        if (this.byTeam.get(team) === request) {
            this.keep(team, answer)
        }
    }

    private keep (team: string, list: Fetched<ApplicationList>): void {
        this.byTeam.set(team, list)
        this.changed()
    }
}
