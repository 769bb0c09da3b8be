/** Files that users open: snapshots as FlowFuse downloads them, what is like them, and flows that were exported from Node-RED. */
import { CodedError, type ErrorCode } from '../shared/errors'
import type { ViewCredentials, ViewNote } from '../shared/views'
import { isSealed } from './credentials'
import { readSnapshot, type Exported } from './exported'
import type { FlowNode } from './model'
import { isObject, unfit, type JsonObject } from './parse'

/** What a file holds, with its secrets in clear as far as they could be opened: never kept on disk, logged or shown. */
export interface SnapshotFile extends Exported {
    state: ViewCredentials['state']
    /** It tells nothing of credentials, variables, modules and settings. */
    flowsOnly: boolean
    notes: ViewNote[]
}

/**
 * @param bytes UTF-8, or UTF-16 where a byte-order mark says so
 * @param fileName names what has no name itself
 * @param secret null: what is sealed stays so
 * @param opening the secret that opens its credentials, where `secret` is another one, of hidden variables
 * @throws CodedError `file-empty`, `file-not-json`, `file-hostile`, `file-not-flows`, `file-nodes-unfit`, `file-part-unfit`,
 * `too-many-nodes`, `subflow-in-itself`, `group-in-itself`, `file-secret-wrong`, `file-secret-unneeded`
 */
export function parseFile (bytes: Uint8Array, fileName: string, secret: string | null, opening: string | null = null): SnapshotFile {
    const { snapshot, flowsOnly } = recognised(parsed(textOf(bytes)), titleOf(fileName))
    const sealing = sealedIn(snapshot)
    if (secret !== null && !sealing.credentials && !sealing.variables) {
        throw new CodedError('file-secret-unneeded')
    }
    const read = opening === null ? readAsFile(snapshot, secret) : readAsFile(snapshot, opening, secret)
    const isProven = sealing.credentials && opening === null
    const flows = flowsOnly ? withTabs(read.flows, titleOf(fileName)) : read.flows
    // Sealed credentials prove the secret. Without any, a text that is one is all that can be asked for.
    if (secret !== null && !isProven && read.sealed.variables) {
        throw new CodedError('file-secret-wrong')
    }
    const notes: ViewNote[] = flows.length > read.flows.length ? [{ code: 'tabs-added', params: { count: flows.length - read.flows.length } }] : []
    if (secret !== null && !isProven) {
        notes.push({ code: 'secret-for-variables', params: {} })
    }
    if (secret !== null && isProven && read.sealed.variables) {
        notes.push({ code: 'another-secret', params: {} })
    }
    return { ...read, flows, flowsOnly, notes, state: read.sealed.credentials ? 'sealed' : sealing.hasPlace ? 'included' : 'none' }
}

function textOf (bytes: Uint8Array): string {
    const [first, second] = bytes
    const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
    try {
        // Leaves the byte-order mark out.
        return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {
        throw new CodedError('file-not-json')
    }
}

/** The parser's message is left out, because it quotes the file. */
function parsed (text: string): unknown {
    if (text.trim() === '') {
        throw new CodedError('file-empty')
    }
    let value: unknown
    try {
        value = JSON.parse(text)
    } catch {
        throw new CodedError('file-not-json')
    }
    if (unfit(value)) {
        throw new CodedError('file-hostile')
    }
    return value
}

/**
 * A snapshot made of whatever it is: FlowFuse's own (or, with members more, one of the local store), what an agent of FlowFuse, then
 * FlowForge, keeps on its device, or flows alone.
 */
function recognised (value: unknown, title: string): { snapshot: JsonObject, flowsOnly: boolean } {
    const outer = isObject(value) && !hasFlows(value) && isObject(value.snapshot) ? value.snapshot : value
    if (Array.isArray(outer) && (outer.length === 0 || outer.some(entry => isObject(entry) && typeof entry.type === 'string'))) {
        return { snapshot: named({ flows: { flows: outer as unknown[] } }, title), flowsOnly: true }
    }
    if (!isObject(outer) || !hasFlows(outer)) {
        throw new CodedError('file-not-flows')
    }
    const { local: _local, sealed: _sealed, stored: _stored, ...whole } = outer
    if (isObject(whole.flows)) {
        const isBare = [whole.settings, whole.flows.credentials].every(part => part === undefined || part === null)
        return { snapshot: named(whole, title), flowsOnly: isBare }
    }
    const { flows, credentials, env, modules, settings, ...rest } = whole
    const flowsOnly = [credentials, env, modules, settings].every(part => part === undefined)
    const inner = isObject(settings) && isObject(settings.settings) ? settings : { settings, env, modules }
    return { snapshot: named({ ...rest, flows: { flows, credentials }, settings: inner }, title), flowsOnly }
}

function hasFlows ({ flows }: JsonObject): boolean {
    return Array.isArray(flows) || (isObject(flows) && Array.isArray(flows.flows))
}

/** What is told of itself in another form than FlowFuse's own is not told. */
function named (snapshot: JsonObject, title: string): JsonObject {
    const { id, name, description, createdAt, updatedAt, user, ...rest } = snapshot
    const textIn = (value: unknown) => typeof value === 'string' ? value : ''
    const timeIn = (value: unknown) => Number.isNaN(Date.parse(textIn(value))) ? '' : textIn(value)
    const told = {
        id: textIn(id), name: textIn(name).trim() === '' ? title : textIn(name), description: textIn(description),
        createdAt: timeIn(createdAt), updatedAt: timeIn(updatedAt)
    }
    return { ...told, ...rest, ...(isObject(user) && typeof user.username === 'string' && { user }) }
}

interface Sealing {
    credentials: boolean
    variables: boolean
    /** There is a place for credentials. */
    hasPlace: boolean
}

function sealedIn ({ flows, settings }: JsonObject): Sealing {
    const credentials = isObject(flows) ? flows.credentials : undefined
    const env = isObject(settings) && isObject(settings.env) ? settings.env : {}
    return {
        credentials: isSealed(credentials),
        variables: Object.values(env).some(isSealed),
        hasPlace: credentials !== undefined && credentials !== null
    }
}

const codesOfFiles: Partial<Record<ErrorCode, ErrorCode>> = {
    'pull-flows-missing': 'file-not-flows', 'pull-nodes-unfit': 'file-nodes-unfit', 'pull-shape-unknown': 'file-part-unfit'
}

/** The same findings in the words for a file. */
function readAsFile (snapshot: JsonObject, secret: string | null, another: string | null = null): Exported {
    try {
        return readSnapshot(snapshot, secret, another)
    } catch (error) {
        if (!(error instanceof CodedError)) {
            throw error
        }
        const { code, params } = error
        if (code === 'pull-credentials-shut') {
            const isOpen = !sealedIn(snapshot).credentials
            throw isOpen ? new CodedError('file-part-unfit', { part: 'credentials' }) : new CodedError('file-secret-wrong')
        }
        throw new CodedError(codesOfFiles[code] ?? code, params)
    }
}

/** Of nodes that were exported without their tab: each goes on a tab of its own id, to be seen and to run. */
function withTabs (flows: FlowNode[], label: string): FlowNode[] {
    const there = new Set(flows.map(({ id }) => id))
    const missing = new Set(flows.map(({ z }) => z).filter((z): z is string => typeof z === 'string' && z !== '' && !there.has(z)))
    return [...[...missing].map((id): FlowNode => ({ id, type: 'tab', label, disabled: false, info: '', env: [] })), ...flows]
}

/** A file's name without its folder and ending. */
function titleOf (fileName: string): string {
    return fileName.replace(/^.*[/\\]/s, '').replace(/\.json$/i, '') || fileName
}
