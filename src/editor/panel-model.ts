import type { ConnectRequest, PanelState, TargetAnswer, TargetRequest } from '../shared/requests'
import type { Look, SnapshotsThere, Status } from '../shared/status'
import { RestoreThereWork } from './action-restore-work'
import { actionsApi } from './actions-api'
import type { Api } from './api'
import { DevicePushWork } from './device-push-work'
import { DeviceStates } from './device-states'
import { devicesApi } from './devices-api'
import { type Failure, nextStep, toFailure } from './failure'
import { LocalSnapshots } from './local-snapshots'
import { LookOrder } from './look-order'
import { notify } from './node-red'
import { Observable } from './observable'
import { PushWork } from './push-work'
import { type OpenEditor, RestoreWork, workText } from './restore-work'
import { SnapshotPages } from './snapshot-pages'
import { t } from './text'

/** Something that is fetched. While it is fetched again, and when that fails, the value before it stays. */
export interface Fetched<T> { value: T | null, loading: boolean, failure: Failure | null }

const nothing = { value: null, loading: false, failure: null }

/** What the panel knows. Components read it and are drawn anew when it changes. */
export class PanelModel extends Observable {
    state: Fetched<PanelState> = nothing
    target: Fetched<TargetAnswer> = nothing
    /** How what runs here stands to the target, as asked last; null while that is not known. */
    status: Status | null = null
    /** How the target's snapshots stood to the link when they were looked at last. */
    there: SnapshotsThere | null = null
    readonly snapshots: SnapshotPages
    readonly devices: DeviceStates
    readonly work: PushWork
    readonly local: LocalSnapshots
    readonly restoring: RestoreWork
    readonly restoringThere: RestoreThereWork
    readonly pushingToDevice: DevicePushWork
    /** Counts what makes answers on their way obsolete: another sign-in, another target, the same question asked again. */
    private readonly turns = { state: 0, target: 0, status: 0 }
    private readonly looks = new LookOrder()

    constructor (readonly api: Api, editor: OpenEditor) {
        super()
        this.snapshots = new SnapshotPages(api, () => this.noteSnapshots())
        this.devices = new DeviceStates(devicesApi, () => this.noteDevices())
        this.work = new PushWork(api, () => void this.afterPush())
        this.local = new LocalSnapshots(api, () => this.changed())
        this.restoring = new RestoreWork(api, editor, () => this.afterRestore())
        this.restoringThere = new RestoreThereWork(actionsApi, () => this.afterRestoreThere())
        this.pushingToDevice = new DevicePushWork(devicesApi, () => this.afterDevicePush())
    }

    /** Something outside the model that the panel shows has changed. */
    redraw (): void {
        this.changed()
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

    /** True while work of ours changes the state of the instance. */
    get isChangingInstance (): boolean {
        return this.restoringThere.running || (this.work.running && Boolean(this.work.request?.restore))
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

    /**
     * A look at what is seen anyway, by one request to the server: nothing is asked where only the user can help. What is new by it is fetched;
     * what was not reached is asked for again as a whole once that look went through.
     */
    async glance (): Promise<void> {
        if (this.failures().some(failure => nextStep(failure) !== 'retry')) {
            return
        }
        if (this.state.failure !== null || this.state.value === null) {
            await this.refresh()
            return
        }
        if (this.state.value.target === null) {
            // A preset is found by asking for it; nothing else changes without the user.
            await this.look()
            return
        }
        const missing = this.failures().length > 0
        const look = this.looks.next({ devices: this.devices.isShown, missing, changing: this.isChangingInstance })
        if (look === 'devices') {
            await this.devices.glance()
            return
        }
        this.target = { ...this.target, failure: null }
        await this.refreshStatus(look)
        if (missing && this.target.failure === null) {
            await this.refresh()
        }
    }

    private failures (): Failure[] {
        return [this.state, this.target, this.snapshots].map(({ failure }) => failure).filter(failure => failure !== null)
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
        await this.adoptTarget(await this.api.setTarget(request))
    }

    /** Node-RED is back: what was missed meanwhile is fetched. It may have been restarted, and repaired something at its start. */
    reconnected (): void {
        void this.local.refresh()
        if ([this.state, this.target, this.snapshots].some(({ failure }) => failure?.kind === 'offline')) {
            void this.refresh()
        }
    }

    /** A new sign-in, or none: whatever was seen with the one before is dropped. */
    private adopt (state: PanelState): void {
        this.turns.state++
        this.state = { ...nothing, value: state }
        this.dropTarget()
        this.changed()
        void this.refreshTarget()
    }

    /** Another target: whatever was seen of the one before is dropped, also what is still on its way. */
    private async adoptTarget (target: TargetAnswer): Promise<void> {
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

    private async afterPush (): Promise<void> {
        const { watched, failed, request } = this.work
        if (!watched && request !== null) {
            notify(t(failed ? 'line.failed' : 'line.done', { name: request.name }), failed ? 'error' : 'success')
        }
        await Promise.all([this.fetch('state', async () => await this.api.state()), this.refreshTarget()])
    }

    private afterRestoreThere (): void {
        const { watched, failed, request } = this.restoringThere
        if (!watched && request !== null) {
            const values = { name: request.snapshot.name, instance: request.instance.name }
            notify(t(failed ? 'actions.lineFailed' : 'actions.lineDone', values), failed ? 'error' : 'success')
        }
        void this.refreshTarget()
    }

    private afterDevicePush (): void {
        const { watched, failed, request } = this.pushingToDevice
        if (!watched && request !== null) {
            const values = { name: request.request.name, device: request.device.name }
            notify(t(failed ? 'devices.lineFailed' : 'devices.lineDone', values), failed ? 'error' : 'success')
        }
        void this.devices.refreshShown()
    }

    private afterRestore (): void {
        const { watched, failed, request } = this.restoring
        if (!watched && request !== null) {
            notify(workText(request, failed ? 'failed' : 'done'), failed ? 'error' : 'success')
        }
        void this.local.refresh()
        if (request?.kind === 'pull' && !failed) {
            // What was pulled is what both sides have in common now, which the panel shows.
            void this.fetch('state', async () => await this.api.state()).then(() => this.refreshSnapshots()).then(() => this.refreshStatus())
        }
    }

    private async fetch <Key extends 'state' | 'target'> (key: Key, load: () => Promise<NonNullable<this[Key]['value']>>): Promise<void> {
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

type SignOut = Extract<Failure, { kind: 'coded' }>

function isSignOut (failure: Failure | null): failure is SignOut {
    return failure?.kind === 'coded' && failure.code === 'signed-out'
}

/** What the rest of the panel is about: the sign-in and the target. */
function subject (state: PanelState | null): string {
    return JSON.stringify([state?.connection?.server, state?.connection?.user.username, state?.target?.instance.id])
}
