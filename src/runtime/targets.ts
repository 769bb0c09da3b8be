import { getInstance, type Instance } from '../flowfuse/instances'
import type { Session } from '../flowfuse/session'
import { listTeams, type Team } from '../flowfuse/teams'
import { abilitiesOf, refusal, targetAction, type Action } from '../shared/abilities'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import { roles } from '../shared/permissions'
import type { Named, Target, TargetAnswer } from '../shared/requests'

/** The instance as a push target, with what is known beforehand about the user's right to push there. */
export async function findTarget (session: Session, instanceId: string): Promise<{ target: Target, instance: Instance }> {
    const [instance, teams] = await Promise.all([getInstance(session, instanceId), listTeams(session)])
    const team = memberTeam(teams, instance.team)
    const target: Target = {
        team,
        application: instance.application,
        instance: { id: instance.id, name: instance.name, url: instance.url, state: instance.state },
        pushRefused: known(session, team, 'push'),
        restoreRefused: known(session, team, 'restore')
    }
    return { target, instance }
}

/**
 * The target with what the sign-in may do there.
 * @param version the server's, null where it does not tell
 * @param learned what FlowFuse refused although nothing was known against it
 */
export function withAbilities (
    target: Target, { kind }: Pick<Session, 'kind'>, version: string | null, learned: (action: Action) => ErrorAnswer | null = () => null
): TargetAnswer {
    const abilities = abilitiesOf({ team: target.team, kind, version })
    return { ...target, abilities: abilities.map(({ action, refused }) => ({ action, refused: refused ?? learned(action) })) }
}

/** @throws CodedError `needs-version`, `role-too-low`, `needs-token`, `needs-full-token`, `team-gone` */
export function requireRole (session: SignIn, teams: Team[], team: Named, ...actions: Action[]): void {
    const member = memberTeam(teams, team)
    const refused = actions.map(action => known(session, member, action)).find(answer => answer !== null)
    if (refused) {
        throw new CodedError(refused.code, refused.params, 403)
    }
}

/** What no role would help against, known without asking the server. @throws CodedError `needs-token`, `needs-full-token` */
export function requireKind ({ kind }: Pick<Session, 'kind'>, action: Action): void {
    const refused = refusal(action, { team: { name: '', role: roles.admin }, kind, version: null })
    if (refused !== null) {
        throw new CodedError(refused.code, refused.params, 403)
    }
}

/** By which action a push of this sign-in sets the device target in a team. @throws CodedError `team-gone` */
export function targetActionIn ({ kind }: Pick<Session, 'kind'>, teams: Team[], team: Named): ReturnType<typeof targetAction> {
    return targetAction({ team: memberTeam(teams, team), kind, version: null })
}

/** @throws CodedError `team-gone` */
export function memberTeam (teams: Team[], team: Named): Team {
    const member = teams.find(candidate => candidate.id === team.id)
    if (member === undefined) {
        throw new CodedError('team-gone', {}, 404)
    }
    return member
}

/** The server's version is asked for only where an action may depend on it. */
type SignIn = Pick<Session, 'kind'> & { platform?: { version: string | null } }

/** Why the sign-in may not do something in a team. */
export function known ({ kind, platform }: SignIn, team: Team, action: Action) {
    return refusal(action, { team, kind, version: platform?.version ?? null })
}
