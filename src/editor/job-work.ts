import type { ErrorAnswer } from '../shared/errors'
import { coded, type Failure, toFailure } from './failure'
import { Observable } from './observable'

const pollEvery = 400
const pollSlowlyEvery = 3000
/** One missed poll is nothing; a few in a row are said. */
const missedBeforeSaid = 3

interface AnyJob { id: string, state: 'running' | 'done' | 'failed', error: ErrorAnswer | null }

/** Long work of the runtime part that was started from this page: it goes on whether or not its dialog is open, and is kept until it was seen. */
export abstract class JobWork<Request, J extends AnyJob> extends Observable {
    request: Request | null = null
    job: J | null = null
    /** Why it could not be started, or is no longer known. */
    failure: Failure | null = null
    /** True between the click and the first answer. */
    starting = false
    /** True while Node-RED does not tell how the job stands. */
    unheard = false
    /** True while a dialog shows it. */
    watched = false

    /** @param pause waits that many milliseconds */
    constructor (private readonly ask: (job: string) => Promise<J>, private readonly pause = wait) {
        super()
    }

    get running (): boolean {
        return this.starting || (this.failure === null && this.job?.state === 'running')
    }

    get failed (): boolean {
        return this.failure !== null || this.job?.state === 'failed'
    }

    /** Why it failed, in either way; null when it did not. */
    get reason (): Failure | null {
        return this.failure ?? (this.job?.error ? coded(this.job.error) : null)
    }

    /** Forgets the work once its end was seen. */
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

    /** Starts it and follows it to its end. */
    protected async run (request: Request, start: () => Promise<J>): Promise<void> {
        Object.assign(this, { request, job: null, failure: null, starting: true, unheard: false })
        this.changed()
        try {
            this.job = await start()
        } catch (error) {
            this.failure = toFailure(error)
        }
        this.starting = false
        this.changed()
        await this.follow()
    }

    private async follow (): Promise<void> {
        for (let missed = 0; this.job?.state === 'running' && this.failure === null;) {
            await this.pause(missed < missedBeforeSaid ? pollEvery : pollSlowlyEvery)
            try {
                this.job = await this.ask(this.job.id)
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
    }
}

async function wait (milliseconds: number): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, milliseconds))
}
