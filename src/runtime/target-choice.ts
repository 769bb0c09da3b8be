import { FlowFuseError } from '../flowfuse/errors'
import { getInstance } from '../flowfuse/instances'
import type { Session } from '../flowfuse/session'
import { listApplications, listTeams, type Team } from '../flowfuse/teams'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import type { Named, TargetNames, TargetPreset } from '../shared/requests'
import type { PluginSettings } from './settings'
import type { Connections } from './store/connections'

type Preset = Pick<PluginSettings, 'team' | 'instance' | 'lockedBy'>

/** An instance's id is a UUID; nothing else is asked for as if it were one. */
const instanceId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Which instance a user's snapshots go to: the operator's lock comes first, then the user's choice, then the operator's preset. */
export class TargetChoice {
    /** Presets as they were found, by user and server: they are set by name, and looked up once a process. */
    private readonly found = new Map<string, TargetNames>()

    constructor (private readonly settings: Preset, private readonly connections: Pick<Connections, 'get'>) {}

    /** What the operator has set; null when nothing. */
    get preset (): TargetPreset | null {
        const { team, instance, lockedBy } = this.settings
        return team === '' && instance === '' ? null : { team, instance, lockedBy }
    }

    /** The target without asking the server: null when none is chosen, or a preset was not looked up yet. */
    async known (user: string, server: string): Promise<TargetNames | null> {
        const stored = (await this.connections.get(user))?.target ?? null
        return this.allows(stored) ? stored : this.found.get(key(user, server)) ?? null
    }

    /** @throws CodedError `target-missing`, `preset-not-found`, `preset-ambiguous` */
    async find (user: string, session: Session): Promise<TargetNames> {
        const known = await this.known(user, session.origin)
        if (known !== null) {
            return known
        }
        if (this.settings.instance === '') {
            throw new CodedError('target-missing', {}, 409)
        }
        const target = await this.lookUp(session)
        this.found.set(key(user, session.origin), target)
        return target
    }

    /** Looks a preset up anew next time: it was not there any more. */
    forget (user: string, server: string): void {
        this.found.delete(key(user, server))
    }

    /** @throws CodedError `target-locked` */
    check (target: TargetNames): void {
        const refused = this.lockRefusal(target.team, { kind: 'instance', ...target.instance })
        if (refused !== null) {
            throw new CodedError(refused.code, refused.params, 403)
        }
    }

    /** Why nothing may be put onto an instance or device of a team: the operator has locked the target. null when that is not so. */
    lockRefusal (team: Named, owner: Named & { kind: 'instance' | 'device' }): ErrorAnswer | null {
        const { team: onlyTeam, instance, lockedBy } = this.settings
        const isAllowed = (onlyTeam === '' || isMeant(team, onlyTeam)) && (instance === '' || (owner.kind === 'instance' && isMeant(owner, instance)))
        return lockedBy === '' || isAllowed ? null : { code: 'target-locked', params: { by: lockedBy } }
    }

    /** The teams that a target may be chosen from. */
    offered <T extends Named> (teams: T[]): T[] {
        const { team, lockedBy } = this.settings
        return lockedBy === '' || team === '' ? teams : teams.filter(candidate => isMeant(candidate, team))
    }

    private allows (target: TargetNames | null): target is TargetNames {
        return target !== null && this.lockRefusal(target.team, { kind: 'instance', ...target.instance }) === null
    }

    private async lookUp (session: Session): Promise<TargetNames> {
        const teams = await listTeams(session)
        const wanted = this.settings.team === '' ? teams : teams.filter(team => isMeant(team, this.settings.team))
        const targets = instanceId.test(this.settings.instance)
            ? await byId(session, this.settings.instance, wanted)
            : (await Promise.all(wanted.map(team => byName(session, team, this.settings.instance)))).flat()
        const [only] = targets
        const names = { target: [this.settings.team, this.settings.instance].filter(Boolean).join(' / ') }
        if (only === undefined) {
            throw new CodedError('preset-not-found', names, 404)
        }
        if (targets.length > 1) {
            throw new CodedError('preset-ambiguous', { ...names, count: targets.length }, 409)
        }
        return only
    }
}

async function byId (session: Session, id: string, teams: Team[]): Promise<TargetNames[]> {
    try {
        const { team, application, name, url } = await getInstance(session, id)
        return teams.some(candidate => candidate.id === team.id) ? [{ team, application, instance: { id, name, url } }] : []
    } catch (error) {
        if (error instanceof FlowFuseError && error.code === 'instance-gone') {
            return []
        }
        throw error
    }
}

async function byName (session: Session, { id, name }: Team, wanted: string): Promise<TargetNames[]> {
    const applications = await listApplications(session, id)
    return applications.flatMap(application => application.instances
        .filter(instance => instance.name === wanted)
        .map(instance => ({
            team: { id, name },
            application: { id: application.id, name: application.name },
            instance: { id: instance.id, name: instance.name, url: instance.url }
        })))
}

function isMeant (thing: Named, nameOrId: string): boolean {
    return thing.id === nameOrId || thing.name === nameOrId
}

function key (user: string, server: string): string {
    return JSON.stringify([user, server])
}
