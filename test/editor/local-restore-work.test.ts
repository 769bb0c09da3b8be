import should from 'should'
import { RequestFailure } from '../../src/editor/node-red-requests'
import { type OpenEditor, type RestoreOrder, RestoreWork, stateAfter } from '../../src/editor/restore-work'
import type { RestoreJob } from '../../src/shared/requests'

const snapshot = { id: 's1', name: 'v1' }
const restore: RestoreOrder = { kind: 'restore', snapshot, request: { rev: 'before', credentialMark: 'm' } }
const result = { snapshot, safety: null, rev: null, installed: [], afterRestart: [], takenBack: false, overtaken: false, modulesLeft: [] }
const job = (state: RestoreJob['state'], change: Partial<Pick<RestoreJob, 'steps' | 'result'>> = {}): RestoreJob =>
    ({ id: 'j1', kind: 'restore', state, steps: [], result, error: null, ...change })
const moved = () => Promise.reject(new RequestFailure(409, { code: 'restore-moved', params: {} }))

interface Story {
    /** What the editor holds before, and what happens to it while the job runs. */
    dirty?: boolean
    meanwhile?: (editor: EditorDouble) => void
    /** Node-RED's revision in the end; null when Node-RED does not answer. */
    running: string | null
    answer?: () => Promise<RestoreJob>
    end?: RestoreJob
}

class EditorDouble implements OpenEditor {
    shown = 'before'
    dirty = false
    loads = 0
    readonly held: boolean[] = []

    constructor (private readonly running: string | null) {}
    hasUndeployedEdits = () => this.dirty
    shownRevision = () => this.shown
    holdDeployNotice = (held: boolean) => { this.held.push(held) }
    runningRevision = async () => {
        if (this.running === null) {
            throw new RequestFailure(0, undefined)
        }
        return this.running
    }

    loadRunningFlows = async () => {
        this.shown = await this.runningRevision()
        this.dirty = false
        this.loads++
    }
}

async function told ({ dirty = false, meanwhile, running, answer = async () => job('running'), end = job('done') }: Story) {
    const editor = new EditorDouble(running)
    editor.dirty = dirty
    let ends = 0
    const work = new RestoreWork({
        restoreLocal: answer,
        undo: answer,
        replaceByPull: answer,
        restoreJob: async () => {
            work.running.should.be.true()
            meanwhile?.(editor)
            return end
        }
    }, editor, () => {
        ends++
        work.running.should.be.false()
    }, async () => {})
    await work.start(restore)
    ends.should.equal(1)
    editor.held.should.eql([true, false])
    return { work, editor }
}

describe('the editor during a restore', () => {
    it('follows what was restored, and drops the edits that the user was told of', async () => {
        const { work, editor } = await told({ dirty: true, running: 'after' })
        should(editor).containEql({ shown: 'after', dirty: false, loads: 1 })
        work.behind.should.be.false()
    })

    it('loads the flows also when only their credentials are other ones', async () => {
        const { editor } = await told({ running: 'before' })
        editor.loads.should.equal(1)
    })

    it('keeps edits that were made while it ran, says so, and lets the user decide', async () => {
        const { work, editor } = await told({ running: 'after', meanwhile: editor => { editor.dirty = true } })
        should(editor).containEql({ shown: 'before', dirty: true, loads: 0 })
        work.behind.should.be.true()
        await work.loadRunningFlows()
        work.behind.should.be.false()
        editor.shown.should.equal('after')
    })

    it('keeps its edits when the restore failed and was taken back', async () => {
        const { work, editor } = await told({ dirty: true, running: 'before', end: job('failed', { result: { ...result, takenBack: true } }) })
        should(editor).containEql({ dirty: true, loads: 0 })
        work.behind.should.be.false()
        stateAfter(work).should.equal('taken-back')
    })

    it('keeps its edits when the restore was refused since somebody else had deployed, and says that it is behind', async () => {
        const { work, editor } = await told({ dirty: true, running: 'of somebody else', answer: moved })
        should(editor).containEql({ dirty: true, loads: 0 })
        work.behind.should.be.true()
        stateAfter(work).should.equal('nothing-changed')
    })

    it('is behind when Node-RED does not answer in the end', async () => {
        const { work } = await told({ running: null })
        work.behind.should.be.true()
    })
})

describe('what is certain after a failed restore', () => {
    const failed = (steps: RestoreJob['steps']) => stateAfter({ job: job('failed', { steps }), failure: null })

    it('is that nothing changed before the first step that writes', () => {
        failed([{ id: 'plan', state: 'done' }, { id: 'safety', state: 'failed' }, { id: 'flows', state: 'waiting' }]).should.equal('nothing-changed')
    })

    it('is that others’ flows stay where they have deployed meanwhile', () => {
        const steps: RestoreJob['steps'] = [{ id: 'flows', state: 'failed' }, { id: 'take-back', state: 'done' }]
        stateAfter({ job: job('failed', { steps, result: { ...result, overtaken: true } }), failure: null }).should.equal('overtaken')
    })

    it('is nothing when taking back failed too, or Node-RED fell silent', () => {
        failed([{ id: 'flows', state: 'failed' }, { id: 'take-back', state: 'failed' }]).should.equal('unknown')
        stateAfter({ job: job('running'), failure: { kind: 'coded', code: 'job-not-found', params: {} } }).should.equal('unknown')
        stateAfter({ job: null, failure: { kind: 'offline' } }).should.equal('unknown')
    })
})
