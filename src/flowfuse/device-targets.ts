import { asObject, number, optionalText } from '../snapshot/parse'
import { FlowFuseError, naming } from './errors'
import { platformPath } from './http'
import { requireOkay } from './instances'
import type { Session } from './session'

/** How many devices belong to an instance. @throws FlowFuseError `instance-gone` */
export async function countDevices (session: Session, instanceId: string): Promise<number> {
    const path = platformPath`/api/v1/projects/${instanceId}/devices`
    return number(asObject(await named(session.request({ method: 'GET', path, what: 'devices' })), 'devices'), 'count')
}

/** Id of the snapshot that the devices of an instance shall run; null for none. @throws FlowFuseError `instance-gone`, `not-permitted` */
export async function getDeviceTarget (session: Session, instanceId: string): Promise<string | null> {
    const path = platformPath`/api/v1/projects/${instanceId}/devices/settings`
    // None is null, or '' on older platforms.
    return optionalText(asObject(await named(session.request({ method: 'GET', path, what: 'deviceTarget' })), 'deviceTarget'), 'targetSnapshot') || null
}

/** The same, where a list goes with it: null also where it may not be seen. @throws FlowFuseError `instance-gone` */
export async function getVisibleDeviceTarget (session: Session, instanceId: string): Promise<string | null> {
    try {
        return await getDeviceTarget(session, instanceId)
    } catch (error) {
        if (error instanceof FlowFuseError && error.platformStatus === 403) {
            return null
        }
        throw error
    }
}

/**
 * Makes all devices of an instance run a snapshot, at once. Never repeat it blindly.
 * @throws FlowFuseError `not-permitted`, `instance-gone`; `answer-unexpected` also for JSON that does not say that it was done
 */
export async function setDeviceTarget (session: Session, instanceId: string, snapshotId: string): Promise<void> {
    const path = platformPath`/api/v1/projects/${instanceId}/devices/settings`
    requireOkay(await named(session.request({ method: 'POST', path, what: 'deviceTarget', body: { targetSnapshot: snapshotId } })), session, 'deviceTarget')
}

function named<T> (call: Promise<T>): Promise<T> {
    return naming(call, { gone: 'instance-gone' })
}
