import { randomUUID } from 'node:crypto'
import { restoreThereStepIds } from '../shared/actions'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import { limits } from '../shared/limits'
import { creatingSteps, type AnyJob, type JobKind, type JobKinds, type JobOf } from '../shared/requests'

type StepIdOf<Kind extends JobKind> = JobKinds[Kind]['step']

/** What a running job reports. */
export interface Progress<Kind extends JobKind = 'push'> {
    /** Finishes the step before it and begins this one. @throws CodedError `job-cancelled`, once, when the user has cancelled meanwhile */
    begin (step: StepIdOf<Kind>): void
    /** What is certain so far; kept when the job fails later. */
    readonly result: JobKinds[Kind]['result']
}

interface Entry { owner: string, job: AnyJob, endedAt: number | null, cancelled: boolean, ended: Promise<void> }

/** Once one of these has begun, ending the job would leave half of what was asked for behind. */
const pastCancelling: Record<JobKind, readonly string[]> = {
    push: creatingSteps,
    restore: ['install', 'variables', 'flows', 'read-back', 'take-back'],
    undo: ['variables', 'flows', 'read-back', 'take-back'],
    'restore-there': restoreThereStepIds,
    'push-device': ['create', 'device-target']
}

/** Long work, one at a time: runs on after its request was answered, contained, readable by the user who started it. */
export class Jobs {
    private readonly entries = new Map<string, Entry>()

    /** @param report is told about failures that are no sentence for a user, for the log */
    constructor (private readonly report: (error: unknown) => void, private readonly now: () => number = Date.now) {}

    /** @throws CodedError `job-running` while another one is at work */
    start<Kind extends JobKind = 'push'> (
        owner: string, steps: Array<StepIdOf<Kind>>, result: JobKinds[Kind]['result'], run: (progress: Progress<Kind>) => Promise<void>,
        kind: Kind = 'push' as Kind
    ): JobOf<Kind> {
        if (this.running() !== null) {
            throw new CodedError('job-running', {}, 409)
        }
        this.forgetOld()
        const job: JobOf<Kind> = { id: randomUUID(), kind, state: 'running', steps: steps.map(id => ({ id, state: 'waiting' })), result, error: null }
        const entry = { owner, job, endedAt: null, cancelled: false, ended: Promise.resolve() }
        this.entries.set(job.id, entry as Entry)
        entry.ended = this.contain(entry, run)
        return job
    }

    /** The kind of the work under way; null when there is none. */
    running (): JobKind | null {
        return this.atWork()?.job.kind ?? null
    }

    private atWork (): Entry | undefined {
        return [...this.entries.values()].find(entry => entry.job.state === 'running')
    }

    /** Ends when this work has ended. */
    async ended (id: string): Promise<void> {
        await this.entries.get(id)?.ended
    }

    /** Ends when no work is under way. */
    async idle (): Promise<void> {
        for (let entry = this.atWork(); entry !== undefined; entry = this.atWork()) {
            await entry.ended
        }
    }

    /** @throws CodedError `job-not-found`, also for another user's job */
    get (owner: string, id: string): AnyJob {
        const entry = this.entries.get(id)
        if (entry === undefined || entry.owner !== owner) {
            throw new CodedError('job-not-found', {}, 404)
        }
        return entry.job
    }

    /**
     * Ends a job before its next step. Only while nothing was created or replaced: from then on it would leave half of it behind.
     * @throws CodedError `job-not-found`, `job-past-cancelling`
     */
    cancel (owner: string, id: string): AnyJob {
        const job = this.get(owner, id)
        if (job.state !== 'running' || job.steps.some(step => pastCancelling[job.kind].includes(step.id) && step.state !== 'waiting')) {
            throw new CodedError('job-past-cancelling', {}, 409)
        }
        const entry = this.entries.get(id)
        if (entry !== undefined) {
            entry.cancelled = true
        }
        return job
    }

    private async contain<Kind extends JobKind> (
        entry: { job: JobOf<Kind>, endedAt: number | null, cancelled: boolean }, run: (progress: Progress<Kind>) => Promise<void>
    ): Promise<void> {
        const { job } = entry
        const endStep = (state: 'done' | 'failed') => job.steps.filter(step => step.state === 'running').forEach(step => { step.state = state })
        const begin = (id: StepIdOf<Kind>) => {
            if (entry.cancelled) {
                // Said once: what takes things back afterwards is work of the same job.
                entry.cancelled = false
                throw new CodedError('job-cancelled', {}, 409)
            }
            // What has to be taken back is because of a step that failed.
            endStep(id === 'take-back' ? 'failed' : 'done')
            job.steps.filter(step => step.id === id).forEach(step => { step.state = 'running' })
        }
        try {
            await run({ begin, result: job.result })
            endStep('done')
            job.state = 'done'
        } catch (error) {
            endStep('takenBack' in job.result && (job.result.takenBack || job.result.overtaken) ? 'done' : 'failed')
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
