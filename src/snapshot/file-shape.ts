/** Snapshot files as FlowFuse's own Download writes them, and what else can be made of a snapshot: a package.json, an .env. */
import { valid } from 'semver'
import { CodedError } from '../shared/errors'
import type { FileParts } from '../shared/files'
import { envText } from './env-text'
import type { ExportedEnvironment } from './exported'
import type { Modules, RuntimeSettings } from './model'
import { builtIntoInstances } from './modules'
import { isObject, type JsonObject } from './parse'

/** What stands in a snapshot file besides the flows and credentials. What nobody knows is left out. */
export interface FileFrame {
    id: string
    name: string
    description: string
    /** ISO 8601. */
    createdAt: string
    updatedAt: string
    ownerType: string
    settings: { settings: RuntimeSettings, env: JsonObject, modules: JsonObject }
    user?: JsonObject
    exportedBy?: JsonObject
}

/**
 * The text of a snapshot file: what `JSON.stringify(…, null, 2)` gives for FlowFuse's export, in its order, piece by piece.
 * @param nodes the array of flows, a part at a time
 * @param sealed the text of the credentials' `$`, in pieces; null writes `{}` for them
 */
export function * fileText (frame: FileFrame, nodes: Iterable<unknown>, sealed: Iterable<Uint8Array> | null): Generator<Uint8Array> {
    yield Buffer.from('{\n  "flows": {\n    "flows": [')
    let separator = ''
    for (const part of nodes as Iterable<unknown[]>) {
        yield Buffer.from(part.map(node => {
            const text = `${separator}\n      ${indented(node, 6)}`
            separator = ','
            return text
        }).join(''))
    }
    yield Buffer.from(`${separator === '' ? '' : '\n    '}],\n    "credentials": {`)
    if (sealed !== null) {
        yield Buffer.from('\n      "$": "')
        yield * sealed
        yield Buffer.from('"\n    ')
    }
    const { id, name, description, createdAt, updatedAt, ownerType, settings, user, exportedBy } = frame
    const rest = JSON.stringify({ id, name, description, createdAt, updatedAt, ownerType, settings, user, exportedBy }, null, 2)
    yield Buffer.from(`}\n  },${rest.slice(1)}`)
}

function indented (value: unknown, spaces: number): string {
    return JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(spaces)}`)
}

/** As FlowFuse's Download names it: the time is the UTC one of the last change. @param ending without a dot */
export function fileName ({ id, updatedAt }: Pick<FileFrame, 'id' | 'updatedAt'>, ending = 'json'): string {
    const time = updatedAt.replace(/\..*$/, '').replace(/[-:]/g, '').replace('T', '-')
    return `snapshot-${id.replace(/[^\w-]/g, '')}-${time.replace(/[^\d-]/g, '')}.${ending}`
}

/**
 * The variables of a snapshot as a file or an upload carries them.
 * @param which keys: with empty values, and nothing tells which were hidden, as FlowFuse does it
 * @param hide the form that a hidden one takes
 * @throws CodedError `file-variables-unread` when the value of a hidden one is not known
 */
export function carriedVariables (env: ExportedEnvironment, which: FileParts['variables'], hide: (value: string) => unknown): JsonObject {
    if (which === 'none') {
        return {}
    }
    const unread = Object.entries(env).filter(([, value]) => typeof value === 'object' && value.value === null).map(([name]) => name)
    if (which === 'all' && unread.length > 0) {
        throw new CodedError('file-variables-unread', { names: unread.join(', ') }, 409)
    }
    const carried = (value: ExportedEnvironment[string]) => which === 'keys' ? '' : typeof value === 'string' ? value : hide(value.value ?? '')
    return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, carried(value)]))
}

/**
 * Settings with a palette list: a restore on an instance empties its list where the snapshot has none, whatever its modules are.
 * A snapshot that has one keeps it as it is.
 */
export function withPalette (settings: RuntimeSettings, modules: JsonObject): RuntimeSettings {
    const palette = isObject(settings.palette) ? settings.palette : {}
    return isObject(palette.modules)
        ? settings
        : { ...settings, palette: { ...palette, modules: Object.fromEntries(Object.entries(modules).filter(([name]) => !builtIntoInstances(name))) } }
}

/**
 * A package.json with the modules of a snapshot, as FlowFuse's own.
 * @param owner name of the instance or device; of the snapshot itself, where it has none
 */
export function packageText ({ id, name, description, ownerType }: Pick<FileFrame, 'id' | 'name' | 'description' | 'ownerType'>, owner: string, modules: Modules): string {
    const version = `0.0.0-${id}`
    const about = [name, description].filter(text => text !== '').join(' - ')
    return `${JSON.stringify({
        name: packageName(owner), description: `${ownerType} snapshot, ${about}`, private: true, version: valid(version) ?? '0.0.0', dependencies: modules
    }, null, 2)}\n`
}

/** What npm takes for a name, from what people give. */
function packageName (text: string): string {
    const plain = text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '').replace(/[^a-z0-9~._-]+/g, '-')
    return plain.replace(/^[-._~]+|[-._~]+$/g, '').slice(0, 200) || 'snapshot'
}

/**
 * An .env with the variables of a snapshot, or with their names alone. What has no place in such a file, or is not known, is a comment.
 * @param why why a value is missing, to be read in the file
 */
export function environmentText (env: ExportedEnvironment, values: boolean, why: { unread: string, unfit: string }): string {
    return envText(Object.entries(env).map(([name, known]) => {
        if (!/^[\w.-]+$/.test(name)) {
            return { name: JSON.stringify(name).replace(/[\u2028\u2029\u0085]/g, ' '), value: null, why: why.unfit }
        }
        const value = values ? typeof known === 'string' ? known : known.value : ''
        return value === null ? { name, value, why: why.unread } : { name, value }
    }))
}
