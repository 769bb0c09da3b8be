/** Calls of the routes about the devices of the target. Every call throws a RequestFailure when it fails. */
import type { DeletionPlan, DeletionRequest } from '../shared/actions'
import type {
    DeviceAutomatic, DeviceAutomaticRequest, DeviceCaptureAnswer, DeviceCaptureRequest, DevicePart, DevicePushPreview, DevicePushRequest,
    DevicesPage, DeviceTargetChoice, DeviceTargets, OneDeviceTargetPlan, OneDeviceTargetRequest, PlatformSnapshots, TargetDevices
} from '../shared/devices'
import type { DevicePushJob } from '../shared/requests'
import { request } from './node-red-requests'

const root = 'flowfuse-snapshots'
const id = encodeURIComponent
const all = (instance: string) => `${root}/instances/${id(instance)}/devices`
const one = (instance: string, device: string) => `${all(instance)}/${id(device)}`

export const devicesApi = {
    list: async (instance: string) => await request('GET', all(instance)) as TargetDevices,
    page: async (instance: string, part: DevicePart, cursor: string | null) => {
        const rest = cursor === null ? '' : `&cursor=${id(cursor)}`
        return await request('GET', `${all(instance)}/page?part=${part}${rest}`) as DevicesPage
    },
    platformSnapshots: async (instance: string) => await request('GET', `${root}/instances/${id(instance)}/automatic`) as PlatformSnapshots,
    capture: async (instance: string, device: string, body: DeviceCaptureRequest) => await request('POST', `${one(instance, device)}/snapshots`, body) as DeviceCaptureAnswer,
    deletion: async (instance: string, device: string, snapshot: string) =>
        await request('GET', `${one(instance, device)}/snapshots/${id(snapshot)}/deletion`) as DeletionPlan,
    remove: async (instance: string, device: string, snapshot: string, body: DeletionRequest) => {
        await request('POST', `${one(instance, device)}/snapshots/${id(snapshot)}/deletion`, body)
    },
    targets: async (instance: string, device: string, page: { limit: number, cursor?: string }) => {
        const cursor = page.cursor === undefined ? '' : `&cursor=${id(page.cursor)}`
        return await request('GET', `${one(instance, device)}/targets?limit=${page.limit}${cursor}`) as DeviceTargets
    },
    target: async (instance: string, device: string, { id: snapshot, owner }: Pick<DeviceTargetChoice, 'id' | 'owner'>) =>
        await request('GET', `${one(instance, device)}/target?snapshot=${id(snapshot)}&kind=${owner.kind}&owner=${id(owner.id)}`) as OneDeviceTargetPlan,
    setTarget: async (instance: string, device: string, body: OneDeviceTargetRequest) => { await request('PUT', `${one(instance, device)}/target`, body) },
    pushPreview: async (instance: string, device: string) => await request('GET', `${one(instance, device)}/push`) as DevicePushPreview,
    push: async (instance: string, device: string, body: DevicePushRequest) => await request('POST', `${one(instance, device)}/push`, body) as DevicePushJob,
    pushJob: async (job: string) => await request('GET', `${root}/jobs/${id(job)}`) as DevicePushJob,
    automatic: async (instance: string, device: string) => await request('GET', `${one(instance, device)}/automatic`) as DeviceAutomatic,
    setAutomatic: async (instance: string, device: string, body: DeviceAutomaticRequest) => await request('PUT', `${one(instance, device)}/automatic`, body) as DeviceAutomatic
}

export type DevicesApi = typeof devicesApi
