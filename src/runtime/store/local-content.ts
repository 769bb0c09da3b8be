import type { LocalKind } from '../../shared/local'
import type { Environment, FlowNode, Modules, OpenCredentials, RuntimeSettings } from '../../snapshot/model'

export interface LocalCounts { flows: number, nodes: number, nodesWithCredentials: number, variables: number, modules: number }

/** What a local snapshot is made of. Holds secrets in clear: never kept, logged or shown. */
export interface LocalContent {
    name: string
    description: string
    kind: LocalKind
    pinned?: boolean
    /** Node-RED's revision of these flows. */
    revision: string
    /** JSON of the flow array, cut between entries as `Capture` cuts it. */
    flowsJson: Buffer[]
    /** JSON of the map node id → credentials; null when Node-RED could not decrypt its own. */
    credentialsJson: Buffer[] | null
    /** Tells whether credentials changed, without telling what they are. */
    credentialsTag: string
    counts: LocalCounts
    /** Hidden ones as `{hidden: true, value}`. */
    env: Environment
    modules: Modules
    settings?: RuntimeSettings
    /** Of a safety snapshot: what undo puts back byte by byte. */
    stored?: StoredState
}

/** What Node-RED had on disk besides the flows. */
export interface StoredState {
    /** As Node-RED's storage gives it: `{$}`, or in clear where Node-RED does not encrypt (sealed in the file then). */
    credentials: unknown
    packageJson: string | null
    packageLock: string | null
}

/** What can be told of a local snapshot without opening it. */
export interface LocalHead {
    id: string
    name: string
    description: string
    createdAt: string
    updatedAt: string
    kind: LocalKind
    pinned: boolean
    /** A user has given it another name: it is never displaced. */
    renamed: boolean
    /** Rises from snapshot to snapshot, so that their order does not hang on the clock. */
    sequence: number
    revision: string
    credentialsTag: string
    counts: LocalCounts
    bytes: number
    /** `missing`: Node-RED itself could not decrypt them then. `locked`: sealed under a former secret. */
    credentials: 'included' | 'missing' | 'locked'
    /** Id of the data key that its secrets are sealed under. */
    key: string
    /** Its secrets (credentials, hidden variables, stored credentials) are sealed under a former secret. */
    locked: boolean
    /** Made by a newer version of this plugin: kept, never opened. */
    newer: boolean
    hasStored: boolean
}

/** Values in clear; null where a hidden one is sealed under a former secret. */
export type OpenedEnvironment = Record<string, string | { hidden: true, value: string | null }>

/** A local snapshot with its secrets in clear: never kept, logged or shown. */
export interface OpenedSnapshot {
    head: LocalHead
    flows: FlowNode[]
    /** The same as `flows`: JSON of the array, in pieces. */
    flowsJson: Buffer[]
    /** null: there are none in it, or they are sealed under a former secret (`head.credentials` says which). */
    credentials: OpenCredentials | null
    env: OpenedEnvironment
    modules: Modules
    settings: RuntimeSettings
    /** Absent in all but safety snapshots, and where the stored credentials are sealed under a former secret (`head.hasStored`). */
    stored?: StoredState
}
