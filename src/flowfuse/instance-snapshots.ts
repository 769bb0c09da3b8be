import type { Modules } from '../snapshot/model'
import { asObject, isObject, optionalText, text, unexpected } from '../snapshot/parse'
import { naming } from './errors'
import { platformPath } from './http'
import type { Session } from './session'
import type { SnapshotOwner } from './snapshots'

/** One snapshot of an instance or device, without what is in it. */
export interface InstanceSnapshot {
    id: string
    name: string
    description: string
    createdAt: string
    modules: Modules
}

/** As `getOwnedSnapshot`, of an instance. */
export async function getInstanceSnapshot (session: Session, instanceId: string, snapshotId: string): Promise<InstanceSnapshot> {
    return await getOwnedSnapshot(session, { kind: 'instance', id: instanceId }, snapshotId)
}

/** @throws FlowFuseError `snapshot-gone`, also for one of another owner; `not-permitted`; CodedError `answer-unexpected` for another than asked */
export async function getOwnedSnapshot (session: Session, owner: SnapshotOwner, snapshotId: string): Promise<InstanceSnapshot> {
    const path = pathOf(owner, snapshotId)
    const snapshot = asObject(await naming(session.request({ method: 'GET', path, what: 'snapshots' }), { gone: 'snapshot-gone' }), 'snapshots')
    if (text(snapshot, 'id') !== snapshotId) {
        throw unexpected('snapshots')
    }
    const modules = Object.entries(isObject(snapshot.modules) ? snapshot.modules : {})
    return {
        id: snapshotId,
        name: text(snapshot, 'name'),
        description: optionalText(snapshot, 'description'),
        createdAt: optionalText(snapshot, 'createdAt'),
        modules: Object.fromEntries(modules.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
    }
}

/**
 * Gives a snapshot another name or description. FlowFuse ≥ 2.7, Owners with a token; older ones answer with a web page or without a body.
 * @throws FlowFuseError `snapshot-gone`, `not-permitted`, `answer-unexpected`
 */
export async function editSnapshot (session: Session, snapshotId: string, change: { name?: string, description?: string }): Promise<void> {
    const path = platformPath`/api/v1/snapshots/${snapshotId}`
    await naming(session.request({ method: 'PUT', path, what: 'edit', body: { ...change } }), { gone: 'snapshot-gone' })
}

/** Owners with a token. Never repeat it blindly. @throws FlowFuseError `snapshot-gone`, `not-permitted` */
export async function deleteOwnedSnapshot (session: Session, owner: SnapshotOwner, snapshotId: string): Promise<void> {
    // Without a body: newer platforms refuse an empty one that is called JSON.
    const path = pathOf(owner, snapshotId)
    await naming(session.request({ method: 'DELETE', path, what: 'delete' }), { gone: 'snapshot-gone' })
}

function pathOf ({ kind, id }: SnapshotOwner, snapshotId: string): string {
    return kind === 'instance' ? platformPath`/api/v1/projects/${id}/snapshots/${snapshotId}` : platformPath`/api/v1/devices/${id}/snapshots/${snapshotId}`
}
