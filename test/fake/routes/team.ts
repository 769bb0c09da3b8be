import { ok, type Answer } from '../answer'
import { teamIn, type Call } from '../call'
import type { Router } from '../router'
import { deviceStatus, deviceSummary } from '../views/device'
import { instanceSummary, statusOf, teamInstanceView } from '../views/instance'
import { listedApplication, teamView } from '../views/team'
import type { Application, Instance, Team } from '../world'
import { listDevices } from './device'
import { paged } from './paging'

type View = Record<string, unknown>

/** A team, its applications, instances and devices. */
export function addTeamRoutes (router: Router): void {
    router.add('GET', '/api/v1/teams/slug/:slug', (call) => ok(teamView(teamIn(call, bySlug(call), 'team:read'), call.world)))
    router.add('GET', '/api/v1/teams/:teamId', (call) => ok(teamView(teamIn(call, byId(call), 'team:read'), call.world)))
    router.add('GET', '/api/v1/teams/:teamId/applications', listApplications)
    router.add('GET', '/api/v1/teams/:teamId/applications/status', listStatuses)
    router.add('GET', '/api/v1/teams/:teamId/projects', listInstances)
    router.add('GET', '/api/v1/teams/:teamId/devices', (call) => {
        const team = teamIn(call, byId(call), 'team:device:list')
        const devices = [...call.world.devices.values()].filter(({ teamId }) => teamId === team.id)
        return listDevices(call, devices, call.world.generation.recentFields)
    })
}

const byId = (call: Call): Team | undefined => call.world.teams.get(call.params.teamId ?? '')
const bySlug = (call: Call): Team | undefined =>
    [...call.world.teams.values()].find(({ slug }) => slug === call.params.slug)

function listApplications (call: Call): Answer {
    const team = teamIn(call, byId(call), 'team:projects:list')
    const applications = call.world.applicationsOf(team.id).map((application) => applicationItem(call, application))
    return ok({ count: applications.length, applications })
}

function applicationItem ({ world, query }: Call, application: Application): View {
    const instances = world.instancesOf(application.id)
    const devices = world.devicesOf('application', application.id)
    const limit = Number.parseInt(query.get('associationsLimit') ?? '', 10)
    const lean = (name: string): boolean => world.generation.filtersInstances && query.get(name) === 'false'
    const start = listedApplication(application, world)
    const instanceItems = instances.map((instance) => instanceSummary(instance, world))
    const deviceItems = devices.map((device) => deviceSummary(device, world))
    if (!Number.isNaN(limit)) {
        return {
            ...start,
            instancesSummary: { count: instances.length, instances: instanceItems.slice(0, limit) },
            devicesSummary: { count: devices.length, devices: deviceItems.slice(0, limit) },
            deviceGroupCount: 0,
            snapshotCount: 0,
            ...(world.generation.recentFields && {
                pipelineCount: 0,
                deviceCount: devices.length,
                instanceCount: instances.length
            })
        }
    }
    return {
        ...start,
        ...(!lean('includeInstances') && { instances: instanceItems }),
        ...(!lean('includeApplicationDevices') && { devices: deviceItems })
    }
}

function listStatuses (call: Call): Answer {
    const { world } = call
    const team = teamIn(call, byId(call), 'team:projects:list')
    const applications = world.applicationsOf(team.id).map(({ id }) => ({
        id,
        instances: world.instancesOf(id).map((instance) => statusOf(instance, world)),
        devices: world.devicesOf('application', id).map((device) => deviceStatus(device, world))
    }))
    return ok({ count: applications.length, applications })
}

function listInstances (call: Call): Answer {
    const { world, query } = call
    const team = teamIn(call, byId(call), 'team:projects:list')
    const all = world.applicationsOf(team.id).flatMap(({ id }) => world.instancesOf(id))
    if (!world.generation.filtersInstances) {
        return ok({ count: all.length, projects: all.map((instance) => teamInstanceView(instance, world, false)) })
    }
    const wanted = sorted(all.filter((instance) => matches(instance, query)), query)
    const withMeta = query.get('includeMeta') === 'true'
    const { shown, meta } = paged(wanted, query)
    const projects = shown.map((instance) => teamInstanceView(instance, world, withMeta))
    return ok({ count: wanted.length, projects, ...(meta && { meta }) })
}

function matches (instance: Instance, query: URLSearchParams): boolean {
    const text = query.get('query')?.toLowerCase()
    const state = query.get('state')
    return (!text || instance.name.toLowerCase().includes(text)) && (!state || instance.state === state)
}

function sorted (instances: Instance[], query: URLSearchParams): Instance[] {
    const sort = query.get('sort')
    if (sort !== 'name' && sort !== 'createdAt' && sort !== 'updatedAt' && sort !== 'flowLastUpdatedAt') return instances
    const direction = query.get('dir') === 'desc' ? -1 : 1
    return instances.toSorted((a, b) => direction * (a[sort] ?? '').localeCompare(b[sort] ?? ''))
}
