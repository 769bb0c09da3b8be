import { createHash } from 'node:crypto'
import type { PullCounts } from '../shared/pull'
import { fingerprint } from '../snapshot/canonical'
import type { FlowNode, OpenCredentials } from '../snapshot/model'
import { ModulesInUse } from '../snapshot/modules'
import { isObject } from '../snapshot/parse'
import { idOf } from './capture'
import { JsonPieces } from './json-pieces'

/** The nodes of a snapshot in pieces of JSON (see json-pieces), and what is known of them. Holds secrets in clear. */
export interface NodesInPieces {
    /** The array of flows, without credentials inside of nodes. */
    flowsJson: Buffer[]
    /** Node-RED's revision of these flows: sha256 over that JSON. */
    revision: string
    /** Map node id → credentials, of nodes that are in the flows and have some. */
    credentialsJson: Buffer[]
    /** Map node id → fingerprint. */
    fingerprintsJson: Buffer[]
    counts: PullCounts
    /** Nodes that share an id with one before them, or have none: Node-RED runs one of each. */
    oddIds: number
    /** Nodes that came with credentials inside of them, which are left out: Node-RED itself never writes such flows. */
    inline: number
    /** Node types, and names of packages that function nodes import. */
    types: string[]
    libraries: string[]
}

const structure: ReadonlySet<unknown> = new Set(['tab', 'subflow', 'group'])

/** Takes in the nodes of a snapshot one by one, so that the caller may walk in slices. */
export class OpenedNodes {
    private readonly hash = createHash('sha256')
    private readonly nodes = new JsonPieces('[]', this.hash)
    private readonly credentials = new JsonPieces('{}')
    private readonly fingerprints = new JsonPieces('{}')
    private readonly inUse = new ModulesInUse()
    private readonly seen = new Set<string>()
    private readonly counts = { flows: 0, subflows: 0, nodes: 0, nodesWithCredentials: 0 }
    private total = 0
    private inline = 0

    /** @param key of the fingerprints, see `fingerprint` */
    constructor (private readonly key: Uint8Array) {}

    /** @param credentialsOf of a node by its id; asked once for each id */
    add (node: FlowNode, credentialsOf: (id: string) => OpenCredentials[string] | undefined): void {
        const { counts } = this
        this.nodes.add(withoutInline(node))
        this.inUse.add(node)
        this.total++
        this.inline += hasInline(node) ? 1 : 0
        counts.flows += node?.type === 'tab' ? 1 : 0
        counts.subflows += node?.type === 'subflow' ? 1 : 0
        counts.nodes += structure.has(node?.type) ? 0 : 1
        const id = idOf(node)
        if (id === undefined || this.seen.has(id)) {
            return
        }
        this.seen.add(id)
        const own = credentialsOf(id)
        const hasSome = own !== undefined && Object.keys(own).length > 0
        if (hasSome) {
            this.credentials.addMember(id, own)
            counts.nodesWithCredentials++
        }
        this.fingerprints.addMember(id, fingerprint(this.key, node, hasSome ? own : undefined))
    }

    /** Nothing can be added any more. */
    end (): NodesInPieces {
        return {
            flowsJson: this.nodes.end(),
            revision: this.hash.digest('hex'),
            credentialsJson: this.credentials.end(),
            fingerprintsJson: this.fingerprints.end(),
            counts: this.counts,
            oddIds: this.total - this.seen.size,
            inline: this.inline,
            types: [...this.inUse.types],
            libraries: this.inUse.libs.map(library => library.name)
        }
    }
}

function hasInline (node: FlowNode): boolean {
    return isObject(node) && isObject(node.credentials) && Object.keys(node.credentials).length > 0
}

function withoutInline (node: FlowNode): FlowNode {
    if (!isObject(node) || !('credentials' in node)) {
        return node
    }
    const { credentials: _inline, ...bare } = node
    return bare
}
