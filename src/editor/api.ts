/** The plugin's admin routes, typed. Every call throws a RequestFailure when it fails. */
import type {
    ApplicationList, ConnectRequest, DeviceList, Job, PanelState, PushPreview, PushRequest, SignInRequest, SignInStarted, SignInState, SnapshotList,
    TargetAnswer, TargetRequest, TeamList
} from '../shared/requests'
import { request } from './node-red'

const root = 'flowfuse-snapshots'
const id = encodeURIComponent

export const api = {
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
    setTarget: async (body: TargetRequest) => await request('PUT', `${root}/target`, body) as TargetAnswer,
    devices: async (team: string) => await request('GET', `${root}/teams/${id(team)}/devices`) as DeviceList,
    snapshots: async (instance: string, page: { limit: number, cursor?: string }) =>
        await request('GET', `${root}/instances/${id(instance)}/snapshots?limit=${page.limit}${page.cursor === undefined ? '' : `&cursor=${id(page.cursor)}`}`) as SnapshotList,
    preview: async () => await request('GET', `${root}/push/preview`) as PushPreview,
    push: async (body: PushRequest) => await request('POST', `${root}/push`, body) as Job,
    job: async (job: string) => await request('GET', `${root}/jobs/${id(job)}`) as Job,
    cancel: async (job: string) => await request('DELETE', `${root}/jobs/${id(job)}`) as Job,
    takeOut: async (job: string) => await request('DELETE', `${root}/jobs/${id(job)}/additions`) as Job
}

export type Api = typeof api
