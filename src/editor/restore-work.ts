import type { LocalRestoreRequest, RestoreStepId, Undo, UndoRequest } from '../shared/local'
import type { PullReplaceRequest } from '../shared/pull'
import type { Named, RestoreJob } from '../shared/requests'
import type { Api } from './api'
import { JobWork } from './job-work'
import { t } from './text'

export type RestoreOrder =
    | { kind: 'restore', snapshot: Named, request: LocalRestoreRequest }
    | { kind: 'pull', snapshot: Named, pull: string, request: PullReplaceRequest }
    | { kind: 'undo', snapshot: Undo, request: UndoRequest }

/** The sentence of the catalog about work of that kind. */
export function workText (order: RestoreOrder | null, about: 'running' | 'done' | 'failed'): string {
    const name = order?.snapshot.name ?? ''
    switch (order?.kind) {
    case 'undo': return t({ running: 'restoreHere.undoRunning', done: 'restoreHere.undone', failed: 'restoreHere.undoFailed' }[about], { name })
    case 'pull': return t({ running: 'pull.running', done: 'pull.done', failed: 'pull.failed' }[about], { name })
    default: return t({ running: 'restoreHere.running', done: 'restoreHere.done', failed: 'restoreHere.failed' }[about], { name })
    }
}

/** The open editor as a restore needs it. */
export interface OpenEditor {
    hasUndeployedEdits (): boolean
    /** Whether the editor says nothing when flows are deployed that are not its own. */
    holdDeployNotice (held: boolean): void
    /** Node-RED's revision of the flows that the editor shows. */
    shownRevision (): string | null
    /** Node-RED's revision of the flows that run. @throws RequestFailure */
    runningRevision (): Promise<string>
    /** Shows the running flows in place of whatever the editor holds. @throws RequestFailure */
    loadRunningFlows (): Promise<void>
}

/** The notice of the last deploy is on its way when the job is already done. */
const noticeComesWithin = 800

/** The restore or undo that was started from this page. The open editor follows it, so that no later deploy is in conflict. */
export class RestoreWork extends JobWork<RestoreOrder, RestoreJob> {
    /** True when other flows run than the editor shows, because it holds edits that were made meanwhile, or could not load them. */
    behind = false
    private catchingUp = false

    /** @param pause waits that many milliseconds */
    constructor (
        private readonly api: Pick<Api, 'restoreLocal' | 'replaceByPull' | 'undo' | 'restoreJob'>, private readonly editor: OpenEditor,
        private readonly onEnd: (work: RestoreWork) => void, private readonly waits = wait
    ) {
        super(async id => await api.restoreJob(id), waits)
    }

    override get running (): boolean {
        return super.running || this.catchingUp
    }

    /** The user has been told that undeployed edits which are there now will go. */
    async start (order: RestoreOrder): Promise<void> {
        if (this.running) {
            return
        }
        const mayDropEdits = this.editor.hasUndeployedEdits()
        Object.assign(this, { behind: false, catchingUp: true })
        this.editor.holdDeployNotice(true)
        await this.run(order, async () => await this.order(order))
        await this.catchUp(mayDropEdits)
        this.catchingUp = false
        this.changed()
        this.onEnd(this)
        await this.waits(noticeComesWithin)
        if (!this.running) {
            this.editor.holdDeployNotice(false)
        }
    }

    private async order (order: RestoreOrder): Promise<RestoreJob> {
        switch (order.kind) {
        case 'undo': return await this.api.undo(order.request)
        case 'pull': return await this.api.replaceByPull(order.pull, order.request)
        case 'restore': return await this.api.restoreLocal(order.snapshot.id, order.request)
        }
    }

    /** Shows the running flows at the user's word, whatever edits the editor holds. */
    async loadRunningFlows (): Promise<void> {
        this.behind = await this.load()
        this.changed()
    }

    /** A restore that did not go through leaves edits alone, and most often the flows too: the editor then shows what runs already. */
    private async catchUp (mayDropEdits: boolean): Promise<void> {
        const isDone = this.job?.state === 'done'
        const running = await this.editor.runningRevision().catch(() => null)
        const same = running !== null && running === this.editor.shownRevision()
        if (same && !isDone) {
            return
        }
        if (running === null) {
            this.behind = this.job !== null
        } else if (this.editor.hasUndeployedEdits() && !(isDone && mayDropEdits)) {
            this.behind = !same
        } else {
            this.behind = await this.load()
        }
    }

    /** @returns whether the editor is still behind */
    private async load (): Promise<boolean> {
        return await this.editor.loadRunningFlows().then(() => false, () => true)
    }
}

/** How things stand after a failure, as far as it is known. */
export function stateAfter ({ job, failure }: Pick<RestoreWork, 'job' | 'failure'>): 'nothing-changed' | 'taken-back' | 'overtaken' | 'unknown' {
    if (job === null) {
        return failure?.kind === 'offline' ? 'unknown' : 'nothing-changed'
    }
    if (job.state !== 'failed') {
        return 'unknown'
    }
    if (job.result.takenBack) {
        return 'taken-back'
    }
    if (job.result.overtaken) {
        return 'overtaken'
    }
    return job.steps.some(({ id, state }) => changing.includes(id) && state !== 'waiting') ? 'unknown' : 'nothing-changed'
}

/** Steps that change something here. */
const changing: readonly RestoreStepId[] = ['install', 'variables', 'flows', 'read-back', 'take-back']

async function wait (milliseconds: number): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, milliseconds))
}
