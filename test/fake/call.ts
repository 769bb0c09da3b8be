import type { IncomingHttpHeaders } from 'node:http'
import { forbidden, invalid, notFound, notSignedIn } from './answer'
import { isObject, type Json, type JsonObject } from './json'
import { mayDo, type Permission } from './permission'
import type { Caller } from './token'
import type { Application, Device, Instance, Snapshot, Team, World } from './world'

/** One request on its way through a route. */
export interface Call {
    world: World
    headers: IncomingHttpHeaders
    params: Record<string, string>
    query: URLSearchParams
    body: Json | undefined
}

/** The user who calls; 401 for anybody else. */
export function callerOf (call: Call): Caller {
    const caller = call.world.tokens.identify(call.headers)
    if (typeof caller === 'string') throw notSignedIn()
    return caller
}

/** The body, which must be an object. */
export function objectBody (call: Call): JsonObject {
    if (!isObject(call.body)) throw invalid('body must be object')
    return call.body
}

/** A field that the schema calls a string: numbers become texts, null the empty text, an object is 400. */
export function textField (body: JsonObject, name: string): string | undefined {
    const value = body[name]
    if (value === undefined) return undefined
    if (typeof value === 'object' && value !== null) throw invalid(`body/${name} must be string`)
    return value === null ? '' : String(value)
}

/**
 * Checks that the caller may do it in this team. Strangers get 404, or 403 where the platform lets them know
 * (`stranger`).
 */
export function requirePermission (
    call: Call,
    team: Team | undefined,
    permission: Permission,
    stranger: 403 | 404 = 404
): Caller {
    const caller = callerOf(call)
    const role = team?.members.get(caller.user.id)
    if (role === undefined) throw stranger === 404 ? notFound() : forbidden()
    if (!mayDo(permission, role, caller.token)) throw forbidden()
    return caller
}

/** The team of a /teams route. Only here the platform respects the teams of a limited token. */
export function teamIn (call: Call, team: Team | undefined, permission: Permission): Team {
    const { token, user } = callerOf(call)
    if (!team || !team.members.has(user.id)) throw notFound()
    if (token.teamIds.length > 0 && !token.teamIds.includes(team.id)) throw forbidden()
    requirePermission(call, team, permission)
    return team
}

export function applicationIn (call: Call, permission: Permission): Application {
    callerOf(call)
    const application = call.world.applications.get(call.params.applicationId ?? '')
    if (!application) throw notFound()
    requirePermission(call, call.world.teams.get(application.teamId), permission)
    return application
}

export function instanceIn (call: Call, permission: Permission): Instance {
    callerOf(call)
    const instance = call.world.instances.get(call.params.instanceId ?? '')
    if (!instance) throw notFound()
    requirePermission(call, call.world.teamOfInstance(instance), permission)
    return instance
}

/** The device of a route. Strangers get 403 from most device routes, 404 from those of snapshots. */
export function deviceIn (call: Call, permission: Permission, stranger: 403 | 404 = 403): Device {
    callerOf(call)
    const device = call.world.devices.get(call.params.deviceId ?? '')
    if (!device) throw notFound()
    requirePermission(call, call.world.teams.get(device.teamId), permission, stranger)
    return device
}

/** The snapshot of a /snapshots route. */
export function snapshotIn (call: Call, permission: Permission): Snapshot {
    callerOf(call)
    const snapshot = call.world.snapshots.get(call.params.snapshotId ?? '')
    if (!snapshot) throw notFound()
    requirePermission(call, call.world.teamOfSnapshot(snapshot), permission)
    return snapshot
}

/** The snapshot of a route below an instance or a device, which must own it. */
export function ownedSnapshotIn (call: Call, owner: Instance | Device): Snapshot {
    const snapshot = call.world.snapshots.get(call.params.snapshotId ?? '')
    if (!snapshot || snapshot.owner.id !== owner.id) throw notFound()
    return snapshot
}
