import should from 'should'
import type { Api } from '../../src/editor/api'
import { RequestFailure } from '../../src/editor/node-red-requests'
import { PanelModel } from '../../src/editor/panel-model'
import type { OpenEditor } from '../../src/editor/restore-work'
import type { PanelState, SnapshotList, TargetAnswer } from '../../src/shared/requests'
import type { Status } from '../../src/shared/status'
import { Answers } from './answers'

const target = (id: string): TargetAnswer => ({
    team: { id: 't', name: 't', role: 50 }, application: { id: 'a', name: 'a' }, instance: { id, name: id, url: '', state: 'running' }, pushRefused: null, restoreRefused: null, abilities: []
})
const state = (id: string | null, username = 'alice', preset: PanelState['preset'] = null): PanelState => ({
    version: '', defaultServer: '', openEditor: true, connection: { server: 'https://ff', user: { username, name: '' }, platformVersion: null, signIn: 'token' },
    connectionProblem: null, target: id === null ? null : target(id), link: null, preset
})
const list = (id: string): SnapshotList => ({
    snapshots: [{ id, name: id, description: '', createdAt: '', user: null, pushedFromHere: false, sameFlows: false }], next: null, deviceTarget: null
})

const status = (instance: string, change: Partial<Status> = {}): Status => ({
    instance, link: null, standing: null, changes: 0, there: { newest: `of ${instance}`, newer: null, gone: false }, state: null,
    automatic: { on: false, by: '', mine: false, stopped: null, failure: null, retryAt: null, kept: 0 }, ...change
})

function panel () {
    const states = new Answers<PanelState>()
    const targets = new Answers<TargetAnswer>()
    const snapshots = new Answers<SnapshotList>()
    const chosen = new Answers<TargetAnswer>()
    const statuses = new Answers<Status>()
    const model = new PanelModel({
        state: () => states.ask(''), target: () => targets.ask(''), snapshots: (instance: string) => snapshots.ask(instance), status: (look: string) => statuses.ask(look),
        setTarget: ({ instanceId }: { instanceId: string }) => chosen.ask(instanceId), connect: () => states.ask('connect')
    } as unknown as Api, {} as OpenEditor)
    const shows = () => [
        model.state.value?.target?.instance.id ?? null, model.target.value?.instance.id ?? null, model.snapshots.value?.snapshots[0]?.id ?? null
    ]
    return { model, states, targets, snapshots, chosen, statuses, shows }
}

async function opened (id: string) {
    const all = panel()
    void all.model.refresh()
    await all.states.answer(0, state(id))
    await all.targets.answer(0, target(id))
    await all.snapshots.answer(0, list(`of ${id}`))
    all.shows().should.eql([id, id, `of ${id}`])
    return all
}

describe('what the panel knows', () => {
    it('is a sign-out whoever heard of it first, said once, and nothing of the target any more', async () => {
        const { model, snapshots, shows } = await opened('i1')
        void model.refreshSnapshots()
        await snapshots.refuse(1, new RequestFailure(502, { code: 'signed-out', params: { server: 'https://ff' } }))
        model.state.value!.connectionProblem!.should.eql({ code: 'signed-out', params: { server: 'https://ff' } })
        shows().should.eql(['i1', null, null])
        should(model.snapshots.failure).be.null()
        await model.refreshTarget()
        snapshots.asked.length.should.equal(2)
    })

    it('is never of two targets: answers about the former one come too late', async () => {
        const { model, states, targets, snapshots, chosen, shows } = await opened('i1')
        void model.refresh()
        void model.refreshTarget()
        void model.chooseTarget({ teamId: 't', instanceId: 'i2' })
        await chosen.answer(0, target('i2'))
        shows().should.eql(['i2', 'i2', null])
        await targets.answer(1, target('i1'))
        await snapshots.answer(1, list('of i1'))
        await states.answer(1, state('i1'))
        shows().should.eql(['i2', 'i2', null])
        snapshots.asked.at(-1)!.should.equal('i2')
        await snapshots.answer(snapshots.asked.length - 1, list('of i2'))
        await states.answer(2, state('i2'))
        shows().should.eql(['i2', 'i2', 'of i2'])
        model.state.loading.should.be.false()
    })

    it('turns as a whole when another window chose another target', async () => {
        const { model, states, targets, snapshots, shows } = await opened('i1')
        void model.look()
        await targets.answer(1, target('i2'))
        shows().should.eql(['i2', 'i2', null])
        await snapshots.answer(1, list('of i2'))
        await states.answer(1, state('i2'))
        shows().should.eql(['i2', 'i2', 'of i2'])

        void model.refresh()
        await states.answer(2, state('i3'))
        shows().should.eql(['i3', null, null])
    })

    it('is dropped when another window signed in as somebody else', async () => {
        const { model, states, shows } = await opened('i1')
        void model.refresh()
        await states.answer(1, state('i1', 'bob'))
        shows().should.eql(['i1', null, null])
    })

    it('of two looks at the same is that of the later one', async () => {
        const { model, targets } = await opened('i1')
        void model.look()
        void model.look()
        await targets.answer(2, { ...target('i1'), pushRefused: { code: 'role-too-low', params: {} } })
        await targets.answer(1, target('i1'))
        model.target.value!.pushRefused!.code.should.equal('role-too-low')
    })

    it('begins with the target that the operator has set, which only the server knows', async () => {
        const { model, states, targets, snapshots, shows } = panel()
        void model.refresh()
        await states.answer(0, state(null, 'alice', { team: '', instance: 'press', lockedBy: 'settings.js' }))
        await targets.answer(0, target('i9'))
        shows().should.eql(['i9', 'i9', null])
        await states.answer(1, state('i9', 'alice', { team: '', instance: 'press', lockedBy: 'settings.js' }))
        await snapshots.answer(0, list('of i9'))
        shows().should.eql(['i9', 'i9', 'of i9'])
    })

    it('is not asked for again where only the user can help, and asked for wholly where the server was away', async () => {
        const { model, states, targets, statuses } = await opened('i1')
        void model.look()
        await targets.refuse(1, new RequestFailure(502, { code: 'server-refused-connection', params: {} }))
        model.target.value!.instance.id.should.equal('i1')
        void model.glance()
        await statuses.refuse(1, new RequestFailure(502, { code: 'server-refused-connection', params: {} }))
        states.asked.length.should.equal(1)
        void model.glance()
        await statuses.answer(2, status('i1'))
        states.asked.length.should.equal(2)
        await states.answer(1, state('i1'))
        await targets.refuse(2, new RequestFailure(502, { code: 'token-refused', params: {} }))
        model.isSignedOut.should.be.true()
        const asked = targets.asked.length
        await model.glance()
        targets.asked.length.should.equal(asked)
    })
})
