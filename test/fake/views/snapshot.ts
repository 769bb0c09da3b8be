import type { Snapshot, User, World } from '../world'
import { deviceSummary } from './device'
import { instanceSummary, listedInstance } from './instance'
import { listedUser, userSummary } from './user'

type View = Record<string, unknown>

function head (snapshot: Snapshot): View {
    const { id, name, description, createdAt, updatedAt } = snapshot
    return { id, name, description, createdAt, updatedAt, ownerType: snapshot.owner.type }
}

/** GET /projects/:id/snapshots/:id and the answer to an edit: no user. */
export function ownedSnapshotView (snapshot: Snapshot): View {
    return { ...head(snapshot), modules: snapshot.modules }
}

/** The answer to a create. */
export function createdSnapshotView (snapshot: Snapshot, world: World): View {
    return { ...head(snapshot), ...withUser(snapshot, world, userSummary), modules: snapshot.modules }
}

/** GET /snapshots/:id and the answer to an import. Older platforms show next to nothing. */
export function snapshotView (snapshot: Snapshot, world: World): View {
    const { id, name, description } = snapshot
    if (!world.generation.recentFields) return { id, name, description }
    return { ...createdSnapshotView(snapshot, world), ...ownerOf(snapshot, world) }
}

/** An item of the list of an instance or a device: no modules. */
export function listedSnapshot (snapshot: Snapshot, world: World): View {
    const { ownerType, ...rest } = head(snapshot)
    return { ...rest, ...(world.generation.recentFields && { ownerType }), ...withUser(snapshot, world, listedUser) }
}

/** An item of the list of an application. The query loads the owner incompletely: no url, no type of owner. */
export function applicationSnapshotView (snapshot: Snapshot, world: World): View {
    const { projectId, deviceId, device } = ownerOf(snapshot, world)
    const instance = world.instances.get(projectId ?? '')
    return {
        ...head(snapshot),
        ...withUser(snapshot, world, listedUser),
        ...(world.generation.recentFields && { modules: snapshot.modules }),
        projectId,
        deviceId,
        ...(instance && { project: listedInstance(instance, world, '') }),
        ...(device ? { device: { ...device, ownerType: null } } : {})
    }
}

function ownerOf (snapshot: Snapshot, world: World): { projectId?: string, project?: View, deviceId?: string, device?: View } {
    const { type, id } = snapshot.owner
    if (type === 'device') {
        const device = world.devices.get(id)
        return { deviceId: id, ...(device && { device: deviceSummary(device, world) }) }
    }
    const instance = world.instances.get(id)
    return { projectId: id, ...(instance && { project: instanceSummary(instance, world) }) }
}

function withUser (snapshot: Snapshot, world: World, view: (user: User, world: World) => View): View {
    const user = world.users.get(snapshot.userId)
    return user ? { user: view(user, world) } : {}
}
