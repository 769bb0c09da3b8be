/** The plugin's admin routes, typed. Every call throws a RequestFailure when it fails. */
import type {
    EnvironmentText, FormerSecretAnswer, FormerSecretRequest, LocalChange, LocalList, LocalPlan, LocalRequest, LocalRestoreRequest, LocalSummary,
    UndoRequest, VariableImport, VariableList, VariablesRequest
} from '../shared/local'
import type { PreparedPull, PullReplaceRequest, PullRequest } from '../shared/pull'
import type {
    ApplicationList, ConnectRequest, DeviceList, Job, PanelState, PushPreview, PushRequest, RestoreJob, SignInRequest, SignInStarted, SignInState,
    SnapshotList, TargetAnswer, TargetRequest, TeamList
} from '../shared/requests'
import type { AutoPushRequest, Look, Status } from '../shared/status'
import type { PullOfViewRequest } from '../shared/views'
import { request, requestText } from './node-red-requests'
import { viewsApi } from './views-api'

const root = 'flowfuse-snapshots'
const id = encodeURIComponent

export const api = {
    ...viewsApi,
    state: async () => await request('GET', `${root}/state`) as PanelState,
    connect: async (body: ConnectRequest) => await request('POST', `${root}/connection`, body) as PanelState,
    startSignIn: async (body: SignInRequest) => await request('POST', `${root}/sign-in`, body) as SignInStarted,
    signInState: async (signIn: string) => await request('GET', `${root}/sign-in/${id(signIn)}/state`) as SignInState,
    acceptSignIn: async (signIn: string) => await request('POST', `${root}/sign-in/${id(signIn)}/accept`) as PanelState,
    cancelSignIn: async (signIn: string) => { await request('DELETE', `${root}/sign-in/${id(signIn)}`) },
    disconnect: async () => await request('DELETE', `${root}/connection`) as PanelState,
    teams: async () => await request('GET', `${root}/teams`) as TeamList,
    applications: async (team: string) => await request('GET', `${root}/teams/${id(team)}/applications`) as ApplicationList,
    target: async () => await request('GET', `${root}/target`) as TargetAnswer,
    status: async (look: Look) => await request('GET', `${root}/status?look=${look}`) as Status,
    setAutoPush: async (body: AutoPushRequest) => await request('PUT', `${root}/status/automatic-push`, body) as Status,
    setTarget: async (body: TargetRequest) => await request('PUT', `${root}/target`, body) as TargetAnswer,
    devices: async (team: string) => await request('GET', `${root}/teams/${id(team)}/devices`) as DeviceList,
    snapshots: async (instance: string, page: { limit: number, cursor?: string }) => await request('GET', `${root}/instances/${id(instance)}/snapshots?${query(page)}`) as SnapshotList,
    deviceSnapshots: async (device: string, page: { limit: number, cursor?: string }) => await request('GET', `${root}/devices/${id(device)}/snapshots?${query(page)}`) as SnapshotList,
    preview: async (local?: string) => await request('GET', `${root}/push/preview${local === undefined ? '' : `?local=${id(local)}`}`) as PushPreview,
    push: async (body: PushRequest) => await request('POST', `${root}/push`, body) as Job,
    job: async (job: string) => await request('GET', `${root}/jobs/${id(job)}`) as Job,
    cancel: async (job: string) => await request('DELETE', `${root}/jobs/${id(job)}`) as Job,
    takeOut: async (job: string) => await request('DELETE', `${root}/jobs/${id(job)}/additions`) as Job,
    local: async () => await request('GET', `${root}/local`) as LocalList,
    createLocal: async (body: LocalRequest) => await request('POST', `${root}/local`, body) as LocalSummary,
    changeLocal: async (snapshot: string, body: LocalChange) => await request('PUT', `${root}/local/${id(snapshot)}`, body) as LocalSummary,
    removeLocal: async (snapshot: string) => { await request('DELETE', `${root}/local/${id(snapshot)}`) },
    plan: async (snapshot: string) => await request('GET', `${root}/local/${id(snapshot)}/plan`) as LocalPlan,
    restoreLocal: async (snapshot: string, body: LocalRestoreRequest) =>
        await request('POST', `${root}/local/${id(snapshot)}/${(body.modules ?? []).length > 0 ? 'restore-with-modules' : 'restore'}`, body) as RestoreJob,
    undo: async (body: UndoRequest) => await request('POST', `${root}/undo`, body) as RestoreJob,
    restoreJob: async (job: string) => await request('GET', `${root}/jobs/${id(job)}`) as RestoreJob,
    pull: async (body: PullRequest | PullOfViewRequest) => await request('POST', `${root}/pull`, body) as PreparedPull,
    pullAgain: async (pull: string) => await request('GET', `${root}/pull/${id(pull)}`) as PreparedPull,
    /** The flows of a prepared pull, and those that run here with their revision, as JSON that is not read yet. */
    pulledFlows: async (pull: string) => await requestText(`${root}/pull/${id(pull)}/flows`),
    runningFlows: async (pull: string) => await requestText(`${root}/pull/${id(pull)}/here`),
    letGo: async (pull: string) => { await request('DELETE', `${root}/pull/${id(pull)}`) },
    replaceByPull: async (pull: string, body: PullReplaceRequest) =>
        await request('POST', `${root}/pull/${id(pull)}/${(body.modules ?? []).length > 0 ? 'replace-with-modules' : 'replace'}`, body) as RestoreJob,
    dismissNotice: async () => { await request('DELETE', `${root}/local/notice`) },
    takeFormerSecret: async (body: FormerSecretRequest) => await request('POST', `${root}/local/former-secret`, body) as FormerSecretAnswer,
    variables: async () => await request('GET', `${root}/variables`) as VariableList,
    setVariables: async (body: VariablesRequest) => await request('PUT', `${root}/variables`, body) as VariableList,
    importVariables: async (body: EnvironmentText) => await request('POST', `${root}/variables/import`, body) as VariableImport,
    exportVariables: async () => await request('POST', `${root}/variables/export`) as EnvironmentText
}

export type Api = typeof api

function query ({ limit, cursor }: { limit: number, cursor?: string }): string {
    return `limit=${limit}${cursor === undefined ? '' : `&cursor=${id(cursor)}`}`
}
