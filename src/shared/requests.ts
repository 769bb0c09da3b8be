/**
 * Requests and answers of the plugin's admin routes (below `<httpAdminRoot>/flowfuse-snapshots/`), as both sides see them.
 * None of them carries a token, a credential or the value of a variable, except `ConnectRequest.token` on its way in.
 * Times are ISO 8601 strings.
 */
import type { Ability, SignInKind } from './abilities'
import type { RestoreThereResult, RestoreThereStepId } from './actions'
import type { DevicePushResult, DevicePushStepId } from './devices'
import type { ErrorAnswer } from './errors'
import type { RestoreResult, RestoreStepId } from './local'

/** GET state */
export interface PanelState {
    /** Version of the plugin. */
    version: string
    /** The server that the connect form is prefilled with. */
    defaultServer: string
    /** True when Node-RED has no `adminAuth`: everyone who reaches the editor acts with this sign-in. */
    openEditor: boolean
    connection: Connection | null
    /** Why a stored connection can't be used, when there is one that can't. */
    connectionProblem: ErrorAnswer | null
    /** As remembered; its live state comes from GET target. */
    target: TargetNames | null
    /** The last push from here to the target, or pull from it. */
    link: Link | null
    /** What the operator has set as the target, null when nothing. GET target finds it on the server. */
    preset: TargetPreset | null
}

/** Names or ids, '' where not set. `lockedBy` is where it was locked: `settings.js` or a variable; '' when users may choose another. */
export interface TargetPreset { team: string, instance: string, lockedBy: string }

export interface Connection {
    /** Origin, e.g. `https://app.flowfuse.com`. */
    server: string
    user: { username: string, name: string }
    /** `null` where it was not asked yet since Node-RED's start, or does not tell (an operator may switch that off). */
    platformVersion: string | null
    signIn: SignInKind
}

/** POST sign-in. `editorUrl`: the address of the editor as the browser has it, without query; FlowFuse leads back there. */
export interface SignInRequest { server: string, editorUrl: string }

/** Answer of POST sign-in: `page` is the first page of the sign-in window, relative to the editor. */
export interface SignInStarted { id: string, page: string, server: string }

/** GET sign-in/:id/state. What is `ready` is used only after POST sign-in/:id/accept, which answers as GET state does. */
export type SignInState =
    | { phase: 'waiting' }
    | { phase: 'ready', server: string, user: { username: string, name: string } }
    | { phase: 'failed', error: ErrorAnswer }

/** BroadcastChannel on which the sign-in window tells that its state is worth asking for. */
export const signInChannel = 'flowfuse-snapshots:sign-in'

/** POST connection. `server` is forgiving: no scheme means https, a trailing slash or path is dropped. */
export interface ConnectRequest { server: string, token: string }

/** PUT target */
export interface TargetRequest { teamId: string, instanceId: string }

export interface TargetNames { team: Named, application: Named, instance: Named & { url: string } }

/** The target as it is now on the server. */
export interface Target extends TargetNames {
    team: Named & { role: number }
    /** `running`, `suspended`, `starting` … in the platform's words; '' when it does not say. */
    instance: Named & { url: string, state: string }
    /** Why a push, and a restore, would be refused, known beforehand; null when nothing is known against it. */
    pushRefused: ErrorAnswer | null
    restoreRefused: ErrorAnswer | null
}

/** GET target, and the answer of PUT target: with what the sign-in may do in the target's team, as this version of FlowFuse has it. */
export interface TargetAnswer extends Target { abilities: Ability[] }

export interface Named { id: string, name: string }

export interface Link {
    snapshotId: string
    name: string
    pushedAt: string
    /** When the snapshot was pulled; absent for one that was pushed. */
    pulledAt?: string
    /** Node-RED's revision of the flows that were pushed; links of the first version have none. */
    revision?: string
}

/** GET teams */
export interface TeamList { teams: Array<Named & { role: number }> }

/** GET teams/:team/applications */
export interface ApplicationList { applications: Array<Named & { instances: InstanceSummary[], devices: DeviceSummary[] }> }

export interface InstanceSummary extends Named { url: string, state: string }

/** A device is shown, and no target of a push yet. `application` and `instance` are ids, null where it is in none. */
export interface DeviceSummary extends Named { state: string, application: string | null, instance: string | null }

/** GET teams/:team/devices. `complete` is false where the sign-in may not see all of them. */
export interface DeviceList { devices: DeviceSummary[], complete: boolean }

/** GET instances/:instance/snapshots?cursor&limit: newest first, after the snapshot whose id is the cursor. */
export interface SnapshotList {
    snapshots: SnapshotSummary[]
    /** Cursor of the page after this one; null when there is none. */
    next: string | null
    /** The snapshot that the instance's devices shall run; null when there is none or it is not known. */
    deviceTarget: string | null
}

export interface SnapshotSummary extends Named {
    description: string
    createdAt: string
    /** `null`: made by the platform itself. */
    user: { username: string } | null
    /** True for the snapshot that the last push from here made. */
    pushedFromHere: boolean
    /** True when it is certain that the flows running here are the ones in it. */
    sameFlows: boolean
}

/** GET push/preview: what a push to the target would carry, names and counts only. */
export interface PushPreview {
    target: Target
    counts: { flows: number, subflows: number, nodes: number, nodesWithCredentials: number, modules: number }
    modules: ModuleRow[]
    /** Packages that no registry has; they are not sent. */
    modulesLeftOut: Array<{ name: string, spec: string }>
    /** Names of the host's environment that the flows refer to. */
    variables: {
        /** Set on this host and free to travel; kept ones that the flows refer to are among them. */
        offered: string[]
        /** Kept by the plugin and free to travel: *mine* sends them unless they are left out, hidden ones hidden. */
        kept: Array<{ name: string, hidden: boolean }>
        /** Referred to, but set neither here nor nearer by. */
        unset: string[]
        /** Referred to and set here, but never sent (`PATH`, `NODE_*` …). */
        withheld: string[]
        /** What the instance has now; `mine` would replace all of it. Hidden ones first. */
        onInstance: Array<{ name: string, hidden: boolean }>
        /** Why the sign-in may not add any; null when nothing is known against it. */
        addRefused: ErrorAnswer | null
        /** Why none can be written to the instance itself; an import adds them all the same. */
        writeRefused: ErrorAnswer | null
        /** Whether this platform keeps a hidden variable hidden; else it becomes a plain one. */
        keepsHidden: boolean
    }
    /** What *set as device target* would reach. Devices install the snapshot's modules, Node-RED among them. */
    devices: {
        count: number
        nodeRedNow: string | null
        nodeRedThen: string
        /** Why the target can't be set with this sign-in; null when nothing is known against it. */
        targetRefused: ErrorAnswer | null
        /** True where this sign-in can only set it in one with the snapshot, and not after that was looked at. */
        setWithPush: boolean
    }
    /** Why no module can be added to the instance's palette; null when nothing is known against it. */
    addModulesRefused: ErrorAnswer | null
    /** Runtime settings of this Node-RED that FlowFuse has too. None of them is a password or a token. */
    settings: SettingRow[]
    /** Why no runtime setting can travel; null when nothing is known against it. */
    settingsRefused: ErrorAnswer | null
    /** Why the platform would refuse it for its size; null when nothing is known against it. */
    tooLarge: ErrorAnswer | null
    /** Since the last push from here to this instance; null without one, or when nothing changed. */
    changes: ChangesSince | null
    notes: PushNote[]
}

/** Names and counts, the most telling ones only. */
export interface ChangesSince {
    /** New nodes by the label of their flow; '' for tabs, subflows and global config nodes. */
    added: Array<{ flow: string, count: number }>
    addedElsewhere: number
    /** Names of changed nodes. */
    changed: string[]
    changedMore: number
    removed: number
}

export interface ModuleRow {
    name: string
    version: string
    inPalette: boolean
}

/** A runtime setting by FlowFuse's name, its values as text or, of a switch, as they are. */
export interface SettingRow {
    key: string
    /** Its value here; null where that can't travel. */
    here: string | boolean | null
    /** Its value on the instance; null where that is not known. */
    there: string | boolean | null
    /** Why this one can't travel; null when nothing is known against it. */
    refused: ErrorAnswer | null
}

/** Things that are worth knowing before a push and keep nobody from it. The sentence is `notes.<code>` in the catalog. */
export interface PushNote { code: NoteCode, params: Record<string, string | number> }

export const noteCodes = [
    'instance-suspended', 'missing-types', 'odd-ids', 'duplicate-ids', 'disabled-flows', 'empty-flows', 'modules-not-in-palette',
    'modules-left-out', 'instance-deployed-since', 'restore-breaks-basic-auth', 'restore-shows-hidden',
    'restore-protected', 'restore-deployed-since', 'restore-contents-unknown'
] as const
export type NoteCode = (typeof noteCodes)[number]

/** POST push */
export interface PushRequest {
    /** The instance that the dialog showed: a push never goes to another one, whatever was chosen since. */
    instanceId: string
    name: string
    description: string
    variables: VariablesRule
    /** Names of modules to add to the instance's palette before the snapshot is made; with `settings` they travel in it instead. */
    addModules?: string[]
    /**
     * Keys of the runtime settings that travel. With any, the snapshot is imported instead of created: nothing is written to the instance
     * itself, and to keep its variables it is captured first.
     */
    settings?: string[]
    /**
     * Make the snapshot the target of all devices of the instance, with this version of Node-RED in it: that of what is pushed, or that of
     * their present target. `majorStep`: the user's consent to another major version, or to one where theirs is not known.
     */
    deviceTarget?: { nodeRed: string, majorStep?: boolean } | null
    /** Restore the new snapshot on the instance, and whether to capture the instance as it runs first. */
    restore: { captureBefore: boolean } | null
    /** Id of a local snapshot to push instead of what runs. */
    local?: string
}

/**
 * keep: those of the instance. add: the named ones where the instance lacks them, written to the instance itself. mine: the named ones
 * instead of all that the instance has; of `keysOnly` only the name, `hidden` ones hidden where the platform can.
 */
export type VariablesRule =
    | { rule: 'keep' }
    | { rule: 'add', names: string[] }
    | { rule: 'mine', names: string[], keysOnly?: string[], hidden?: string[] }

/** Answer of POST push, and of GET jobs/:job for its id. */
export type Job = JobOf<'push'>
/** Answer of POST local/:id/restore, local/:id/restore-with-modules and undo, and of GET jobs/:job for its id. */
export type RestoreJob = JobOf<'restore'> | JobOf<'undo'>
/** Answer of POST instances/:instance/snapshots/:snapshot/restore, and of GET jobs/:job for its id. */
export type RestoreThereJob = JobOf<'restore-there'>
/** Answer of POST instances/:instance/devices/:device/push, and of GET jobs/:job for its id. */
export type DevicePushJob = JobOf<'push-device'>
export type AnyJob = Job | RestoreJob | RestoreThereJob | DevicePushJob

export interface JobOf<Kind extends JobKind> {
    id: string
    kind: Kind
    state: 'running' | 'done' | 'failed'
    steps: Array<StepOf<JobKinds[Kind]['step']>>
    /** What is certain when the job ended, also when it failed half-way. */
    result: JobKinds[Kind]['result']
    error: ErrorAnswer | null
}

export type JobKind = keyof JobKinds
/** The steps and the result of each kind of work. */
export interface JobKinds {
    push: { step: (typeof stepIds)[number], result: PushResult }
    restore: { step: RestoreStepId, result: RestoreResult }
    undo: { step: RestoreStepId, result: RestoreResult }
    'restore-there': { step: RestoreThereStepId, result: RestoreThereResult }
    'push-device': { step: DevicePushStepId, result: DevicePushResult }
}

export const stepIds = ['capture', 'check', 'add-variables', 'add-modules', 'read-variables', 'create', 'device-target', 'capture-before', 'restore', 'follow'] as const
/** Steps that make a snapshot on FlowFuse: once the first of them has begun, a push can't be cancelled. */
export const creatingSteps: ReadonlyArray<JobStep['id']> = ['capture-before', 'create']
export interface StepOf<Id extends string> { id: Id, state: 'waiting' | 'running' | 'done' | 'failed' }
export type JobStep = StepOf<(typeof stepIds)[number]>

export interface PushResult {
    /** The snapshot that was made, once the platform has confirmed it. */
    snapshot: Named | null
    /** The snapshot of the instance as it ran before the restore, or before an import. */
    before: Named | null
    /** True once the devices of the instance shall run the snapshot. */
    targeted?: boolean
    /** Names of what was written to the instance itself before the snapshot was made. */
    added?: { variables: string[], modules: string[] }
    restored: boolean
    /** State of the instance after the restore: `running`, or `suspended` as it was before. */
    stateAfter: string | null
    instance: Named & { url: string }
}
