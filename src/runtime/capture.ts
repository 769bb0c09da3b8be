import { createHash } from 'node:crypto'
import { CodedError } from '../shared/errors'
import { limits } from '../shared/limits'
import { References } from '../snapshot/environment'
import type { FlowNode } from '../snapshot/model'
import { ModulesInUse } from '../snapshot/modules'
import { cutFlowText, type FlowText } from './flow-text'
import { JsonPieces } from './json-pieces'
import type { LiveFlows, NodeRed } from './node-red'
import { Slice } from './slice'

/** The running flows and credentials, serialised once. Holds secrets in clear: never stored, logged or shown. */
export interface Capture {
    /** Node-RED's own revision: sha256 over the JSON of the flow set. */
    revision: string
    /** JSON of the flow array, in pieces (see json-pieces), without inline credentials. */
    flowsJson: Buffer[]
    /** JSON of the map node id → credentials, in such pieces. */
    credentialsJson: Buffer[]
    /** Length of both. */
    bytes: number
    counts: { flows: number, subflows: number, nodes: number, nodesWithCredentials: number }
    oddities: { withoutId: number, duplicateIds: number, disabledFlows: number }
    /** Names of environment variables that the flows refer to and nothing nearer defines. */
    references: string[]
    modulesInUse: ModulesInUse
    /** Node-RED could not decrypt its credentials, so there are none in it. */
    withoutCredentials?: true
}

/** What flows and credentials are read from: the local Node-RED, or a snapshot that is opened. */
export type CaptureSource = Pick<NodeRed, 'lacksCredentials' | 'liveFlows' | 'credentials'>

export interface CaptureOptions {
    /** Called whenever a slice is over: that is how long a capture may take that never calls it. */
    whileWalking?: () => void
    /** Captures also where Node-RED could not decrypt its credentials; `withoutCredentials` then says so. */
    evenWithoutCredentials?: boolean
    /** Leaves the references empty: finding them is a third of the work. */
    withoutReferences?: boolean
    /** Where these are the flows that run, they need not be written as JSON once more; pieces may then be cut as `cutFlowText` says. */
    flowText?: FlowText
}

const attempts = 3
const structure: ReadonlySet<unknown> = new Set(['tab', 'subflow', 'group'])

/**
 * Captures exactly what runs. Walks in slices, so that running flows are not held up; when a deploy comes in between it starts again.
 * @throws CodedError `credentials-not-decrypted`, `flows-not-loaded`, `too-many-nodes`, `capture-moved`; `capture-unproven` when the
 * hash of what was read is not the revision that Node-RED reports
 */
export async function capture (nodeRed: CaptureSource, options: CaptureOptions = {}): Promise<Capture> {
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
        const { result, hash } = await walk(nodeRed, live, options)
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

async function walk (nodeRed: CaptureSource, live: LiveFlows, options: CaptureOptions): Promise<{ result: Capture, hash: string }> {
    const slice = new Slice()
    // Node-RED's revision is the hash of the whole array's JSON (@node-red/runtime/lib/storage/index.js, getFlows).
    const hash = createHash('sha256')
    const text = options.flowText?.rev === live.rev ? options.flowText.json : null
    const flows = new JsonPieces('[]', hash)
    const credentials = new JsonPieces('{}')
    const references = options.withoutReferences ? null : new References()
    const inventory = new Inventory()
    for (const node of live.flows) {
        const mayName = text !== null || addNode(flows, node)
        const id = idOf(node)
        const open = id === undefined ? undefined : nodeRed.credentials(id)
        const hasCredentials = open !== undefined && Object.keys(open).length > 0
        const isNew = inventory.add(node, id, hasCredentials)
        const addsCredentials = isNew && hasCredentials && id !== undefined
        const credentialsMayName = addsCredentials ? credentials.addMember(id, open) : hasCredentials
        references?.add(node, open, { node: mayName, credentials: credentialsMayName })
        if (slice.isOver()) {
            options.whileWalking?.()
            await slice.rest()
        }
    }
    const { counts, oddities, modulesInUse } = inventory
    const flowsJson = text === null ? flows.end() : await cutFlowText(text, live.flows, slice)
    const credentialsJson = credentials.end()
    return {
        hash: text === null ? hash.digest('hex') : live.rev,
        result: {
            revision: live.rev,
            flowsJson,
            credentialsJson,
            bytes: [...flowsJson, ...credentialsJson].reduce((sum, piece) => sum + piece.length, 0),
            counts,
            oddities,
            references: references?.names() ?? [],
            modulesInUse
        }
    }
}

/** Somebody may have posted credentials inside a node; what counts is what the runtime holds for its id. */
function addNode (flows: JsonPieces, node: FlowNode): boolean {
    if (node === null || typeof node !== 'object' || !('credentials' in node)) {
        return flows.add(node)
    }
    const { credentials: _left, ...rest } = node
    flows.addInPlaceOf(node, rest)
    return true
}

/** Ids are property keys in Node-RED, so that the number 5 is the text "5". */
export function idOf (node: FlowNode): string | undefined {
    const id = node?.id
    return (typeof id === 'string' && id !== '') || typeof id === 'number' ? String(id) : undefined
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
        this.counts.nodes += structure.has(type) ? 0 : 1
        this.counts.nodesWithCredentials += isNew && hasCredentials ? 1 : 0
        this.oddities.withoutId += typeof node?.id === 'string' && id !== undefined ? 0 : 1
        this.oddities.duplicateIds += isNew ? 0 : 1
        this.oddities.disabledFlows += type === 'tab' && disabled === true ? 1 : 0
        return isNew
    }
}
