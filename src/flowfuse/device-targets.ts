import type { Modules } from '../snapshot/model'
import { asObject, isObject, number, optionalText } from '../snapshot/parse'
import { naming } from './errors'
import { platformPath } from './http'
import type { Session } from './session'

/** How many devices belong to an instance. @throws FlowFuseError `instance-gone` */
export async function countDevices (session: Session, instanceId: string): Promise<number> {
    const path = platformPath`/api/v1/projects/${instanceId}/devices`
    return number(asObject(await named(session.request({ method: 'GET', path, what: 'devices' })), 'devices'), 'count')
}

/** Id of the snapshot that the devices of an instance shall run; null for none. @throws FlowFuseError `instance-gone` */
export async function getDeviceTarget (session: Session, instanceId: string): Promise<string | null> {
    const path = platformPath`/api/v1/projects/${instanceId}/devices/settings`
    // None is null, or '' on older platforms.
    return optionalText(asObject(await named(session.request({ method: 'GET', path, what: 'deviceTarget' })), 'deviceTarget'), 'targetSnapshot') || null
}

/** Makes all devices of an instance run a snapshot, at once. Never repeat it blindly. @throws FlowFuseError `not-permitted`, `instance-gone` */
export async function setDeviceTarget (session: Session, instanceId: string, snapshotId: string): Promise<void> {
    const path = platformPath`/api/v1/projects/${instanceId}/devices/settings`
    await named(session.request({ method: 'POST', path, what: 'deviceTarget', body: { targetSnapshot: snapshotId } }))
}

/** The modules that a snapshot of an instance names. @throws FlowFuseError `snapshot-gone`, `not-permitted` */
export async function snapshotModules (session: Session, instanceId: string, snapshotId: string): Promise<Modules> {
    const path = platformPath`/api/v1/projects/${instanceId}/snapshots/${snapshotId}`
    const answer = asObject(await naming(session.request({ method: 'GET', path, what: 'snapshots' }), { gone: 'snapshot-gone' }), 'snapshots')
    const modules = isObject(answer.modules) ? answer.modules : {}
    return Object.fromEntries(Object.entries(modules).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

function named<T> (call: Promise<T>): Promise<T> {
    return naming(call, { gone: 'instance-gone' })
}
