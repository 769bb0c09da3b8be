import should from 'should'
import { answerIn, callsInPage, callsTo } from '../../src/editor/pull-calls'
import { PullComparison } from '../../src/editor/pull-comparison'
import { PullPreview } from '../../src/editor/pull-preview'
import { WorkerEnded, type Port } from '../../src/editor/worker-calls'
import { RequestFailure } from '../../src/editor/node-red-requests'
import type { PreparedPull, PullRequest } from '../../src/shared/pull'
import { settled } from './answers'

const request: PullRequest = { owner: { kind: 'instance', id: 'i1' }, snapshot: 's1' }
const prepared = (id: string, rev: string) => ({ id, rev, base: null, credentials: {} }) as unknown as PreparedPull

/** Node-RED as a preview asks it: `rev` is what runs at each question. */
class NodeRedDouble {
    rev = 'r1'
    preparedRev = 'r1'
    gone = false
    readonly asked: string[] = []
    private pulls = 0

    pull = async () => this.note('pull', prepared(`p${++this.pulls}`, this.preparedRev))
    pullAgain = async (id: string) => {
        if (this.gone) {
            this.gone = false
            throw new RequestFailure(404, { code: 'pull-gone', params: {} })
        }
        return this.note(`again ${id}`, prepared(id, this.rev))
    }

    pulledFlows = async (id: string) => this.note(`flows ${id}`, '[{"id":"a","type":"tab","label":"A"}]')
    runningFlows = async () => JSON.stringify({ flows: [], rev: this.rev })
    letGo = async (id: string) => this.note(`let go ${id}`, undefined)

    private note <T> (question: string, answer: T): T {
        this.asked.push(question)
        return answer
    }
}

function preview () {
    const nodeRed = new NodeRedDouble()
    const thread = { ended: 0 }
    const shown = new PullPreview(nodeRed, async () => ({ calls: callsInPage(new PullComparison()), end: () => { thread.ended++ } }))
    return { nodeRed, thread, shown }
}

describe('the preview of a pull', () => {
    it('compares the snapshot with the revision that it was prepared for', async () => {
        const { shown } = preview()
        await shown.prepare(request)
        should(shown).containEql({ loading: false, failure: null })
        shown.compared!.should.containEql({ rev: 'r1', totals: { added: 1, deleted: 0, changed: 0, moved: 0 } })
    })

    it('asks once more when something was deployed between the two answers, and fetches the flows of the snapshot once', async () => {
        const { shown, nodeRed } = preview()
        nodeRed.rev = 'r2'
        await shown.prepare(request)
        shown.prepared!.rev.should.equal('r2')
        nodeRed.asked.should.eql(['pull', 'flows p1', 'again p1'])
    })

    it('fetches the snapshot again when Node-RED has forgotten it', async () => {
        const { shown, nodeRed } = preview()
        await shown.prepare(request)
        nodeRed.gone = true
        await shown.again(request)
        shown.prepared!.id.should.equal('p2')
        should(shown.failure).be.null()
    })

    it('keeps what it shows when a later comparison fails, and says why', async () => {
        const { shown, nodeRed } = preview()
        await shown.prepare(request)
        nodeRed.pullAgain = async () => { throw new RequestFailure(0, undefined) }
        await shown.again(request)
        should(shown.failure).eql({ kind: 'offline' })
        shown.prepared!.id.should.equal('p1')
    })

    it('lets go of the snapshot when it is closed, also while it is still on its way', async () => {
        const { shown, nodeRed, thread } = preview()
        await shown.prepare(request)
        shown.end()
        await settled()
        nodeRed.asked.should.containEql('let go p1')
        thread.ended.should.equal(1)

        const early = preview()
        const preparing = early.shown.prepare(request)
        early.shown.end()
        await preparing
        early.nodeRed.asked.should.eql(['pull', 'let go p1'])
    })

    it('shows the plan of the last choice, and says while it is not there yet', async () => {
        const { shown } = preview()
        await shown.prepare(request)
        const choosing = [shown.choose({ mine: [] }, []), shown.choose({ mine: ['a'] }, [])]
        shown.planning.should.be.true()
        await Promise.all(choosing)
        shown.planning.should.be.false()
        shown.plan!.should.containEql({ sides: { a: 'mine' }, added: 0 })
    })
})

describe('a preview whose worker has failed', () => {
    it('says so, and is not planning for ever', async () => {
        const failing = { ...callsInPage(new PullComparison()), plan: async () => await Promise.reject(new RequestFailure(500, null)) }
        const shown = new PullPreview(new NodeRedDouble(), async () => ({ calls: failing, end: () => undefined }))
        await shown.choose({ mine: [] }, [])
        shown.planning.should.be.false()
        should(shown.failure).not.be.null()
    })
})

describe('a preview that is tried again after its worker has failed', () => {
    it('has a new worker, which gets the flows of the snapshot anew', async () => {
        const { reportError } = globalThis
        Object.assign(globalThis, { reportError: () => undefined })
        try {
            const nodeRed = new NodeRedDouble()
            const threads: Array<{ ended: boolean, failing: boolean }> = []
            const shown = new PullPreview(nodeRed, async () => {
                const thread = { ended: false, failing: false }
                threads.push(thread)
                const calls = callsInPage(new PullComparison())
                const plan: typeof calls.plan = async (...given) => thread.failing ? await Promise.reject(new WorkerEnded('')) : await calls.plan(...given)
                return { calls: { ...calls, plan }, end: () => { thread.ended = true } }
            })
            await shown.prepare(request)
            threads[0]!.failing = true
            await shown.choose({ mine: [] }, [])
            should(shown.failure).not.be.null()
            await shown.again(request)
            await shown.choose({ mine: [] }, [])
            should(shown).containEql({ failure: null, loading: false, planning: false })
            should(shown.plan).containEql({ added: 1 })
            threads.map(({ ended }) => ended).should.eql([true, false])
            nodeRed.asked.should.eql(['pull', 'flows p1', 'again p1', 'flows p1'])
        } finally {
            Object.assign(globalThis, { reportError })
        }
    })
})

describe('calls to a comparison in a worker', () => {
    it('are answered each with its own value, and with what went wrong', async () => {
        const { port1, port2 } = new MessageChannel()
        answerIn(port1, new PullComparison())
        const calls = callsTo(port2)
        const compare = calls.compare({ here: '{"flows":[],"rev":"r"}', there: '[]', base: null, credentials: {} })
        const [{ rev }, page] = await Promise.all([compare, calls.changes('a', 1)])
        rev.should.equal('r')
        page.should.eql({ rows: [], total: 0 })
        await calls.compare({ here: 'no JSON', there: null, base: null, credentials: {} }).should.be.rejected()
        port1.close()
        port2.close()
    })

    it('are given up when the worker fails, those under way and those to come', async () => {
        const port: Port = { onmessage: null, onerror: null, onmessageerror: null, postMessage: () => undefined }
        const calls = callsTo(port)
        const underWay = calls.changes('a', 1)
        port.onerror!({} as ErrorEvent)
        await underWay.should.be.rejected()
        await calls.changes('a', 1).should.be.rejected()
    })
})
