import { randomUUID } from 'node:crypto'
import should from 'should'
import { FlowFuseError } from '../../src/flowfuse/errors'
import type { Session } from '../../src/flowfuse/session'
import type { SnapshotMeta } from '../../src/flowfuse/snapshots'
import { addModules, addVariables } from '../../src/runtime/additions'
import { Jobs } from '../../src/runtime/jobs'
import { makeOnce } from '../../src/runtime/lost-answer'
import { changeOnce } from '../../src/runtime/until-seen'
import type { FaultResponse } from '../fake/platform'
import { AutoPushTrial } from '../runtime/auto-push-trial'
import { calls, PushTrial, type Call } from '../runtime/push-trial'
import { ActionsTrial } from './actions-there'
import { outcome } from './outcome'

const named = (name: string): Call => calls.find(({ call }) => call === name)!
const page = { status: 200, body: '<!DOCTYPE html>', contentType: 'text/html' }
/** Nothing is done then. */
const faultsThere: Array<[string, FaultResponse]> = [
    ['is refused', { status: 403, body: { error: 'no' } }], ['fails there', { status: 500, body: { error: 'no' } }], ['is cut off', { cut: 'at-once' }], ['gets a web page', page]
]
const times = { lostAnswer: 40, restoreAnswer: 100, untilRunning: 40, poll: 1 }

describe('Guarantee 8: a refused or interrupted push never reads as success, and a lost answer is found out', () => {
    describe('a push with every option', () => {
        let trial: PushTrial
        beforeEach(async () => { trial = await PushTrial.start('2.33.2') })
        afterEach(() => trial.stop())

        for (const [what, fault] of faultsThere) {
            for (const call of calls.filter(({ method, step }) => method !== 'GET' && step !== 'afterwards')) {
                it(`says what is so where ${call.call} ${what} and was not done`, async () => {
                    trial.fault(call, fault)
                    const job = await trial.run()
                    should(job.state).equal('failed')
                    should(job.error?.code).be.a.String()
                    trial.shouldBeCertain(job)
                    if (what === 'is refused') {
                        // It ends where it was refused, with that for a reason.
                        trial.shouldHaveEnded(job, call.step)
                    }
                    // Nothing that changes the platform is sent twice, and nothing after what failed.
                    should(trial.changes()).eql(calls.slice(0, calls.indexOf(call) + 1).filter(({ method }) => method !== 'GET').map(({ path }) => path.source))
                })
            }
        }

        for (const name of ['creating the snapshot', 'restoring', 'writing the variables', 'setting the device target']) {
            it(`finds out that ${name} was done though the answer was lost`, async () => {
                trial.fake.restartsWith(trial.filler, ['restarting', 'running'])
                trial.fault(named(name), { ...page, handled: true })
                const job = await trial.run()
                should(job).containDeep({ state: 'done', result: { targeted: true, restored: true } })
                trial.shouldBeCertain(job)
            })
        }

        it('does not say that it runs while the instance has crashed, or is not seen to run', async () => {
            for (const states of [['restarting', 'crashed'], ['restarting', 'safe'], ['restarting']]) {
                trial.fake.restartsWith(trial.filler, states)
                const job = await trial.run({ variables: { rule: 'keep' }, addModules: [], deviceTarget: null, restore: { captureBefore: false } })
                should(job).containDeep({ state: 'failed', result: { restored: false } })
                should(['restore-not-running', 'restore-unfollowed']).containEql(job.error?.code)
                trial.fake.setInstance(trial.filler, { state: 'running' })
            }
        })
    })

    describe('whatever else is done there', () => {
        let there: ActionsTrial
        let names: string[]
        before(async () => {
            const trial = await ActionsTrial.start()
            names = Object.keys(trial.all())
            await trial.trial.stop()
        })
        beforeEach(async () => { there = await ActionsTrial.start() })
        afterEach(() => there.trial.stop())
        const sent = (call: { method: string, path: RegExp }) =>
            there.trial.fake.requests.filter(({ method, path }) => method === call.method && call.path.test(path)).length

        it('is said to be done only where it was, and is never sent twice', async () => {
            for (const name of names) {
                const { call, act, isDone, answer } = there.all()[name]!
                // A restore says no more than that it has begun.
                const faults = [...faultsThere.map(([, fault]) => fault), ...(name === 'a restore' ? [] : [{ body: answer }])]
                for (const fault of faults) {
                    there.trial.fake.requests.length = 0
                    there.trial.fake.respondWith(call, fault)
                    const became = await outcome(act)
                    should(became).not.match(/^done$|^not for users/, `${name}: ${JSON.stringify(fault)}`)
                    // What was refused is said to be that, and nothing that might have come of it all the same.
                    should(fault === faultsThere[0]![1] && /-not-|unknown|unseen/.test(became.replace('not-permitted', ''))).be.false(`${name}: ${became}`)
                    should([isDone(), sent(call)]).eql([false, 1], `${name}: ${JSON.stringify(fault)}`)
                }
            }
        })

        for (const [what, fault] of [['its answer was lost', { cut: 'at-once' }], ['it was said to have failed', { status: 500, body: { error: 'no' } }]] as const) {
            it(`is found out to be done where ${what}`, async () => {
                for (const name of names.filter(each => what === 'its answer was lost' || each !== 'a restore')) {
                    await there.trial.stop()
                    there = await ActionsTrial.start()
                    const { call, act, isDone } = there.all()[name]!
                    there.trial.fake.respondWith(call, { handled: true, ...fault })
                    should([name, await outcome(act), isDone(), sent(call)]).eql([name, 'done', true, 1])
                }
            })
        }
    })

    describe('an automatic push', () => {
        let trial: AutoPushTrial
        const create = { method: 'POST', path: /\/snapshots$/ }
        beforeEach(async () => {
            trial = await AutoPushTrial.start()
            await trial.signIn()
            await trial.switchOn()
        })
        afterEach(() => trial.stop())

        it('that failed is said, and what it should have brought stays changed', async () => {
            await trial.deploy('scale')
            should(await trial.standing()).containEql({ standing: 'same' })
            for (const fault of faultsThere.slice(0, 2).map(([, each]) => each)) {
                trial.fake.respondWith(create, fault)
                await trial.deploy('scale', String(fault.status))
                const { failure, stopped } = await trial.state()
                should((failure ?? stopped)?.code).be.a.String()
                should(await trial.standing()).containEql({ standing: 'changed' })
                should(trial.names()).have.length(1)
                await trial.services.autoPush.set('ann', trial.instance, true)
                await trial.deploy('scale')
            }
        })

        it('whose end was never heard of counts as its own only what has its name and is by its user', async () => {
            const { connections } = trial.services
            for (const [making, name, user, kept] of [['one', 'one', 'alice', 2], ['two', 'two', 'bob', 1], ['three', 'another', 'alice', 1]] as const) {
                trial.fake.addSnapshot(trial.instance, { name, user })
                await connections.changeAutoPush(trial.fake.url, trial.instance, each => { Object.assign(each, { made: [], making }) })
                await trial.deploy(`for ${making}`)
                should((await trial.state()).kept).equal(kept, making)
            }
        })
    })

    describe('a snapshot whose making had no answer', () => {
        const snapshot = (change: Partial<SnapshotMeta> = {}): SnapshotMeta =>
            ({ id: randomUUID(), name: 'v1', description: '', createdAt: '2026-01-01T00:00:00Z', user: { id: 'alice', username: 'alice' }, ...change })
        const lost = async () => { throw new FlowFuseError('server-cut', {}, { mayHaveArrived: true }) }
        const failed = async () => { throw new FlowFuseError('server-error', {}, { platformStatus: 500, mayHaveArrived: true }) }
        const before = [snapshot()]
        /** What comes of it when this is listed afterwards, once so many looks have failed. */
        const becomes = async (listed: SnapshotMeta[], send: () => Promise<SnapshotMeta> = lost, failing = 0) => {
            let looks = 0
            const request = async () => looks++ < failing ? await lost() : { snapshots: listed }
            const session = { origin: 'http://x', kind: 'token', request } as unknown as Session
            return await makeOnce(session, { owner: { kind: 'instance', id: 'i' }, name: 'v1', userId: 'alice', before }, 1, send, times)
        }

        it('is the one new one with its name and by its user', async () => {
            const made = snapshot()
            should((await becomes([made, ...before])).id).equal(made.id)
        })

        for (const [what, listed] of [
            ['there is no new one', []], ['the only one was there before', before], ['it is another user’s', [snapshot({ user: { id: 'bob', username: 'bob' } })]],
            ['it was made by the platform', [snapshot({ user: null })]], ['it has another name', [snapshot({ name: 'v2' })]], ['there are two', [snapshot(), snapshot()]]
        ] as Array<[string, SnapshotMeta[]]>) {
            it(`is unknown, and said so, where ${what}`, async () => {
                should(await outcome(() => becomes([...listed, ...before]))).equal('push-outcome-unknown')
            })
        }

        it('is not looked for where the platform has refused it, or can never have had it', async () => {
            const made = [snapshot(), ...before]
            const failing = (code: 'not-permitted' | 'server-refused-connection', detail: { platformStatus?: number, mayHaveArrived: boolean }) =>
                outcome(() => becomes(made, async () => { throw new FlowFuseError(code, {}, detail) }))
            should(await failing('not-permitted', { platformStatus: 403, mayHaveArrived: true })).equal('not-permitted')
            should(await failing('server-refused-connection', { mayHaveArrived: false })).equal('server-refused-connection')
        })

        it('after a 500 is looked for, and is that only where there is exactly one', async () => {
            const made = snapshot()
            should((await becomes([made, ...before], failed)).id).equal(made.id)
            for (const listed of [[], [snapshot({ name: 'v2' })]]) {
                should(await outcome(() => becomes([...listed, ...before], failed))).equal('server-error')
            }
            should(await outcome(() => becomes([snapshot(), snapshot(), ...before], failed))).equal('push-outcome-unknown')
        })

        it('after a 500 is not said to have failed before a look has shown that', async () => {
            const made = snapshot()
            should((await becomes([made, ...before], failed, 1)).id).equal(made.id)
            should(await outcome(() => becomes([made, ...before], failed, Infinity))).equal('push-outcome-unknown')
        })
    })

    describe('what is written to the instance itself', () => {
        const kept = (settings: object) => ({ origin: 'http://x', kind: 'token', request: async () => ({ id: 'i', name: 'n', settings }) }) as unknown as Session

        it('is read back, and not said to be there when it is not', async () => {
            const written: string[][] = []
            const session = kept({ env: [], palette: { modules: [] } })
            should(await outcome(() => addVariables(session, { id: 'i', name: 'n' }, { A: '1' }, names => written.push(names)))).equal('addition-not-kept')
            should(await outcome(() => addModules(session, { id: 'i', name: 'n' }, { x: '1.0.0' }, names => written.push(names)))).equal('addition-not-kept')
            should(written.at(-1)).eql([])
        })

        it('is not said to have been written where that was refused', async () => {
            const written: string[][] = []
            const session = {
                origin: 'http://x', kind: 'token', request: async ({ method }: { method: string }) => {
                    if (method === 'PUT') {
                        throw new FlowFuseError('not-permitted', {}, { platformStatus: 403, mayHaveArrived: true })
                    }
                    return { id: 'i', name: 'n', settings: { env: [], palette: { modules: [] } } }
                }
            } as unknown as Session
            should(await outcome(() => addVariables(session, { id: 'i', name: 'n' }, { A: '1' }, names => written.push(names)))).equal('not-permitted')
            should(written).eql([])
        })

        it('is looked for after a 500, and said to have failed with that where it is not there', async () => {
            for (const there of [true, false]) {
                const written: string[][] = []
                let env: object[] = []
                const session = {
                    origin: 'http://x', kind: 'token', request: async ({ method }: { method: string }) => {
                        if (method === 'PUT') {
                            env = there ? [{ name: 'A', value: '1', hidden: false }] : []
                            throw new FlowFuseError('server-error', {}, { platformStatus: 500, mayHaveArrived: true })
                        }
                        return { id: 'i', name: 'n', settings: { env, palette: { modules: [] } } }
                    }
                } as unknown as Session
                const became = await outcome(() => addVariables(session, { id: 'i', name: 'n' }, { A: '1' }, names => written.push(names)))
                should([became, written]).eql(there ? ['done', [['A']]] : ['server-error', []])
            }
        })

        it('is not said to have failed with a 500 where nothing could be seen of it', async () => {
            const written: string[][] = []
            let changed = false
            const session = {
                origin: 'http://x', kind: 'token', request: async ({ method }: { method: string }) => {
                    changed ||= method === 'PUT'
                    if (changed) {
                        throw new FlowFuseError('server-error', {}, { platformStatus: 500, mayHaveArrived: true })
                    }
                    return { id: 'i', name: 'n', settings: { env: [], palette: { modules: [] } } }
                }
            } as unknown as Session
            should(await outcome(() => addVariables(session, { id: 'i', name: 'n' }, { A: '1' }, names => written.push(names)))).equal('server-error')
            should(written).eql([['A']])
        })

        it('is not said to be there where nothing could be seen of it', async () => {
            const cut = new FlowFuseError('server-cut', {}, { mayHaveArrived: true })
            const unread = async () => { throw new FlowFuseError('server-error', {}, { platformStatus: 500, mayHaveArrived: true }) }
            should(await changeOnce(async () => { throw cut }, unread, times)).eql({ lost: cut })
            const failed = new FlowFuseError('server-error', {}, { platformStatus: 500, mayHaveArrived: true })
            should(await changeOnce(async () => { throw failed }, unread, times)).eql({ lost: failed })
        })

        it('is not written at all where hidden values would be lost by it', async () => {
            const session = kept({ env: [{ name: 'H', hidden: true, value: '' }] })
            should(await outcome(() => addVariables(session, { id: 'i', name: 'n' }, { A: '1' }, () => undefined))).equal('variables-untold')
        })
    })

    it('a job that failed is never done, and its step is the one that failed', async () => {
        const jobs = new Jobs(() => undefined)
        const result = { snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: 'i', name: 'n', url: '' } }
        const job = jobs.start('ann', ['capture', 'check', 'create'], result, async ({ begin }) => {
            begin('capture')
            begin('check')
            await Promise.resolve()
            throw new FlowFuseError('server-cut', {}, { mayHaveArrived: true })
        })
        await jobs.ended(job.id)
        should(jobs.get('ann', job.id)).containDeep({ state: 'failed', error: { code: 'server-cut' }, steps: [{ state: 'done' }, { state: 'failed' }, { state: 'waiting' }] })
    })

    it('a job can’t be cancelled once something was created, which would then be left unsaid', async () => {
        const jobs = new Jobs(() => undefined)
        const result = { snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: 'i', name: 'n', url: '' } }
        let go = () => undefined as void
        const waiting = new Promise<void>(resolve => { go = resolve })
        const job = jobs.start('ann', ['capture', 'create'], result, async ({ begin }) => {
            begin('create')
            await waiting
        })
        should(await outcome(() => jobs.cancel('ann', job.id))).equal('job-past-cancelling')
        should(await outcome(() => jobs.get('eve', job.id))).equal('job-not-found')
        go()
        await jobs.ended(job.id)
    })
})
