import { lstat, readFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { moduleList, validModuleName, type ModuleList, type ModulesInUse } from '../snapshot/modules'
import { isObject } from '../snapshot/parse'
import type { NodeRed } from './node-red'

/** The modules that a snapshot of these flows names: installed versions from userDir, everything else from Node-RED's own list. */
export async function installedModules (nodeRed: NodeRed, inUse: ModulesInUse): Promise<ModuleList> {
    const packages = await dependencies(nodeRed.userDir)
    const owners = nodeRed.nodeModules()
    const installed = new Map(owners.map(module => [module.name, module.version]))
    const elsewhere = new Map<string, string>()
    for (const name of new Set([...Object.keys(packages), ...inUse.libs.map(lib => lib.name)])) {
        const found = validModuleName(name) ? await installedPackage(nodeRed.userDir, name) : null
        if (found?.isLink) {
            elsewhere.set(name, 'link:')
        } else if (found) {
            installed.set(name, found.version)
        }
    }
    return moduleList({
        types: inUse.types,
        libs: inUse.libs,
        packages,
        typeOwners: new Map(owners.flatMap(module => module.types.map(type => [type, module.name]))),
        installed,
        elsewhere,
        builtin: new Set(builtinModules),
        nodeRed: nodeRed.version,
        self: PLUGIN_PACKAGE
    })
}

/** `dependencies` of userDir/package.json. */
export async function dependencies (userDir: string): Promise<Record<string, unknown>> {
    const manifest = await readManifest(join(userDir, 'package.json'))
    return isObject(manifest?.dependencies) ? manifest.dependencies : {}
}

/** A package as it lies in userDir; null where there is none. `hasNodes`: it brings something for Node-RED. */
export async function installedPackage (userDir: string, name: string): Promise<{ version: string, isLink: boolean, hasNodes: boolean } | null> {
    const folder = join(userDir, 'node_modules', name)
    const manifest = await readManifest(join(folder, 'package.json'))
    if (manifest === null) {
        return null
    }
    return {
        version: typeof manifest.version === 'string' ? manifest.version : '',
        isLink: (await lstat(folder)).isSymbolicLink(),
        hasNodes: isObject(manifest['node-red'])
    }
}

/** A package.json, or null where there is none that can be read: such a package simply has no installed version. */
async function readManifest (file: string): Promise<Record<string, unknown> | null> {
    try {
        const manifest: unknown = JSON.parse(await readFile(file, 'utf8'))
        return isObject(manifest) ? manifest : null
    } catch {
        return null
    }
}
