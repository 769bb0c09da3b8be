/**
 * Pull: a snapshot of FlowFuse brought into this Node-RED, as both sides of the admin routes see it. None of these carries a credential or
 * the value of a variable. Times are ISO 8601 strings.
 */
import type { ErrorAnswer } from './errors'
import type { LocalModule } from './local'
import type { Named, SettingRow } from './requests'

/** Where a snapshot is kept on FlowFuse. */
export const pullOwnerKinds = ['instance', 'device'] as const
export type PullOwnerKind = (typeof pullOwnerKinds)[number]

/** POST pull: fetches a snapshot and keeps it, opened, for this user; the answer is a PreparedPull. A new one ends the one under way. */
export interface PullRequest {
    owner: { kind: PullOwnerKind, id: string }
    snapshot: string
}

/**
 * Answer of POST pull, and of GET pull/:id, which compares once more with what runs now. It lacks the flows: those of the snapshot are
 * GET pull/:id/flows (a JSON array of nodes without `credentials`), those here GET pull/:id/here (`{"rev": …, "flows": […]}`, for whoever
 * may read flows: Node-RED's own GET flows says the same, and holds up running flows meanwhile). DELETE pull/:id lets go of it; it is
 * forgotten by itself after `limits.preparedPullMs`, when the user has two newer ones, and on disconnect.
 */
export interface PreparedPull {
    id: string
    /** When it is forgotten. */
    until: string
    snapshot: PulledSnapshot
    /** Node-RED's revision that this was compared with: a replace under another one is refused. */
    rev: string
    /** Of the flows in the snapshot. */
    counts: PullCounts
    /** Of what runs here. */
    countsHere: PullCounts
    /** What was last pushed or pulled between here and the snapshot's owner; null when nobody knows. */
    base: PullBase | null
    /** Node id → what becomes of its credentials when it is taken from the snapshot; nodes without any, or with the same, are left out. */
    credentials: Record<string, CredentialChange>
    variables: PullVariables
    modules: PullModule[]
    /** Why modules can't be installed here, and why nothing can be replaced here; null when nothing is known against it. */
    installRefused: ErrorAnswer | null
    replaceRefused: ErrorAnswer | null
    /** false: those of the snapshot could not be read, as in a file whose secret was not given. Whatever part is asked for, those here stay. */
    credentialsKnown: boolean
    /** It has flows alone: whatever parts are asked for, credentials of nodes that are on both sides and variables stay as they are here. */
    flowsOnly: boolean
    /** Runtime settings in the snapshot that differ from those here: shown, never applied. */
    settings: SettingRow[]
    notes: PullNote[]
}

export interface PulledSnapshot extends Named {
    description: string
    /** '' where the platform does not tell. */
    createdAt: string
    /** `null`: made by the platform itself, or not told. */
    user: { username: string } | null
    /** Where it came from: of a view that is not of FlowFuse, the file's or snapshot's name, and '' for an id. */
    owner: Named & { kind: PullOwnerKind | 'file' | 'local' | 'running' }
}

export interface PullCounts { flows: number, subflows: number, nodes: number, nodesWithCredentials: number }

/** `states` has the ids that are not the same as in the base on both sides; where it lacks an id, nothing happened to that node. */
export interface PullBase { name: string, at: string, states: Record<string, BaseState> }

/** What happened to a node since the base, on either side. `gone`: it was in the base; `none`: it was in neither. */
export interface BaseState { here: SinceBase, there: SinceBase }
export type SinceBase = 'same' | 'changed' | 'added' | 'gone' | 'none'

/**
 * added: the node has some in the snapshot, none here. changed: other ones. missing: some here, none in the snapshot, so that those here
 * are kept, while the node is of the same type, unless the user wants it otherwise.
 */
export type CredentialChange = 'added' | 'changed' | 'missing'

/** Names only. */
export interface PullVariables {
    added: string[]
    changed: string[]
    /** Kept here, and not in the snapshot. */
    removed: string[]
    same: string[]
    /** Those of added, changed and same that are hidden in the snapshot. */
    hidden: string[]
    /** Hidden ones whose value could not be opened: they keep the value that they have here. */
    locked: string[]
    /** Defined by the host itself, which wins. */
    overridden: string[]
    /** Never set, whatever a snapshot says. */
    withheld: string[]
    /** Left out because their value is no text, or their name is none. */
    unfit: string[]
}

/** A module of the snapshot. `version` is a version or, in what the platform captured, a range. */
export interface PullModule extends LocalModule {
    /**
     * missing: not here. other: here, and not as asked for. same: here as asked for. platform: FlowFuse's own, of no use here.
     * here-only: in use here and not in the snapshot; it stays.
     */
    state: 'missing' | 'other' | 'same' | 'platform' | 'here-only'
}

/** The sentence is `pullNotes.<code>` in the catalog. */
export interface PullNote { code: PullNoteCode, params: Record<string, string | number> }
export const pullNoteCodes = [
    'same-flows', 'without-credentials', 'missing-types', 'modules-unknown', 'odd-ids', 'hidden-shown', 'safe-mode-ends', 'repairs-credentials',
    'unencrypted-credentials', 'flows-only'
] as const
export type PullNoteCode = (typeof pullNoteCodes)[number]

/**
 * POST pull/:id/replace, and POST pull/:id/replace-with-modules, which needs the permission to install. The answer is a RestoreJob of kind
 * `restore`, undone as any restore.
 */
export interface PullReplaceRequest {
    rev: string
    parts: PullParts
    /**
     * What stays as it is here, and what comes from the snapshot: ids of tabs, subflows and global config nodes, with the meaning that
     * `Choices` in snapshot/change.ts gives them. Two empty lists and `theirs`: all of it comes from the snapshot. What flows of both
     * sides use, and what would undo work done here since the base, has to be in one of the lists: else `pull-undecided`, `pull-overrules`.
     */
    mine: string[]
    theirs: string[]
    otherwise: 'mine' | 'theirs'
    /** Names of modules of the prepared pull to install first. */
    modules?: string[]
}

export interface PullParts {
    flows: boolean
    /**
     * theirs: those of the snapshot, and the ones here for nodes that have none there. exactly: none but those of the snapshot, where they
     * are known.
     * mine: none of the snapshot; nodes that are on both sides keep theirs.
     */
    credentials: 'theirs' | 'exactly' | 'mine'
    /** all: exactly those of the snapshot. keys: its names that are not here, with an empty value. none: those here stay. */
    variables: 'all' | 'keys' | 'none'
}

/** GET instances/:instance/snapshots and GET devices/:device/snapshots list what can be pulled, as SnapshotList. */
