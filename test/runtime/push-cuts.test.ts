import should from 'should'
import type { ErrorCode } from '../../src/shared/errors'
import type { FaultResponse } from '../fake/platform'
import { calls, PushTrial, type Call } from './push-trial'

const named = (name: string): Call => calls.find(({ call }) => call === name)!
const hour = 3_600_000
/** Every refusal that hides whether the platform did what it was asked. */
const hidden: Array<[string, FaultResponse]> = [
    ['the connection breaks', { cut: 'at-once' }],
    ['its answer breaks off', { cut: 'mid-body', status: 200, body: { broken: 'off' } }],
    ['a gateway runs out of time', { status: 504, body: '' }],
    ['a web page comes', { status: 200, body: '<!DOCTYPE html>', contentType: 'text/html' }]
]

describe('a push with every option, over a bad network', () => {
    const now = Date.now
    let trial: PushTrial

    beforeEach(async () => { trial = await PushTrial.start('2.33.2') })
    afterEach(async () => {
        Date.now = now
        await trial.stop()
    })

    const writes = (until?: Call) => calls.slice(0, until && calls.indexOf(until) + 1).filter(({ method }) => method !== 'GET').map(({ path }) => path.source)
    const failedWith = (job: Awaited<ReturnType<PushTrial['run']>>, ...codes: [ErrorCode, ErrorCode?]) => {
        should([job.state, job.error?.code, job.error?.because?.code]).eql(['failed', codes[0], codes[1]])
    }

    for (const call of calls.filter(({ method }) => method === 'GET')) {
        it(`asks again when the connection breaks at ${call.call}, and changes nothing twice`, async () => {
            trial.fault(call, { cut: 'at-once' })
            const job = await trial.run()
            should(job).containDeep({ state: 'done', error: null })
            should(trial.changes()).eql(writes())
            trial.shouldBeCertain(job)
        })
    }

    for (const [name, answer] of hidden) {
        for (const call of ['writing the variables', 'writing the palette', 'creating the snapshot', 'setting the device target', 'restoring'].map(named)) {
            it(`finds out that ${call.call} was done when ${name}, and goes on`, async () => {
                trial.fake.restartsWith(trial.filler, ['restarting', 'running'])
                trial.fault(call, { ...answer, handled: true })
                const job = await trial.run()
                should(job).containDeep({ state: 'done', error: null, result: { targeted: true, restored: true } })
                should(trial.changes()).eql(writes())
                trial.shouldBeCertain(job)
            })
        }

        it(`restores nothing without the certain way back when ${name} at the capture, though it was made`, async () => {
            const call = named('capturing the instance')
            trial.fault(call, { ...answer, handled: true })
            const job = await trial.run()
            should(job).containDeep({ state: 'failed', error: { code: 'safety-capture-failed' }, result: { before: null, restored: false } })
            trial.shouldHaveEnded(job, 'capture-before')
            should(trial.changes()).eql(writes(call))
            should(trial.fake.instance(trial.filler).flows).eql([])
        })
    }

    const deaths: Array<[string, Call['step'], ErrorCode, ErrorCode?]> = [
        ['creating the snapshot', 'create', 'push-outcome-unknown'],
        ['looking for the snapshot', 'device-target', 'device-target-not-set', 'server-refused-connection'],
        ['setting the device target', 'device-target', 'device-target-not-set', 'server-refused-connection'],
        ['capturing the instance', 'capture-before', 'safety-capture-failed', 'server-cut'],
        ['restoring', 'follow', 'restore-unfollowed'],
        ['following the restore', 'follow', 'restore-unfollowed']
    ]
    for (const isDone of [false, true]) for (const [name, step, ...codes] of deaths) {
        it(`ends when the platform dies ${isDone ? 'after' : 'before'} ${name}, with what it had confirmed until then`, async () => {
            trial.fault(named(name), (request, _response, _recorded, normally) => {
                if (isDone) {
                    normally()
                }
                request.socket.destroy()
                void trial.fake.stop()
            })
            const job = await trial.run()
            failedWith(job, ...codes)
            trial.shouldHaveEnded(job, step)
            should(job.result.added).eql({ variables: ['FFS_TRIAL_LINE'], modules: ['node-red-contrib-x'] })
            should(job.result.snapshot === null).equal(step === 'create')
            should(job.result.targeted ?? false).equal(['capture-before', 'follow'].includes(step))
            should(job.result.before === null).equal(step !== 'follow')
            should(job.result.restored).be.false()
            should(trial.changes()).eql(writes(named(name)))

            const next = await trial.run()
            failedWith(next, 'server-refused-connection')
            trial.shouldHaveEnded(next, 'check')
        })
    }

    /** Sets this clock when the platform is asked, which then answers as if nothing had happened yet. */
    const setsClock = (call: string, by: number, body: string) => trial.fault(named(call), (_request, response) => {
        Date.now = () => now() + by
        response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    })
    const noSnapshots = '{"meta":{},"count":0,"snapshots":[]}'

    it('finds a lost snapshot also when this clock is set forward meanwhile', async () => {
        trial.fault(named('creating the snapshot'), { handled: true, cut: 'at-once' })
        setsClock('looking for the snapshot', hour, noSnapshots)
        should((await trial.run()).state).equal('done')
    })

    it('stops looking for a lost snapshot also when this clock is set back meanwhile', async () => {
        trial.fault(named('creating the snapshot'), { cut: 'at-once' })
        setsClock('looking for the snapshot', -hour, noSnapshots)
        failedWith(await trial.run(), 'push-outcome-unknown')
    })

    it('follows a restore to its end also when this clock is set forward meanwhile', async () => {
        setsClock('following the restore', hour, '{}')
        should((await trial.run()).result).containEql({ restored: true, stateAfter: 'running' })
    })

    it('stops following a restore also when this clock is set back meanwhile', async () => {
        trial.fake.restartsWith(trial.filler, ['restarting'])
        setsClock('following the restore', -hour, '{}')
        failedWith(await trial.run(), 'restore-unfollowed')
    })

    for (const by of [hour, -hour]) {
        const off = by > 0 ? 'ahead' : 'behind'
        it(`finds a lost snapshot on a platform whose clock is an hour ${off}`, async () => {
            trial.fake.advance(by)
            trial.fault(named('creating the snapshot'), { handled: true, cut: 'at-once' })
            const job = await trial.run()
            should(job.state).equal('done')
            trial.shouldBeCertain(job)
        })
    }
})
