import type { PanelState, TargetAnswer } from '../shared/requests'
import type { Look, SnapshotsThere, Status } from '../shared/status'
import type { Api } from './api'
import { DeviceStates } from './device-states'
import { devicesApi } from './devices-api'
import { nextStep, toFailure } from './failure'
import { type Fetched, isSignOut, nothing, type SignOut, subject } from './fetched'
import { Observable } from './observable'
import { SnapshotPages } from './snapshot-pages'

/** What is known of the sign-in and its target, and how what runs here stands to that. */
export class TargetModel extends Observable {
    state: Fetched<PanelState> = nothing
    target: Fetched<TargetAnswer> = nothing
    /** How what runs here stands to the target, as asked last; null while that is not known. */
    status: Status | null = null
    /** How the target's snapshots stood to the link when they were looked at last. */
    there: SnapshotsThere | null = null
    readonly snapshots: SnapshotPages
    readonly devices: DeviceStates
    /** Counts what makes answers on their way obsolete: another sign-in, another target, the same question asked again. */
    private readonly turns = { state: 0, target: 0, status: 0 }

    constructor (readonly api: Api) {
        super()
        this.snapshots = new SnapshotPages(api, () => this.noteSnapshots())
        this.devices = new DeviceStates(devicesApi, () => this.noteDevices())
    }

    /** True when the server was asked and does not take the sign-in. */
    get isSignedOut (): boolean {
        return Boolean(this.state.value?.connectionProblem) || [this.target.failure, this.snapshots.failure, this.devices.failure].some(failure => failure !== null && nextStep(failure) === 'connect')
    }

    async refresh (): Promise<void> {
        await this.fetch('state', async () => await this.api.state())
        if (this.state.failure === null) {
            await this.refreshTarget()
        }
    }

    async refreshTarget (): Promise<void> {
        if (!this.state.value?.connectionProblem) {
            await Promise.all([this.look(), this.refreshSnapshots()])
            await this.refreshStatus(this.target.failure === null ? 'snapshots' : 'nothing')
        }
    }

    /** Asks how what runs here stands to the target; `look`: what the server is asked for with it. */
    async refreshStatus (look: Look = 'nothing'): Promise<void> {
        const { connection, connectionProblem, target } = this.state.value ?? {}
        if (!connection || connectionProblem || !target) {
            return
        }
        const turn = ++this.turns.status
        try {
            const status = await this.api.status(look)
            if (turn === this.turns.status) {
                await this.adoptStatus(status)
            }
        } catch (error) {
            const failure = toFailure(error)
            if (turn !== this.turns.status) {
                return
            }
            if (isSignOut(failure)) {
                this.signedOut(failure)
            } else if (look !== 'nothing') {
                this.target = { ...this.target, failure, ...(nextStep(failure) === 'retry' ? {} : { value: null }) }
                this.changed()
            }
        }
    }

    /** Switches the automatic push to the target on or off. @throws RequestFailure */
    async setAutoPush (on: boolean): Promise<void> {
        const turn = ++this.turns.status
        const status = await this.api.setAutoPush({ instanceId: this.state.value?.target?.instance.id ?? '', on })
        if (turn === this.turns.status) {
            await this.adoptStatus(status)
        }
    }

    async refreshSnapshots (): Promise<void> {
        await this.snapshots.refresh()
    }

    /** Asks how the target is now; also finds a preset one, and notices that another was chosen in another window. */
    async look (): Promise<void> {
        const { connection, connectionProblem, target, preset } = this.state.value ?? {}
        if (!connection || connectionProblem || !(target || preset?.instance)) {
            return
        }
        await this.fetch('target', async () => await this.api.target())
        const { value, failure } = this.target
        if (value !== null && failure === null && value.instance.id !== this.state.value?.target?.instance.id) {
            await this.adoptTarget(value)
        }
    }

    /** What is new in it is fetched: another target, another link, another newest snapshot. */
    private async adoptStatus (status: Status): Promise<void> {
        const state = this.state.value
        if (state === null || status.instance !== state.target?.instance.id) {
            await this.fetch('state', async () => await this.api.state())
            await (subject(state) === subject(this.state.value) ? undefined : this.refreshTarget())
            return
        }
        const isLinkedAnew = status.link?.snapshotId !== state.link?.snapshotId
        this.status = status
        this.there = status.there ?? (isLinkedAnew ? null : this.there)
        if (isLinkedAnew) {
            this.state = { ...this.state, value: { ...state, link: status.link } }
        }
        if (status.state !== null && this.target.value !== null) {
            const { value } = this.target
            this.target = { ...this.target, value: { ...value, instance: { ...value.instance, state: status.state } } }
        }
        this.changed()
        const shown = this.snapshots.value?.snapshots[0]?.id ?? null
        const isNewer = status.there !== null && status.there.newest !== shown && this.snapshots.value !== null
        await (isLinkedAnew || isNewer ? this.refreshSnapshots() : undefined)
    }

    /** A new sign-in, or none: whatever was seen with the one before is dropped. */
    protected adopt (state: PanelState): void {
        this.turns.state++
        this.state = { ...nothing, value: state }
        this.dropTarget()
        this.changed()
        void this.refreshTarget()
    }

    /** Another target: whatever was seen of the one before is dropped, also what is still on its way. */
    protected async adoptTarget (target: TargetAnswer): Promise<void> {
        this.turns.state++
        this.turns.target++
        this.dropStatus()
        this.target = { ...nothing, value: target }
        if (this.state.value !== null) {
            this.state = { ...nothing, value: { ...this.state.value, target, link: null } }
        }
        this.snapshots.show(target.instance.id)
        this.devices.turnTo(target.instance.id)
        this.changed()
        await Promise.all([this.fetch('state', async () => await this.api.state()), this.refreshSnapshots()])
        await this.refreshStatus('snapshots')
    }

    private dropTarget (): void {
        this.turns.target++
        this.dropStatus()
        this.target = nothing
        this.snapshots.show(this.state.value?.target?.instance.id ?? null, true)
        this.devices.turnTo(this.state.value?.connectionProblem ? null : this.state.value?.target?.instance.id ?? null, true)
    }

    private dropStatus (): void {
        this.turns.status++
        this.status = null
        this.there = null
    }

    /** The list hears of a sign-out as well as anything else that asks. */
    private noteSnapshots (): void {
        const { failure } = this.snapshots
        if (isSignOut(failure)) {
            this.signedOut(failure)
        } else {
            this.changed()
        }
    }

    private noteDevices (): void {
        const { failure } = this.devices
        if (isSignOut(failure)) {
            this.signedOut(failure)
        } else {
            this.changed()
        }
    }

    /** Said once, with its one button, and nothing else is asked for until somebody has signed in again. */
    private signedOut ({ code, params }: SignOut): void {
        if (this.state.value !== null) {
            this.turns.state++
            this.state = { ...nothing, value: { ...this.state.value, connectionProblem: { code, params } } }
        }
        this.dropTarget()
        this.changed()
    }

    protected async fetch <Key extends 'state' | 'target'> (key: Key, load: () => Promise<NonNullable<this[Key]['value']>>): Promise<void> {
        const turn = ++this.turns[key]
        const set = (change: Partial<Fetched<unknown>>) => {
            if (turn !== this.turns[key]) {
                return
            }
            const before = this.state.value
            this[key] = { ...this[key], ...change }
            // Another window may have signed in or chosen meanwhile.
            if (before !== this.state.value && subject(before) !== subject(this.state.value)) {
                this.dropTarget()
            }
            this.changed()
        }
        set({ loading: true })
        try {
            set({ value: await load(), loading: false, failure: null })
        } catch (error) {
            const failure = toFailure(error)
            if (isSignOut(failure) && turn === this.turns[key]) {
                this.signedOut(failure)
                return
            }
            // What can no longer be seen is not shown as if it could; what only was not reached stays.
            set({ loading: false, failure, ...(nextStep(failure) === 'retry' ? {} : { value: null }) })
        }
    }
}
