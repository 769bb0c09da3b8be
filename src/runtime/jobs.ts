import { randomUUID } from 'node:crypto'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import { limits } from '../shared/limits'
import { creatingSteps, type Job, type JobStep, type PushResult } from '../shared/requests'

/** What a running job reports. */
export interface Progress {
    /** Finishes the step before it and begins this one. @throws CodedError `job-cancelled` when the user has cancelled meanwhile */
    begin (step: JobStep['id']): void
    /** What is certain so far; kept when the job fails later. */
    readonly result: PushResult
}

interface Entry { owner: string, job: Job, endedAt: number | null, cancelled: boolean }

/** Long work, one at a time: runs on after its request was answered, contained, readable by the user who started it. */
export class Jobs {
    private readonly entries = new Map<string, Entry>()

    /** @param report is told about failures that are no sentence for a user, for the log */
    constructor (private readonly report: (error: unknown) => void, private readonly now: () => number = Date.now) {}

    /** @throws CodedError `job-running` while another one is at work */
    start (owner: string, steps: Array<JobStep['id']>, result: PushResult, run: (progress: Progress) => Promise<void>): Job {
        if ([...this.entries.values()].some(entry => entry.job.state === 'running')) {
            throw new CodedError('job-running', {}, 409)
        }
        this.forgetOld()
        const job: Job = { id: randomUUID(), state: 'running', steps: steps.map(id => ({ id, state: 'waiting' })), result, error: null }
        const entry: Entry = { owner, job, endedAt: null, cancelled: false }
        this.entries.set(job.id, entry)
        void this.contain(entry, run)
        return job
    }

    /** @throws CodedError `job-not-found`, also for another user's job */
    get (owner: string, id: string): Job {
        const entry = this.entries.get(id)
        if (entry === undefined || entry.owner !== owner) {
            throw new CodedError('job-not-found', {}, 404)
        }
        return entry.job
    }

    /**
     * Ends a job before its next step. Only while nothing was created: from then on it would leave half a push behind.
     * @throws CodedError `job-not-found`, `job-past-cancelling`
     */
    cancel (owner: string, id: string): Job {
        const job = this.get(owner, id)
        if (job.state !== 'running' || job.steps.some(step => creatingSteps.includes(step.id) && step.state !== 'waiting')) {
            throw new CodedError('job-past-cancelling', {}, 409)
        }
        const entry = this.entries.get(id)
        if (entry !== undefined) {
            entry.cancelled = true
        }
        return job
    }

    private async contain (entry: Entry, run: (progress: Progress) => Promise<void>): Promise<void> {
        const { job } = entry
        const endStep = (state: 'done' | 'failed') => job.steps.filter(step => step.state === 'running').forEach(step => { step.state = state })
        const begin = (id: JobStep['id']) => {
            if (entry.cancelled) {
                throw new CodedError('job-cancelled', {}, 409)
            }
            endStep('done')
            job.steps.filter(step => step.id === id).forEach(step => { step.state = 'running' })
        }
        try {
            await run({ begin, result: job.result })
            endStep('done')
            job.state = 'done'
        } catch (error) {
            endStep('failed')
            job.error = this.answerFor(error)
            job.state = 'failed'
        }
        entry.endedAt = this.now()
    }

    private answerFor (error: unknown): ErrorAnswer {
        if (error instanceof CodedError) {
            return error.toAnswer()
        }
        this.report(error)
        return { code: 'internal', params: {} }
    }

    private forgetOld (): void {
        const ended = [...this.entries].filter(([, entry]) => entry.endedAt !== null).reverse()
        ended.forEach(([id, entry], index) => {
            if (index >= limits.finishedJobs || this.now() - (entry.endedAt ?? 0) > limits.finishedJobMs) {
                this.entries.delete(id)
            }
        })
    }
}
