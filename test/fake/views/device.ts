import type { Device, World } from '../world'
import { instanceSummary } from './instance'
import { applicationSummary, teamSummary } from './team'

type View = Record<string, unknown>

const linksTo = (world: World, device: Device): { self: string } => ({
    self: `${world.base}/api/v1/devices/${device.id}`
})

/** The state of a device, without anything else: `statusOnly` lists, …/applications/status. */
export function deviceStatus (device: Device, world: World): View {
    const { lastSeenAt, status } = device
    return {
        id: device.id,
        lastSeenAt,
        lastSeenMs: lastSeenAt === null ? null : world.now() - Date.parse(lastSeenAt),
        status,
        ...(world.generation.recentFields && { onlineStatus: onlineStatus(device, world) }),
        mode: device.mode,
        isDeploying: device.targetSnapshotId !== null && device.targetSnapshotId !== device.activeSnapshotId
    }
}

function onlineStatus ({ lastSeenAt }: Device, world: World): string {
    if (lastSeenAt === null) return 'not-seen'
    return world.now() - Date.parse(lastSeenAt) < 30 * 60 * 1000 ? 'online' : 'offline'
}

/** A device inside an application or a snapshot. Its target is not loaded for that, so it never looks like deploying. */
export function deviceSummary (device: Device, world: World): View {
    const { name, type } = device
    return {
        ...deviceStatus(device, world),
        isDeploying: false,
        name,
        ...(world.generation.recentFields && { type, ownerType: device.owner?.type ?? null }),
        links: linksTo(world, device)
    }
}

/** A device in a list; `groups` adds the device group, which some routes leave out. */
export function deviceView (device: Device, world: World, groups: boolean): View {
    const recent = world.generation.recentFields
    const team = world.teams.get(device.teamId)
    const instance = device.owner?.type === 'instance' ? world.instances.get(device.owner.id) : undefined
    const applicationId = instance ? instance.applicationId : (device.owner?.id ?? '')
    const application = world.applications.get(applicationId)
    return {
        ...deviceStatus(device, world),
        ownerType: device.owner?.type ?? (recent ? null : ''),
        name: device.name,
        type: device.type,
        createdAt: device.createdAt,
        updatedAt: device.updatedAt,
        activeSnapshot: snapshotMark(device.activeSnapshotId, world),
        targetSnapshot: snapshotMark(device.targetSnapshotId, world),
        agentVersion: recent ? null : '',
        links: linksTo(world, device),
        team: team && teamSummary(team, world),
        instance: instance && instanceSummary(instance, world, ''),
        application: application && applicationSummary(application, world),
        ...(groups && { deviceGroup: null })
    }
}

function snapshotMark (id: string | null, world: World): View | null {
    const snapshot = world.snapshots.get(id ?? '')
    return snapshot ? { id: snapshot.id, name: snapshot.name, description: '' } : null
}
