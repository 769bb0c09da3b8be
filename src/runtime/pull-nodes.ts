import { setImmediate as nextTick } from 'node:timers/promises'
import { CodedError } from '../shared/errors'
import type { BaseState, CredentialChange, PullCounts, SinceBase } from '../shared/pull'
import { fingerprint } from '../snapshot/canonical'
import type { Inventory } from '../snapshot/changes-since'
import type { FlowNode, OpenCredentials } from '../snapshot/model'
import { ModulesInUse } from '../snapshot/modules'
import { isObject } from '../snapshot/parse'
import { idOf } from './capture'
import { CredentialMark, textOfCredentials } from './credential-mark'
import { JsonPieces, parsePieces } from './json-pieces'
import type { LiveFlows, NodeRed } from './node-red'
import type { OpenedExport } from './pull-opening'
import { shortSliceMs, Slice } from './slice'

/** What runs here beside a snapshot, node by node. */
export interface ComparedNodes {
    /** Node-RED's revision that was compared. */
    rev: string
    countsHere: PullCounts
    /** By node id, where they differ. */
    credentials: Record<string, CredentialChange>
    /** By node id, where something happened since the base; empty without a base. */
    states: Record<string, BaseState>
    inUseHere: ModulesInUse
    /** See `CredentialMark`. */
    credentialMark: string
}

type OpenedNodes = Pick<OpenedExport, 'credentialsJson' | 'fingerprintsJson'>

const attempts = 3
const structure: ReadonlySet<unknown> = new Set(['tab', 'subflow', 'group'])

/**
 * Walks what runs in slices, so that it is not held up; when a deploy comes in between it starts again.
 * @param base fingerprints of what was last pushed or pulled, `key` the key of all fingerprints
 * @throws CodedError `flows-not-loaded`, `capture-moved`
 */
export async function compareNodes (nodeRed: NodeRed, opened: OpenedNodes, base: Inventory | null, key: Uint8Array): Promise<ComparedNodes> {
    const [there, credentialsThere] = [await fingerprintsOf(opened), await credentialsOf(opened)]
    for (let attempt = 0; attempt < attempts; attempt++) {
        const live = await requireLive(nodeRed)
        const walked = await walk(nodeRed, live, credentialsThere, there, base === null ? null : key)
        if ((await nodeRed.liveFlows())?.rev === live.rev) {
            const { here, ...rest } = walked
            return { rev: live.rev, ...rest, states: base === null ? {} : await statesOf(base, here, there) }
        }
    }
    throw new CodedError('capture-moved', {}, 409)
}

/**
 * What runs, as Node-RED answers GET flows, in pieces of JSON and without credentials inside of nodes. Node-RED makes that text in one go,
 * which would hold up large flows.
 * @throws CodedError `flows-not-loaded`, `capture-moved`
 */
export async function runningJson (nodeRed: NodeRed): Promise<Buffer[]> {
    for (let attempt = 0; attempt < attempts; attempt++) {
        const live = await requireLive(nodeRed)
        const nodes = await jsonOf(live)
        if ((await nodeRed.liveFlows())?.rev === live.rev) {
            return [Buffer.from(`{"rev":${JSON.stringify(live.rev)},"flows":`), ...nodes, Buffer.from('}')]
        }
    }
    throw new CodedError('capture-moved', {}, 409)
}

/** Flows that run, as an array in pieces of JSON, without credentials inside of nodes. */
export async function jsonOf ({ flows }: Pick<LiveFlows, 'flows'>): Promise<Buffer[]> {
    const slice = new Slice(shortSliceMs)
    const nodes = new JsonPieces('[]')
    for (const node of flows) {
        nodes.add(withoutInline(node))
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    return nodes.end()
}

/** The node as it is compared and deployed: Node-RED would take credentials inside of it for typed in just now. */
function withoutInline (node: FlowNode): FlowNode {
    if (!isObject(node) || !('credentials' in node)) {
        return node
    }
    const { credentials: _inline, ...rest } = node
    return rest
}

/** Fingerprints of the nodes of a snapshot, by id. */
export async function fingerprintsOf ({ fingerprintsJson }: Pick<OpenedExport, 'fingerprintsJson'>): Promise<Map<string, string>> {
    return await membersOf<string>(fingerprintsJson)
}

/** Credentials of the nodes of a snapshot that have some, by id. */
export async function credentialsOf ({ credentialsJson }: Pick<OpenedExport, 'credentialsJson'>): Promise<Map<string, OpenCredentials[string]>> {
    return await membersOf<OpenCredentials[string]>(credentialsJson)
}

/** The nodes of a snapshot. */
export async function flowsOf ({ flowsJson }: { flowsJson: Buffer[] }): Promise<FlowNode[]> {
    const flows: FlowNode[] = []
    for (const nodes of parsePieces(flowsJson) as Iterable<FlowNode[]>) {
        nodes.forEach(node => flows.push(node))
        await nextTick()
    }
    return flows
}

async function membersOf<T> (pieces: Buffer[]): Promise<Map<string, T>> {
    const members = new Map<string, T>()
    for (const part of parsePieces(pieces) as Iterable<Record<string, T>>) {
        Object.entries(part).forEach(([key, value]) => members.set(key, value))
        await nextTick()
    }
    return members
}

async function requireLive (nodeRed: NodeRed): Promise<LiveFlows> {
    const live = await nodeRed.liveFlows()
    if (live === null) {
        throw new CodedError('flows-not-loaded', {}, 409)
    }
    return live
}

async function walk (
    nodeRed: NodeRed, live: LiveFlows, credentialsThere: Map<string, OpenCredentials[string]>, there: Map<string, string>, key: Uint8Array | null
): Promise<Omit<ComparedNodes, 'rev' | 'states'> & { here: Map<string, string> }> {
    const slice = new Slice(shortSliceMs)
    const here = new Map<string, string>()
    const seen = new Set<string>()
    const changes: Array<[string, CredentialChange]> = []
    const countsHere = { flows: 0, subflows: 0, nodes: 0, nodesWithCredentials: 0 }
    const inUseHere = new ModulesInUse()
    const mark = new CredentialMark()
    for (const node of live.flows) {
        countsHere.flows += node?.type === 'tab' ? 1 : 0
        countsHere.subflows += node?.type === 'subflow' ? 1 : 0
        countsHere.nodes += structure.has(node?.type) ? 0 : 1
        inUseHere.add(node)
        const id = idOf(node)
        if (id !== undefined && !seen.has(id)) {
            seen.add(id)
            const own = nodeRed.credentials(id)
            const [now, then] = [textOfCredentials(own), textOfCredentials(credentialsThere.get(id))]
            if (now !== '') {
                countsHere.nodesWithCredentials++
                mark.add(id, now)
            }
            if (now !== then && there.has(id)) {
                changes.push([id, now === '' ? 'added' : then === '' ? 'missing' : 'changed'])
            }
            if (key !== null) {
                here.set(id, fingerprint(key, node, now === '' ? undefined : own))
            }
        }
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    credentialsThere.forEach((_entry, id) => { if (!seen.has(id)) changes.push([id, 'added']) })
    return { here, countsHere, inUseHere, credentialMark: mark.end(), credentials: Object.fromEntries(changes) }
}

async function statesOf (base: Inventory, here: Map<string, string>, there: Map<string, string>): Promise<Record<string, BaseState>> {
    const slice = new Slice(shortSliceMs)
    const states: Record<string, BaseState> = {}
    for (const id of idsIn(base, here, there)) {
        const before = base.get(id)
        const state = { here: since(before, here.get(id)), there: since(before, there.get(id)) }
        if (state.here !== 'same' || state.there !== 'same') {
            // An id like __proto__ stays a key.
            Object.defineProperty(states, id, { value: state, enumerable: true })
        }
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    return states
}

/** Each id once, without a list of all. */
function * idsIn (base: Inventory, here: Map<string, string>, there: Map<string, string>): Generator<string> {
    yield * base.keys()
    for (const id of here.keys()) {
        if (!base.has(id)) { yield id }
    }
    for (const id of there.keys()) {
        if (!base.has(id) && !here.has(id)) { yield id }
    }
}

function since (base: string | undefined, now: string | undefined): SinceBase {
    if (base === undefined) {
        return now === undefined ? 'none' : 'added'
    }
    return now === undefined ? 'gone' : now === base ? 'same' : 'changed'
}
