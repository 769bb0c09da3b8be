/** What FlowFuse exports: a whole snapshot, its secrets sealed under a secret that the asker gave. */
import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import { isSealed, open, openText } from './credentials'
import { circleIn } from './flow-circles'
import type { FlowNode, Modules, OpenCredentials, RuntimeSettings } from './model'
import { isDeployable } from './node-shape'
import { asObject, isObject, optionalText, parseAnswer, text, type JsonObject } from './parse'

/** Values in clear; null where a hidden one can't be opened. */
export type ExportedEnvironment = Record<string, string | { hidden: true, value: string | null }>

/** An export with its secrets in clear: never kept on disk, logged or shown. */
export interface Exported {
    id: string
    name: string
    description: string
    /** '' where the platform does not tell. */
    createdAt: string
    updatedAt: string
    /** null: made by the platform itself, or not told. */
    username: string | null
    flows: FlowNode[]
    credentials: OpenCredentials
    env: ExportedEnvironment
    /** Names of variables without a text for a value. */
    unfitVariables: string[]
    /** Versions, or in what the platform captured, ranges; '' for what is no text. `null`: it does not tell. */
    modules: Modules | null
    /** `settings.modules` as it came. */
    ownModules: JsonObject
    settings: RuntimeSettings
    /** Every other member besides flows and settings, as it came. */
    members: JsonObject
    /** What is sealed and was not opened. */
    sealed: { credentials: boolean, variables: boolean }
}

/**
 * @param json as the platform sent it
 * @param secret that the export was asked under
 * @throws CodedError `answer-unexpected`, `answer-hostile`, `pull-flows-missing`, `pull-nodes-unfit`, `too-many-nodes`,
 * `pull-credentials-shut`, `pull-shape-unknown`, `subflow-in-itself`, `group-in-itself`
 */
export function parseExport (json: string, secret: string): Exported {
    return readSnapshot(asObject(parseAnswer(json, 'content'), 'content'), secret)
}

/**
 * A snapshot that is parsed already.
 * @param secret null: what is sealed stays so
 * @param another secret that may open hidden variables which that one does not
 * @throws CodedError as `parseExport`, except for what is no safe JSON
 */
export function readSnapshot (snapshot: JsonObject, secret: string | null, another: string | null = null): Exported {
    const name = text(snapshot, 'name')
    const member = memberIn(name)
    const user = isObject(snapshot.user) ? optionalText(snapshot.user, 'username') : ''
    const { flows: _flows, settings: _settings, ...members } = snapshot
    const flows = member(snapshot, 'flows')
    const settings = member(snapshot, 'settings')
    const [credentials, env, ownModules] = [member(flows, 'credentials'), member(settings, 'env'), member(settings, 'modules')]
    const variables = environmentOf(env, [secret, another].filter(each => each !== null))
    return {
        id: text(snapshot, 'id'),
        name,
        description: optionalText(snapshot, 'description'),
        createdAt: optionalText(snapshot, 'createdAt'),
        updatedAt: optionalText(snapshot, 'updatedAt'),
        username: user === '' ? null : user,
        flows: flowsOf(flows.flows, name),
        credentials: credentialsOf(credentials, secret, name),
        ...variables,
        modules: modulesOf(ownModules, member(member(settings, 'settings'), 'palette'), name),
        ownModules,
        settings: member(settings, 'settings'),
        members,
        sealed: { credentials: secret === null && isSealed(credentials), variables: Object.values(variables.env).some(isShut) }
    }
}

/** Reads an object of the snapshot; what is not there is empty. @throws CodedError `pull-shape-unknown` for anything else */
function memberIn (name: string): (from: JsonObject, key: string) => JsonObject {
    return (from, key) => {
        const value = Object.hasOwn(from, key) ? from[key] ?? {} : {}
        if (!isObject(value)) {
            throw new CodedError('pull-shape-unknown', { name, part: key }, 502)
        }
        return value
    }
}

function flowsOf (value: unknown, name: string): FlowNode[] {
    if (!Array.isArray(value)) {
        throw new CodedError('pull-flows-missing', { name }, 502)
    }
    if (value.length > limits.flowNodes) {
        throw new CodedError('too-many-nodes', { count: value.length, max: limits.flowNodes })
    }
    const unfit = value.filter(node => !isDeployable(node)).length
    if (unfit > 0) {
        throw new CodedError('pull-nodes-unfit', { name, count: unfit }, 502)
    }
    const circle = circleIn(value as FlowNode[])
    if (circle !== null) {
        throw new CodedError(circle.code, { name, part: circle.part }, 502)
    }
    return value as FlowNode[]
}

/** Sealed, as every export should have them, or in clear. Without a secret, sealed ones are none. */
function credentialsOf (value: JsonObject, secret: string | null, name: string): OpenCredentials {
    const opened = !isSealed(value) ? value : secret === null ? {} : open(value, secret)
    if (opened === null || !Object.values(opened).every(isObject)) {
        throw new CodedError('pull-credentials-shut', { name }, 502)
    }
    return opened as OpenCredentials
}

/** Hidden ones come sealed, and from FlowFuse 2.19.0 in clear; older ones send them as any other. */
function environmentOf (env: JsonObject, secrets: string[]): { env: ExportedEnvironment, unfitVariables: string[] } {
    const opened: Array<[string, ExportedEnvironment[string]]> = []
    const unfitVariables: string[] = []
    for (const [name, value] of Object.entries(env)) {
        if (typeof value === 'string') {
            opened.push([name, value])
        } else if (isSealed(value)) {
            opened.push([name, { hidden: true, value: openedBy(secrets, value.$) }])
        } else if (isObject(value) && typeof value.value === 'string') {
            opened.push([name, { hidden: true, value: value.value }])
        } else {
            unfitVariables.push(name)
        }
    }
    return { env: Object.fromEntries(opened), unfitVariables }
}

function openedBy (secrets: string[], text: string): string | null {
    for (const secret of secrets) {
        const value = openText(text, secret)
        if (value !== null) {
            return value
        }
    }
    return null
}

/** A hidden one that stayed sealed. */
function isShut (value: ExportedEnvironment[string] | undefined): boolean {
    return typeof value === 'object' && value.value === null
}

/** What the platform captured itself may name its modules only in the palette. */
function modulesOf (modules: JsonObject, palette: JsonObject, name: string): Modules | null {
    const listed = Object.keys(modules).length > 0 ? modules : memberIn(name)(palette, 'modules')
    const entries = Object.entries(listed)
    return entries.length === 0 ? null : Object.fromEntries(entries.map(([module, version]) => [module, typeof version === 'string' ? version : '']))
}
