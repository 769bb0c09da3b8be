/**
 * Runtime settings: what Node-RED's settings.js and FlowFuse's settings of an instance have in common. Passwords and tokens are no part of it
 * (`httpNodeAuth`, `palette.npmrc`, `localAuth`), nor what only one side knows, nor `header.url`, which FlowFuse takes for code.
 */
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

export type CorsMethod = (typeof corsMethods)[number]
export type Cors = { enabled: true, origin: string } & Record<CorsMethod, boolean>
export const corsMethods = ['GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'DELETE'] as const

/** The FlowFuse version that brought a setting; older ones drop it without a word. */
export const settingSince: Partial<Record<SettingKey, string>> = { httpNodeCORS: '2.21.0' }

/** What a template of FlowFuse keeps for itself unless it says otherwise (`forge/lib/templates.js`). */
const lockedByDefault: readonly SettingKey[] = ['page.title', 'palette.nodesExcludes', 'palette.denyList', 'modules.denyList']

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

/** The settings that both sides have and that hold no password. */
export function withoutSecrets (settings: RuntimeSettings): RuntimeSettings {
    return nestedSettings(settingKeys.flatMap(key => {
        const value = settingAt(settings, key)
        return value === undefined || settingText(value) === null ? [] : [{ key, value: value as SettingValue }]
    }))
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
    return value.enabled && `${value.origin} (${corsMethods.filter(method => value[method] === true).join(', ')})`
}
