import { refused, type Refusal } from './answer'
import type { Generation } from './generation'
import { isObject, type Json, type JsonObject } from './json'
import type { EnvEntry, Instance } from './world'

/** Variables every instance has from the platform. */
export function platformEnv (instance: Instance, generation: Generation): Record<string, string> {
    return {
        FF_INSTANCE_ID: instance.id,
        FF_INSTANCE_NAME: instance.name,
        FF_PROJECT_ID: instance.id,
        FF_PROJECT_NAME: instance.name,
        ...(generation.recentFields && { FF_INSTANCE_URL: instance.url })
    }
}

/** The variables of an instance in the form a snapshot keeps them: by name, with those of the platform. */
export function envOfInstance (instance: Instance, generation: Generation): JsonObject {
    const env: JsonObject = { ...platformEnv(instance, generation) }
    for (const { name, value, hidden } of instance.env) {
        env[name] = hidden && generation.keepsHiddenEnv ? { value, hidden } : value
    }
    return env
}

/** Without the variables of the platform, which never leave it. */
export function withoutPlatformEnv (env: JsonObject): JsonObject {
    return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('FF_')))
}

/**
 * Variables of a snapshot → those of an instance. A name with a space is dropped without a word, other bad names throw;
 * values are not looked at.
 */
export function envForInstance (env: JsonObject, generation: Generation): EnvEntry[] {
    return Object.entries(withoutPlatformEnv(env))
        .filter(([name]) => !name.includes(' '))
        .map(([name, value]) => entryOf(checkedName(name), value, generation))
}

function entryOf (name: string, value: Json, generation: Generation): EnvEntry {
    if (generation.keepsHiddenEnv && isObject(value) && value.hidden === true) {
        return { name, value: value.value ?? '', hidden: true }
    }
    return { name, value }
}

/**
 * Variables from `PUT /projects/:id`. A hidden one that comes without value keeps the value it has.
 * Throws 400 for bad or repeated names.
 */
export function envFromSettings (env: Json, instance: Instance): EnvEntry[] {
    const given = (Array.isArray(env) ? env : []).filter(isObject).filter(({ name }) => !String(name).startsWith('FF_'))
    const names = given.map(({ name }) => String(name))
    if (new Set(names).size !== names.length) throw settingsInvalid('Duplicate Env Var names provided')
    return given.map(({ name, value, hidden }) => {
        const entry: EnvEntry = { name: checkedName(String(name), settingsInvalid), value: value ?? '' }
        if (hidden !== true) return entry
        const kept = instance.env.find((old) => old.name === entry.name && old.hidden)
        return { name: entry.name, value: entry.value === '' && kept ? kept.value : entry.value, hidden: true }
    })
}

export const settingsInvalid = (message: string): Refusal => refused('settings_validation', message)

function checkedName (name: string, fail: (message: string) => Error = (message) => new Error(message)): string {
    if (/^[a-zA-Z_]+[a-zA-Z0-9_]*$/.test(name)) return name
    throw fail(`Invalid Env Var name '${name}'`)
}
