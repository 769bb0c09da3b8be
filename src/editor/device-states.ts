import type { DeviceState, PlatformSnapshots, TargetDevices } from '../shared/devices'
import { DeviceLooks } from './device-looks'
import type { DevicesApi } from './devices-api'
import { type Failure, nextStep, toFailure } from './failure'

/** A list that is no older needs no other one before something is done with a device. */
const justNowMs = 10_000

/** The devices of the target, as they were listed last. Nothing is asked while nobody looks at them. Of two questions the later one counts. */
export class DeviceStates {
    value: TargetDevices | null = null
    /** Whether the platform makes snapshots by itself; null while that is not known. */
    automatic: PlatformSnapshots | null = null
    loading = false
    failure: Failure | null = null
    /** True while the list is on the screen. */
    isShown = false
    /** From when on the times since they were seen are counted, and when all of them were listed; in milliseconds of `performance.now()`. */
    private at = 0
    private listedAt = 0
    private looks: DeviceLooks | null = null
    private instance: string | null = null
    private turn = 0

    constructor (private readonly api: Pick<DevicesApi, 'list' | 'page' | 'platformSnapshots'>, private readonly changed: () => void) {}

    /** Turns to an instance; what was seen of another one, or by another sign-in (`anew`), is dropped at once. */
    turnTo (instance: string | null, anew = false): void {
        if (instance !== this.instance || anew) {
            this.instance = instance
            this.turn++
            Object.assign(this, { value: null, automatic: null, loading: false, failure: null, looks: null })
            this.changed()
            void this.refreshShown()
        }
    }

    /** The list comes onto the screen, and with it what it shows. @returns to be called when it goes again */
    show (): () => void {
        this.isShown = true
        void this.refreshShown()
        return () => { this.isShown = false }
    }

    /** How long ago the times since they were seen were told, in milliseconds. */
    get age (): number {
        return performance.now() - this.at
    }

    /** Somebody wants to do something with one: what that depends on is listed anew where it was not just now. */
    async approach (): Promise<void> {
        await (performance.now() - this.listedAt > justNowMs ? this.refreshShown() : undefined)
    }

    /**
     * A look at some of them, by one request; it comes to all in turn, and what it does not reach stays as it was. Nothing is asked where only
     * the user can help. What was not reached is listed again as a whole once a look went through.
     */
    async glance (): Promise<void> {
        const { instance, failure } = this
        if (instance === null || this.loading || (failure !== null && nextStep(failure) !== 'retry')) {
            return
        }
        const turn = ++this.turn
        this.looks ??= new DeviceLooks(this.api, instance, this.value?.parts ?? ['instance'])
        try {
            const merge = await this.looks.next()
            if (turn === this.turn) {
                this.takeOver(merge)
                await (failure !== null || this.value === null ? this.refresh() : undefined)
            }
        } catch (error) {
            // A part that is refused or gone may be seen in another way, which the whole list finds.
            const isRefused = !['retry', 'connect'].includes(nextStep(toFailure(error)))
            await (isRefused && turn === this.turn ? this.refresh() : this.fail(turn, error))
        }
    }

    async refreshShown (): Promise<void> {
        if (this.isShown) {
            await this.refresh()
        }
    }

    /** All of it, at the user's word. */
    async lookAgain (): Promise<void> {
        this.automatic = null
        await this.refresh()
    }

    async refresh (): Promise<void> {
        const { instance } = this
        if (instance === null) {
            return
        }
        const turn = ++this.turn
        this.set(turn, { loading: true })
        try {
            const [value, automatic] = await Promise.all([this.api.list(instance), this.automatic ?? this.api.platformSnapshots(instance)])
            const now = performance.now()
            this.set(turn, { value, automatic, at: now, listedAt: now, looks: null, loading: false, failure: null })
        } catch (error) {
            this.fail(turn, error)
        }
    }

    private takeOver (merge: (devices: DeviceState[]) => DeviceState[]): void {
        const [{ value, age }, now] = [this, performance.now()]
        if (value !== null) {
            const older = value.devices.map(device => ({ ...device, seenAgo: device.seenAgo === null ? null : device.seenAgo + age }))
            this.set(this.turn, { value: { ...value, devices: merge(older) }, at: now })
        }
    }

    private fail (turn: number, error: unknown): void {
        const failure = toFailure(error)
        // What can no longer be seen is not shown as if it could; what only was not reached stays.
        this.set(turn, { loading: false, failure, looks: null, ...(nextStep(failure) === 'retry' ? {} : { value: null }) })
    }

    private set (turn: number, change: Partial<DeviceStates> & { at?: number, listedAt?: number, looks?: null }): void {
        if (turn === this.turn) {
            Object.assign(this, change)
            this.changed()
        }
    }
}
