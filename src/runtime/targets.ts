import { getInstance, type Instance } from '../flowfuse/instances'
import type { Session } from '../flowfuse/session'
import { listTeams, type Team } from '../flowfuse/teams'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import { leastRole, roles } from '../shared/permissions'
import type { Named, Target } from '../shared/requests'

/** The instance as a push target, with what is known beforehand about the user's right to push there. */
export async function findTarget (session: Session, instanceId: string): Promise<{ target: Target, instance: Instance }> {
    const [instance, teams] = await Promise.all([getInstance(session, instanceId), listTeams(session)])
    const team = memberTeam(teams, instance.team)
    const target: Target = {
        team,
        application: instance.application,
        instance: { id: instance.id, name: instance.name, url: instance.url, state: instance.state },
        pushRefused: roleRefusal(team, 'push')
    }
    return { target, instance }
}

/** @throws CodedError `role-too-low`, `team-gone` */
export async function requireRole (session: Session, team: Named, action: keyof typeof leastRole): Promise<void> {
    const refusal = roleRefusal(memberTeam(await listTeams(session), team), action)
    if (refusal !== null) {
        throw new CodedError(refusal.code, refusal.params, 403)
    }
}

function memberTeam (teams: Team[], team: Named): Team {
    const member = teams.find(candidate => candidate.id === team.id)
    if (member === undefined) {
        throw new CodedError('team-gone', {}, 404)
    }
    return member
}

/** An administrator of the platform may do everything, in any team. */
export function roleRefusal (team: Team, action: keyof typeof leastRole): ErrorAnswer | null {
    const needed = leastRole[action]
    return team.role >= needed ? null : { code: 'role-too-low', params: { team: team.name, role: roleName(team.role), needed: roleName(needed) } }
}

function roleName (role: number): string {
    return Object.entries(roles).find(([, number]) => number === role)?.[0] ?? String(role)
}
