import type { ConnectRequest, PanelState, SnapshotList, Target, TargetRequest } from '../shared/requests'
import type { Api } from './api'
import { type Failure, nextStep, toFailure } from './failure'
import { notify } from './node-red'
import { Observable } from './observable'
import { PushWork } from './push-work'
import { t } from './text'

/** Something that is fetched. While it is fetched again, and when that fails, the value before it stays. */
export interface Fetched<T> { value: T | null, loading: boolean, failure: Failure | null }

const nothing = { value: null, loading: false, failure: null }

/** What the panel knows. Components read it and are drawn anew when it changes. */
export class PanelModel extends Observable {
    state: Fetched<PanelState> = nothing
    target: Fetched<Target> = nothing
    snapshots: Fetched<SnapshotList> = nothing
    readonly work: PushWork
    /** Counts what makes answers on their way obsolete: another sign-in, another target. */
    private epoch = 0

    constructor (readonly api: Api) {
        super()
        this.work = new PushWork(api, () => void this.afterPush())
    }

    async refresh (): Promise<void> {
        await this.fetch('state', async () => await this.api.state())
        if (this.state.failure === null) {
            await this.refreshTarget()
        }
    }

    async refreshTarget (): Promise<void> {
        const { connection, target, connectionProblem } = this.state.value ?? {}
        if (connection && target && !connectionProblem) {
            await Promise.all([this.fetch('target', async () => await this.api.target()), this.refreshSnapshots()])
        }
    }

    async refreshSnapshots (): Promise<void> {
        const instance = this.state.value?.target?.instance.id
        if (instance !== undefined) {
            await this.fetch('snapshots', async () => await this.api.snapshots(instance))
        }
    }

    /** @throws RequestFailure */
    async connect (request: ConnectRequest): Promise<void> {
        this.adopt(await this.api.connect(request))
    }

    /** @throws RequestFailure */
    async acceptSignIn (id: string): Promise<void> {
        this.adopt(await this.api.acceptSignIn(id))
    }

    /** @throws RequestFailure */
    async disconnect (): Promise<void> {
        this.adopt(await this.api.disconnect())
    }

    /** @throws RequestFailure */
    async chooseTarget (request: TargetRequest): Promise<void> {
        const target = await this.api.setTarget(request)
        this.epoch++
        this.target = { ...nothing, value: target }
        this.snapshots = nothing
        if (this.state.value !== null) {
            this.state = { ...this.state, value: { ...this.state.value, target } }
        }
        this.changed()
        await Promise.all([this.fetch('state', async () => await this.api.state()), this.refreshSnapshots()])
    }

    /** Node-RED is back: what was missed meanwhile is fetched. */
    reconnected (): void {
        if ([this.state, this.target, this.snapshots].some(({ failure }) => failure?.kind === 'offline')) {
            void this.refresh()
        }
    }

    /** A new sign-in, or none: whatever was seen with the one before is dropped. */
    private adopt (state: PanelState): void {
        this.epoch++
        this.state = { ...nothing, value: state }
        this.target = nothing
        this.snapshots = nothing
        this.changed()
        void this.refreshTarget()
    }

    /** Said once, with its one button: the state has the reason, and nothing else is asked for until somebody has signed in again. */
    private async signedOut (): Promise<void> {
        this.epoch++
        this.target = nothing
        this.snapshots = nothing
        await this.fetch('state', async () => await this.api.state())
    }

    private async afterPush (): Promise<void> {
        const { watched, failed, request } = this.work
        if (!watched && request !== null) {
            notify(t(failed ? 'line.failed' : 'line.done', { name: request.name }), failed ? 'error' : 'success')
        }
        await Promise.all([this.fetch('state', async () => await this.api.state()), this.refreshTarget()])
    }

    private async fetch <Key extends 'state' | 'target' | 'snapshots'> (key: Key, load: () => Promise<NonNullable<this[Key]['value']>>): Promise<void> {
        const { epoch } = this
        const set = (change: Partial<Fetched<unknown>>) => {
            if (epoch === this.epoch) {
                this[key] = { ...this[key], ...change }
                this.changed()
            }
        }
        set({ loading: true })
        try {
            set({ value: await load(), loading: false, failure: null })
        } catch (error) {
            const failure = toFailure(error)
            if (failure.kind === 'coded' && failure.code === 'signed-out' && epoch === this.epoch) {
                await this.signedOut()
                return
            }
            // What can no longer be seen is not shown as if it could; what only was not reached stays.
            set({ loading: false, failure, ...(nextStep(failure) === 'retry' ? {} : { value: null }) })
        }
    }
}
