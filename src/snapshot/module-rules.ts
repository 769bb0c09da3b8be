/** Which modules the operator's lists in settings.js allow to be installed. */
import { satisfies } from 'semver'

/** `externalModules.palette` of settings.js, as it was written: nothing about it is certain. */
export interface PaletteSettings {
    allowInstall?: unknown
    allowList?: unknown
    denyList?: unknown
    allowUpdate?: unknown
    allowUpdateList?: unknown
    denyUpdateList?: unknown
}

/** True when an installed version is the one, or in the range, that is asked for. */
export function fitsVersion (installed: string, wanted: string): boolean {
    return satisfies(installed, wanted, { includePrerelease: true })
}

/** As Node-RED's installer decides it (`@node-red/registry/lib/installer.js`): lists for installing, and others for another version. */
export function isModuleAllowed (palette: PaletteSettings, name: string, version: string, isUpdate: boolean): boolean {
    const { allowList, denyList, allowUpdate, allowUpdateList, denyUpdateList } = palette
    if (!listsAllow(allowList, denyList, name, version)) {
        return false
    }
    return !isUpdate || ((allowUpdate === undefined || Boolean(allowUpdate)) && listsAllow(allowUpdateList, denyUpdateList, name, null))
}

interface Rule { pattern: RegExp, version: string | undefined, wildcard: number }

/** As Node-RED's `checkModuleAllowed` (`@node-red/registry/lib/util.js`): the more specific rule wins. */
function listsAllow (allowList: unknown, denyList: unknown, name: string, version: string | null): boolean {
    if (!allowList && !denyList) { return true }
    const denied = rulesOf(denyList)
    if (denied.length === 0) { return true }
    const allows = firstMatch(rulesOf(allowList), name, version)
    const denies = firstMatch(denied, name, version)
    if (allows === undefined || denies === undefined) { return denies === undefined }
    return allows.wildcard !== denies.wildcard ? allows.wildcard > denies.wildcard : String(allows.pattern).length > String(denies.pattern).length
}

function rulesOf (list: unknown): Rule[] {
    const texts = Array.isArray(list) ? list.filter(entry => typeof entry === 'string') : ['*']
    return texts.map(text => {
        const [, name = '', version] = /^(.+?)(?:@(.*))?$/.exec(text) ?? []
        const wildcard = name.indexOf('*')
        return { pattern: new RegExp(`^${name.replaceAll('*', '.*')}$`), version, wildcard: wildcard === -1 ? Infinity : wildcard }
    })
}

function firstMatch (rules: Rule[], name: string, version: string | null): Rule | undefined {
    return rules.find(rule => rule.pattern.test(name) && (!version || !rule.version || satisfies(version, rule.version)))
}
