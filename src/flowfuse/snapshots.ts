import type { ErrorCode } from '../shared/errors'
import type { Named } from '../shared/requests'
import { asObject, isObject, list, object, optionalText, text, unexpected, type JsonObject } from '../snapshot/parse'
import { FlowFuseError, naming } from './errors'
import { platformPath, type SerialisedBody } from './http'
import type { Session } from './session'

export interface SnapshotMeta {
    id: string
    name: string
    description: string
    createdAt: string
    /** `null`: made by the platform itself. */
    user: { id: string, username: string } | null
}

/** Uploads of many megabytes over a plant's uplink take their time. */
const uploadTimeoutMs = 10 * 60 * 1000

/**
 * The newest snapshots of an instance, newest first.
 * @throws FlowFuseError `instance-gone`, `not-permitted`
 */
export async function listSnapshots (session: Session, instanceId: string, limit: number, signal?: AbortSignal): Promise<SnapshotMeta[]> {
    const answer = await naming(session.request({
        method: 'GET',
        path: `${platformPath`/api/v1/projects/${instanceId}/snapshots`}?limit=${limit}`,
        what: 'snapshots',
        signal
    }), { gone: 'instance-gone' })
    return list(asObject(answer, 'snapshots'), 'snapshots').map(snapshotMeta)
}

export interface SnapshotPage {
    snapshots: SnapshotMeta[]
    /** Id to go on after; null when this was the last page. */
    next: string | null
}

/**
 * Snapshots of an instance after the one whose id is `cursor`, newest first. A cursor that the platform does not know silently gives the
 * newest ones again; a full page has a next one even when nothing follows.
 * @throws FlowFuseError `instance-gone`, `not-permitted`
 */
export async function snapshotPage (session: Session, instanceId: string, limit: number, cursor: string | null): Promise<SnapshotPage> {
    return await pageOf(session, platformPath`/api/v1/projects/${instanceId}/snapshots`, 'instance-gone', limit, cursor)
}

/** The newest snapshots of an instance or device, newest first. @throws FlowFuseError `instance-gone`, `gone`, `not-permitted` */
export async function newestSnapshots (session: Session, { kind, id }: SnapshotOwner, limit: number): Promise<SnapshotMeta[]> {
    return kind === 'instance' ? await listSnapshots(session, id, limit) : (await deviceSnapshotPage(session, id, limit, null)).snapshots
}

/** As `snapshotPage`, of a device. @throws FlowFuseError `gone`, `not-permitted` */
export async function deviceSnapshotPage (session: Session, deviceId: string, limit: number, cursor: string | null): Promise<SnapshotPage> {
    return await pageOf(session, platformPath`/api/v1/devices/${deviceId}/snapshots`, 'gone', limit, cursor)
}

async function pageOf (session: Session, path: string, gone: ErrorCode, limit: number, cursor: string | null): Promise<SnapshotPage> {
    const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await naming(session.request({ method: 'GET', path: `${path}?limit=${limit}${after}`, what: 'snapshots' }), { gone })
    const page = asObject(answer, 'snapshots')
    const snapshots = list(page, 'snapshots').map(snapshotMeta)
    const next = optionalText(asObject(page.meta ?? {}, 'snapshots'), 'next_cursor')
    return { snapshots, next: next === '' ? null : next }
}

/**
 * Creates a snapshot from a serialised body (see runtime/push-body), or, without one, from the instance as it runs there.
 * Never repeated: a lost answer must be looked for in the list.
 * @throws FlowFuseError `instance-gone`, `not-permitted`; `answer-unexpected` also for an answer that does not say what was created
 */
export async function createSnapshot (
    session: Session, instanceId: string, body: SerialisedBody | { name: string, description: string }
): Promise<SnapshotMeta> {
    const answer = await naming(session.request({
        method: 'POST',
        path: platformPath`/api/v1/projects/${instanceId}/snapshots`,
        what: 'create',
        body: { ...body },
        timeoutMs: uploadTimeoutMs
    }), { gone: 'instance-gone' })
    return madeSnapshot(session, answer, 'create')
}

/**
 * Imports a snapshot onto an instance or device from a serialised body (see runtime/import-body), which names it. FlowFuse ≥ 2.5, Owners with
 * a token only. Never repeated: a lost answer must be looked for in the list.
 * @param gone what is said when FlowFuse does not know it
 * @throws FlowFuseError `gone`, `not-permitted`; `answer-unexpected` also for an answer that does not say what was made
 */
export async function importSnapshot (session: Session, body: SerialisedBody, gone: 'instance-gone' | 'device-gone' | 'gone' = 'instance-gone'): Promise<SnapshotMeta> {
    const answer = await naming(session.request({
        method: 'POST', path: '/api/v1/snapshots/import', what: 'import', body: { ...body }, timeoutMs: uploadTimeoutMs
    }), { gone })
    return madeSnapshot(session, answer, 'import')
}

/**
 * The variables in a snapshot of an instance, exactly as an import takes them back under the same secret: hidden ones sealed (from FlowFuse
 * 2.19.1 on), those of the platform left out. Where the snapshot's own route is not permitted, the instance's may be (roles can differ by
 * application).
 * @throws FlowFuseError `snapshot-gone`, `not-permitted`; CodedError `answer-unexpected`, also for a variable in a form that an import loses
 */
export async function exportVariables (session: Session, instanceId: string, snapshotId: string, secret: string): Promise<JsonObject> {
    const ask = (path: string, options: object) => naming(
        session.request({ method: 'POST', path, what: 'export', body: { credentialSecret: secret, ...options }, timeoutMs: uploadTimeoutMs }),
        { gone: 'snapshot-gone' }
    )
    const answer = await ask(platformPath`/api/v1/snapshots/${snapshotId}/export`, { components: { flows: false } })
        .catch((error: unknown) => {
            if (error instanceof FlowFuseError && error.platformStatus === 403) {
                return ask(platformPath`/api/v1/projects/${instanceId}/snapshots/${snapshotId}/export`, {})
            }
            throw error
        })
    const env = object(object(asObject(answer, 'export'), 'settings'), 'env')
    if (!Object.values(env).every(isVariable)) {
        throw unexpected('export')
    }
    return env
}

/** A plain value, or a hidden one, sealed or (before FlowFuse 2.19.1) open. */
function isVariable (value: unknown): boolean {
    return typeof value === 'string' || (isObject(value) && value.hidden === true && (typeof value.$ === 'string' || typeof value.value === 'string'))
}

/** An instance or a device of FlowFuse that has snapshots. */
export interface SnapshotOwner { kind: 'instance' | 'device', id: string }

/**
 * A whole snapshot, its credentials and hidden variables sealed under `secret`, as the bytes of the JSON that came (see
 * snapshot/exported.ts). Where the snapshot's own route is not permitted, the instance's may be (roles can differ by application).
 * @throws FlowFuseError `snapshot-gone`, `not-permitted`, `answer-too-large`
 */
export async function exportSnapshot (
    session: Session, owner: SnapshotOwner, snapshotId: string, secret: string, signal?: AbortSignal
): Promise<Buffer> {
    const ask = (path: string) => naming(
        session.request({ method: 'POST', path, what: 'content', body: { credentialSecret: secret }, timeoutMs: uploadTimeoutMs, signal, unread: true }),
        { gone: 'snapshot-gone' }
    ) as Promise<Buffer>
    return await ask(platformPath`/api/v1/snapshots/${snapshotId}/export`).catch((error: unknown) => {
        if (owner.kind === 'instance' && error instanceof FlowFuseError && error.platformStatus === 403) {
            return ask(platformPath`/api/v1/projects/${owner.id}/snapshots/${snapshotId}/export`)
        }
        throw error
    })
}

/**
 * A whole snapshot without its credentials, as the bytes of the JSON that came: all that a read-only token may read. Unlike an export it has
 * the platform's own variables, and hidden ones in clear.
 * @throws FlowFuseError `snapshot-gone`, `not-permitted`, `answer-too-large`
 */
export async function fullSnapshot (session: Session, snapshotId: string, signal?: AbortSignal): Promise<Buffer> {
    const path = platformPath`/api/v1/snapshots/${snapshotId}/full`
    return await naming(session.request({ method: 'GET', path, what: 'snapshots', timeoutMs: uploadTimeoutMs, signal, unread: true }), { gone: 'snapshot-gone' }) as Buffer
}

/** The snapshot that a call says to have made. @throws FlowFuseError `answer-unexpected`: nobody knows then what was made */
export function madeSnapshot ({ origin }: Session, answer: unknown, what: 'create' | 'import' | 'deviceCapture'): SnapshotMeta {
    try {
        return snapshotMeta(answer)
    } catch (cause) {
        throw new FlowFuseError('answer-unexpected', { server: origin, what }, { platformStatus: 200, mayHaveArrived: true, cause })
    }
}

/**
 * The version of Node-RED that a snapshot names; null where the platform does not tell (before 2.5).
 * @throws FlowFuseError `snapshot-gone`, `not-permitted`
 */
export async function namedNodeRed (session: Session, snapshotId: string): Promise<string | null> {
    const path = platformPath`/api/v1/snapshots/${snapshotId}`
    const { modules } = asObject(await naming(session.request({ method: 'GET', path, what: 'snapshots' }), { gone: 'snapshot-gone' }), 'snapshots')
    return isObject(modules) ? optionalText(modules, 'node-red') || null : null
}

export interface OwnedSnapshotMeta extends SnapshotMeta { owner: Named & SnapshotOwner }

/**
 * The snapshots of the instances and devices of an application, newest first. The platform tells no cursor here, and understands one: a full
 * page may have one after it.
 * @throws FlowFuseError `application-gone`, `not-permitted`
 */
export async function applicationSnapshotPage (
    session: Session, applicationId: string, limit: number, cursor: string | null
): Promise<{ snapshots: OwnedSnapshotMeta[], next: string | null }> {
    const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const path = `${platformPath`/api/v1/applications/${applicationId}/snapshots`}?limit=${limit}${after}`
    const answer = await naming(session.request({ method: 'GET', path, what: 'snapshots' }), { gone: 'application-gone' })
    const items = list(asObject(answer, 'snapshots'), 'snapshots')
    const snapshots = items.flatMap(item => {
        const owner = ownerOf(asObject(item, 'snapshots'))
        // One whose owner is not told can be asked for nowhere.
        return owner === null ? [] : [{ ...snapshotMeta(item), owner }]
    })
    const last = items.at(-1)
    return { snapshots, next: items.length < limit || last === undefined ? null : text(asObject(last, 'snapshots'), 'id') }
}

function ownerOf (snapshot: JsonObject): OwnedSnapshotMeta['owner'] | null {
    const named = (kind: SnapshotOwner['kind'], id: unknown, owner: unknown) => {
        const ownId = isObject(owner) ? optionalText(owner, 'id') : ''
        const known = typeof id === 'string' && id !== '' ? id : ownId
        return known === '' ? null : { kind, id: known, name: isObject(owner) ? optionalText(owner, 'name') : '' }
    }
    return named('device', snapshot.deviceId, snapshot.device) ?? named('instance', snapshot.projectId, snapshot.project)
}

function snapshotMeta (value: unknown): SnapshotMeta {
    const snapshot = asObject(value, 'snapshots')
    const user = snapshot.user === undefined || snapshot.user === null ? null : asObject(snapshot.user, 'snapshots')
    return {
        id: text(snapshot, 'id'),
        name: text(snapshot, 'name'),
        description: optionalText(snapshot, 'description'),
        createdAt: text(snapshot, 'createdAt'),
        user: user === null ? null : { id: text(user, 'id'), username: text(user, 'username') }
    }
}
