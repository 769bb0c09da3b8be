import type { View } from '../shared/views'
import { compareCredentials, compareParts, type PartsCompared, type ViewParts } from '../snapshot/compare'
import { isSameOne, sideName, type CompareSide, type Place } from './compare-side'
import type { CompareCalls, CompareThread } from './compare-thread'
import { type Failure, toFailure } from './failure'
import { Observable } from './observable'
import type { ComparedFlows } from './snapshot-comparison'
import type { viewsApi } from './views-api'
import { evenIfGone } from './view-gone'
import { WorkerEnded } from './worker-calls'

export type CompareApi = Pick<typeof viewsApi, 'openView' | 'viewedFlows' | 'letGoOfView'>

/** One side: what was chosen, and once that is opened, what is in it. */
export interface SideState {
    side: CompareSide | null
    /** null: the workspace, or not opened yet. */
    view: View | null
    /** Its nodes as a JSON array; null until they are here. */
    flows: string | null
    loading: boolean
    failure: Failure | null
}

export interface ComparedSnapshots extends ComparedFlows {
    parts: PartsCompared
    /** False where one side does not tell of its credentials. */
    credentialsTold: boolean
    /** The very same snapshot twice. */
    same: boolean
    /** Nothing is different in all that could be compared. */
    equal: boolean
}

const nothing: SideState = { side: null, view: null, flows: null, loading: false, failure: null }

/** Two sides that are opened one by one, and compared once both are here. Node-RED holds neither of them after that. */
export class CompareWork extends Observable {
    here = nothing
    there = nothing
    compared: ComparedSnapshots | null = null
    comparing = false
    failure: Failure | null = null
    private thread: Promise<CompareThread> | null = null
    private readonly turns = { here: 0, there: 0, compare: 0 }
    private ended = false

    /** @param workspace gives the nodes in the workspace, as JSON */
    constructor (
        private readonly api: CompareApi, private readonly startThread: () => Promise<CompareThread>, private readonly workspace: () => string
    ) {
        super()
    }

    /** Opens what is to stand there, and compares. */
    async choose (place: Place, side: CompareSide): Promise<void> {
        const turn = ++this.turns[place]
        this.forget()
        const set = (change: Partial<SideState>) => {
            if (turn === this.turns[place] && !this.ended) {
                this[place] = { ...this[place], ...change }
                this.changed()
            }
        }
        set({ ...nothing, side, loading: true })
        try {
            set({ ...await this.open(side), loading: false })
            await this.compare()
        } catch (error) {
            set({ loading: false, failure: toFailure(error) })
        }
    }

    /** The other way round. */
    async swap (): Promise<void> {
        const { here, there } = this
        if (here.loading || there.loading) {
            return
        }
        this.forget()
        Object.assign(this, { here: there, there: here })
        await this.compare()
    }

    /** Opens once more what may be another one by now, and what could not be opened. */
    async again (): Promise<void> {
        const places = (['here', 'there'] as const).filter(place => this[place].failure !== null || isAlive(this[place].side))
        await Promise.all(places.map(async place => {
            const { side } = this[place]
            await (side === null ? undefined : this.choose(place, side))
        }))
        await (places.length === 0 ? this.compare() : undefined)
    }

    /** What stands there, by its name; '' for nothing. */
    nameOf (place: Place): string {
        const { side, view } = this[place]
        return side === null ? '' : sideName(side, view)
    }

    /** Asks about what was compared. @throws Error when it can't be told; where nothing can be any more, the comparison has failed too */
    async ask <Value> (question: (calls: CompareCalls) => Promise<Value>): Promise<Value> {
        try {
            return await this.inThread(question)
        } catch (error) {
            if (this.thread === null && !this.ended) {
                this.forget()
                this.failure = toFailure(error)
                this.changed()
            }
            throw error
        }
    }

    /** Also lets go of the sides: a file's knows its secrets. */
    end (): void {
        this.ended = true
        this.here.side = null
        this.there.side = null
        void this.thread?.then(({ end }) => end(), () => undefined)
    }

    private async open (side: CompareSide): Promise<{ view: View | null, flows: string }> {
        if (side.kind === 'workspace') {
            return { view: null, flows: this.workspace() }
        }
        const read = async (view: View) => {
            try {
                return { view, flows: await this.api.viewedFlows(view.id) }
            } finally {
                // It is forgotten by itself where this does not arrive.
                void this.api.letGoOfView(view.id).catch(() => undefined)
            }
        }
        return side.kind === 'view'
            ? await evenIfGone(side.view, read, async () => await side.reopen([]))
            : await read(await this.api.openView(side.source))
    }

    private async compare (): Promise<void> {
        const { here, there } = this
        if (here.side === null || there.side === null || here.flows === null || there.flows === null || this.ended) {
            return
        }
        const turn = ++this.turns.compare
        const set = (change: Partial<CompareWork>) => {
            if (turn === this.turns.compare && !this.ended) {
                Object.assign(this, change)
                this.changed()
            }
        }
        set({ comparing: true, failure: null })
        try {
            const { changes, told } = compareCredentials(here.view?.credentials ?? null, there.view?.credentials ?? null)
            const [older, newer] = [here.flows, there.flows]
            const flows = await this.inThread(async calls => await calls.compare({ here: older, there: newer, credentials: changes }))
            const parts = compareParts(partsOf(here.view), partsOf(there.view))
            const equal = flows.groups.length === 0 && parts.rows.length === 0
            set({ compared: { ...flows, parts, credentialsTold: told, same: isSameOne(here.side, there.side), equal }, comparing: false })
        } catch (error) {
            set({ comparing: false, failure: toFailure(error) })
        }
    }

    /** The next question has a new worker where this one could not be started, or has failed. */
    private async inThread <Value> (question: (calls: CompareCalls) => Promise<Value>): Promise<Value> {
        this.thread ??= this.startThread()
        const { thread } = this
        const drop = () => { this.thread = this.thread === thread ? null : this.thread }
        const { calls, end } = await thread.catch((error: unknown) => {
            drop()
            throw error
        })
        return await question(calls).catch((error: unknown) => {
            if (error instanceof WorkerEnded) {
                drop()
                end()
            }
            throw error
        })
    }

    private forget (): void {
        this.turns.compare++
        Object.assign(this, { compared: null, comparing: false, failure: null })
        this.changed()
    }
}

/** What runs and what is edited change while they are looked at. */
export function isAlive (side: CompareSide | null): boolean {
    return side?.kind === 'workspace' || (side?.kind === 'source' && side.source.kind === 'running')
}

/** A plain export of flows has no place for anything else. */
function partsOf (view: View | null): ViewParts | null {
    return view === null || view.notes.some(({ code }) => code === 'flows-only') ? null : view
}
