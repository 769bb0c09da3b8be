import { getInstance } from '../flowfuse/instances'
import type { Session } from '../flowfuse/session'
import { snapshotPage, type SnapshotMeta } from '../flowfuse/snapshots'
import { permits, type SignInKind } from '../shared/abilities'
import { isCapture } from '../shared/names'
import type { Look, SnapshotsThere, Standing, Status } from '../shared/status'
import { changesSince, countChanges, countChangesBeside } from '../snapshot/changes-since'
import { CodedError } from '../shared/errors'
import type { RunningContent } from './running-content'
import type { StoredLink } from './store/connections-file'
import type { Inventories } from './store/inventories'

/** Enough to find what came since the last push, and one request whatever there is. */
const lookedAt = 50

interface Stands { standing: Standing | null, changes: number }

interface StandingParts { content: RunningContent, inventories: Inventories }

/**
 * How what runs here stands to what was pushed to an instance, or pulled from it, last. Nothing is asked of the server: what was exchanged
 * is remembered by fingerprints, so that this needs no right to read it there.
 */
export async function standing (
    { content, inventories }: StandingParts, server: string, instanceId: string, link: StoredLink | null
): Promise<Stands> {
    if (link === null) {
        return { standing: null, changes: 0 }
    }
    const exchanged = await inventories.find(server, instanceId, link.snapshotId)
    const running = exchanged === null ? null : await content.get().catch(orUntold)
    if (exchanged === null || running === null) {
        return { standing: 'linked', changes: 0 }
    }
    const { nodes, beside } = exchanged
    const changes = countChanges(changesSince(nodes, running.states)) +
        (beside === null ? 0 : countChangesBeside(beside, await content.beside(running, beside)))
    return { standing: changes === 0 ? 'same' : 'changed', changes }
}

/**
 * What of it a user is told. A sign-in that can't read what a snapshot holds can't see whether that is what was sent from here, so that it
 * is linked, no more. OAuth is one: snapshots are listed for it, but what one is and holds, and its export, are refused, to an Owner too
 * (measured on 2.4.0 and 2.33.2).
 */
export function standingFor (kind: SignInKind, known: Stands): Stands {
    return known.standing === null || permits(kind, 'readContent') ? known : { standing: 'linked', changes: 0 }
}

/** What can't be captured can't be compared: a push says why. */
function orUntold (error: unknown): null {
    if (error instanceof CodedError) {
        return null
    }
    throw error
}

/** Looks at one thing of an instance, by one request. @throws FlowFuseError `instance-gone`, `not-permitted` … */
export async function lookAt (session: Session, instanceId: string, look: Look, link: StoredLink | null): Promise<Pick<Status, 'there' | 'state'>> {
    switch (look) {
    case 'snapshots': {
        const { snapshots, next } = await snapshotPage(session, instanceId, lookedAt, null)
        return { there: snapshotsThere(snapshots, next !== null, link), state: null }
    }
    case 'instance': return { there: null, state: (await getInstance(session, instanceId)).state }
    case 'nothing': return { there: null, state: null }
    }
}

/**
 * @param snapshots the newest ones, newest first
 * @param more whether there may be older ones
 */
export function snapshotsThere (snapshots: SnapshotMeta[], more: boolean, link: StoredLink | null): SnapshotsThere {
    const newest = snapshots[0]?.id ?? null
    if (link === null) {
        return { newest, newer: null, gone: false }
    }
    const since = Date.parse(link.pushedAt)
    const newer = snapshots.find(({ id, createdAt, name }) => id !== link.snapshotId && Date.parse(createdAt) > since && !isCapture(name))
    const reachesBack = !more || snapshots.some(({ createdAt }) => Date.parse(createdAt) < since)
    const gone = reachesBack && snapshots.every(({ id }) => id !== link.snapshotId)
    return { newest, newer: newer === undefined ? null : { id: newer.id, name: newer.name }, gone }
}
