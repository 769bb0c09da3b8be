import { captureDevice } from '../flowfuse/device-states'
import { FlowFuseError } from '../flowfuse/errors'
import { deleteOwnedSnapshot, getOwnedSnapshot } from '../flowfuse/instance-snapshots'
import { createSnapshot, newestSnapshots, type SnapshotMeta, type SnapshotOwner } from '../flowfuse/snapshots'
import { askRefusal, type CaptureDoubt, type DeviceCaptureRequest } from '../shared/devices'
import { CodedError } from '../shared/errors'
import { comparisonName } from '../shared/names'
import type { Named } from '../shared/requests'
import type { DevicePlace } from './device-place'
import { makeOnce, recentSnapshots } from './lost-answer'
import { pushTimes } from './push-times'
import { known } from './targets'
import { changeOnce, unseen } from './until-seen'

/** What is in a snapshot, as far as a comparison needs it. */
export interface SeenContent { revision: string, isEmpty: boolean }

/** Reads a snapshot of an owner. */
export type ReadContent = (owner: SnapshotOwner, snapshot: string) => Promise<SeenContent>

export interface DeviceCapture {
    snapshot: SnapshotMeta
    doubt: CaptureDoubt | null
    /** What was made on the instance to compare with, and could not be deleted again. */
    left: Named | null
}

/** Where the snapshots of a device are. */
export function ownerOfSnapshots ({ device, instance }: Pick<DevicePlace, 'device' | 'instance'>): SnapshotOwner {
    return device.owner === 'instance' ? { kind: 'instance', id: instance.id } : { kind: 'device', id: device.id }
}

/**
 * Makes a snapshot of what runs on a device, sees that it is listed, and looks whether it can be from the device.
 * @throws CodedError `device-not-developer`, `device-never-seen`, `device-not-seen` before anything is asked; `device-gave-nothing`,
 * `device-snapshot-not-seen`, `push-outcome-unknown`
 */
export async function captureFromDevice (
    place: DevicePlace, request: DeviceCaptureRequest, read: ReadContent, times = pushTimes
): Promise<DeviceCapture> {
    const { session, device, userId } = place
    const refused = askRefusal(device)
    if (refused !== null) {
        throw new CodedError(refused.code, refused.params, 409)
    }
    const owner = ownerOfSnapshots(place)
    const before = await newestSnapshots(session, owner, recentSnapshots)
    const wanted = { owner, name: request.name, userId, before }
    const made = await makeOnce(session, wanted, 0, () => captureDevice(session, device, { ...request }), times)
    const params = { name: request.name, device: device.name }
    const listed = await newAmong(place, owner, made, request.name, before).catch((error: unknown) => {
        throw error instanceof CodedError ? unseen('device-snapshot-not-seen', params, { lost: null, failure: error }) : error
    })
    if (listed === null) {
        throw unseen('device-snapshot-not-seen', params, { lost: null })
    }
    return { snapshot: listed, ...await doubtOf(place, listed, before, read, times) }
}

/** A snapshot as it is listed: new, and of the name that it was given. An answer may tell of another one, which must not be taken for it. */
async function newAmong (
    { session }: DevicePlace, owner: SnapshotOwner, made: Named, name: string, before: SnapshotMeta[]
): Promise<SnapshotMeta | null> {
    const listed = (await newestSnapshots(session, owner, recentSnapshots)).find(({ id }) => id === made.id)
    return listed === undefined || listed.name !== name || before.some(({ id }) => id === made.id) ? null : listed
}

/**
 * The platform answers alike when the device gave nothing: then what it made is empty, or holds what the instance runs. That can be told for
 * certain only beside a snapshot of the instance, which is made where it can be deleted again.
 */
async function doubtOf (
    place: DevicePlace, made: SnapshotMeta, before: SnapshotMeta[], read: ReadContent, times: typeof pushTimes
): Promise<Omit<DeviceCapture, 'snapshot'>> {
    const { session, team, device } = place
    const owner = ownerOfSnapshots(place)
    const content = known(session, team, 'readContent') === null ? await read(owner, made.id).catch(untold) : null
    if (content === null) {
        return { doubt: 'unread', left: null }
    }
    if (content.isEmpty) {
        return { doubt: 'empty', left: null }
    }
    if (device.owner === 'application') {
        return { doubt: null, left: null }
    }
    const [newest] = before
    if (newest !== undefined && (await read(owner, newest.id).catch(untold))?.revision === content.revision) {
        return { doubt: 'instance', left: null }
    }
    if (known(session, team, 'delete') !== null || known(session, team, 'capture') !== null) {
        return { doubt: 'uncompared', left: null }
    }
    return await besideInstance(place, made, content, { read, times, before: [made, ...before] })
}

interface Beside { read: ReadContent, times: typeof pushTimes, before: SnapshotMeta[] }

async function besideInstance (
    place: DevicePlace, made: SnapshotMeta, content: SeenContent, { read, times, before }: Beside
): Promise<Omit<DeviceCapture, 'snapshot'>> {
    const { session, instance, userId } = place
    const owner = { kind: 'instance' as const, id: instance.id }
    const name = comparisonName(made.name)
    const send = () => createSnapshot(session, instance.id, { name, description: '' })
    let mayBeThere = false
    const created = await makeOnce(session, { owner, name, userId, before }, 0, send, times).catch((error: unknown) => {
        mayBeThere = error instanceof CodedError && error.code === 'push-outcome-unknown'
        return untold(error)
    })
    const capture = created && await newAmong(place, owner, created, name, before).catch(untold)
    // Nothing is deleted but what was made here.
    if (capture === null) {
        return { doubt: 'uncompared', left: created !== null || mayBeThere ? { id: created?.id ?? '', name } : null }
    }
    const there = await read(owner, capture.id).catch(untold)
    const isDeleted = await deletedAgain(place, owner, capture.id, times).catch(untold)
    const doubt = there === null ? 'uncompared' : there.revision === content.revision ? 'instance' : null
    return { doubt, left: isDeleted === true ? null : { id: capture.id, name: capture.name } }
}

async function deletedAgain ({ session }: DevicePlace, owner: SnapshotOwner, id: string, times: typeof pushTimes): Promise<boolean> {
    const isGone = async () => await getOwnedSnapshot(session, owner, id).then(() => false, (error: unknown) => {
        if (error instanceof FlowFuseError && error.platformStatus === 404) {
            return true
        }
        throw error
    })
    return await changeOnce(() => deleteOwnedSnapshot(session, owner, id), isGone, times) === 'seen'
}

/** A failure here takes nothing from the snapshot that was made; what is not known is said as such. */
function untold (error: unknown): null {
    if (error instanceof CodedError) {
        return null
    }
    throw error
}
