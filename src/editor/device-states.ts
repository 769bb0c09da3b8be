import type { PlatformSnapshots, TargetDevices } from '../shared/devices'
import type { DevicesApi } from './devices-api'
import { type Failure, nextStep, toFailure } from './failure'

/** The devices of the target, as they were listed last. Nothing is asked while nobody looks at them. Of two questions the later one counts. */
export class DeviceStates {
    value: TargetDevices | null = null
    /** Whether the platform makes snapshots by itself; null while that is not known. */
    automatic: PlatformSnapshots | null = null
    loading = false
    failure: Failure | null = null
    /** True while the list is on the screen. */
    isShown = false
    /** When they were listed, in milliseconds of `performance.now()`. */
    private at = 0
    private instance: string | null = null
    private turn = 0

    constructor (private readonly api: Pick<DevicesApi, 'list' | 'platformSnapshots'>, private readonly changed: () => void) {}

    /** Turns to an instance; what was seen of another one, or by another sign-in (`anew`), is dropped at once. */
    turnTo (instance: string | null, anew = false): void {
        if (instance !== this.instance || anew) {
            this.instance = instance
            this.turn++
            Object.assign(this, { value: null, automatic: null, loading: false, failure: null })
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

    /** How long ago they were listed, in milliseconds. */
    get age (): number {
        return performance.now() - this.at
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
            this.set(turn, { value, automatic, at: performance.now(), loading: false, failure: null })
        } catch (error) {
            const failure = toFailure(error)
            // What can no longer be seen is not shown as if it could; what only was not reached stays.
            this.set(turn, { loading: false, failure, ...(nextStep(failure) === 'retry' ? {} : { value: null }) })
        }
    }

    private set (turn: number, change: Partial<DeviceStates> & { at?: number }): void {
        if (turn === this.turn) {
            Object.assign(this, change)
            this.changed()
        }
    }
}
