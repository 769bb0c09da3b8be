/**
 * Requests and answers of the routes that act on an instance's snapshots on FlowFuse. Each plan says what an action would do, by name and
 * number; `seen` stands for what it said, and the request that does it gives that back: whatever changed meanwhile is refused.
 */
import type { ErrorAnswer } from './errors'
import type { Named, PushNote } from './requests'

/** POST instances/:instance/snapshots: a snapshot of the instance as it runs there. */
export interface CaptureRequest { name: string, description: string }

/** GET instances/:instance/snapshots/:snapshot/names: as they are now. */
export interface SnapshotNames { name: string, description: string }

/** PUT instances/:instance/snapshots/:snapshot. What is absent stays; `from`: what the user saw. */
export interface EditRequest extends Partial<SnapshotNames> { from: SnapshotNames }

/** Devices that an action reaches, by name. `complete` is false where there may be more of them. */
export interface ReachedDevices { devices: Named[], complete: boolean }

/** GET instances/:instance/snapshots/:snapshot/deletion */
export interface DeletionPlan extends ReachedDevices {
    snapshot: Named
    /** The devices of the instance shall run it; those that do, stop and wipe their project. So do others that have it as their target. */
    isDeviceTarget: boolean
    seen: string
}

/** POST instances/:instance/snapshots/:snapshot/deletion */
export interface DeletionRequest { seen: string }

/** GET instances/:instance/snapshots/:snapshot/device-target */
export interface DeviceTargetPlan extends ReachedDevices {
    snapshot: Named
    instance: Named
    /** It is that already. */
    isDeviceTarget: boolean
    /** Which Node-RED their present target gives them; null where that can't be told. */
    nodeRedNow: string | null
    /** Which one they would install; null where the snapshot names none. */
    nodeRedThen: string | null
    /** Another major version, or one where it is not known: the user must agree to it. */
    needsConsent: boolean
    seen: string
}

/** PUT instances/:instance/snapshots/:snapshot/device-target */
export interface DeviceTargetRequest { seen: string, majorStep: boolean }

/** GET instances/:instance/snapshots/:snapshot/restore */
export interface RestoreTherePlan {
    snapshot: Named
    instance: Named & { url: string, state: string }
    /** What is worth knowing before it, in words of the push dialog, and of this one. */
    notes: PushNote[]
    /** Null where the sign-in may not read what is in the snapshot. */
    contents: RestoredContents | null
    /** Why modules can't be added to the palette list; null when nothing is known against it. */
    addModulesRefused: ErrorAnswer | null
    seen: string
}

/** What a restore changes besides the flows, by name. */
export interface RestoredContents {
    /** Modules that the snapshot names and its palette list lacks: the instance would not install them. */
    modulesMissing: Array<{ name: string, version: string }>
    /** Modules of the instance's palette list that the snapshot's lacks: the instance would remove them. */
    modulesGone: string[]
    variablesGone: string[]
    variablesNew: string[]
}

/** POST instances/:instance/snapshots/:snapshot/restore */
export interface RestoreThereRequest {
    seen: string
    /** The name of the instance, as the user typed it. */
    instanceName: string
    captureBefore: boolean
    /** Names out of `modulesMissing`, which join the palette list after the restore; the instance is then restarted. */
    addModules: string[]
}

export const restoreThereStepIds = ['capture-before', 'restore', 'follow', 'add-modules', 'restart', 'follow-restart'] as const
export type RestoreThereStepId = (typeof restoreThereStepIds)[number]

export interface RestoreThereResult {
    snapshot: Named
    instance: Named & { url: string }
    /** The instance as it ran before. */
    before: Named | null
    restored: boolean
    /** State of the instance at the end: `running`, or `suspended` as it was before. */
    stateAfter: string | null
    /** Modules that were written to its palette list. */
    addedModules: string[]
}
