import type { Action } from '../../shared/abilities'
import type { DeletionPlan, DeviceTargetPlan, RestoreTherePlan, SnapshotNames } from '../../shared/actions'
import { CodedError } from '../../shared/errors'
import type { Named, RestoreThereJob, SnapshotSummary } from '../../shared/requests'
import { deleteThere, deletionPlan } from '../action-delete'
import { deviceTargetPlan, targetThere } from '../action-device-target'
import { captureThere, editThere, namesThere } from '../action-names'
import { findPlace, type ActionPlace } from '../action-place'
import { parseCaptureRequest, parseDeletionRequest, parseDeviceTargetRequest, parseEditRequest, parseRestoreThereRequest } from '../action-request'
import { prepareRestoreThere, restoreThere, restoreThereSteps } from '../action-restore'
import { restoreTherePlan } from '../action-restore-plan'
import { platformId } from '../push-request'
import type { Services } from '../services'
import { snapshotSummary } from '../snapshot-list'
import { Turns } from '../turns'
import type { Call, Router } from './router'

/** instances/:instance/snapshots: making, editing, deleting and restoring them there, and making one the device target. */
export function addActionRoutes (router: Router, services: Services): void {
    const { nodeRed, connections, jobs, refusals, views } = services
    const all = 'instances/:instance/snapshots'
    const one = `${all}/:snapshot`
    const placeOf = ({ user, params }: Call, ...actions: Action[]) => findPlace(services, user, platformId(params.instance), ...actions)
    const watch = <T>({ user }: Call, { session, instance, team: { role } }: ActionPlace, action: Action, run: () => Promise<T>) =>
        refusals.watch({ user, server: session.origin, instance: instance.id, role, kind: session.kind }, action, run)
    // Of two editors that change the same at once, the second is told that it is no longer as it was shown, or that the first is still at it.
    const turns = new Turns()
    const change = <T>(call: Call, place: ActionPlace, action: Action, run: () => Promise<T>) =>
        watch(call, place, action, () => takeTurn(place, run))
    const takeTurn = async <T>({ session, instance }: ActionPlace, run: () => Promise<T>) =>
        await turns.take(`${session.origin} ${instance.id}`, run, () => new CodedError('changes-waiting', { instance: instance.name }, 409))

    router.add('post', all, 'act', async (call): Promise<SnapshotSummary> => {
        const request = parseCaptureRequest(call.body)
        const place = await placeOf(call, 'capture')
        const made = await watch(call, place, 'capture', () => captureThere(place, request))
        const link = await connections.link(place.session.origin, place.instance.id)
        return snapshotSummary(made, { link, revision: nodeRed.announcedRevision })
    }, 201)

    router.add('get', `${one}/names`, 'act', async (call): Promise<SnapshotNames> => {
        const snapshot = platformId(call.params.snapshot)
        const place = await placeOf(call, 'edit')
        return await watch(call, place, 'edit', () => namesThere(place, snapshot))
    })

    router.add('put', one, 'act', async (call): Promise<Named> => {
        const [snapshot, request] = [platformId(call.params.snapshot), parseEditRequest(call.body)]
        const place = await placeOf(call, 'edit')
        return await change(call, place, 'edit', () => editThere(place, snapshot, request))
    })

    router.add('get', `${one}/deletion`, 'act', async (call): Promise<DeletionPlan> => {
        const snapshot = platformId(call.params.snapshot)
        const place = await placeOf(call, 'delete')
        return await watch(call, place, 'delete', () => deletionPlan(place, snapshot))
    })

    router.add('post', `${one}/deletion`, 'act', async call => {
        const [snapshot, request] = [platformId(call.params.snapshot), parseDeletionRequest(call.body)]
        const place = await placeOf(call, 'delete')
        await change(call, place, 'delete', () => deleteThere(place, snapshot, request))
        return {}
    })

    router.add('get', `${one}/device-target`, 'act', async (call): Promise<DeviceTargetPlan> => {
        const snapshot = platformId(call.params.snapshot)
        const place = await placeOf(call, 'setTarget')
        return await watch(call, place, 'setTarget', () => deviceTargetPlan(place, snapshot))
    })

    router.add('put', `${one}/device-target`, 'act', async call => {
        const [snapshot, request] = [platformId(call.params.snapshot), parseDeviceTargetRequest(call.body)]
        const place = await placeOf(call, 'setTarget')
        await change(call, place, 'setTarget', () => targetThere(place, snapshot, request))
        return {}
    })

    router.add('get', `${one}/restore`, 'act', async (call): Promise<RestoreTherePlan> => {
        const snapshot = platformId(call.params.snapshot)
        const place = await placeOf(call, 'restore')
        const link = await connections.link(place.session.origin, place.instance.id)
        return await watch(call, place, 'restore', () => restoreTherePlan(place, snapshot, link, views.key))
    })

    router.add('post', `${one}/restore`, 'act', async (call): Promise<RestoreThereJob> => {
        const [id, request] = [platformId(call.params.snapshot), parseRestoreThereRequest(call.body)]
        const place = await placeOf(call, 'restore', ...(request.captureBefore ? ['capture' as const] : []), ...(request.addModules.length > 0 ? ['editPalette' as const, 'restart' as const] : []))
        const { session: { origin }, instance } = place
        const prepared = await takeTurn(place, () => prepareRestoreThere(place, id, request))
        const { snapshot } = prepared
        const result = {
            snapshot: { id: snapshot.id, name: snapshot.name }, instance: { id: instance.id, name: instance.name, url: instance.url },
            before: null, restored: false, stateAfter: null, addedModules: []
        }
        return jobs.start<'restore-there'>(call.user, restoreThereSteps(request), result, progress => restoreThere({
            place,
            ...prepared,
            watch: (action, run) => watch(call, place, action, run),
            captureBefore: request.captureBefore,
            onRestored: async deployedAt => {
                // What can't be remembered here takes nothing from what was done there.
                await connections.setDeployedAt(origin, instance.id, deployedAt).catch((error: unknown) => nodeRed.logFailure(error))
            }
        }, progress), 'restore-there')
    }, 202)
}
