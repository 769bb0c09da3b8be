import type { RestoreThereRequest } from '../shared/actions'
import type { Named, RestoreThereJob } from '../shared/requests'
import type { ActionsApi } from './actions-api'
import { JobWork } from './job-work'

/** A restore on an instance, as it was asked for. */
export interface RestoreThereOrder { instance: Named, snapshot: Named, request: RestoreThereRequest }

/** The restore on an instance that was started from this page. */
export class RestoreThereWork extends JobWork<RestoreThereOrder, RestoreThereJob> {
    /** @param pause waits that many milliseconds */
    constructor (
        private readonly api: Pick<ActionsApi, 'restoreThere' | 'restoreThereJob'>, private readonly onEnd: () => void, pause?: (milliseconds: number) => Promise<void>
    ) {
        super(async id => await api.restoreThereJob(id), pause)
    }

    async start (order: RestoreThereOrder): Promise<void> {
        if (this.running) {
            return
        }
        await this.run(order, async () => await this.api.restoreThere(order.instance.id, order.snapshot.id, order.request))
        this.onEnd()
    }
}
