import { creatingSteps, type Job, type PushRequest } from '../shared/requests'
import type { Api } from './api'
import { type Failure, toFailure } from './failure'
import { JobWork } from './job-work'

/** The push that was started from this page. */
export class PushWork extends JobWork<PushRequest, Job> {
    /** True once the user asked to end it. */
    cancelling = false

    /** @param pause waits that many milliseconds */
    constructor (private readonly api: Pick<Api, 'push' | 'job' | 'cancel' | 'takeOut'>, private readonly onEnd: (work: PushWork) => void, pause?: (milliseconds: number) => Promise<void>) {
        super(async id => await api.job(id), pause)
    }

    /** True while ending the push leaves nothing half done. */
    get cancellable (): boolean {
        const creating = this.job?.steps.filter(({ id }) => creatingSteps.includes(id)) ?? []
        return this.running && !this.cancelling && creating.length > 0 && creating.every(({ state }) => state === 'waiting')
    }

    async start (request: PushRequest): Promise<void> {
        if (this.running) {
            return
        }
        this.cancelling = false
        await this.run(request, async () => await this.api.push(request))
        this.onEnd(this)
    }

    /** Asks to end the push before it creates anything. When that comes too late, its end is shown as usual. */
    async cancel (): Promise<void> {
        this.cancelling = true
        this.changed()
        await this.api.cancel(this.job?.id ?? '').catch(toFailure)
    }

    /** Takes out what a failed push had added to the instance. @returns why not, or null */
    async takeOut (): Promise<Failure | null> {
        try {
            this.job = await this.api.takeOut(this.job?.id ?? '')
            this.changed()
            return null
        } catch (error) {
            return toFailure(error)
        }
    }
}
