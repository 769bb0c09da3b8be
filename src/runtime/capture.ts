import { setImmediate as nextTick } from 'node:timers/promises'
import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import { fingerprint, RevisionHash } from '../snapshot/canonical'
import type { NodeState } from '../snapshot/changes-since'
import { References } from '../snapshot/environment'
import type { FlowNode } from '../snapshot/model'
import { ModulesInUse } from '../snapshot/modules'
import type { LiveFlows, NodeRed } from './node-red'

/** The running flows and credentials, serialised once and never parsed again. Holds secrets in clear: never kept, logged or shown. */
export interface Capture {
    /** Node-RED's own revision: sha256 over the JSON of the flow set. */
    revision: string
    /** JSON of the flow array, in pieces, without inline credentials. */
    flowsJson: Buffer[]
    /** JSON of the map node id → credentials, in pieces. */
    credentialsJson: Buffer[]
    /** Length of both. */
    bytes: number
    counts: { flows: number, subflows: number, nodes: number, nodesWithCredentials: number }
    oddities: { withoutId: number, duplicateIds: number, disabledFlows: number }
    /** Names of environment variables that the flows refer to and nothing nearer defines. */
    references: string[]
    modulesInUse: ModulesInUse
    /** For telling what changes between pushes; empty without a key. */
    nodes: NodeState[]
    /** Node-RED could not decrypt its credentials, so there are none in it. */
    withoutCredentials?: true
}

/** What flows and credentials are read from: the local Node-RED, or a snapshot that is opened. */
export type CaptureSource = Pick<NodeRed, 'lacksCredentials' | 'liveFlows' | 'credentials'>

/** Work on the event loop at most this long before flows get their turn again. */
const sliceMs = 4
const pieceBytes = 64 * 1024
const attempts = 3

/**
 * Captures exactly what runs. Walks in slices, so that running flows are not held up; when a deploy comes in between it starts again.
 * @throws CodedError `credentials-not-decrypted`, `flows-not-loaded`, `too-many-nodes`, `capture-moved`; `capture-unproven` when the
 * hash of what was read is not the revision that Node-RED reports
 * @param key of the nodes' fingerprints, where they are wanted
 * @param options.evenWithoutCredentials captures also where Node-RED could not decrypt them; `withoutCredentials` then says so
 * @param options.withoutReferences leaves them empty: finding them is a third of the work
 */
export async function capture (
    nodeRed: CaptureSource, key: Uint8Array | null = null, options: { evenWithoutCredentials?: boolean, withoutReferences?: boolean } = {}
): Promise<Capture> {
    const withoutCredentials = await nodeRed.lacksCredentials()
    if (withoutCredentials && !options.evenWithoutCredentials) {
        throw new CodedError('credentials-not-decrypted', {}, 409)
    }
    for (let attempt = 0; attempt < attempts; attempt++) {
        const live = await nodeRed.liveFlows()
        if (live === null) {
            throw new CodedError('flows-not-loaded', {}, 409)
        }
        if (live.flows.length > limits.flowNodes) {
            throw new CodedError('too-many-nodes', { count: live.flows.length, max: limits.flowNodes })
        }
        const { result, hash } = await walk(nodeRed, live, key, options.withoutReferences ? null : new References())
        const now = await nodeRed.liveFlows()
        if (now?.rev === live.rev) {
            if (hash !== live.rev) {
                throw new CodedError('capture-unproven', {}, 409)
            }
            return withoutCredentials ? { ...result, withoutCredentials } : result
        }
    }
    throw new CodedError('capture-moved', {}, 409)
}

async function walk (
    nodeRed: CaptureSource, live: LiveFlows, key: Uint8Array | null, references: References | null
): Promise<{ result: Capture, hash: string }> {
    const slice = new Slice()
    const hash = new RevisionHash()
    const flows = new JsonPieces('[', ']')
    const credentials = new JsonPieces('{', '}')
    const inventory = new Inventory()
    const nodes: NodeState[] = []
    for (const node of live.flows) {
        const json = JSON.stringify(node) ?? 'null'
        hash.add(json)
        flows.add(withoutInlineCredentials(node, json))
        const id = idOf(node)
        const open = id === undefined ? undefined : nodeRed.credentials(id)
        references?.add(node, open)
        if (key !== null && id !== undefined) {
            nodes.push({ id, hash: fingerprint(key, node, open), name: nameOf(node), flow: typeof node.z === 'string' ? node.z : '' })
        }
        const hasCredentials = open !== undefined && Object.keys(open).length > 0
        if (inventory.add(node, id, hasCredentials) && hasCredentials) {
            credentials.add(`${JSON.stringify(id)}:${JSON.stringify(open)}`)
        }
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    const { counts, oddities, modulesInUse } = inventory
    const flowsJson = flows.end()
    const credentialsJson = credentials.end()
    return {
        hash: hash.digest(),
        result: {
            revision: live.rev,
            flowsJson,
            credentialsJson,
            bytes: [...flowsJson, ...credentialsJson].reduce((sum, piece) => sum + piece.length, 0),
            counts,
            oddities,
            references: references?.names() ?? [],
            modulesInUse,
            nodes
        }
    }
}

/** Somebody may have posted credentials inside a node; what counts is what the runtime holds for its id. */
function withoutInlineCredentials (node: FlowNode, json: string): string {
    if (node === null || typeof node !== 'object' || !('credentials' in node)) {
        return json
    }
    const { credentials: _left, ...rest } = node
    return JSON.stringify(rest)
}

/** Ids are property keys in Node-RED, so that the number 5 is the text "5". */
function idOf (node: FlowNode): string | undefined {
    const id = node?.id
    return (typeof id === 'string' && id !== '') || typeof id === 'number' ? String(id) : undefined
}

function nameOf ({ name, label, type }: FlowNode): string {
    return [name, label, type].find(text => typeof text === 'string' && text !== '') as string | undefined ?? ''
}

class Inventory {
    readonly counts = { flows: 0, subflows: 0, nodes: 0, nodesWithCredentials: 0 }
    readonly oddities = { withoutId: 0, duplicateIds: 0, disabledFlows: 0 }
    readonly modulesInUse = new ModulesInUse()
    private readonly ids = new Set<string>()

    /** @returns false for an id that was there before */
    add (node: FlowNode, id: string | undefined, hasCredentials: boolean): boolean {
        const { type, disabled } = node ?? {}
        const isNew = id === undefined || !this.ids.has(id)
        this.ids.add(id ?? '')
        this.modulesInUse.add(node)
        this.counts.flows += type === 'tab' ? 1 : 0
        this.counts.subflows += type === 'subflow' ? 1 : 0
        this.counts.nodes += ['tab', 'subflow', 'group'].includes(String(type)) ? 0 : 1
        this.counts.nodesWithCredentials += isNew && hasCredentials ? 1 : 0
        this.oddities.withoutId += typeof node?.id === 'string' && id !== undefined ? 0 : 1
        this.oddities.duplicateIds += isNew ? 0 : 1
        this.oddities.disabledFlows += type === 'tab' && disabled === true ? 1 : 0
        return isNew
    }
}

/** A JSON array or object written entry by entry into buffers of about 64 kB: one copy of the text, few chunks on the wire. */
class JsonPieces {
    private readonly pieces: Buffer[] = []
    private text: string
    private isFirst = true

    constructor (opening: string, private readonly closing: string) {
        this.text = opening
    }

    add (json: string): void {
        this.text += this.isFirst ? json : `,${json}`
        this.isFirst = false
        if (this.text.length >= pieceBytes) {
            this.flush()
        }
    }

    end (): Buffer[] {
        this.text += this.closing
        this.flush()
        return this.pieces
    }

    private flush (): void {
        this.pieces.push(Buffer.from(this.text))
        this.text = ''
    }
}

/** Lets everything else run once the present slice has lasted long enough. */
export class Slice {
    private startedAt = performance.now()

    isOver (): boolean {
        return performance.now() - this.startedAt > sliceMs
    }

    async rest (): Promise<void> {
        await nextTick()
        this.startedAt = performance.now()
    }
}
