import type { View } from '../shared/views'
import type { FlowNode } from '../snapshot/model'
import type { Api } from './api'
import { type Failure, toFailure } from './failure'
import { Observable } from './observable'
import { evenIfGone } from './view-gone'
import { viewedFlows, type ViewedFlows } from './viewed-flows'

/** A snapshot that is opened to be looked at, with its flows. */
export class ViewWork extends Observable {
    view: View | null = null
    nodes: FlowNode[] = []
    flows: ViewedFlows | null = null
    loading = false
    failure: Failure | null = null
    private ended = false

    /** @param open opens it in Node-RED. @param release lets go of it there again */
    constructor (private readonly api: Pick<Api, 'viewedFlows'>, private readonly open: () => Promise<View>, private readonly release: (view: View) => void) {
        super()
    }

    async load (): Promise<void> {
        this.letGo()
        this.set({ view: null, flows: null, loading: true, failure: null })
        try {
            const view = await this.open()
            if (this.ended) {
                this.release(view)
                return
            }
            this.set({ view })
            const flows = await evenIfGone(view, async ({ id }) => await this.api.viewedFlows(id), async () => await this.openAnew())
            const nodes = JSON.parse(flows) as FlowNode[]
            this.set({ nodes, flows: viewedFlows(nodes), loading: false })
        } catch (error) {
            this.set({ loading: false, failure: toFailure(error) })
        }
    }

    private async openAnew (): Promise<View> {
        const view = await this.open()
        if (this.ended) {
            this.release(view)
        }
        this.set({ view })
        return view
    }

    end (): void {
        this.ended = true
        this.letGo()
    }

    private letGo (): void {
        if (this.view !== null) {
            this.release(this.view)
        }
    }

    private set (change: Partial<ViewWork>): void {
        if (!this.ended) {
            Object.assign(this, change)
            this.changed()
        }
    }
}
