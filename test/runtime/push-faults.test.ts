import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import should from 'should'
import type { ErrorCode, ErrorParams } from '../../src/shared/errors'
import type { FaultResponse } from '../fake/platform'
import { calls, kindOf, PushTrial, type Call } from './push-trial'

interface Fault {
    fault: string
    answer: FaultResponse
    /** What it means wherever it comes, and the numbers that go with it. */
    code: ErrorCode
    params?: ErrorParams
    /** A question is simply asked again. */
    repeated?: true
    /** A restore is followed on. */
    passing?: true
    /** It leaves open whether the platform did what it was asked. */
    unsure?: true
}

const unauthorized = { code: 'unauthorized', error: 'unauthorized' }

const faults: Fault[] = [
    { fault: '401', answer: { status: 401, body: unauthorized }, code: 'token-refused' },
    { fault: '403', answer: { status: 403, body: unauthorized }, code: 'not-permitted' },
    { fault: '404', answer: { status: 404, body: { code: 'not_found', error: 'Not Found' } }, code: 'instance-gone' },
    { fault: '429 that names no time', answer: { status: 429, body: {} }, code: 'rate-limited', params: { seconds: 60 }, passing: true },
    { fault: '429 for two minutes', answer: { status: 429, body: {}, headers: { 'retry-after': '120' } }, code: 'rate-limited', params: { seconds: 120 }, passing: true },
    { fault: '429 for a moment', answer: { status: 429, body: {}, headers: { 'retry-after': '0.01' } }, code: 'rate-limited', repeated: true },
    { fault: 'a web page with 200', answer: { body: '<!DOCTYPE html>', contentType: 'text/html' }, code: 'answer-unexpected', passing: true, unsure: true },
    { fault: 'a redirection', answer: { status: 307 }, code: 'server-redirects', passing: true }
]

/** The sentence around the failure, by step; in the others it stands for itself. */
const around: Partial<Record<Call['step'], ErrorCode>> = {
    'device-target': 'device-target-not-set', 'capture-before': 'safety-capture-failed', restore: 'restore-refused', follow: 'restore-unfollowed'
}

/** Where it is open whether the platform did it, by step. */
const unsure: Partial<Record<Call['step'], [ErrorCode, ErrorCode?]>> = {
    'add-variables': ['addition-not-kept', 'answer-unexpected'], 'add-modules': ['addition-not-kept', 'answer-unexpected'],
    create: ['push-outcome-unknown'], restore: ['restore-unfollowed']
}

/** The code, and the one behind it, that the job ends with; null when it goes through. */
function outcome ({ call, step, method }: Call, fault: Fault): [ErrorCode, ErrorCode?] | null {
    const goesOn = step === 'afterwards' || (method === 'GET' && fault.repeated) || (step === 'follow' && fault.passing)
    if (goesOn) {
        return null
    }
    const open = fault.unsure && method !== 'GET' ? unsure[step] : undefined
    const code = call === 'asking for the teams' && fault.code === 'instance-gone' ? 'gone' : fault.code
    const outer = around[step]
    return open ?? (outer === undefined ? [code] : [outer, code])
}

for (const version of ['2.33.2', '2.4.0'] as const) describe(`a push with every option to FlowFuse ${version}`, () => {
    let trial: PushTrial
    let elsewhere: Server
    let strangers: number

    before(async () => {
        elsewhere = createServer((_request, response) => {
            strangers += 1
            response.end()
        })
        await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
    })

    beforeEach(async () => {
        strangers = 0
        trial = await PushTrial.start(version)
    })

    afterEach(() => trial.stop())
    after(() => new Promise(resolve => elsewhere.close(resolve)))

    it('makes these calls and no others', async () => {
        const job = await trial.run()
        should(job).containDeep({ state: 'done', error: null, result: { targeted: true, restored: true } })
        should(trial.fake.requests.map(kindOf).sort()).eql(calls.map(({ path }) => path.source).sort())
        trial.shouldBeCertain(job)
    })

    // Where the older platform differs is what it did when nobody can tell.
    for (const fault of faults.filter(each => version === '2.33.2' || each.unsure)) for (const call of calls) {
        const expected = outcome(call, fault)
        it(`${expected === null ? 'goes through' : `ends with ${expected.join(' because of ')}`} when ${call.call} gives ${fault.fault}`, async () => {
            const to = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
            trial.fault(call, { ...fault.answer, ...(fault.answer.status === 307 && { headers: { location: to } }) })
            const job = await trial.run()
            should([job.state, job.error?.code, job.error?.because?.code]).eql(expected === null ? ['done', undefined, undefined] : ['failed', expected[0], expected[1]])
            const failedAt = expected?.[0] === 'restore-unfollowed' ? 'follow' : call.step
            trial.shouldHaveEnded(job, expected === null ? undefined : failedAt)
            if (fault.params !== undefined && expected !== null) {
                should(job.error?.because?.params ?? job.error?.params).containEql(fault.params)
            }

            const asked = calls.slice(0, expected === null ? undefined : calls.indexOf(call) + 1).filter(({ method }) => method !== 'GET')
            should(trial.changes()).eql(asked.map(({ path }) => path.source))
            if (call.step === 'follow' && expected !== null) {
                should(job.result).containEql({ restored: false, targeted: true }).and.not.have.property('snapshot', null)
            } else {
                trial.shouldBeCertain(job)
            }
            should(strangers).equal(0)
            await trial.shouldWorkAgain()
        })
    }
})
