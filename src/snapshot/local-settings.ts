/** Reads from Node-RED's settings.js what FlowFuse's settings of an instance have too, in the form in which a restore takes it. */
import type { ErrorAnswer, ErrorCode } from '../shared/errors'
import { isObject } from './parse'
import { corsMethods, settingKeys, settingText, type CorsMethod, type SettingKey, type SettingValue } from './settings'

/** A setting of this Node-RED that FlowFuse has too. */
export type LocalSetting = { key: SettingKey, value: SettingValue, problem: null } | { key: SettingKey, value: null, problem: ErrorAnswer }

/** Reads a key of settings.js; undefined where it is not set. `timeZone` is asked for as well. */
export type ReadSetting = (key: string) => unknown

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
    const { origin = '*', methods: given = corsMethods.join(), ...more } = isObject(value) ? value : { more: true }
    const named = typeof given === 'string' ? given.split(',') : Array.isArray(given) ? given.map(String) : []
    const upper = named.map(method => method.trim().toUpperCase()).filter(method => method !== 'OPTIONS')
    const isKnown = upper.length > 0 && upper.every(method => (corsMethods as readonly string[]).includes(method))
    if (Object.keys(more).length > 0 || !isKnown || typeof plain(origin) !== 'string') {
        return new Unfit('setting-cors-unfit')
    }
    const permitted = Object.fromEntries(corsMethods.map(method => [method, upper.includes(method)])) as Record<CorsMethod, boolean>
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
