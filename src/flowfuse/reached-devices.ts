import type { ReachedDevices } from '../shared/actions'
import type { Named } from '../shared/requests'
import { asObject, isObject, optionalText, text } from '../snapshot/parse'
import { devicePages } from './devices'
import { naming } from './errors'
import { platformPath } from './http'
import type { Session } from './session'

/** The devices of an instance. @throws FlowFuseError `instance-gone` */
export async function devicesOfInstance (session: Session, instanceId: string): Promise<ReachedDevices> {
    return await naming(devicePages(session, platformPath`/api/v1/projects/${instanceId}/devices`, named), { gone: 'instance-gone' })
}

/** With ids of the snapshot that it shall run, and of the one that it runs; null for none. */
export interface TeamDevice extends Named { target: string | null, active: string | null }

/**
 * The devices of a team: those of instances, those of applications, and others. `complete` is false where there are more than are looked at.
 * @throws FlowFuseError `team-gone`, `not-permitted`
 */
export async function devicesOfTeam (session: Session, teamId: string): Promise<{ devices: TeamDevice[], complete: boolean }> {
    return await naming(devicePages(session, platformPath`/api/v1/teams/${teamId}/devices`, teamDevice), { gone: 'team-gone' })
}

function named (value: unknown): Named {
    const device = asObject(value, 'devices')
    return { id: text(device, 'id'), name: text(device, 'name') }
}

function teamDevice (value: unknown): TeamDevice {
    const { targetSnapshot, activeSnapshot } = asObject(value, 'devices')
    const idOf = (snapshot: unknown) => isObject(snapshot) ? optionalText(snapshot, 'id') || null : null
    return { ...named(value), target: idOf(targetSnapshot), active: idOf(activeSnapshot) }
}
