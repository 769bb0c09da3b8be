import { FlowFuseError } from '../flowfuse/errors'
import { editSnapshot, getInstanceSnapshot } from '../flowfuse/instance-snapshots'
import { createSnapshot, listSnapshots, type SnapshotMeta } from '../flowfuse/snapshots'
import type { CaptureRequest, EditRequest, SnapshotNames } from '../shared/actions'
import { CodedError } from '../shared/errors'
import type { Named } from '../shared/requests'
import type { ActionPlace } from './action-place'
import { makeOnce, recentSnapshots } from './lost-answer'
import { pushTimes } from './push-times'
import { changeOnce, unseen } from './until-seen'

/**
 * Makes a snapshot of the instance as it runs there, and sees that it is in the list.
 * @throws CodedError `push-outcome-unknown` after a lost answer that nothing tells about, `capture-not-seen`
 */
export async function captureThere (place: ActionPlace, request: CaptureRequest, times = pushTimes): Promise<SnapshotMeta> {
    const { session, instance, userId } = place
    const before = await listSnapshots(session, instance.id, recentSnapshots)
    const wanted = { owner: { kind: 'instance' as const, id: instance.id }, name: request.name, userId, before }
    const made = await makeOnce(session, wanted, 0, () => createSnapshot(session, instance.id, { ...request }), times)
    const params = { name: request.name, instance: instance.name }
    const now = await listSnapshots(session, instance.id, recentSnapshots).catch((error: unknown) => {
        throw error instanceof CodedError ? unseen('capture-not-seen', params, { lost: null, failure: error }) : error
    })
    // One that was there before, or has another name, is not the one that was asked for.
    const listed = now.find(({ id, name }) => id === made.id && name === request.name && before.every(each => each.id !== id))
    if (listed === undefined) {
        throw unseen('capture-not-seen', params, { lost: null })
    }
    return listed
}

/** @throws CodedError `snapshot-gone` */
export async function namesThere ({ session, instance }: ActionPlace, snapshotId: string): Promise<SnapshotNames> {
    const { name, description } = await getInstanceSnapshot(session, instance.id, snapshotId)
    return { name, description }
}

/**
 * Gives a snapshot another name or description, unless somebody else has done so since the user saw it.
 * @throws CodedError `action-moved`, `edit-not-there` on a FlowFuse that turns out not to know this, `edit-not-kept`, `snapshot-gone`
 */
export async function editThere (place: ActionPlace, snapshotId: string, { from, ...change }: EditRequest, times = pushTimes): Promise<Named> {
    const { session } = place
    const read = () => namesThere(place, snapshotId)
    const { name, description } = await read()
    if (name !== from.name || description !== from.description) {
        throw new CodedError('action-moved', { name }, 409)
    }
    const wanted = { name, description, ...change }
    const isKept = async () => {
        const now = await read()
        return now.name === wanted.name && now.description === wanted.description
    }
    const edited = await changeOnce(() => editSnapshot(session, snapshotId, change), isKept, times).catch(async (error: unknown) => {
        // 404: the snapshot is gone, which this look then says, or FlowFuse has no such thing.
        throw error instanceof FlowFuseError && error.platformStatus === 404 && await read() ? notThere(error) : error
    })
    if (edited !== 'seen') {
        const { lost } = edited
        throw lost?.code === 'answer-unexpected' && place.platform.version === null ? notThere(lost) : unseen('edit-not-kept', { name }, edited)
    }
    return { id: snapshotId, name: wanted.name }
}

/** Where the version is not told, only the answer shows that FlowFuse is too old. */
function notThere (cause: FlowFuseError): CodedError {
    return new CodedError('edit-not-there', { needed: '2.7' }, 502, { cause })
}
