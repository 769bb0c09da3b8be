/** Calls of the routes that act on an instance's snapshots on FlowFuse. Every call throws a RequestFailure when it fails. */
import type {
    CaptureRequest, DeletionPlan, DeletionRequest, DeviceTargetPlan, DeviceTargetRequest, EditRequest, RestoreTherePlan, RestoreThereRequest,
    SnapshotNames
} from '../shared/actions'
import type { Named, RestoreThereJob, SnapshotSummary } from '../shared/requests'
import { request } from './node-red-requests'

const root = 'flowfuse-snapshots'
const id = encodeURIComponent
const all = (instance: string) => `${root}/instances/${id(instance)}/snapshots`
const one = (instance: string, snapshot: string) => `${all(instance)}/${id(snapshot)}`

export const actionsApi = {
    capture: async (instance: string, body: CaptureRequest) => await request('POST', all(instance), body) as SnapshotSummary,
    edit: async (instance: string, snapshot: string, body: EditRequest) => await request('PUT', one(instance, snapshot), body) as Named,
    names: async (instance: string, snapshot: string) => await request('GET', `${one(instance, snapshot)}/names`) as SnapshotNames,
    deletion: async (instance: string, snapshot: string) => await request('GET', `${one(instance, snapshot)}/deletion`) as DeletionPlan,
    remove: async (instance: string, snapshot: string, body: DeletionRequest) => { await request('POST', `${one(instance, snapshot)}/deletion`, body) },
    deviceTarget: async (instance: string, snapshot: string) => await request('GET', `${one(instance, snapshot)}/device-target`) as DeviceTargetPlan,
    setDeviceTarget: async (instance: string, snapshot: string, body: DeviceTargetRequest) => {
        await request('PUT', `${one(instance, snapshot)}/device-target`, body)
    },
    restorePlan: async (instance: string, snapshot: string) => await request('GET', `${one(instance, snapshot)}/restore`) as RestoreTherePlan,
    restoreThere: async (instance: string, snapshot: string, body: RestoreThereRequest) => await request('POST', `${one(instance, snapshot)}/restore`, body) as RestoreThereJob,
    restoreThereJob: async (job: string) => await request('GET', `${root}/jobs/${id(job)}`) as RestoreThereJob
}

export type ActionsApi = typeof actionsApi
