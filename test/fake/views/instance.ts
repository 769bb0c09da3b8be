import { platformEnv } from '../environment'
import { isObject, type JsonObject } from '../json'
import { templatePolicy, templateSettings } from '../runtime-settings'
import type { Instance, World } from '../world'
import { applicationSummary, teamSummary } from './team'

type View = Record<string, unknown>

const linksTo = (world: World, path: string): { self: string } => ({ self: `${world.base}/api/v1/${path}` })
const dates = ({ createdAt, updatedAt }: Instance): View => ({ createdAt, updatedAt })

/** An instance inside an application, a device or a snapshot. */
export function instanceSummary (instance: Instance, world: World, url = instance.url): View {
    return {
        id: instance.id,
        name: instance.name,
        ...(world.generation.recentFields && dates(instance)),
        links: linksTo(world, `projects/${instance.id}`),
        url
    }
}

/** An item of GET /applications/:id/instances. */
export function listedInstance (instance: Instance, world: World, url = instance.url): View {
    return { ...instanceSummary(instance, world, url), ...dates(instance) }
}

const SHOWN_WITHOUT_DETAILS = ['suspended', 'suspending', 'restarting', 'rollback', 'importing']

/**
 * `meta` of an instance. Every look moves an instance that is changing its state one step on, so that a client that
 * polls sees each state once, without any clock.
 */
export function metaOf (instance: Instance, world: World): View {
    const state = instance.state
    instance.state = instance.upcoming.shift() ?? state
    if (SHOWN_WITHOUT_DETAILS.includes(state)) return { state, isDeploying: false }
    return {
        id: instance.id,
        state,
        url: instance.url,
        meta: { foo: 'bar' },
        stack: world.stackId,
        isDeploying: false,
        ...(instance.versions && { versions: instance.versions })
    }
}

/** An item of …/instances/status and …/applications/status. */
export function statusOf (instance: Instance, world: World): View {
    return { id: instance.id, ...lastDeploy(instance), meta: metaOf(instance, world) }
}

function lastDeploy ({ flowLastUpdatedAt }: Instance): View {
    return flowLastUpdatedAt === undefined ? {} : { flowLastUpdatedAt }
}

/** Variables as the platform shows them: its own first; newer ones blank the hidden values. */
export function shownEnv (instance: Instance, world: World): View[] {
    const own = Object.entries(platformEnv(instance, world.generation)).map(([name, value]) => ({
        name,
        value,
        platform: true,
        ...(name.startsWith('FF_PROJECT_') && { deprecated: true })
    }))
    const set = instance.env.map(({ name, value, hidden }) => ({
        name,
        value: hidden && world.generation.keepsHiddenEnv ? '' : value,
        ...(hidden && { hidden })
    }))
    return [...own, ...set]
}

function shownSettings (instance: Instance, world: World): View {
    const settings: JsonObject = instance.settings
    const palette = isObject(settings.palette) ? settings.palette : {}
    const auth = isObject(settings.httpNodeAuth) ? settings.httpNodeAuth : undefined
    return {
        ...settings,
        ...(auth && { httpNodeAuth: { ...auth, pass: Boolean(auth.pass) } }),
        palette: { ...palette, modules: instance.modules },
        env: shownEnv(instance, world)
    }
}

function typeAndStack (world: World): View {
    return {
        projectType: { id: world.projectTypeId, name: 'Default' },
        stack: {
            id: world.stackId,
            name: 'node-red-3-0-2',
            label: 'Node-RED 3.0.2',
            properties: { nodered: '3.0.2' },
            links: linksTo(world, `stacks/${world.stackId}`)
        }
    }
}

function template (world: World): View {
    return { id: world.templateId, name: 'Default', links: linksTo(world, `templates/${world.templateId}`) }
}

function placeOf (instance: Instance, world: World): View {
    const application = world.applications.get(instance.applicationId)
    const team = world.teamOfInstance(instance)
    return {
        application: application && applicationSummary(application, world),
        team: team && teamSummary(team, world)
    }
}

/** Settings in GET: newer platforms leave out what needs a licence, although the instance keeps it. */
function licensedSettings (instance: Instance, world: World): View {
    const settings = shownSettings(instance, world)
    if (!world.generation.recentFields || !isObject(settings.palette)) return settings
    const palette = Object.entries(settings.palette).filter(([name]) => name !== 'catalogue' && name !== 'npmrc')
    return { ...settings, palette: Object.fromEntries(palette) }
}

/** GET /projects/:id. */
export function instanceView (instance: Instance, world: World): View {
    return {
        ...listedInstance(instance, world),
        ...lastDeploy(instance),
        safeName: instance.name.toLowerCase(),
        hostname: '',
        ...placeOf(instance, world),
        ...typeAndStack(world),
        template: { ...template(world), settings: templateSettings(world.generation), policy: templatePolicy() },
        settings: licensedSettings(instance, world),
        meta: metaOf(instance, world)
    }
}

/** The answer to PUT /projects/:id; who may only change variables sees less. */
export function editedInstance (instance: Instance, world: World, whole: boolean): View {
    const team = world.teamOfInstance(instance)
    return {
        ...listedInstance(instance, world),
        ...(whole && { safeName: instance.name.toLowerCase(), hostname: '' }),
        team: team && teamSummary(team, world),
        settings: whole ? shownSettings(instance, world) : { env: shownEnv(instance, world) },
        meta: metaOf(instance, world)
    }
}

/** An item of GET /teams/:id/projects. */
export function teamInstanceView (instance: Instance, world: World, withMeta: boolean): View {
    return {
        ...listedInstance(instance, world),
        safeName: instance.name.toLowerCase(),
        ...placeOf(instance, world),
        ...typeAndStack(world),
        template: template(world),
        ...(world.generation.recentFields && { settings: licensedSettings(instance, world), hostname: '' }),
        ...(withMeta && { ...lastDeploy(instance), meta: metaOf(instance, world) })
    }
}
