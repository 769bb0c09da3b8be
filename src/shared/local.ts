/**
 * Local snapshots, variables kept by the plugin, restore and undo, as both sides of the admin routes see them. None of these carries a
 * credential; values of variables travel only in `VariableChange`, `EnvironmentText` and in the answer to a POST. Times are ISO 8601 strings.
 */
import type { ErrorAnswer } from './errors'
import type { Named } from './requests'

/** `automatic`: made after a deploy. `safety`: made before something was replaced. `named`: made by a user. */
export const localKinds = ['named', 'automatic', 'safety'] as const
export type LocalKind = (typeof localKinds)[number]

/** GET local */
export interface LocalList {
    /** Newest first. */
    snapshots: LocalSummary[]
    /** Names of files that could not be read; they lie set aside in the store. */
    setAside: string[]
    /** Whether a snapshot is made after each deploy, and how many of those are kept. */
    automatic: { on: boolean, keep: number, failure: ErrorAnswer | null }
    /** What can be taken back now; null when nothing can. */
    undo: Undo | null
    /** What was found and done at the start of Node-RED, until a user has read it. */
    notice: RepairNotice | null
    /** How many snapshots, sign-ins and variables have secrets under a former credential secret of Node-RED. */
    sealedOtherwise: number
    /** Why nothing can be restored in this Node-RED; null when nothing is known against it. */
    restoreRefused: ErrorAnswer | null
}

export interface LocalSummary extends Named {
    description: string
    createdAt: string
    kind: LocalKind
    pinned: boolean
    counts: { flows: number, nodes: number, nodesWithCredentials: number, variables: number, modules: number }
    bytes: number
    /** `missing`: they could not be opened when it was made. `locked`: sealed under a former secret. */
    credentials: 'included' | 'missing' | 'locked'
    /** True when the flows running here are the ones in it. */
    sameFlows: boolean
    /** Made by a newer version of this plugin: it can be kept, and not opened. */
    newer: boolean
}

/** The last restore or pull, while the flows are still the ones that it brought. */
export interface Undo { id: string, name: string, at: string, pulled: boolean }

/** What happened to a restore, pull or undo that Node-RED's end interrupted. */
export interface RepairNotice {
    outcome: 'rolled-back' | 'nothing-changed' | 'failed' | 'other-process'
    /** What was interrupted; null when that is not known. */
    kind: 'restore' | 'pull' | 'undo' | null
    /** Name of the snapshot that was to run. */
    name: string
    at: string
    /** Modules that the interrupted work had installed and that are still there. */
    modulesLeft: string[]
    because: ErrorAnswer | null
}

/** POST local: a snapshot of what runs now. */
export interface LocalRequest { name: string, description: string }

/** PUT local/:id */
export interface LocalChange { name?: string, description?: string, pinned?: boolean }

/** GET local/:id/plan: what restoring the snapshot here would do; names and counts only. */
export interface LocalPlan {
    snapshot: LocalSummary
    /** Node-RED's revision that the plan was made for: a restore under another one is refused. */
    rev: string
    /** Tells nothing of the credentials that it was made for, but whether others were deployed since: a restore under another one is refused. */
    credentialMark: string
    /** `here` and `there` count flows, the others everything that is in them or beside them. */
    flows: { here: number, there: number, added: number, removed: number, changed: number }
    credentials: { added: number, removed: number, changed: number }
    variables: { added: string[], removed: string[], changed: string[], overridden: string[], withheld: string[] }
    modules: LocalModule[]
    /** Why modules can't be installed here; null when nothing is known against it. */
    installRefused: ErrorAnswer | null
    restoreRefused: ErrorAnswer | null
    notes: LocalNote[]
}

/** A module of the snapshot that is not here as it was: missing, or here in another version. */
export interface LocalModule {
    name: string
    version: string
    /** The version that is here; null when it is missing. */
    here: string | null
    /** Why it can't be installed (name, version, lists); null when nothing is known against it. */
    refused: ErrorAnswer | null
}

/** The sentence is `localNotes.<code>` in the catalog. */
export interface LocalNote { code: LocalNoteCode, params: Record<string, string | number> }
export const localNoteCodes = ['safe-mode-ends', 'without-credentials', 'locked-credentials', 'repairs-credentials', 'missing-types', 'unencrypted-credentials'] as const
export type LocalNoteCode = (typeof localNoteCodes)[number]

/** POST local/:id/restore, and POST local/:id/restore-with-modules, which needs the permission to install. */
export interface LocalRestoreRequest {
    /** Both of the plan. */
    rev: string
    credentialMark: string
    /** Names of modules of the plan to install first; another version takes effect after a restart. */
    modules?: string[]
    /** Restore although the credentials of the snapshot can't be opened; nodes that are here keep theirs. */
    withoutCredentials?: boolean
}

/** POST undo */
export interface UndoRequest { id: string, rev: string }

export const restoreStepIds = ['plan', 'safety', 'install', 'variables', 'flows', 'read-back', 'take-back'] as const
export type RestoreStepId = (typeof restoreStepIds)[number]

/** What is certain of a restore or undo, also when it failed half-way. */
export interface RestoreResult {
    snapshot: Named
    /** The safety snapshot made before. */
    safety: Named | null
    /** Node-RED's revision afterwards; null while not known. */
    rev: string | null
    installed: string[]
    /** Modules whose other version takes effect after a restart of Node-RED. */
    afterRestart: string[]
    /** True when a failed restore was taken back and everything is as before. */
    takenBack: boolean
    /** True when others deployed before a failed restore could be taken back: what they deployed stays, variables and modules are as before. */
    overtaken: boolean
    /** Modules that were installed, or are there in another version now, and could not be taken back. */
    modulesLeft: string[]
}

/** POST local/former-secret: Node-RED's credential secret as it was. Answers with how much was opened by it. */
export interface FormerSecretRequest { secret: string }
export interface FormerSecretAnswer { opened: number, stillLocked: number }

/** GET variables */
export interface VariableList {
    variables: VariableSummary[]
    /** Why variables that were kept can't be read any more, until they are set again. */
    problem: ErrorAnswer | null
}

export interface VariableSummary {
    name: string
    hidden: boolean
    /** Labels of the flows that refer to it. */
    usedIn: string[]
    /** Labels of the flows, groups, subflows or global configurations that define the same name nearer. */
    shadowedBy: string[]
    /** The host itself defines it, and wins. */
    overridden: boolean
    /** Set but sealed under a former credential secret. */
    locked: boolean
}

/** PUT variables: all of them. A variable without `value` keeps the one it has. */
export interface VariablesRequest { variables: VariableChange[] }
export interface VariableChange { name: string, hidden: boolean, value?: string }

/** POST variables/import; the answer is a VariableImport. POST variables/export answers with one. */
export interface EnvironmentText { text: string }

/** What is there after an import: variables of the text were added or changed, all others stay. */
export interface VariableImport extends VariableList {
    /** Names in the text that belong to this computer, to Node-RED or to FlowFuse and are never set. */
    leftOut: string[]
}
