import { CodedError, type ErrorAnswer, type ErrorCode } from '../shared/errors'
import { fitsVersion, isModuleAllowed, type PaletteSettings } from '../snapshot/module-rules'
import { validModuleName, validModuleVersion } from '../snapshot/modules'
import { isObject } from '../snapshot/parse'
import { installedPackage } from './modules'
import type { NodeRed } from './node-red'
import type { NodeRedWriting } from './node-red-writing'

/** A module to install; `here` is the version that is there now, null when there is none. */
export interface WantedModule { name: string, version: string, here: string | null }

export interface Installed {
    installed: string[]
    /** Those whose other version takes effect after a restart. */
    afterRestart: string[]
}

/** Why no module can be installed in this Node-RED; null when nothing is known against it. Node-RED's own installer does not look. */
export function installRefusal (nodeRed: NodeRed): ErrorAnswer | null {
    return paletteSettings(nodeRed).allowInstall === false ? { code: 'install-refused', params: {} } : null
}

/**
 * Why a module of a snapshot can't be installed here; null when nothing is known against it.
 * @param libraries names of packages that function nodes import
 */
export function moduleRefusal (nodeRed: NodeRed, { name, version, here }: WantedModule, libraries: ReadonlySet<string>): ErrorAnswer | null {
    const refused = (code: ErrorCode) => ({ code, params: { module: name, version } })
    if (!validModuleName(name)) { return { code: 'module-name-invalid', params: { module: name } } }
    if (!validModuleVersion(version)) { return refused('module-version-invalid') }
    if (name === 'node-red') { return { code: 'module-is-core', params: { module: name } } }
    if (libraries.has(name)) { return { code: 'module-is-library', params: { module: name } } }
    return isModuleAllowed(paletteSettings(nodeRed), name, version, here !== null) ? null : refused('module-not-allowed')
}

/**
 * Installs modules one after the other through Node-RED's own installer.
 * @param done gets what is installed so far
 * @throws CodedError `module-not-found`, `module-not-allowed`, `module-install-failed`
 */
export async function installModules (nodeRed: NodeRed, writing: NodeRedWriting, wanted: WantedModule[], done: Installed): Promise<void> {
    for (const module of wanted) {
        try {
            await writing.addModule(module.name, module.version)
        } catch (error) {
            if (!await isThereAnyway(nodeRed, module, error)) {
                await insteadOf(writing, module, error)
            }
        }
        done.installed.push(module.name)
        if (module.here !== null) {
            done.afterRestart.push(module.name)
        }
    }
}

/**
 * Takes modules away again, or puts the version back that was there; also such as npm has installed and Node-RED then refused to load.
 * @returns those that are not as they were
 */
export async function takeBackModules (nodeRed: NodeRed, writing: NodeRedWriting, wanted: WantedModule[]): Promise<string[]> {
    const left: string[] = []
    for (const { name, here } of [...wanted].reverse()) {
        const isAsBefore = async () => await versionHere(nodeRed, name) === here
        if (await isAsBefore()) {
            continue
        }
        // What counts is what lies there afterwards.
        await (here === null ? writing.removeModule(name) : writing.addModule(name, evenIfLoaded(here))).catch(() => undefined)
        if (!await isAsBefore()) {
            left.push(name)
        }
    }
    return left
}

/** The version of a module that is installed here; null when there is none. */
export async function versionHere (nodeRed: NodeRed, name: string): Promise<string | null> {
    const there = validModuleName(name) ? await installedPackage(nodeRed.userDir, name) : null
    return there?.version ?? nodeRed.nodeModules().find(module => module.name === name)?.version ?? null
}

/**
 * A package without nodes is an error for Node-RED's installer, which leaves it installed all the same: then it is what was wanted. One
 * that Node-RED has loaded already is, unless npm has put another version in its place that waits for a restart.
 */
async function isThereAnyway (nodeRed: NodeRed, { name, version }: WantedModule, error: unknown): Promise<boolean> {
    const there = await installedPackage(nodeRed.userDir, name)
    return there !== null && (!there.hasNodes || codeOf(error) === 'module_already_loaded') && fitsVersion(there.version, version)
}

/** Installs the loaded version in place of the one that waits for a restart. @throws CodedError as `installModules` */
async function insteadOf (writing: NodeRedWriting, module: WantedModule, error: unknown): Promise<void> {
    if (codeOf(error) !== 'module_already_loaded') {
        throw installFailure(module, error)
    }
    await writing.addModule(module.name, evenIfLoaded(module.version)).catch((failure: unknown) => { throw installFailure(module, failure) })
}

/** Node-RED refuses to install the version that it has loaded, whatever lies on disk, unless it is written otherwise. */
function evenIfLoaded (version: string): string {
    return `=${version}`
}

function installFailure ({ name, version }: WantedModule, error: unknown): CodedError {
    const code = { 404: 'module-not-found', install_not_allowed: 'module-not-allowed', update_not_allowed: 'module-not-allowed' }[codeOf(error)]
    return new CodedError(code as ErrorCode | undefined ?? 'module-install-failed', { module: name, version }, 502, { cause: error })
}

function codeOf (error: unknown): string {
    return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function paletteSettings (nodeRed: NodeRed): PaletteSettings {
    const external = nodeRed.setting('externalModules')
    return isObject(external) && isObject(external.palette) ? external.palette : {}
}
