import { randomBytes } from 'node:crypto'
import { FlowFuseError } from '../flowfuse/errors'
import { isAtLeast, keepsHiddenSince } from '../flowfuse/platform'
import type { Session } from '../flowfuse/session'
import { exportSnapshot, fullSnapshot } from '../flowfuse/snapshots'
import { listTeams, type Team } from '../flowfuse/teams'
import { CodedError } from '../shared/errors'
import type { ViewSource } from '../shared/views'
import type { Platforms } from './platforms'
import { findOwner, type Owner } from './pull'
import type { OpenedExport } from './pull-opening'
import { openOnThread } from './pull-thread'
import { known, requireKind, requireRole } from './targets'
import { viewOf, type Opened } from './views'

/**
 * A snapshot of FlowFuse, by an export under a secret that nobody else gets; for those who may read, but not export, without credentials.
 * @throws CodedError as `fetchPull`
 */
export async function openRemote (
    session: Session, platforms: Platforms, { owner: asked, snapshot }: Extract<ViewSource, { kind: 'remote' }>, key: Uint8Array, signal?: AbortSignal
): Promise<Opened> {
    if (session.kind !== 'read-only-token') {
        requireKind(session, 'export')
    }
    const [owner, teams, platform] = await Promise.all([findOwner(session, asked), listTeams(session), platforms.get(session.origin)])
    const { bytes, secret } = await bytesOf(session, teams, owner, snapshot, signal)
    const size = bytes.length
    const opened = await openOnThread({ bytes, secret: secret ?? '', fingerprintKey: key }, signal)
    if (opened.about.id !== snapshot) {
        throw new CodedError('answer-unexpected', { what: 'content' }, 502)
    }
    const { kind, id, name } = owner
    const view = viewOf(secret === null ? withoutPlatformVariables(opened) : opened, {
        from: { kind: 'remote', owner: { kind, id, name }, snapshot },
        bytes: size,
        credentials: secret === null ? 'not-told' : 'included',
        sealed: null,
        flowsOnly: false
    })
    const isShown = !isAtLeast(platform, keepsHiddenSince) && Object.keys(view.opened.env).length > 0
    return isShown ? { ...view, notes: [...view.notes, { code: 'hidden-shown', params: { since: keepsHiddenSince } }] } : view
}

/** @returns `secret` null where it came without credentials */
async function bytesOf (
    session: Session, teams: Team[], owner: Owner, snapshot: string, signal?: AbortSignal
): Promise<{ bytes: Buffer, secret: string | null }> {
    const team = teams.find(({ id }) => id === owner.team.id)
    const full = async () => ({ bytes: await fullSnapshot(session, snapshot, signal), secret: null })
    const mayRead = team !== undefined && known(session, team, 'readContent') === null
    if (mayRead && known(session, team, 'export') !== null) {
        return await full()
    }
    requireRole(session, teams, owner.team, 'export')
    const secret = randomBytes(16).toString('hex')
    try {
        return { bytes: await exportSnapshot(session, owner, snapshot, secret, signal), secret }
    } catch (error) {
        if (error instanceof FlowFuseError && error.platformStatus === 403) {
            return await full().catch(() => { throw error })
        }
        throw error
    }
}

/** An export leaves them out. */
function withoutPlatformVariables (opened: OpenedExport): OpenedExport {
    return { ...opened, env: Object.fromEntries(Object.entries(opened.env).filter(([name]) => !name.startsWith('FF_'))) }
}
