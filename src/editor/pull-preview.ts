import type { PreparedPull, PullParts, PullRequest } from '../shared/pull'
import type { PullOfViewRequest } from '../shared/views'
import type { Choices } from '../snapshot/diff'
import type { Api } from './api'
import { type Failure, toFailure } from './failure'
import { Observable } from './observable'
import type { Compared, PlanOutline } from './pull-comparison'
import type { ComparisonThread } from './pull-thread'
import { evenIfGone } from './view-gone'
import { WorkerEnded } from './worker-calls'

type PullApi = Pick<Api, 'pull' | 'pullAgain' | 'pulledFlows' | 'runningFlows' | 'letGo'>

/** What is pulled; a function where it has to be opened first, also once more when it was forgotten meanwhile. */
export type PullAsked = PullRequest | (() => Promise<PullOfViewRequest>)

/** Flows that are deployed all the time are never the ones that were compared. */
const mostTries = 4

/** A snapshot that was fetched and compared with what runs here. Of two questions the answer to the later one counts. */
export class PullPreview extends Observable {
    prepared: PreparedPull | null = null
    compared: Compared | null = null
    /** What comes of the choices as they are. */
    plan: PlanOutline | null = null
    /** True while the plan is that of a choice before. */
    planning = false
    loading = false
    failure: Failure | null = null
    private thread: Promise<ComparisonThread> | null = null
    private turn = 0
    private planTurn = 0
    private ended = false

    constructor (private readonly api: PullApi, private readonly startThread: () => Promise<ComparisonThread>) {
        super()
    }

    /** Fetches the snapshot, and compares. */
    async prepare (request: PullAsked): Promise<void> {
        this.drop()
        const asked = async () => typeof request === 'function' ? await request() : request
        await this.load(async () => await evenIfGone(await asked(), async each => await this.api.pull(each), asked), true)
    }

    /** Compares once more: something was deployed here meanwhile. What was forgotten there is fetched again. */
    async again (request: PullAsked | null): Promise<void> {
        const { prepared } = this
        if (prepared === null) {
            await (request === null ? undefined : this.prepare(request))
            return
        }
        // A new worker knows nothing of the snapshot yet.
        await this.load(async () => await this.api.pullAgain(prepared.id), this.thread === null)
        if (request !== null && this.failure?.kind === 'coded' && this.failure.code === 'pull-gone') {
            await this.prepare(request)
        }
    }

    /** Works out what comes of a choice. `decided`: the ids that the user has decided about. */
    async choose (choices: Choices, decided: readonly string[], rule?: PullParts['credentials']): Promise<void> {
        const turn = ++this.planTurn
        this.planning = true
        this.changed()
        const outcome = await this.planned(choices, decided, rule)
        if (turn === this.planTurn) {
            Object.assign(this, outcome, { planning: false })
            this.changed()
        }
    }

    private async planned (...[choices, decided, rule]: Parameters<PullPreview['choose']>): Promise<Pick<PullPreview, 'plan'> | { failure: Failure }> {
        try {
            return { plan: await (await this.comparison()).calls.plan(choices, [...decided], rule) }
        } catch (error) {
            return { failure: this.failed(error) }
        }
    }

    /** The next try has a new worker where this one has failed. */
    private failed (error: unknown): Failure {
        if (error instanceof WorkerEnded) {
            void this.thread?.then(({ end }) => end(), () => undefined)
            this.thread = null
        }
        return toFailure(error)
    }

    async comparison (): Promise<ComparisonThread> {
        this.thread ??= this.startThread()
        return await this.thread
    }

    /** Back to the choice of a snapshot. */
    back (): void {
        this.drop()
        this.changed()
    }

    /** Lets go of everything, here and in Node-RED. */
    end (): void {
        this.ended = true
        this.drop()
        void this.thread?.then(({ end }) => end(), () => undefined)
    }

    private drop (): void {
        const { prepared } = this
        this.turn++
        this.planTurn++
        Object.assign(this, { prepared: null, compared: null, plan: null, planning: false, loading: false, failure: null })
        if (prepared !== null) {
            // It is forgotten by itself where this does not arrive.
            void this.api.letGo(prepared.id).catch(() => undefined)
        }
    }

    private async load (prepare: () => Promise<PreparedPull>, isNew: boolean): Promise<void> {
        const turn = ++this.turn
        this.set(turn, { loading: true, failure: null })
        try {
            const prepared = await prepare()
            if (this.ended) {
                await this.api.letGo(prepared.id)
                return
            }
            await this.compare(turn, prepared, isNew)
            this.set(turn, { loading: false })
        } catch (error) {
            this.set(turn, { loading: false, failure: this.failed(error) })
        }
    }

    private async compare (turn: number, first: PreparedPull, isNew: boolean): Promise<void> {
        const [{ calls }, there] = await Promise.all([this.comparison(), isNew ? this.api.pulledFlows(first.id) : null])
        let prepared = first
        for (let tries = 1; turn === this.turn; tries++) {
            const here = await this.api.runningFlows(prepared.id)
            const { base, credentials } = prepared
            const compared = await calls.compare({ here, there: tries === 1 ? there : null, base: base?.states ?? null, credentials })
            if (compared.rev === prepared.rev || tries === mostTries) {
                this.set(turn, { prepared, compared })
                return
            }
            prepared = await this.api.pullAgain(prepared.id)
        }
    }

    private set (turn: number, change: Partial<PullPreview>): void {
        if (turn === this.turn && !this.ended) {
            Object.assign(this, change)
            this.changed()
        }
    }
}
