import { applicationSnapshotPage } from '../../flowfuse/snapshots'
import type { Action } from '../../shared/abilities'
import type { DeletionPlan } from '../../shared/actions'
import type { DeviceAutomatic, DeviceCaptureAnswer, DevicePushPreview, DevicesPage, DeviceTargets, OneDeviceTargetPlan, PlatformSnapshots, TargetDevices } from '../../shared/devices'
import type { DevicePushJob } from '../../shared/requests'
import { deleteThere, deletionPlan } from '../action-delete'
import { parseCaptureRequest, parseDeletionRequest } from '../action-request'
import { deviceAutomatic, switchAutomatic } from '../device-automatic'
import { captureFromDevice, ownerOfSnapshots, type ReadContent } from '../device-capture'
import { devicesOfTarget, devicesPage, findDevice, platformSnapshotsOfTarget, requireOwnTarget, type DevicePlace } from '../device-place'
import { devicePushPreview, devicePushSteps, pushToDevice } from '../device-push'
import { parseDeviceAutomaticRequest, parseDevicePushRequest, parseOneDeviceTargetRequest, parseOwner, parsePart } from '../device-request'
import { oneDevicePlan, targetOneDevice } from '../device-target-one'
import { platformId } from '../push-request'
import { runningSource } from '../push-source'
import { rememberPush } from '../push-start'
import type { Services } from '../services'
import { pageLimit, snapshotSummary } from '../snapshot-list'
import { known } from '../targets'
import { openRemote } from '../view-remote'
import type { Call, Router } from './router'

/** instances/:instance/devices: the devices of the target, what they run, and snapshots of what they run. */
export function addDeviceRoutes (router: Router, services: Services): void {
    const { nodeRed, connections, platforms, refusals, views, jobs, local } = services
    const all = 'instances/:instance/devices'
    const one = `${all}/:device`
    const placeOf = ({ user, params }: Call, writes: boolean, ...actions: Action[]) =>
        findDevice(services, user, platformId(params.instance), platformId(params.device), writes, ...actions)
    const watch = <T>({ user }: Call, { session, instance, team: { role } }: DevicePlace, action: Action, run: () => Promise<T>) =>
        refusals.watch({ user, server: session.origin, instance: instance.id, role, kind: session.kind }, action, run)

    router.add('get', all, 'see', ({ user, params }): Promise<TargetDevices> => devicesOfTarget(services, user, platformId(params.instance)))

    router.add('get', `${all}/page`, 'see', ({ user, params, query }): Promise<DevicesPage> =>
        devicesPage(services, user, platformId(params.instance), parsePart(query.part), query.cursor === undefined ? null : platformId(query.cursor)))

    router.add('get', 'instances/:instance/automatic', 'see', ({ user, params }): Promise<PlatformSnapshots> =>
        platformSnapshotsOfTarget(services, user, platformId(params.instance)))

    router.add('post', `${one}/snapshots`, 'act', async (call): Promise<DeviceCaptureAnswer> => {
        const request = parseCaptureRequest(call.body)
        const place = await placeOf(call, true, 'captureDevice')
        const { session, instance, team, platform, device } = place
        const read: ReadContent = async (owner, snapshot) => {
            const { opened: { revision, counts } } = await openRemote(session, platforms, { kind: 'remote', owner, snapshot }, views.key)
            return { revision, isEmpty: counts.flows + counts.subflows + counts.nodes === 0 }
        }
        const { snapshot, doubt, left } = await watch(call, place, 'captureDevice', () => captureFromDevice(place, request, read))
        const owner = ownerOfSnapshots(place)
        const link = await connections.link(session.origin, owner.id)
        const { id, name } = device.owner === 'instance' ? instance : device
        return {
            snapshot: snapshotSummary(snapshot, { link, revision: nodeRed.announcedRevision }),
            owner: { kind: device.owner, id, name },
            doubt,
            deleteRefused: known({ kind: session.kind, platform }, team, 'delete'),
            left
        }
    }, 201)

    router.add('get', `${one}/snapshots/:snapshot/deletion`, 'act', async (call): Promise<DeletionPlan> => {
        const snapshot = platformId(call.params.snapshot)
        const place = await placeOf(call, true, 'delete')
        return await watch(call, place, 'delete', () => deletionPlan(place, snapshot, ownerOfSnapshots(place)))
    })

    router.add('post', `${one}/snapshots/:snapshot/deletion`, 'act', async call => {
        const [snapshot, request] = [platformId(call.params.snapshot), parseDeletionRequest(call.body)]
        const place = await placeOf(call, true, 'delete')
        await watch(call, place, 'delete', () => deleteThere(place, snapshot, request, undefined, ownerOfSnapshots(place)))
        return {}
    })

    router.add('get', `${one}/targets`, 'see', async (call): Promise<DeviceTargets> => {
        const limit = pageLimit(call.query.limit)
        const cursor = call.query.cursor === undefined ? null : platformId(call.query.cursor)
        const { session, instance } = await placeOf(call, false, 'listSnapshots')
        const { snapshots, next } = await applicationSnapshotPage(session, instance.application.id, limit, cursor)
        return { snapshots: snapshots.map(meta => ({ ...snapshotSummary(meta, { link: null, revision: null }), owner: meta.owner })), next }
    })

    router.add('get', `${one}/target`, 'act', async (call): Promise<OneDeviceTargetPlan> => {
        const { snapshot, kind, owner: id } = call.query
        const [wanted, owner] = [platformId(snapshot), parseOwner({ kind, id })]
        const place = await placeOf(call, true, 'setDeviceTarget')
        return await watch(call, place, 'setDeviceTarget', () => oneDevicePlan(place, wanted, owner))
    })

    router.add('put', `${one}/target`, 'act', async call => {
        const request = parseOneDeviceTargetRequest(call.body)
        const place = await placeOf(call, true, 'setDeviceTarget')
        await watch(call, place, 'setDeviceTarget', () => targetOneDevice(place, request))
        return {}
    })

    const source = () => runningSource(nodeRed, local.kept)

    router.add('get', `${one}/push`, 'view', async (call): Promise<DevicePushPreview> => {
        const [place, content] = await Promise.all([placeOf(call, true, 'import'), source()])
        return await devicePushPreview(place, content)
    })

    router.add('post', `${one}/push`, 'act', async (call): Promise<DevicePushJob> => {
        const request = parseDevicePushRequest(call.body)
        const place = await placeOf(call, true, 'import', ...(request.target === null ? [] : ['setDeviceTarget' as const]))
        requireOwnTarget(place)
        const { session: { origin }, device } = place
        const result = { device: { id: device.id, name: device.name }, snapshot: null, targeted: false }
        return jobs.start<'push-device'>(call.user, devicePushSteps(request), result, progress => pushToDevice({
            place,
            source,
            watch: (action, run) => watch(call, place, action, run),
            onCreated: (snapshot, captured, sent) => rememberPush(services, origin, device.id, snapshot, captured, sent)
        }, request, progress), 'push-device')
    }, 202)

    router.add('get', `${one}/automatic`, 'see', async (call): Promise<DeviceAutomatic> => await deviceAutomatic(await placeOf(call, false, 'listDevices')))

    router.add('put', `${one}/automatic`, 'act', async (call): Promise<DeviceAutomatic> => {
        const { on } = parseDeviceAutomaticRequest(call.body)
        const place = await placeOf(call, true, 'editDevice', 'listDevices')
        return await watch(call, place, 'editDevice', () => switchAutomatic(place, on))
    })
}
