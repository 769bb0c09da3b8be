import { crashed, invalid, refused } from './answer'
import { isSealed, openCredentials, openStored, openText, sealCredentials, sealText } from './cipher'
import { envOfInstance, platformEnv, withoutPlatformEnv } from './environment'
import { copy, isObject, type Json, type JsonObject } from './json'
import { settingsForSnapshot, settingsWithoutInstance } from './runtime-settings'
import type { Device, Instance, Snapshot, User, World } from './world'

type Content = Pick<Snapshot, 'flows' | 'credentials' | 'settings' | 'env' | 'modules'>
type Owner = { type: 'instance' | 'device', id: string, credentialSecret: string }

/** Keeps a snapshot under a new id. */
export function keepSnapshot (world: World, owner: Owner, user: User, name: string, description: string, content: Content): Snapshot {
    const now = world.timestamp()
    const snapshot: Snapshot = {
        id: world.nextId('snapshot'),
        name,
        description,
        createdAt: now,
        updatedAt: now,
        userId: user.id,
        owner: { type: owner.type, id: owner.id },
        credentialSecret: owner.credentialSecret,
        ...content
    }
    world.snapshots.set(snapshot.id, snapshot)
    return snapshot
}

/**
 * What a create keeps of `body`. Without flows the instance itself is captured, and credentials in the body are
 * ignored; the shape of `flows` decides where credentials are looked for, and missing ones count as none.
 */
export function contentOfCreate (world: World, instance: Instance, body: JsonObject): Content {
    const given = isObject(body.settings) ? body.settings : {}
    return {
        ...flowsOfCreate(instance, body),
        settings: settingsForSnapshot(instance, world.generation),
        env: isObject(given.env) || Array.isArray(given.env)
            ? { ...copy(given.env as JsonObject), ...platformEnv(instance, world.generation) }
            : envOfInstance(instance, world.generation),
        modules: isObject(given.modules) ? given.modules : {}
    }
}

function flowsOfCreate (instance: Instance, body: JsonObject): Pick<Content, 'flows' | 'credentials'> {
    const { flows } = body
    if (flows === undefined) return { flows: copy(instance.flows), credentials: copy(instance.credentials) }
    const inner = isObject(flows) ? flows : { flows, ...(body.credentials !== undefined && { credentials: body.credentials }) }
    return { flows: inner.flows, credentials: resealed(inner.credentials ?? {}, body.credentialSecret, instance) }
}

function resealed (credentials: Json, secret: Json | undefined, instance: Instance): Json {
    if (!isSealed(credentials) || typeof secret !== 'string' || secret === '') {
        return sealCredentials(credentials, instance.credentialSecret)
    }
    try {
        return sealCredentials(openCredentials(credentials, secret), instance.credentialSecret)
    } catch (error) {
        throw crashed((error as Error).message)
    }
}

/** The capture of a device that answered, by the platform's code: without a broker that could not be recorded. */
export function contentOfLiveDevice ({ flows, credentials, modules }: NonNullable<Device['live']>, { credentialSecret }: Pick<Owner, 'credentialSecret'>): Content {
    return { flows: copy(flows), credentials: sealCredentials(credentials, credentialSecret), settings: {}, env: {}, modules: copy(modules) }
}

/** The capture of an instance-owned device that gave nothing: an empty snapshot, and no error. */
export function contentOfSilentDevice (world: World, instance: Instance): Content {
    const credentials = sealCredentials({}, instance.credentialSecret)
    return { flows: [], credentials, settings: settingsWithoutInstance(world.generation), env: {}, modules: {} }
}

/** `components` of an import or an export; throws 400 for a wrong `envVars`. */
export function componentsIn (body: JsonObject): { flows: boolean, credentials: boolean, env: 'all' | 'keys' | false } {
    const given = isObject(body.components) ? body.components : {}
    const env = given.envVars ?? 'all'
    if (env !== 'all' && env !== 'keys' && env !== false) {
        const path = 'body/components/envVars must'
        const value = `${path} be equal to one of the allowed values`
        throw invalid(`${value}, ${path} be boolean, ${value}, ${path} match a schema in anyOf`)
    }
    return { flows: given.flows !== false, credentials: given.credentials !== false && given.flows !== false, env }
}

/** What an import keeps of the file: settings verbatim, credentials raw or under the secret of the owner. */
export function contentOfImport (owner: Instance | Device, file: JsonObject, body: JsonObject): Content {
    const components = componentsIn(body)
    const flows = isObject(file.flows) ? file.flows : {}
    const settings = isObject(file.settings) ? file.settings : {}
    const secret = typeof body.credentialSecret === 'string' ? body.credentialSecret : ''
    const credentials = components.credentials ? importedCredentials(flows.credentials ?? {}, secret, owner) : {}
    return {
        flows: components.flows ? (flows.flows ?? []) : [],
        credentials,
        settings: isObject(settings.settings) ? settings.settings : {},
        env: components.env === false ? {} : importedEnv(settings.env, secret, components.env === 'keys'),
        modules: isObject(settings.modules) ? settings.modules : {}
    }
}

function importedCredentials (credentials: Json, secret: string, owner: Instance | Device): Json {
    if (!isSealed(credentials)) return credentials
    if (secret === '') {
        throw refused('bad_request', 'Credential secret is required when importing a snapshot with credentials')
    }
    try {
        return sealCredentials(openCredentials(credentials, secret), owner.credentialSecret)
    } catch {
        throw refused('bad_request', 'Invalid credential secret')
    }
}

function importedEnv (env: Json | undefined, secret: string, keysOnly: boolean): JsonObject {
    if (!isObject(env)) throw crashed('Cannot convert undefined or null to object')
    const result = withoutPlatformEnv(env)
    for (const [name, value] of Object.entries(result)) {
        if (value === null) throw crashed("Cannot read properties of null (reading 'hidden')")
        if (keysOnly) result[name] = ''
        else if (isObject(value) && value.hidden === true && typeof value.$ === 'string') {
            if (secret === '') throw crashed('The "data" argument must be of type string or an instance of Buffer', 'ERR_INVALID_ARG_TYPE')
            result[name] = { hidden: true, value: openText(value.$, secret) }
        }
    }
    return result
}

const WRONG_FLOWS = "The value of '__fjs_merged_1#/properties/flows/properties/flows' does not match schema definition."

function headOf (snapshot: Snapshot): Record<string, unknown> {
    const { id, name, description, createdAt, updatedAt } = snapshot
    return { id, name, description, createdAt, updatedAt, ownerType: snapshot.owner.type }
}

/** GET /snapshots/:id/full: no credentials, but every variable in clear. A corrupt snapshot is 500. */
export function fullSnapshot (snapshot: Snapshot): Record<string, unknown> {
    if (!Array.isArray(snapshot.flows)) throw crashed(WRONG_FLOWS)
    const { settings, env, modules, flows } = snapshot
    return { ...headOf(snapshot), flows: { flows }, settings: { settings, env, modules } }
}

/** The export of a snapshot, sealed under `secret`. `components` only where the platform and the route look at them. */
export function exportedSnapshot (
    world: World,
    snapshot: Snapshot,
    secret: string,
    body: JsonObject,
    components: ReturnType<typeof componentsIn>
): Record<string, unknown> {
    const env = components.env === false ? {} : exportedEnv(world, snapshot.env, secret, components.env === 'keys')
    if (!Array.isArray(snapshot.flows)) throw crashed(WRONG_FLOWS)
    const open = isObject(body.credentials) ? body.credentials : openStored(snapshot.credentials, snapshot.credentialSecret)
    const { settings, modules } = snapshot
    return {
        ...headOf(snapshot),
        flows: {
            flows: components.flows ? snapshot.flows : [],
            credentials: components.credentials ? sealCredentials(open, secret) : {}
        },
        settings: { settings, env, modules }
    }
}

function exportedEnv (world: World, stored: JsonObject, secret: string, keysOnly: boolean): JsonObject {
    const env = withoutPlatformEnv(stored)
    if (!world.generation.keepsHiddenEnv) return env
    for (const [name, value] of Object.entries(env)) {
        if (value === null) throw crashed("Cannot read properties of null (reading 'hidden')")
        if (keysOnly) env[name] = ''
        else if (isObject(value) && value.hidden === true && value.value !== undefined) {
            if (typeof value.value !== 'string') throw crashed('The "data" argument must be of type string', 'ERR_INVALID_ARG_TYPE')
            env[name] = { hidden: true, $: sealText(value.value, secret) }
        }
    }
    return env
}
