import { createHash } from 'node:crypto'
import { fingerprint } from '../snapshot/canonical'
import { parseExport, type Exported } from '../snapshot/exported'
import type { FlowNode, OpenCredentials, RuntimeSettings } from '../snapshot/model'
import { ModulesInUse } from '../snapshot/modules'
import { settingAt, settingKeys, settingText, type SettingKey } from '../snapshot/settings'
import type { PullCounts } from '../shared/pull'
import { idOf } from './capture'
import { JsonPieces } from './json-pieces'

/** What opening takes. `fingerprintKey`: see `fingerprint`. */
export interface OpeningRequest { bytes: Uint8Array, secret: string, fingerprintKey: Uint8Array }

/**
 * A snapshot of FlowFuse, opened. What is large is in pieces of JSON (see json-pieces), which pass from thread to thread as they are.
 * Holds secrets in clear: kept in memory alone, never logged or shown.
 */
export interface OpenedExport {
    about: Pick<Exported, 'id' | 'name' | 'description' | 'createdAt' | 'username'>
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
    /** Node types, and names of packages that function nodes import. */
    types: string[]
    libraries: string[]
    env: Exported['env']
    unfitVariables: string[]
    modules: Exported['modules']
    /** Runtime settings that are no secrets, as text. */
    settings: Partial<Record<SettingKey, string | boolean>>
}

const structure: ReadonlySet<unknown> = new Set(['tab', 'subflow', 'group'])

/** Reads an export in one go; for large ones, `pull-worker.ts` does it on another thread. @throws CodedError as `parseExport` */
export function openExport ({ bytes, secret, fingerprintKey }: OpeningRequest): OpenedExport {
    const { flows, credentials, settings, id, name, description, createdAt, username, ...rest } =
        parseExport(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'), secret)
    return {
        about: { id, name, description, createdAt, username },
        ...walk(flows, credentials, fingerprintKey),
        env: rest.env,
        unfitVariables: rest.unfitVariables,
        modules: rest.modules,
        settings: shownSettings(settings)
    }
}

type Walked = Pick<OpenedExport, 'flowsJson' | 'revision' | 'credentialsJson' | 'fingerprintsJson' | 'counts' | 'oddIds' | 'types' | 'libraries'>

function walk (flows: FlowNode[], credentials: OpenCredentials, key: Uint8Array): Walked {
    const hash = createHash('sha256')
    const nodes = new JsonPieces('[]', hash)
    const opened = new JsonPieces('{}')
    const fingerprints = new JsonPieces('{}')
    const inUse = new ModulesInUse()
    const seen = new Set<string>()
    const counts = { flows: 0, subflows: 0, nodes: 0, nodesWithCredentials: 0 }
    for (const node of flows) {
        const { credentials: _inline, ...bare } = node
        nodes.add('credentials' in node ? bare : node)
        inUse.add(node)
        counts.flows += node.type === 'tab' ? 1 : 0
        counts.subflows += node.type === 'subflow' ? 1 : 0
        counts.nodes += structure.has(node.type) ? 0 : 1
        const id = idOf(node)
        if (id === undefined || seen.has(id)) {
            continue
        }
        seen.add(id)
        const own = Object.hasOwn(credentials, id) ? credentials[id] : undefined
        const hasSome = own !== undefined && Object.keys(own).length > 0
        if (hasSome) {
            opened.addMember(id, own)
            counts.nodesWithCredentials++
        }
        fingerprints.addMember(id, fingerprint(key, node, hasSome ? own : undefined))
    }
    return {
        flowsJson: nodes.end(),
        revision: hash.digest('hex'),
        credentialsJson: opened.end(),
        fingerprintsJson: fingerprints.end(),
        counts,
        oddIds: flows.length - seen.size,
        types: [...inUse.types],
        libraries: inUse.libs.map(library => library.name)
    }
}

function shownSettings (settings: RuntimeSettings): OpenedExport['settings'] {
    const shown = settingKeys.map(key => [key, settingText(settingAt(settings, key))] as const)
    return Object.fromEntries(shown.filter(([, value]) => value !== null && value !== ''))
}
