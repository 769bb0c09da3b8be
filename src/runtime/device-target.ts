import { countDevices, getDeviceTarget, setDeviceTarget } from '../flowfuse/device-targets'
import { FlowFuseError, isHalfDone, isLost } from '../flowfuse/errors'
import { getInstanceSnapshot } from '../flowfuse/instance-snapshots'
import type { Session } from '../flowfuse/session'
import { listSnapshots } from '../flowfuse/snapshots'
import { CodedError } from '../shared/errors'
import { isMajorStep } from '../shared/major-step'
import type { Named, PushPreview, PushRequest } from '../shared/requests'
import { because } from './because'

/** The devices of an instance and the Node-RED that their present target gives them; null where that can't be told. */
export async function devicesOf (session: Session, instanceId: string): Promise<Pick<PushPreview['devices'], 'count' | 'nodeRedNow'>> {
    const [count, target] = await Promise.all([countDevices(session, instanceId), getDeviceTarget(session, instanceId)])
    return { count, nodeRedNow: count === 0 || target === null ? null : await nodeRedIn(session, instanceId, target) }
}

/**
 * Looks, before anything is written, whether the devices of an instance may get a version of Node-RED.
 * @param here the version in what is pushed
 * @throws CodedError `device-version-unfit` for one that is neither that nor the one of their present target, `device-version-unagreed`
 * without the user's consent to another major version, or to one where theirs is not known
 */
export async function checkDeviceVersion (
    session: Session, instance: Named, { nodeRed, majorStep = false }: NonNullable<PushRequest['deviceTarget']>, here: string | undefined
): Promise<void> {
    const { count, nodeRedNow } = await devicesOf(session, instance.id)
    const params = { version: nodeRed, instance: instance.name }
    if (nodeRed !== here && nodeRed !== nodeRedNow) {
        throw new CodedError('device-version-unfit', params, 409)
    }
    if (count > 0 && !majorStep && isMajorStep(nodeRedNow, nodeRed)) {
        throw new CodedError('device-version-unagreed', params, 409)
    }
}

async function nodeRedIn (session: Session, instanceId: string, snapshotId: string): Promise<string | null> {
    try {
        return (await getInstanceSnapshot(session, instanceId, snapshotId)).modules['node-red'] ?? null
    } catch (error) {
        // A sign-in that may not read it, or a snapshot that is gone: the version stays unknown, which is shown.
        if (error instanceof CodedError) {
            return null
        }
        throw error
    }
}

/**
 * Makes a new snapshot the target of all devices of its instance, once the platform lists it. Devices take it at once, so it is never sent
 * twice: after a lost answer the platform's own word counts.
 * @throws CodedError `device-target-not-set`
 */
export async function targetDevices (session: Session, instance: Named, snapshot: Named): Promise<void> {
    await certain(instance, snapshot, async () => {
        const listed = await listSnapshots(session, instance.id, 50)
        if (!listed.some(({ id }) => id === snapshot.id)) {
            throw new CodedError('snapshot-gone', {}, 404)
        }
        await setDeviceTarget(session, instance.id, snapshot.id).catch(async (error: unknown) => {
            const isUnsure = error instanceof FlowFuseError && (isLost(error) || isHalfDone(error))
            const isSet = isUnsure && await getDeviceTarget(session, instance.id) === snapshot.id
            if (!isSet) {
                throw error
            }
        })
        return true
    })
}

/** Sees that a create has made its snapshot the device target. @throws CodedError `device-target-not-set` when that is not what is there */
export async function seeTarget (session: Session, instance: Named, snapshot: Named): Promise<void> {
    await certain(instance, snapshot, async () => await getDeviceTarget(session, instance.id) === snapshot.id)
}

/**
 * Awaits a create that sets the device target too. Where it is not known what came of it, the devices may run the snapshot all the same,
 * and that is said besides: also after a 500, since the platform sets the target last.
 */
export async function saidOfDevices<T> (creating: Promise<T>, instance: Named): Promise<T> {
    try {
        return await creating
    } catch (error) {
        if (error instanceof FlowFuseError && (isLost(error) || isHalfDone(error))) {
            const unknown = { code: 'device-target-unknown' as const, params: { instance: instance.name } }
            throw new CodedError(error.code, error.params, error.status, { cause: error, because: unknown })
        }
        throw error
    }
}

/** @throws CodedError `device-target-not-set`, with the failure behind it where there is one */
async function certain (instance: Named, snapshot: Named, find: () => Promise<boolean>): Promise<void> {
    const params = { name: snapshot.name, instance: instance.name }
    const isSet = await find().catch((error: unknown) => {
        throw because('device-target-not-set', params, error)
    })
    if (!isSet) {
        throw new CodedError('device-target-not-set', params, 502)
    }
}
