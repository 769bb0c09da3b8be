import { creatingSteps, type Job, type PushRequest } from '../shared/requests'
import type { Api } from './api'
import { type Failure, coded, toFailure } from './failure'
import { Observable } from './observable'

const pollEvery = 400
const pollSlowlyEvery = 3000
/** One missed poll is nothing; a few in a row are said. */
const missedBeforeSaid = 3

/** The push that was started from this page: it goes on whether or not its dialog is open, and is kept until it was seen. */
export class PushWork extends Observable {
    request: PushRequest | null = null
    job: Job | null = null
    /** Why it could not be started, or is no longer known. */
    failure: Failure | null = null
    /** True between the click and the first answer. */
    starting = false
    /** True once the user asked to end it. */
    cancelling = false
    /** True while Node-RED does not tell how the job stands. */
    unheard = false
    /** True while a dialog shows it. */
    watched = false

    /** @param pause waits that many milliseconds */
    constructor (private readonly api: Pick<Api, 'push' | 'job' | 'cancel' | 'takeOut'>, private readonly onEnd: (work: PushWork) => void, private readonly pause = wait) {
        super()
    }

    get running (): boolean {
        return this.starting || (this.failure === null && this.job?.state === 'running')
    }

    /** True while ending the push leaves nothing half done. */
    get cancellable (): boolean {
        const creating = this.job?.steps.filter(({ id }) => creatingSteps.includes(id)) ?? []
        return this.running && !this.cancelling && creating.length > 0 && creating.every(({ state }) => state === 'waiting')
    }

    get failed (): boolean {
        return this.failure !== null || this.job?.state === 'failed'
    }

    /** Why it failed, in either way; null when it did not. */
    get reason (): Failure | null {
        return this.failure ?? (this.job?.error ? coded(this.job.error) : null)
    }

    async start (request: PushRequest): Promise<void> {
        if (this.running) {
            return
        }
        Object.assign(this, { request, job: null, failure: null, starting: true, cancelling: false, unheard: false })
        this.changed()
        try {
            this.job = await this.api.push(request)
        } catch (error) {
            this.failure = toFailure(error)
        }
        this.starting = false
        this.changed()
        await this.follow()
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

    /** Forgets the push once its end was seen. */
    clear (): void {
        if (!this.running) {
            Object.assign(this, { request: null, job: null, failure: null })
            this.changed()
        }
    }

    setWatched (watched: boolean): void {
        this.watched = watched
        this.changed()
    }

    private async follow (): Promise<void> {
        for (let missed = 0; this.job?.state === 'running' && this.failure === null;) {
            await this.pause(missed < missedBeforeSaid ? pollEvery : pollSlowlyEvery)
            try {
                this.job = await this.api.job(this.job.id)
                missed = 0
            } catch (error) {
                const failure = toFailure(error)
                missed++
                // A coded answer is final: the job is not known (any more).
                this.failure = failure.kind === 'coded' ? failure : null
            }
            this.unheard = missed >= missedBeforeSaid
            this.changed()
        }
        this.onEnd(this)
    }
}

async function wait (milliseconds: number): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, milliseconds))
}
