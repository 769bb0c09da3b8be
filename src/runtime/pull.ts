import { randomBytes } from 'node:crypto'
import { getDevice } from '../flowfuse/devices'
import { getInstance, type Instance } from '../flowfuse/instances'
import { exportSnapshot } from '../flowfuse/snapshots'
import type { Session } from '../flowfuse/session'
import { listTeams } from '../flowfuse/teams'
import { CodedError } from '../shared/errors'
import type { PullOwnerKind, PullRequest } from '../shared/pull'
import type { Named } from '../shared/requests'
import { openOnThread } from './pull-thread'
import type { Pull } from './pull-prepared'
import { requireKind, requireRole } from './targets'

/** An instance or device that has snapshots. `palette`: what an instance installs; {} for a device. */
export interface Owner extends Named { kind: PullOwnerKind, team: Named, deployedAt: string | null, palette: Instance['palette'] }

/**
 * Fetches a snapshot and opens it. What FlowFuse would refuse is said before it is asked.
 * @param fingerprintKey see `fingerprint`
 * @throws CodedError `needs-token`, `needs-full-token`, `role-too-low`, `instance-gone`, `gone`, `snapshot-gone`, and what `exportSnapshot` and
 * `parseExport` throw
 */
export async function fetchPull (
    session: Session, { owner: asked, snapshot }: PullRequest, fingerprintKey: Uint8Array, signal?: AbortSignal
): Promise<Omit<Pull, 'id' | 'until'>> {
    requireKind(session, 'export')
    const [owner, teams] = await Promise.all([findOwner(session, asked), listTeams(session)])
    requireRole(session, teams, owner.team, 'export')
    const secret = randomBytes(16).toString('hex')
    const bytes = await exportSnapshot(session, asked, snapshot, secret, signal)
    const opened = await openOnThread({ bytes, secret, fingerprintKey }, signal)
    const { username, updatedAt: _updatedAt, ...about } = opened.about
    if (about.id !== snapshot) {
        throw new CodedError('answer-unexpected', { what: 'content' }, 502)
    }
    const { kind, id, name } = owner
    return {
        server: session.origin,
        snapshot: { ...about, user: username === null ? null : { username }, owner: { kind, id, name } },
        deployedAt: owner.deployedAt,
        opened,
        flowsOnly: false,
        credentialsKnown: true
    }
}

/** The instance or device of a snapshot. @throws CodedError `instance-gone`, `gone` */
export async function findOwner (session: Session, { kind, id }: PullRequest['owner']): Promise<Owner> {
    if (kind === 'device') {
        return { kind, deployedAt: null, palette: {}, ...await getDevice(session, id) }
    }
    const { name, team, deployedAt, palette } = await getInstance(session, id)
    return { kind, id, name, team, deployedAt, palette }
}
