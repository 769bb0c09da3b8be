import should from 'should'
import { OAuthSession } from '../../src/flowfuse/oauth-session'
import type { ErrorCode } from '../../src/shared/errors'
import type { Job, PushRequest } from '../../src/shared/requests'
import type { FaultResponse } from '../fake/platform'
import { calls, kindOf, PushTrial, type Call } from './push-trial'

const minute = 60_000
/** All that a sign-in of this kind may do. */
const plain: Partial<PushRequest> = { variables: { rule: 'keep' }, addModules: [], deviceTarget: null, restore: null }
const plainCalls = calls.filter(({ step, path }) => step === 'create' || (step === 'check' && !path.source.includes('devices')))
const [, , listing, creating] = plainCalls as [Call, Call, Call, Call]
const unauthorized: FaultResponse = { status: 401, body: { code: 'unauthorized', error: 'unauthorized' } }

describe('a push with a sign-in that ends in the middle of it', () => {
    let trial: PushTrial
    let clock: { wallNow: number, steadyNow: number }
    /** What was stored of it; '' for "signed out". */
    let kept: string[]

    beforeEach(async () => {
        trial = await PushTrial.start('2.33.2')
        signIn()
    })

    afterEach(() => trial.stop())

    function signIn (): void {
        clock = { wallNow: 1_800_000_000_000, steadyNow: 5000 }
        kept = []
        const pair = { ...trial.fake.signIn('alice'), lifeMs: 1_799_000 }
        const keeper = { keep: async (token: string) => { kept.push(token) }, signedOut: async () => { kept.push('') } }
        trial.session = new OAuthSession(trial.fake.url, pair.refreshToken, keeper, {
            pair, clock: { wall: () => clock.wallNow, steady: () => clock.steadyNow }
        })
    }

    const grants = () => trial.fake.requests.filter(({ path }) => path === '/account/token')
    const asked = (call: Call) => trial.fake.requests.filter(request => kindOf(request) === call.path.source && request.method === call.method).length
    /** Lets time pass here, and there, while the push is being checked: before the create the sign-in has to be renewed. */
    const letPass = (wall: number, steady: number, there: number) => trial.fault(listing, (_request, response, _recorded, normally) => {
        const { json } = normally()
        clock.wallNow += wall
        clock.steadyNow += steady
        trial.fake.advance(there)
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    })
    const failedWith = (job: Job, code: ErrorCode, step: Call['step']) => {
        should(job).containDeep({ state: 'failed', error: { code }, result: { snapshot: null, restored: false } })
        trial.shouldHaveEnded(job, step)
    }

    for (const call of plainCalls) {
        it(`says so when ${call.call} is answered with 401, and asks nothing more with it`, async () => {
            trial.fault(call, unauthorized)
            failedWith(await trial.run(plain), 'signed-out', call.step)
            should(kept).eql([''])
            should(trial.changes()).eql(call.step === 'create' ? [creating.path.source] : [])
            failedWith(await trial.run(plain), 'signed-out', 'check')
            // Each was asked by the first push, and by it alone.
            plainCalls.forEach(each => should(asked(each)).be.belowOrEqual(1))
            signIn()
            should((await trial.run(plain)).state).equal('done')
        })
    }

    it('sends nothing when the sign-in is refused to be renewed', async () => {
        letPass(31 * minute, 31 * minute, 31 * minute)
        trial.fake.respondWith({ path: '/account/token' }, { status: 400, body: { code: 'invalid_request', error: 'Invalid refresh_token' } })
        failedWith(await trial.run(plain), 'signed-out', 'create')
        should(asked(creating)).equal(0)
        should(grants()).have.length(1)
        should(kept).eql([''])
        should(trial.fake.snapshotsOf(trial.filler)).eql([])
        signIn()
        should((await trial.run(plain)).state).equal('done')
    })

    const failures: Array<[string, FaultResponse, ErrorCode]> = [
        ['the connection breaks', { cut: 'at-once' }, 'server-cut'],
        ['a gateway answers', { status: 502, body: '' }, 'server-error'],
        ['a web page comes', { body: '<!DOCTYPE html>', contentType: 'text/html' }, 'answer-unexpected'],
        ['it is too much at once', { status: 429, body: {} }, 'rate-limited']
    ]
    for (const [name, answer, code] of failures) {
        it(`knows that nothing was created when ${name} as the sign-in is renewed, and works again afterwards`, async () => {
            letPass(31 * minute, 31 * minute, 31 * minute)
            trial.fake.respondWith({ path: '/account/token' }, answer)
            failedWith(await trial.run(plain), code, 'create')
            should(asked(creating)).equal(0)
            should(asked(listing)).equal(1)
            should(grants()).have.length(1)
            should(kept).eql([])
            should((await trial.run(plain)).state).equal('done')
            should(trial.fake.snapshotsOf(trial.filler)).have.length(1)
        })
    }

    const clocks: Array<[string, number, number, number, number]> = [
        ['half an hour passed', 31 * minute, 31 * minute, 31 * minute, 1],
        ['this clock was set an hour forward', 60 * minute, 0, 0, 1],
        ['this clock was set an hour back', -60 * minute, 0, 0, 1],
        ['this machine slept for an hour', 60 * minute, 0, 60 * minute, 1],
        ['this clock was set back by what had passed', 0, 31 * minute, 31 * minute, 1],
        ['the clock of the platform was set an hour back', 0, 0, -60 * minute, 0]
    ]
    for (const [name, wall, steady, there, renewals] of clocks) {
        it(`goes through when ${name} in between, and presents no expired token`, async () => {
            letPass(wall, steady, there)
            const job = await trial.run(plain)
            should(job).containDeep({ state: 'done', error: null, result: { snapshot: { name: 'v1' } } })
            should(grants()).have.length(renewals)
            should(asked(creating)).equal(1)
            grants().forEach(({ headers }) => should(headers).not.have.property('authorization'))
            trial.shouldHaveEnded(job)
        })
    }

    for (const there of [60 * minute, -60 * minute]) {
        it(`goes through on a platform whose clock is an hour ${there > 0 ? 'ahead' : 'behind'}`, async () => {
            trial.fake.advance(there)
            signIn()
            should((await trial.run(plain)).state).equal('done')
            letPass(31 * minute, 31 * minute, 31 * minute)
            should((await trial.run({ ...plain, name: 'v2' })).state).equal('done')
            should((await trial.run({ ...plain, name: 'v3' })).state).equal('done')
            should(grants()).have.length(1)
            should(kept).have.length(1)
        })
    }
})
