/** npm modules: which ones a flow set needs, and which names and versions may travel. */
import { valid, validRange } from 'semver'
import type { FlowNode, Modules } from './model'
import { isObject } from './parse'

/** The package that a function node imports, with the version or range it asks for, if it asks for one. */
export interface Library { name: string, spec?: string }

/**
 * True for a name that npm's registry and a platform's restore accept, old mixed-case names excepted, and those that begin as an
 * option of npm does. Nothing else may come near npm.
 */
export function validModuleName (name: string): boolean {
    return name.length <= 214 && name !== 'node_modules' && name !== 'favicon.ico' &&
        /^(?!-)(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name)
}

const builtIn = new Set(['node-red', '@flowfuse/nr-file-nodes', '@flowforge/nr-file-nodes'])

/** True for what every hosted instance has from the platform, which refuses it in a palette list. */
export function builtIntoInstances (name: string): boolean {
    return builtIn.has(name)
}

const comparator = /^(?:[~^]|[<>]=?|=)?\d+\.(?:x|\d+)(?:\.(?:x|\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?))?$/

/**
 * True for a version or range that a platform's restore accepts: `*`, or comparators with at least two parts, like `1.2.3`,
 * `~1.2`, `>=1.0.0` and `1.x`. Its restore fails on `1`, tags and the empty version, and lets URLs through that contain an
 * "x": neither passes here.
 */
export function validModuleVersion (version: string): boolean {
    if (version === '*') { return true }
    return version.length <= 256 && version === version.trim() && validRange(version) !== null &&
        version.split(/ *\|\| *| +- +| +/).every(part => comparator.test(part))
}

/**
 * True for a dependency that npm takes from its registry under its own name: a version, a range or a tag. False for
 * `file:`, `link:`, `workspace:`, git and GitHub in every form, tarballs, paths, and aliases (`npm:other@1`).
 */
export function isRegistrySpec (spec: string): boolean {
    if (spec.length > 256) { return false }
    return validRange(spec) !== null || (/^[^\s:/\\@.~][^\s:/\\@]*$/.test(spec) && !/\.(?:tgz|tar|tar\.gz)$/i.test(spec))
}

/** True for what FlowFuse brings into its instances (`@flowfuse/nr-project-nodes` and its kind): elsewhere it is of no use. */
export function isPlatformModule (name: string): boolean {
    return /^@(?:flowfuse|flowforge)\/nr-/.test(name)
}

/** Node types and function libraries of a flow set, collected node by node so that the caller may walk in slices. */
export class ModulesInUse {
    /** Types of nodes, without those that only give structure (tabs, groups, subflows and their instances). */
    readonly types = new Set<string>()
    readonly #libs = new Map<string, Library>()

    /** Takes in one node; it is not changed. What is no node is passed over. */
    add (node: FlowNode): void {
        if (!isObject(node) || typeof node.type !== 'string') { return }
        if (!this.types.has(node.type) && !/^(?:tab|group|subflow(?::.*)?)$/s.test(node.type)) { this.types.add(node.type) }
        if (node.type !== 'function' || !Array.isArray(node.libs)) { return }
        for (const entry of node.libs as unknown[]) {
            const lib = parseLibrary(isObject(entry) ? entry.module : entry)
            if (lib && this.#libs.get(lib.name)?.spec === undefined) { this.#libs.set(lib.name, lib) }
        }
    }

    /** Each library once, with the first version asked for. */
    get libs (): Library[] {
        return [...this.#libs.values()]
    }
}

/**
 * `lodash`, `lodash/fp`, `lodash@4`, `@scope/name/part@^1.0.0` → name and spec, as Node-RED's `parseModuleName` reads them
 * (`@node-red/registry/lib/externalModules.js`).
 */
function parseLibrary (module: unknown): Library | undefined {
    if (typeof module !== 'string' || module.length > 1024) { return undefined }
    const [, name, , spec] = /^((?:@[^/]+\/)?[^/@]+)(\/[^/@]+)?(?:@([^]+))?/.exec(module.trim()) ?? []
    return name === undefined ? undefined : { name, spec }
}

/** What the module list is made from. */
export interface ModuleSources {
    types: Iterable<string>
    libs: Iterable<Library>
    /** `dependencies` of userDir/package.json. */
    packages: Record<string, unknown>
    /** Node type → module that registered it; `node-red` for the core's. */
    typeOwners: ReadonlyMap<string, string>
    /** Module → installed version. */
    installed: ReadonlyMap<string, string>
    /** Modules that are known to come from elsewhere than the registry without `packages` saying so (`npm link`) → from where. */
    elsewhere?: ReadonlyMap<string, string>
    /** Modules that are part of Node.js. */
    builtin: ReadonlySet<string>
    /** Version of Node-RED. */
    nodeRed: string
    /** Name of this plugin's own package, which never travels. */
    self: string
}

export interface ModuleList {
    /** `node-red` first, then by name; exact versions, except of dependencies that are not installed. */
    modules: Modules
    /** What the flows use and no restore could install, by name; `spec` is '' where none is known. */
    leftOut: Array<{ name: string, spec: string }>
    /** Types that no module here has registered, sorted. */
    missingTypes: string[]
}

/** The modules that a flow set needs elsewhere: those that own its types, its function libraries, and all dependencies of userDir. */
export function moduleList (sources: ModuleSources): ModuleList {
    const { packages, typeOwners, installed, elsewhere, builtin, nodeRed, self } = sources
    const missingTypes: string[] = []
    const needed = new Map<string, string | undefined>()
    for (const type of new Set(sources.types)) {
        const owner = typeOwners.get(type)
        if (owner === undefined) { missingTypes.push(type) } else { needed.set(owner, undefined) }
    }
    for (const { name, spec } of sources.libs) {
        if (!builtin.has(name) && !name.startsWith('node:')) { needed.set(name, spec) }
    }
    for (const [name, spec] of Object.entries(packages)) {
        needed.set(name, typeof spec === 'string' ? spec : undefined)
    }
    needed.delete(self)
    needed.delete('node-red')

    const modules: Array<[string, string]> = [['node-red', nodeRed]]
    const leftOut: ModuleList['leftOut'] = []
    for (const [name, wanted] of [...needed].sort(([a], [b]) => a < b ? -1 : 1)) {
        const spec = elsewhere?.get(name) ?? wanted
        const version = validModuleName(name) && !elsewhere?.has(name) ? versionOf(spec, installed.get(name)) : undefined
        if (version === undefined) { leftOut.push({ name, spec: spec ?? '' }) } else { modules.push([name, version]) }
    }
    return { modules: Object.fromEntries(modules), leftOut, missingTypes: missingTypes.sort() }
}

/** The installed version of a registry package, or else its range where that can travel. */
function versionOf (spec: string | undefined, installed: string | undefined): string | undefined {
    if (spec !== undefined && !isRegistrySpec(spec)) { return undefined }
    const exact = installed === undefined ? null : valid(installed)
    if (exact !== null) { return exact }
    return spec !== undefined && validModuleVersion(spec) ? spec : undefined
}
