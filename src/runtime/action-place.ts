import { createHash } from 'node:crypto'
import { getInstance, type Instance } from '../flowfuse/instances'
import type { Session } from '../flowfuse/session'
import { listTeams, type Team } from '../flowfuse/teams'
import type { Action } from '../shared/abilities'
import { CodedError } from '../shared/errors'
import type { Services } from './services'
import { openSession } from './sessions'
import { memberTeam, requireRole } from './targets'

/** Where an action is done: the user's target and sign-in as they are now. */
export interface ActionPlace {
    session: Session
    /** Id of who is signed in there. */
    userId: string
    platform: { version: string | null }
    instance: Instance
    team: Team
}

/**
 * The instance that a user's action is about. Only the target can be acted on: what the operator has locked holds here too, and a window that
 * still shows another one does nothing.
 * @throws CodedError `target-changed`, `instance-gone`, and as `requireRole`
 */
export async function findPlace (services: Services, user: string, instanceId: string, ...actions: Action[]): Promise<ActionPlace> {
    const { targets, platforms, connections } = services
    const session = await openSession(services, user)
    const chosen = await targets.find(user, session)
    if (chosen.instance.id !== instanceId) {
        throw new CodedError('target-changed', { instance: chosen.instance.name }, 409)
    }
    const [instance, teams, platform, connection] = await Promise.all([
        getInstance(session, instanceId), listTeams(session), platforms.get(session.origin), connections.get(user)
    ])
    requireRole({ kind: session.kind, platform }, teams, instance.team, ...actions)
    return { session, userId: connection?.user.id ?? '', platform, instance, team: memberTeam(teams, instance.team) }
}

/** Stands for what a user was shown: the same for the same facts. */
export function seenOf (facts: unknown): string {
    return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

/** @throws CodedError `action-moved` when what the user saw is no longer so */
export function requireSeen (asked: string, now: { seen: string, snapshot: { name: string } }): void {
    if (asked !== now.seen) {
        throw new CodedError('action-moved', { name: now.snapshot.name }, 409)
    }
}
