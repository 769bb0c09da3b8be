import type { LocalChange, LocalList, LocalRequest } from '../shared/local'
import type { Api } from './api'
import { type Failure, toFailure } from './failure'

/** The snapshots that are kept here, as the runtime part listed them last. Of two questions the answer to the later one counts. */
export class LocalSnapshots {
    value: LocalList | null = null
    loading = false
    failure: Failure | null = null
    private turn = 0

    constructor (
        private readonly api: Pick<Api, 'local' | 'createLocal' | 'changeLocal' | 'removeLocal' | 'dismissNotice'>, private readonly changed: () => void
    ) {}

    async refresh (): Promise<void> {
        const turn = ++this.turn
        this.set(turn, { loading: true })
        try {
            this.set(turn, { value: await this.api.local(), loading: false, failure: null })
        } catch (error) {
            this.set(turn, { loading: false, failure: toFailure(error) })
        }
    }

    /** @throws RequestFailure */
    async create (request: LocalRequest): Promise<void> {
        await this.api.createLocal(request)
        await this.refresh()
    }

    /** @throws RequestFailure */
    async change (id: string, change: LocalChange): Promise<void> {
        await this.api.changeLocal(id, change)
        await this.refresh()
    }

    /** @throws RequestFailure */
    async remove (id: string): Promise<void> {
        await this.api.removeLocal(id)
        await this.refresh()
    }

    /** @throws RequestFailure */
    async dismissNotice (): Promise<void> {
        await this.api.dismissNotice()
        await this.refresh()
    }

    private set (turn: number, change: Partial<LocalSnapshots>): void {
        if (turn === this.turn) {
            Object.assign(this, change)
            this.changed()
        }
    }
}
