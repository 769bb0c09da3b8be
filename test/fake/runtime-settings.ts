import type { Generation } from './generation'
import { copy, isObject, type Json, type JsonObject } from './json'
import { moduleMap } from './palette'
import type { Instance } from './world'

/** Runtime settings of the default template; what an instance does not set itself is taken from here. */
export function templateSettings (generation: Generation): JsonObject {
    const recent = generation.recentFields
    return {
        disableEditor: false,
        disableTours: false,
        httpAdminRoot: '',
        dashboardUI: '/ui',
        ...(recent && { dashboardIFrame: false }),
        codeEditor: 'monaco',
        theme: 'forge-light',
        page: { title: 'FlowFuse', favicon: '' },
        header: { title: '', url: '' },
        timeZone: 'UTC',
        palette: {
            allowInstall: true,
            nodesExcludes: '',
            denyList: '',
            catalogue: ['https://catalogue.nodered.org/catalogue.json'],
            npmrc: ''
        },
        modules: { allowInstall: true, denyList: '' },
        httpNodeAuth: { type: '', user: '', pass: '' },
        ...(recent && { localAuth: { enabled: false, user: 'admin', pass: '' } }),
        emailAlerts: {
            crash: false,
            safe: false,
            ...(recent && { resource: { cpu: true, memory: true } }),
            recipients: 'owners'
        },
        debugMaxLength: 1000,
        apiMaxLength: '5mb',
        ...(recent && {
            httpNodeCORS: {
                enabled: false,
                origin: '*',
                GET: true,
                POST: true,
                PUT: true,
                PATCH: true,
                HEAD: true,
                DELETE: true
            }
        })
    }
}

/** Keys the default template locks: no instance may change them. */
const LOCKED = new Set(['page.title', 'page.favicon', 'header.url', 'palette.nodesExcludes', 'palette.denyList', 'modules.denyList'])

/** What the default template says about its keys, as far as it locks them. */
export function templatePolicy (): JsonObject {
    return [...LOCKED].map((path) => path.split('.')).reduce<JsonObject>((policy, [outer = '', inner = '']) => merge(policy, { [outer]: { [inner]: false } }), {})
}

/** `settings.settings` of a snapshot of this instance: everything the template knows, and the modules as a map. */
export function settingsForSnapshot (instance: Instance, generation: Generation): JsonObject {
    const settings = merge(templateSettings(generation), instance.settings)
    return merge(settings, { palette: { modules: moduleMap(instance.modules) } })
}

/** What a snapshot gets for settings when the instance was never asked: the capture of a device without a broker. */
export function settingsWithoutInstance (generation: Generation): JsonObject {
    return {
        ...(generation.recentFields && { emailAlerts: { resource: { cpu: true, memory: true } } }),
        palette: { modules: {} }
    }
}

/** Settings after a restore or an edit: known and unlocked keys replace the old ones, all others are dropped. */
export function settingsAfter (old: JsonObject, given: JsonObject, generation: Generation): JsonObject {
    return merge(old, allowed(given, templateSettings(generation), ''))
}

function allowed (given: JsonObject, template: JsonObject, prefix: string): JsonObject {
    const result: JsonObject = {}
    for (const [key, value] of Object.entries(given)) {
        const path = prefix + key
        const known = template[key]
        if (known === undefined || LOCKED.has(path)) continue
        if (!isObject(known)) result[key] = value
        else if (isObject(value)) {
            const inner = allowed(value, known, `${path}.`)
            if (Object.keys(inner).length > 0) result[key] = inner
        }
    }
    return result
}

function merge (base: JsonObject, over: JsonObject): JsonObject {
    const result: JsonObject = copy(base)
    for (const [key, value] of Object.entries(over)) {
        const old: Json | undefined = result[key]
        result[key] = isObject(old) && isObject(value) ? merge(old, value) : copy(value)
    }
    return result
}
