/**
 * Runtime settings: what Node-RED's settings.js and FlowFuse's settings of an instance have in common. Passwords and tokens are no part of it
 * (`httpNodeAuth`, `palette.npmrc`, `localAuth`), nor what only one side knows, nor `header.url`, which FlowFuse takes for code.
 */
import type { ErrorAnswer, ErrorCode } from '../shared/errors'
import type { RuntimeSettings } from './model'
import { isObject, type JsonObject } from './parse'

/** FlowFuse's names, a dot where it nests them. */
export const settingKeys = [
    'disableEditor', 'httpAdminRoot', 'dashboardUI', 'timeZone', 'debugMaxLength', 'apiMaxLength', 'httpNodeCORS',
    'palette.allowInstall', 'palette.denyList', 'palette.nodesExcludes', 'palette.catalogue', 'modules.allowInstall', 'modules.denyList',
    'disableTours', 'codeEditor', 'theme', 'header.title', 'page.title'
] as const
export type SettingKey = (typeof settingKeys)[number]

/** A value as FlowFuse has it. */
export type SettingValue = string | number | boolean | string[] | Cors

type Method = (typeof methods)[number]
type Cors = { enabled: true, origin: string } & Record<Method, boolean>
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'DELETE'] as const

/** A setting of this Node-RED that FlowFuse has too. */
export type LocalSetting = { key: SettingKey, value: SettingValue, problem: null } | { key: SettingKey, value: null, problem: ErrorAnswer }

/** Reads a key of settings.js; undefined where it is not set. `timeZone` is asked for as well. */
export type ReadSetting = (key: string) => unknown

/** The FlowFuse version that brought a setting; older ones drop it without a word. */
export const settingSince: Partial<Record<SettingKey, string>> = { httpNodeCORS: '2.21.0' }

/** What a template of FlowFuse keeps for itself unless it says otherwise (`forge/lib/templates.js`). */
const lockedByDefault: readonly SettingKey[] = ['page.title', 'palette.nodesExcludes', 'palette.denyList', 'modules.denyList']

/** What is set here and FlowFuse has too, in the order of `settingKeys`. A value that a restore would refuse or garble comes with why. */
export function localSettings (read: ReadSetting): LocalSetting[] {
    return settingKeys.flatMap((key): LocalSetting[] => {
        const found = readers[key](read)
        if (found === undefined) {
            return []
        }
        if (!(found instanceof Unfit) && settingText(found) === null) {
            return [{ key, value: null, problem: { code: 'setting-secret', params: {} } }]
        }
        return found instanceof Unfit ? [{ key, value: null, problem: { code: found.code, params: {} } }] : [{ key, value: found, problem: null }]
    })
}

/** `settings.settings` of a snapshot with these settings and nothing else: at a restore the instance keeps what is absent. */
export function nestedSettings (settings: Array<{ key: SettingKey, value: SettingValue }>): RuntimeSettings {
    const nested: JsonObject = {}
    for (const { key, value } of settings) {
        const [outer, inner] = key.split('.') as [string, string?]
        nested[outer] = inner === undefined ? value : { ...(nested[outer] as JsonObject | undefined), [inner]: value }
    }
    return nested
}

/** The value at FlowFuse's dotted name in its nested settings; undefined where there is none. */
export function settingAt (settings: unknown, key: SettingKey): unknown {
    return key.split('.').reduce((value, name) => isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined, settings)
}

/** True when the template of an instance, by its policy, keeps the setting from being changed: a restore drops it without a word. */
export function isLocked (policy: unknown, key: SettingKey): boolean {
    const allowed = settingAt(policy, key)
    return allowed === undefined ? lockedByDefault.includes(key) : !allowed
}

/** A value as it is shown, switches as they are; null for what has another shape than FlowFuse's own, or may hold a password. */
export function settingText (value: unknown): string | boolean | null {
    if (typeof value === 'boolean') {
        return value
    }
    const text = Array.isArray(value) ? listText(value) : isObject(value) ? corsText(value) : typeof value === 'number' ? String(value) : value
    return text === false || (typeof text === 'string' && !mayHoldPassword(text)) ? text : null
}

/** True where an address with a user, or with a query, where tokens are, may be in a text. Linear, since the text may be long and hostile. */
function mayHoldPassword (text: string): boolean {
    return text.split(/\s/).some(word => {
        const [, ...addresses] = word.split('//')
        const hasUser = addresses.some(address => address.split('/', 1)[0]!.includes('@')) || word.split('/').some(part => /^[^:@]+:/.test(part) && part.includes('@'))
        const query = word.search(/[?#&]/)
        return hasUser || (query !== -1 && (word.includes('=', query + 2) || word.slice(0, query).includes('//')))
    })
}

function listText (value: unknown[]): string | null {
    return value.every(item => typeof item === 'string') ? value.join(', ') : null
}

function corsText (value: JsonObject): string | false | null {
    if (typeof value.origin !== 'string' || typeof value.enabled !== 'boolean') {
        return null
    }
    return value.enabled && `${value.origin} (${methods.filter(method => value[method] === true).join(', ')})`
}

class Unfit {
    constructor (readonly code: ErrorCode) {}
}
const unfit = new Unfit('setting-unfit')

type Found = SettingValue | Unfit | undefined

const readers: Record<SettingKey, (read: ReadSetting) => Found> = {
    disableEditor: read => flag(read('disableEditor')),
    httpAdminRoot: read => path(read('httpAdminRoot')),
    dashboardUI: read => path(at(read, 'ui', 'path')),
    timeZone: read => timeZone(read('timeZone')),
    debugMaxLength: read => length(read('debugMaxLength')),
    apiMaxLength: read => size(read('apiMaxLength')),
    httpNodeCORS: read => cors(read('httpNodeCors')),
    'palette.allowInstall': read => flag(at(read, 'externalModules', 'palette', 'allowInstall')),
    'palette.denyList': read => denied(at(read, 'externalModules', 'palette', 'denyList')),
    'palette.nodesExcludes': read => excluded(read('nodesExcludes')),
    'palette.catalogue': read => catalogues(at(read, 'editorTheme', 'palette', 'catalogues')),
    'modules.allowInstall': read => everyFlag(at(read, 'externalModules', 'modules', 'allowInstall'), read('functionExternalModules')),
    'modules.denyList': read => denied(at(read, 'externalModules', 'modules', 'denyList')),
    disableTours: read => opposite(flag(at(read, 'editorTheme', 'tours'))),
    codeEditor: read => oneOf(['monaco', 'ace'], at(read, 'editorTheme', 'codeEditor', 'lib')),
    theme: read => matching(/^[\w.-]+$/, at(read, 'editorTheme', 'theme')),
    'header.title': read => plain(at(read, 'editorTheme', 'header', 'title')),
    'page.title': read => plain(at(read, 'editorTheme', 'page', 'title'))
}

function at (read: ReadSetting, first: string, ...names: string[]): unknown {
    return names.reduce((value, name) => isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined, read(first))
}

const isUnset = (value: unknown) => value === undefined || value === null || value === ''

function flag (value: unknown): boolean | Unfit | undefined {
    return isUnset(value) ? undefined : typeof value === 'boolean' ? value : unfit
}

function opposite (value: ReturnType<typeof flag>): ReturnType<typeof flag> {
    return typeof value === 'boolean' ? !value : value
}

/** FlowFuse has one switch for what Node-RED has two for: it is off where either is. */
function everyFlag (...values: unknown[]): ReturnType<typeof flag> {
    const flags = values.map(flag).filter(value => value !== undefined)
    return flags.length === 0 ? undefined : flags.find(value => value instanceof Unfit) ?? flags.every(value => value === true)
}

/** Texts go into the instance's settings.js between quotes as they are. */
function plain (value: unknown): Found {
    return matching(/^[^'"`\\$\p{Cc}]{1,255}$/u, value)
}

function matching (pattern: RegExp, value: unknown): string | Unfit | undefined {
    return isUnset(value) ? undefined : typeof value === 'string' && pattern.test(value) ? value : unfit
}

function oneOf (words: string[], value: unknown): Found {
    return isUnset(value) ? undefined : words.find(word => word === value) ?? unfit
}

/** As FlowFuse keeps it: a slash before, none behind. Node-RED's own root is no setting. */
function path (value: unknown): Found {
    if (isUnset(value) || value === '/') {
        return undefined
    }
    const found = matching(/^[0-9a-z_/-]+$/, value)
    return typeof found === 'string' ? `/${found.replace(/^\/+|\/+$/g, '')}` : unfit
}

function timeZone (value: unknown): Found {
    const name = matching(/^[\w+/-]+$/, value)
    if (typeof name === 'string') {
        try {
            new Intl.DateTimeFormat('en', { timeZone: name })
        } catch {
            return unfit
        }
    }
    return name
}

function length (value: unknown): Found {
    return isUnset(value) ? undefined : Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : unfit
}

/** A restore fails on every other form, also on those that Node-RED takes. */
function size (value: unknown): Found {
    if (isUnset(value)) {
        return undefined
    }
    const text = typeof value === 'string' ? value.toLowerCase() : ''
    return /^\d+(?:kb|mb)$/.test(text) ? text : new Unfit('setting-size-unfit')
}

/** All six methods or nothing: a restore fails on an incomplete one. */
function cors (value: unknown): Found {
    if (isUnset(value)) {
        return undefined
    }
    const { origin = '*', methods: given = methods.join(), ...more } = isObject(value) ? value : { more: true }
    const named = typeof given === 'string' ? given.split(',') : Array.isArray(given) ? given.map(String) : []
    const upper = named.map(method => method.trim().toUpperCase()).filter(method => method !== 'OPTIONS')
    const isKnown = upper.length > 0 && upper.every(method => (methods as readonly string[]).includes(method))
    if (Object.keys(more).length > 0 || !isKnown || typeof plain(origin) !== 'string') {
        return new Unfit('setting-cors-unfit')
    }
    const permitted = Object.fromEntries(methods.map(method => [method, upper.includes(method)])) as Record<Method, boolean>
    return { enabled: true, origin: origin as string, ...permitted }
}

/** FlowFuse's own rule: a name or `*`, then perhaps one version with an operator before it. */
const deniedModule = /^(?:(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*|\*)(?:@(?:[~^><]|<=|>=)?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)?$/i

function denied (value: unknown): Found {
    return listOf(deniedModule, value)
}

function excluded (value: unknown): Found {
    const files = listOf(/^[a-z0-9._-]+\.js$/i, value)
    return Array.isArray(files) ? files.join(',') : files
}

function catalogues (value: unknown): Found {
    return listOf(/^https?:\/\/[^\s'"`\\]+$/i, value)
}

/** An empty list means that nothing is on it, which is what every instance has already. */
function listOf (pattern: RegExp, value: unknown): string[] | Unfit | undefined {
    if (isUnset(value) || (Array.isArray(value) && value.length === 0)) {
        return undefined
    }
    return Array.isArray(value) && value.every(item => typeof item === 'string' && pattern.test(item)) ? value as string[] : unfit
}
