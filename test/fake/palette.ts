import type { Generation } from './generation'
import { isObject, type Json, type JsonObject } from './json'
import type { PaletteModule } from './world'

/** The platform's own pattern: anything with an "x" passes by accident, and the start is not anchored. */
const VERSION = /^\*|x|(?:[\^~]?(0|[1-9]\d*)\.(x$|0|[1-9]\d*)(?:\.(x$|0|[1-9]\d*))?(?:-[0-9a-zA-Z.-]+)?(?:\+[0-9a-zA-Z.-]+)?)$/
const LOWER_CASE_NAME = /^(@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/
const OLD_STYLE_NAME = /^(@[^\s@/%:()]+\/)?[^\s@/%:()._][^\s@/%:()]*$/
const BUILT_IN = ['@flowfuse/nr-file-nodes', '@flowforge/nr-file-nodes']

/** Modules of an instance → the map a snapshot keeps. */
export function moduleMap (modules: PaletteModule[]): JsonObject {
    return Object.fromEntries(modules.map(({ name, version }) => [name, version]))
}

/** `palette.modules` of a snapshot → those of an instance; none mean that the instance loses all of its own. */
export function modulesForInstance (palette: Json | undefined, generation: Generation): PaletteModule[] {
    const map = isObject(palette) && isObject(palette.modules) ? palette.modules : {}
    return Object.entries(map).map(([name, version]) => checkedModule(name, version, generation))
}

/** `palette.modules` from `PUT /projects/:id`: an array. Throws what is wrong with a module. */
export function modulesFromSettings (modules: Json | undefined, generation: Generation): PaletteModule[] {
    return (Array.isArray(modules) ? modules : [])
        .filter(isObject)
        .map(({ name, version }) => checkedModule(String(name), version ?? '', generation))
}

function checkedModule (name: string, version: Json, generation: Generation): PaletteModule {
    const pattern = generation.lowerCaseModules ? LOWER_CASE_NAME : OLD_STYLE_NAME
    if (!pattern.test(name) || BUILT_IN.includes(name)) throw new Error(`Invalid module name: ${name}`)
    if (!VERSION.test(String(version))) throw new Error(`Invalid module version: ${String(version)}`)
    return { name, version: String(version), local: true }
}
