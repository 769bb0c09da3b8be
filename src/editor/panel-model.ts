import type { ConnectRequest, TargetRequest } from '../shared/requests'
import { RestoreThereWork } from './action-restore-work'
import { actionsApi } from './actions-api'
import type { Api } from './api'
import { DevicePushWork } from './device-push-work'
import { devicesApi } from './devices-api'
import { type Failure, nextStep } from './failure'
import { LocalSnapshots } from './local-snapshots'
import { LookOrder } from './look-order'
import { notify } from './node-red'
import { PushWork } from './push-work'
import { type OpenEditor, RestoreWork, workText } from './restore-work'
import { TargetModel } from './target-model'
import { t } from './text'

/** What the panel knows, and the work that was begun in it. Components read it and are drawn anew when it changes. */
export class PanelModel extends TargetModel {
    readonly work: PushWork
    readonly local: LocalSnapshots
    readonly restoring: RestoreWork
    readonly restoringThere: RestoreThereWork
    readonly pushingToDevice: DevicePushWork
    private readonly looks = new LookOrder()

    constructor (api: Api, editor: OpenEditor) {
        super(api)
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

    /** True while work of ours changes the state of the instance. */
    get isChangingInstance (): boolean {
        return this.restoringThere.running || (this.work.running && Boolean(this.work.request?.restore))
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
            notify(t(failed ? 'restoreThereLine.failed' : 'restoreThereLine.done', values), failed ? 'error' : 'success')
        }
        void this.refreshTarget()
    }

    private afterDevicePush (): void {
        const { watched, failed, request } = this.pushingToDevice
        if (!watched && request !== null) {
            const values = { name: request.request.name, device: request.device.name }
            notify(t(failed ? 'devicePushLine.failed' : 'devicePushLine.done', values), failed ? 'error' : 'success')
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
}
