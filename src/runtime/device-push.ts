import { randomBytes } from 'node:crypto'
import { isAtLeast, keepsHiddenSince } from '../flowfuse/platform'
import { importSnapshot, newestSnapshots, type SnapshotMeta } from '../flowfuse/snapshots'
import type { Action } from '../shared/abilities'
import type { DevicePushPreview, DevicePushRequest, DevicePushStepId } from '../shared/devices'
import { CodedError } from '../shared/errors'
import { isMajorStep } from '../shared/major-step'
import type { Named } from '../shared/requests'
import { because } from './because'
import type { Capture } from './capture'
import { deviceAt, requireOwnTarget, type DevicePlace } from './device-place'
import { developerMode, nodeRedOf, setTarget } from './device-target-one'
import { referredVariables, sentVariables, tickedVariables } from './environment'
import { importBody, mergedPalette, sealCaptured } from './import-body'
import type { Progress } from './jobs'
import { makeOnce, recentSnapshots } from './lost-answer'
import type { Sent } from './push'
import { contentNotes } from './push-preview'
import { refuseTooLarge, sizeRefusal } from './push-size'
import type { PushSource } from './push-source'
import { pushTimes } from './push-times'

export interface DevicePushParts {
    place: DevicePlace
    source: () => Promise<PushSource>
    /** Runs a call that may be refused, so that the refusal is learned. */
    watch: <T>(action: Action, run: () => Promise<T>) => Promise<T>
    /** Told once the platform has confirmed the snapshot. */
    onCreated: (snapshot: SnapshotMeta, captured: Capture, sent: Sent) => Promise<void>
    times?: typeof pushTimes
}

export function devicePushSteps ({ target }: DevicePushRequest): DevicePushStepId[] {
    return ['capture', 'check', 'create', ...(target === null ? [] : ['device-target' as const])]
}

/** What a push to a device of the application would carry: names and counts only. @throws CodedError `device-has-instance` */
export async function devicePushPreview (place: DevicePlace, { captured, modules, host, kept }: PushSource): Promise<DevicePushPreview> {
    requireOwnTarget(place)
    const { session, platform, device } = place
    return {
        device,
        counts: captured.counts,
        modules: Object.entries(modules.modules).map(([name, version]) => ({ name, version })),
        modulesLeftOut: modules.leftOut,
        nodeRedHere: modules.modules['node-red'] ?? '',
        nodeRedNow: await nodeRedNow(place),
        variables: { offered: referredVariables(captured.references, host).offered, kept, keepsHidden: isAtLeast(platform, keepsHiddenSince) },
        developer: developerMode(device, platform),
        tooLarge: sizeRefusal(captured.bytes, session.origin, platform),
        notes: contentNotes(captured, modules)
    }
}

/**
 * Pushes what runs here to a device of the application: an import with all modules, Node-RED among them, and when asked the device's target.
 * What is certain is in `progress.result`, also when it throws half-way. Nothing that changes the platform is ever repeated.
 */
export async function pushToDevice (parts: DevicePushParts, request: DevicePushRequest, progress: Progress<'push-device'>): Promise<void> {
    const { source, times = pushTimes } = parts
    progress.begin('capture')
    const { captured, modules: { modules: installed }, host, kept } = await source()
    const ticked = tickedVariables(request.variables, [...captured.references, ...kept.map(({ name }) => name)], host)
    progress.begin('check')
    // Once more: it may belong to something else since the dialog was opened.
    const place = { ...parts.place, device: await deviceAt(parts.place, parts.place.device.id) }
    requireOwnTarget(place)
    await checkVersion(place, request, installed['node-red'])
    const { session, platform, device, userId } = place
    const owner = { kind: 'device' as const, id: device.id }
    const before = await newestSnapshots(session, owner, recentSnapshots)
    const secret = randomBytes(16).toString('hex')
    const modules = { ...installed, 'node-red': request.nodeRed }
    const hidden = kept.filter(variable => variable.hidden).map(({ name }) => name)
    const body = importBody(captured, {
        owner, name: request.name, description: request.description, modules, palette: mergedPalette({}, modules), settings: {},
        env: { ...sentVariables(ticked, { hidden }, isAtLeast(platform, keepsHiddenSince)) }, secret,
        sealedCredentials: await sealCaptured(captured, secret)
    })
    refuseTooLarge(body, session, platform)

    progress.begin('create')
    const wanted = { owner, name: request.name, userId, before }
    const made = await parts.watch('import', () => makeOnce(session, wanted, body.bytes, () => importSnapshot(session, body, 'device-gone'), times))
    const snapshot = await seen(place, made)
    progress.result.snapshot = snapshot
    await parts.onCreated(made, captured, { modules: installed, variables: ticked })
    if (request.target !== null) {
        progress.begin('device-target')
        await parts.watch('setDeviceTarget', () => setTarget(place, snapshot, times))
        progress.result.targeted = true
    }
}

/** @throws CodedError `upload-not-seen` */
async function seen ({ session, device }: DevicePlace, made: SnapshotMeta): Promise<Named> {
    const params = { name: made.name, owner: device.name }
    const listed = await newestSnapshots(session, { kind: 'device', id: device.id }, recentSnapshots).catch((error: unknown) => {
        throw because('upload-not-seen', params, error)
    })
    const found = listed.find(({ id }) => id === made.id)
    if (found === undefined) {
        throw new CodedError('upload-not-seen', params, 502)
    }
    return { id: found.id, name: found.name }
}

/** @throws CodedError `device-version-unfit`, `device-version-unagreed` */
async function checkVersion (place: DevicePlace, { nodeRed, target }: DevicePushRequest, here: string | undefined): Promise<void> {
    const now = await nodeRedNow(place)
    const params = { version: nodeRed, instance: place.device.name }
    if (nodeRed !== here && nodeRed !== now) {
        throw new CodedError('device-version-unfit', params, 409)
    }
    if (target !== null && !target.majorStep && runsSomething(place) && isMajorStep(now, nodeRed)) {
        throw new CodedError('device-version-unagreed', params, 409)
    }
}

function runsSomething ({ device: { target, active } }: DevicePlace): boolean {
    return target !== null || active !== null
}

async function nodeRedNow (place: DevicePlace): Promise<string | null> {
    const { target } = place.device
    return target === null ? null : await nodeRedOf(place, target)
}
