/**
 * Requests and answers of the routes about the devices of the target: those of its instance, and those of its application. As in
 * shared/actions.ts a plan says what would be done, and `seen` stands for what it said.
 */
import type { ErrorAnswer } from './errors'
import type { Named, PushNote, SnapshotSummary } from './requests'

/** Whose a device is. Only one of an application has snapshots and a target of its own; one of an instance runs the instance's. */
export type DeviceOwner = 'instance' | 'application'

/** A device as FlowFuse tells it. What an agent really does is known to the platform only from what the agent sends. */
export interface DeviceState extends Named {
    owner: DeviceOwner
    /** What its users call this kind of device; '' for none. */
    type: string
    /** `running`, `offline` … as its agent said last. */
    state: string
    isDeveloper: boolean
    /** When its agent was heard last, by the platform's clock, ISO 8601; null for never. */
    lastSeenAt: string | null
    /** How long before the answer that was, in milliseconds. */
    seenAgo: number | null
    /** The snapshot that it shall run, and the one that it runs; null for none. */
    target: Named | null
    active: Named | null
    /** False where the sign-in is not told which snapshots it runs. */
    snapshotsTold: boolean
}

/** GET instances/:instance/devices: of the target, by name. */
export interface TargetDevices {
    devices: DeviceState[]
    /** False where there are more than are listed, or some can't be seen. */
    complete: boolean
    /** In which parts they are looked at again. */
    parts: DevicePart[]
}

/** Devices that the platform lists together. team: those of the application, as the list of its team's applications has them. */
export const deviceParts = ['instance', 'application', 'team'] as const
export type DevicePart = (typeof deviceParts)[number]

/** GET instances/:instance/devices/page?part=&cursor=: some of them, by one request to the platform. `next`: cursor of the rest; null without any. */
export interface DevicesPage { devices: DeviceState[], next: string | null }

/** GET instances/:instance/automatic: whether the platform makes snapshots by itself after deploys there; null where it does not tell. */
export interface PlatformSnapshots { instance: boolean | null, devices: boolean | null }

/** POST instances/:instance/devices/:device/snapshots: a snapshot of what runs on the device. */
export interface DeviceCaptureRequest { name: string, description: string }

export interface DeviceCaptureAnswer {
    snapshot: SnapshotSummary
    /** Where it is now: a device of an instance has its snapshots there. */
    owner: Named & { kind: DeviceOwner }
    doubt: CaptureDoubt | null
    /** Why it can't be deleted again; null when nothing is known against it. */
    deleteRefused: ErrorAnswer | null
    /** A snapshot of the instance that was made to compare with, and could not be deleted again; '' for an id where it may be there. */
    left: Named | null
}

/**
 * Why it is not certain that it holds what runs on the device, because FlowFuse says that it made one also where the device gave nothing.
 * empty: there is nothing in it. instance: it holds what the instance itself runs. unread: it could not be looked into. uncompared: it could
 * not be compared with what the instance runs.
 */
export const captureDoubts = ['empty', 'instance', 'unread', 'uncompared'] as const
export type CaptureDoubt = (typeof captureDoubts)[number]

/** How long ago a device may have been heard to be asked for what it runs, in milliseconds. */
export const seenWithinMs = 60_000

/** Why a device can't be asked for what it runs; null when nothing is known against it. @param later how long ago it was told, in milliseconds */
export function askRefusal ({ name, isDeveloper, seenAgo }: DeviceState, later = 0): ErrorAnswer | null {
    if (!isDeveloper) {
        return { code: 'device-not-developer', params: { device: name } }
    }
    if (seenAgo === null) {
        return { code: 'device-never-seen', params: { device: name } }
    }
    return seenAgo + later > seenWithinMs ? { code: 'device-not-seen', params: { device: name } } : null
}

/** GET instances/:instance/devices/:device/targets?cursor&limit: every snapshot of its application, newest first. */
export interface DeviceTargets { snapshots: DeviceTargetChoice[], next: string | null }
export interface DeviceTargetChoice extends SnapshotSummary { owner: Named & { kind: 'instance' | 'device' } }

/** GET instances/:instance/devices/:device/target?snapshot=&kind=&owner=, the last two saying where the snapshot is */
export interface OneDeviceTargetPlan {
    snapshot: Named
    device: DeviceState
    isTarget: boolean
    nodeRedNow: string | null
    /** null where the snapshot names none: FlowFuse then gives it the one that it has by default. */
    nodeRedThen: string | null
    needsConsent: boolean
    /** What developer mode does to it: the device ignores the target until it leaves that mode, or it is overridden; null outside of it. */
    developer: 'ignored' | 'overridden' | null
    seen: string
}

/** PUT instances/:instance/devices/:device/target */
export interface OneDeviceTargetRequest { snapshot: string, from: { kind: 'instance' | 'device', id: string }, seen: string, majorStep: boolean }

/** GET instances/:instance/devices/:device/automatic, and the answer of PUT */
export interface DeviceAutomatic {
    device: DeviceState
    /** The switch of the device; null where it is not told. */
    on: boolean | null
    /** False where the platform makes none of this device, as far as that is known, whatever the switch says. */
    heeded: boolean
    /** Why the platform makes none of this device whatever the switch says, or the switch can't be moved; null when nothing is known against it. */
    refused: ErrorAnswer | null
}

/** PUT instances/:instance/devices/:device/automatic */
export interface DeviceAutomaticRequest { on: boolean }

/** GET instances/:instance/devices/:device/push: what a push of what runs here to a device of the application would carry. */
export interface DevicePushPreview {
    device: DeviceState
    counts: { flows: number, subflows: number, nodes: number, nodesWithCredentials: number }
    /** All that the device would install. */
    modules: Array<{ name: string, version: string }>
    modulesLeftOut: Array<{ name: string, spec: string }>
    nodeRedHere: string
    /** Which one its present target gives it; null where that can't be told. */
    nodeRedNow: string | null
    /** Variables that may travel, by name; those kept by the plugin with whether they are hidden. */
    variables: { offered: string[], kept: Array<{ name: string, hidden: boolean }>, keepsHidden: boolean }
    developer: OneDeviceTargetPlan['developer']
    tooLarge: ErrorAnswer | null
    notes: PushNote[]
}

/** POST instances/:instance/devices/:device/push */
export interface DevicePushRequest {
    name: string
    description: string
    /** Names of the variables that travel. The device's own, which are set on FlowFuse, win over them. */
    variables: string[]
    /** The version in what is pushed, or the one that the device has. */
    nodeRed: string
    /** Make it what the device runs. `majorStep`: consent to another major version of Node-RED, or where its present one is not known. */
    target: { majorStep: boolean } | null
}

export const devicePushStepIds = ['capture', 'check', 'create', 'device-target'] as const
export type DevicePushStepId = (typeof devicePushStepIds)[number]

export interface DevicePushResult { device: Named, snapshot: Named | null, targeted: boolean }
