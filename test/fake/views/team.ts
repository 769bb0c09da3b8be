import type { Application, Team, World } from '../world'

const linksTo = (world: World, path: string): { self: string } => ({ self: `${world.base}/api/v1/${path}` })

function avatarOf (team: Team, world: World): string {
    return `${world.base}/avatar/${Buffer.from(team.slug).toString('base64url')}`
}

/** A team inside an instance, an application or a device. */
export function teamSummary (team: Team, world: World): Record<string, unknown> {
    return {
        id: team.id,
        name: team.name,
        slug: team.slug,
        ...(world.generation.recentFields && { avatar: avatarOf(team, world), suspended: false }),
        links: linksTo(world, `teams/${team.id}`)
    }
}

function instancesIn (team: Team, world: World): number {
    return world.applicationsOf(team.id).reduce((sum, { id }) => sum + world.instancesOf(id).length, 0)
}

function devicesIn (team: Team, world: World): number {
    return [...world.devices.values()].filter(({ teamId }) => teamId === team.id).length
}

/** An item of GET /user/teams. */
export function membershipView (team: Team, role: number, world: World): Record<string, unknown> {
    const recent = world.generation.recentFields
    return {
        ...teamSummary(team, world),
        avatar: avatarOf(team, world),
        role,
        type: { id: world.teamTypeId, name: 'starter', ...(recent && { active: true }) },
        instanceCount: instancesIn(team, world),
        memberCount: team.members.size,
        ...(recent && { deviceCount: devicesIn(team, world) })
    }
}

/** GET /teams/:id and /teams/slug/:slug. */
export function teamView (team: Team, world: World): Record<string, unknown> {
    const instanceCount = instancesIn(team, world)
    return {
        ...teamSummary(team, world),
        avatar: avatarOf(team, world),
        type: {
            id: world.teamTypeId,
            name: 'starter',
            active: true,
            order: 0,
            description: 'Collaborate on applications with a starter team',
            properties: { features: world.features }
        },
        instanceCount,
        instanceCountByType: instanceCount > 0 ? { [world.projectTypeId]: instanceCount } : {},
        memberCount: team.members.size,
        deviceCount: devicesIn(team, world),
        createdAt: team.createdAt,
        updatedAt: team.updatedAt,
        ...(world.generation.recentFields && { properties: {}, brokerCount: 0, teamBrokerClientsCount: 0 })
    }
}

/** An application inside an instance or a device. */
export function applicationSummary (application: Application, world: World): Record<string, unknown> {
    return {
        id: application.id,
        name: application.name,
        ...(world.generation.recentFields && { description: application.description }),
        links: linksTo(world, `applications/${application.id}`)
    }
}

/** The beginning of an item of GET /teams/:id/applications. */
export function listedApplication (application: Application, world: World): Record<string, unknown> {
    return { ...applicationSummary(application, world), description: application.description }
}

/** GET /applications/:id. */
export function applicationView (application: Application, world: World): Record<string, unknown> {
    const team = world.teams.get(application.teamId)
    return {
        ...listedApplication(application, world),
        createdAt: application.createdAt,
        updatedAt: application.updatedAt,
        team: team && teamSummary(team, world)
    }
}
