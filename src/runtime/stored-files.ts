import { createHash } from 'node:crypto'
import { chmod, readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { setImmediate as nextTick } from 'node:timers/promises'
import { CodedError } from '../shared/errors'
import { isSealed, open, seal } from '../snapshot/credentials'
import type { FlowNode, OpenCredentials } from '../snapshot/model'
import type { FlowText } from './flow-text'
import type { NodeRed } from './node-red'
import type { LiveFlows, NodeRedWriting, StoredPair } from './node-red-writing'
import { codeOf, readFailure, removeFile, writeWhole } from './store/files'
import { storedFilePaths } from './stored-file-paths'

/** One of Node-RED's own files as it stood. */
export interface StoredFile {
    /** null: there was none. */
    sha256: string | null
    /** Its text, where Node-RED writes the same content otherwise (other layout, credentials inside of nodes); may hold secrets. */
    text: string | null
}

export interface StoredFiles { flows: StoredFile, credentials: StoredFile }

/** A pretty-printed node is worked on for some 10 µs: so many at a time keep running flows from waiting. */
const nodesPerSlice = 200

/**
 * Both files, the credentials as Node-RED's storage reads them, and the text of the flows where the file is that.
 * @throws CodedError `flow-file-differs` when what is stored is not what runs: somebody has changed the file since it was loaded
 */
export async function readStoredFiles (nodeRed: NodeRed, live: LiveFlows): Promise<StoredFiles & { openOrSealed: unknown, flowText?: FlowText }> {
    const [flows, credentials] = await Promise.all([readFlowFile(nodeRed, live), readCredentialFile(nodeRed)])
    return { flows: flows.file, credentials: credentials.file, openOrSealed: credentials.content, flowText: flows.text }
}

/** The files as they are now: for telling whether anything has to be put back. */
export async function isAsStored (nodeRed: NodeRed, { flows, credentials }: StoredFiles): Promise<boolean> {
    const paths = await storedFilePaths(nodeRed)
    const [flowsNow, credentialsNow] = await Promise.all([contentOf(paths.flows), contentOf(paths.credentials)])
    return hashOf(flowsNow) === flows.sha256 && hashOf(credentialsNow) === credentials.sha256
}

/**
 * Whether both files are whole: Node-RED takes a write for done that a full disk has cut short.
 * @param live what runs, and is to be in the flow file
 * @param before the credential file as it stood: where it is the same, nothing was written
 */
export async function isStoredWhole (nodeRed: NodeRed, live: LiveFlows, before: StoredFile): Promise<boolean> {
    try {
        await readFlowFile(nodeRed, live)
    } catch (error) {
        if (error instanceof CodedError && error.code === 'flow-file-differs') {
            return false
        }
        throw error
    }
    const credentials = await contentOf((await storedFilePaths(nodeRed)).credentials)
    return credentials === null || hashOf(credentials) === before.sha256 || parsed(credentials.toString('utf8')) !== undefined
}

/** Whether the flow file is no JSON: what a full disk or a power cut leaves of one. Node-RED would load no flows from it. */
export async function isFlowFileCut (nodeRed: NodeRed): Promise<boolean> {
    const there = await contentOf((await storedFilePaths(nodeRed)).flows)
    return there !== null && parsed(there.toString('utf8')) === undefined
}

/** Writes the pair through Node-RED's storage, and then what that can't do: the absence of a file, another layout. */
export async function writeStoredFiles (nodeRed: NodeRed, writing: NodeRedWriting, files: StoredFiles, pair: StoredPair): Promise<void> {
    const paths = await storedFilePaths(nodeRed)
    await writing.saveStored(pair)
    await finishFile(paths.flows, files.flows)
    await finishFile(paths.credentials, files.credentials)
}

/**
 * The credentials to write back. Where Node-RED has moved to another secret since, so that it could not open the stored ones any more,
 * they are sealed anew.
 * @param own the same ones in clear, null when they are not known
 * @returns `asStored` false when they are no longer the bytes that were stored
 */
export function credentialsToStore (nodeRed: NodeRed, stored: unknown, own: OpenCredentials | null): { credentials: unknown, asStored: boolean } {
    const secret = secretInUse(nodeRed)
    if (!isSealed(stored) || own === null || (secret !== null && open(stored, secret) !== null)) {
        return { credentials: stored ?? {}, asStored: stored !== undefined }
    }
    return { credentials: secret === null ? own : seal(own, secret), asStored: false }
}

/**
 * The secret under which Node-RED expects its file: the one that it made itself, until it has moved to the operator's
 * (`@node-red/runtime/lib/nodes/credentials.js`, load).
 */
function secretInUse (nodeRed: NodeRed): string | null {
    const secret = nodeRed.setting('_credentialSecret') ?? nodeRed.setting('credentialSecret')
    return typeof secret === 'string' && secret !== '' ? secret : null
}

async function readFlowFile (nodeRed: NodeRed, { flows, rev }: LiveFlows): Promise<{ file: StoredFile, text?: FlowText }> {
    const { flows: path } = await storedFilePaths(nodeRed)
    const there = await contentOf(path)
    const differs = () => new CodedError('flow-file-differs', { file: basename(path) }, 409)
    if (there === null) {
        if (flows.length > 0) { throw differs() }
        return { file: { sha256: null, text: null } }
    }
    const sha256 = hashOf(there)
    const written = nodeRed.setting('flowFilePretty') ? await prettyHash(flows) : rev
    if (sha256 === written && !flows.some(holdsCredentials)) {
        // Should the file hold credentials that the running nodes lack, they must not come into a text that is kept in clear.
        const isBare = sha256 === rev && !there.includes('"credentials":')
        return { file: { sha256, text: null }, ...isBare && { text: { json: there, rev } } }
    }
    const text = there.toString('utf8')
    // What is no JSON is no flows at all.
    if (hashOf(JSON.stringify(parsed(text) ?? null)) !== rev) { throw differs() }
    return { file: { sha256, text } }
}

async function readCredentialFile (nodeRed: NodeRed): Promise<{ file: StoredFile, content: unknown }> {
    const there = await contentOf((await storedFilePaths(nodeRed)).credentials)
    if (there === null) {
        return { file: { sha256: null, text: null }, content: {} }
    }
    const text = there.toString('utf8')
    // What is no JSON is read by Node-RED as no credentials.
    const content = parsed(text) ?? {}
    const written = JSON.stringify(content, null, nodeRed.setting('flowFilePretty') ? 4 : undefined)
    return { file: { sha256: hashOf(there), text: text === written ? null : text }, content }
}

async function contentOf (path: string): Promise<Buffer | null> {
    try {
        return await readFile(path)
    } catch (error) {
        if (codeOf(error) === 'ENOENT') {
            return null
        }
        throw readFailure(path, error)
    }
}

async function finishFile (path: string, { sha256, text }: StoredFile): Promise<void> {
    const there = await contentOf(path)
    if (sha256 === null) {
        await removeFile(path)
    } else if (there !== null && text !== null && hashOf(there) !== sha256) {
        const { mode } = await stat(path)
        await writeWhole(path, text)
        await chmod(path, mode)
    }
}

/** sha256 of `JSON.stringify(flows, null, 4)`, without ever holding up flows for the whole of it. */
async function prettyHash (flows: FlowNode[]): Promise<string> {
    if (flows.length === 0) { return hashOf('[]') ?? '' }
    const hash = createHash('sha256').update('[')
    for (let start = 0; start < flows.length; start += nodesPerSlice) {
        // The text of a list without its brackets is the text of its entries within a longer list.
        hash.update((start === 0 ? '' : ',') + JSON.stringify(flows.slice(start, start + nodesPerSlice), null, 4).slice(1, -2))
        await nextTick()
    }
    return hash.update('\n]').digest('hex')
}

function holdsCredentials (node: FlowNode): boolean {
    return typeof node === 'object' && node !== null && 'credentials' in node
}

function parsed (text: string): unknown {
    try {
        return JSON.parse(text.replace(/^\uFEFF/, ''))
    } catch {
        return undefined
    }
}

function hashOf (content: string | Buffer | null): string | null {
    return content === null ? null : createHash('sha256').update(content).digest('hex')
}
