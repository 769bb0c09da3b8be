import should from 'should'
import { running, type CompareSide } from '../../src/editor/compare-side'
import { compareInPage } from '../../src/editor/compare-thread'
import { CompareWork, type CompareApi } from '../../src/editor/compare-work'
import { RequestFailure } from '../../src/editor/node-red-requests'
import { SnapshotComparison } from '../../src/editor/snapshot-comparison'
import { WorkerEnded } from '../../src/editor/worker-calls'
import type { View, ViewSource } from '../../src/shared/views'
import type { FlowNode } from '../../src/snapshot/model'

const tab = (id: string): FlowNode => ({ id, type: 'tab', label: id })
const local = (id: string): CompareSide => ({ kind: 'source', source: { kind: 'local', id }, name: id })

function viewOf (source: ViewSource, change: Partial<View> = {}): View {
    const id = source.kind === 'local' ? source.id : source.kind
    return {
        id: `view of ${id}`, until: '', from: source as View['from'], name: id, description: '', createdAt: '', updatedAt: '', user: null, bytes: 1, revision: 'r1',
        counts: { flows: 1, subflows: 0, nodes: 0, nodesWithCredentials: 0 }, credentials: { state: 'included', marks: {} }, variables: [], modules: {}, settings: {}, notes: [],
        sealed: false, ...change
    }
}

/** What Node-RED would answer, and what it was asked. */
class Answers implements CompareApi {
    readonly asked: string[] = []
    flows: Record<string, FlowNode[]> = {}
    views: Record<string, Partial<View>> = {}
    fails: string | null = null

    openView = async (source: ViewSource) => {
        const { id } = viewOf(source)
        this.asked.push(`open ${id}`)
        await Promise.resolve()
        if (this.fails === id) {
            throw new RequestFailure(0, undefined)
        }
        return viewOf(source, this.views[id])
    }

    viewedFlows = async (view: string) => {
        await Promise.resolve()
        return JSON.stringify(this.flows[view] ?? [])
    }

    letGoOfView = async (view: string) => {
        this.asked.push(`let go of ${view}`)
        await Promise.resolve()
    }
}

function started (workspace: FlowNode[] = []) {
    const answers = new Answers()
    let ended = 0
    const thread = { calls: compareInPage(new SnapshotComparison()), end: () => { ended++ } }
    const work = new CompareWork(answers, async () => await Promise.resolve(thread), () => JSON.stringify(workspace))
    return { answers, work, ended: () => ended }
}

describe('two sides that are compared', () => {
    const { reportError } = globalThis
    before(() => { Object.assign(globalThis, { reportError: () => undefined }) })
    after(() => { Object.assign(globalThis, { reportError }) })

    it('are opened one by one, let go of in Node-RED, and compared once both are here', async () => {
        const { answers, work } = started()
        answers.flows = { 'view of a': [tab('x')], 'view of b': [tab('x'), tab('y')] }
        await work.choose('here', local('a'))
        should(work.compared).be.null()
        await work.choose('there', local('b'))
        work.compared!.totals.should.eql({ added: 1, deleted: 0, changed: 0, moved: 0 })
        answers.asked.should.eql(['open view of a', 'let go of view of a', 'open view of b', 'let go of view of b'])
    })

    it('can be swapped without asking for them again', async () => {
        const { answers, work } = started()
        answers.flows = { 'view of a': [tab('x')], 'view of b': [tab('x'), tab('y')] }
        await work.choose('here', local('a'))
        await work.choose('there', local('b'))
        await work.swap()
        work.compared!.totals.should.eql({ added: 0, deleted: 1, changed: 0, moved: 0 })
        answers.asked.filter(asked => asked.startsWith('open')).should.have.length(2)
    })

    it('are the workspace, which has flows alone', async () => {
        const { answers, work } = started([tab('x')])
        answers.views = { 'view of running': { variables: [{ name: 'A', hidden: false, value: '1', mark: 'm' }] } }
        answers.flows = { 'view of running': [tab('x')] }
        await work.choose('here', running)
        await work.choose('there', { kind: 'workspace' })
        work.compared!.should.containEql({ equal: true, same: false, credentialsTold: false })
        work.compared!.parts.untold.should.eql(['variables', 'modules', 'settings'])
    })

    it('are a plain export of flows, in which nothing else counts as missing', async () => {
        const { answers, work } = started()
        answers.views = { 'view of a': { notes: [{ code: 'flows-only', params: {} }], modules: null, credentials: { state: 'none', marks: {} } }, 'view of b': { modules: { m: '1.0.0' } } }
        await work.choose('here', local('a'))
        await work.choose('there', local('b'))
        work.compared!.should.containEql({ equal: true })
        work.compared!.parts.untold.should.eql(['variables', 'modules', 'settings'])
    })

    it('are told to be the same one, and apart from that, to be equal', async () => {
        const { answers, work } = started()
        answers.flows = { 'view of a': [tab('x')], 'view of b': [tab('x')] }
        await work.choose('here', local('a'))
        await work.choose('there', local('a'))
        work.compared!.should.containEql({ same: true, equal: true })
        await work.choose('there', local('b'))
        work.compared!.should.containEql({ same: false, equal: true })
    })

    it('differ by credentials alone', async () => {
        const { answers, work } = started()
        answers.flows = { 'view of a': [tab('x')], 'view of b': [tab('x')] }
        answers.views = { 'view of a': { credentials: { state: 'included', marks: { x: '1' } } }, 'view of b': { credentials: { state: 'included', marks: { x: '2' } } } }
        await work.choose('here', local('a'))
        await work.choose('there', local('b'))
        work.compared!.should.containEql({ equal: false, credentialsTold: true })
        work.compared!.groups[0]!.rows[0]!.should.containEql({ sort: 'changed', credentials: 'changed' })
    })

    it('say which of them could not be opened, and only that one is asked for again', async () => {
        const { answers, work } = started()
        answers.fails = 'view of b'
        await work.choose('here', local('a'))
        await work.choose('there', local('b'))
        work.there.failure!.should.eql({ kind: 'offline' })
        should(work.here.failure).be.null()
        answers.fails = null
        await work.again()
        work.compared!.equal.should.be.true()
        answers.asked.filter(asked => asked === 'open view of a').should.have.length(1)
    })

    it('are those that were chosen last, whatever is answered later', async () => {
        const { answers, work } = started()
        answers.flows = { 'view of a': [tab('x')], 'view of b': [tab('y')], 'view of c': [tab('x')] }
        await work.choose('here', local('a'))
        await Promise.all([work.choose('there', local('b')), work.choose('there', local('c'))])
        work.nameOf('there').should.equal('c')
        work.compared!.equal.should.be.true()
        answers.asked.filter(asked => asked.startsWith('let go')).should.have.length(3)
    })

    it('are asked for again where they live: what runs, and not what is kept', async () => {
        const { answers, work } = started()
        await work.choose('here', local('a'))
        await work.choose('there', running)
        answers.flows = { 'view of running': [tab('new')] }
        await work.again()
        work.compared!.totals.added.should.equal(1)
        answers.asked.filter(asked => asked === 'open view of a').should.have.length(1)
    })

    it('let go of a view that is given, and of the worker at the end', async () => {
        const { answers, work, ended } = started()
        await work.choose('here', { kind: 'view', view: viewOf({ kind: 'local', id: 'a' }), reopen: async () => await Promise.reject<never>(new Error('not asked')) })
        answers.asked.should.eql(['let go of view of a'])
        await work.choose('there', running)
        work.end()
        await Promise.resolve()
        ended().should.equal(1)
    })

    it('are opened anew when the view that was given is forgotten', async () => {
        const { answers, work } = started()
        const { viewedFlows } = answers
        answers.viewedFlows = async id => {
            if (id === 'view of gone') {
                throw new RequestFailure(404, { code: 'view-gone', params: {} })
            }
            return await viewedFlows(id)
        }
        const reopen = async () => await Promise.resolve(viewOf({ kind: 'local', id: 'anew' }))
        await work.choose('here', { kind: 'view', view: viewOf({ kind: 'local', id: 'gone' }), reopen })
        should(work.here.failure).be.null()
        work.here.view!.id.should.equal('view of anew')
        answers.asked.should.eql(['let go of view of gone', 'let go of view of anew'])
    })

    it('have a new worker when the last one could not be started', async () => {
        const answers = new Answers()
        let starts = 0
        const work = new CompareWork(answers, async () => {
            await Promise.resolve()
            if (++starts === 1) {
                throw new Error('not to be loaded')
            }
            return { calls: compareInPage(new SnapshotComparison()), end: () => undefined }
        }, () => '[]')
        await work.choose('here', local('a'))
        await work.choose('there', local('b'))
        work.failure!.should.be.ok()
        await work.again()
        should(work.failure).be.null()
        work.compared!.equal.should.be.true()
    })

    it('are said to be lost when the worker ends while they are looked at, and have a new one then', async () => {
        const answers = new Answers()
        answers.flows = { 'view of a': [tab('x')] }
        let ended = 0
        let starts = 0
        const broken = async () => await Promise.reject<never>(new WorkerEnded())
        const work = new CompareWork(answers, async () => {
            const calls = compareInPage(new SnapshotComparison())
            return await Promise.resolve({ calls: ++starts === 1 ? { ...calls, details: broken } : calls, end: () => { ended++ } })
        }, () => '[]')
        await work.choose('here', local('a'))
        await work.choose('there', local('b'))
        await work.ask(async calls => await calls.details(0, -1)).should.be.rejectedWith(WorkerEnded)
        should(work.compared).be.null()
        work.failure!.should.be.ok()
        ended.should.equal(1)
        await work.again()
        work.compared!.totals.should.eql({ added: 0, deleted: 1, changed: 0, moved: 0 })
        await work.ask(async calls => await calls.details(0, -1)).should.be.fulfilled()
    })
})
