import should from 'should'
import { AutoPushTrial } from './auto-push-trial'

const minute = 60_000

describe('a sign-in that ends in the middle of an automatic push', () => {
    const { now } = performance
    let trial: AutoPushTrial

    beforeEach(async () => {
        trial = await AutoPushTrial.start()
        await trial.signInByOAuth()
        await trial.switchOn()
        trial.fake.requests.length = 0
    })

    afterEach(async () => {
        performance.now = now
        await trial.stop()
    })

    const asked = (method: string, path: RegExp) => trial.fake.requests.filter(request => request.method === method && path.test(request.path)).length
    const creates = () => asked('POST', /\/snapshots$/)
    const renewals = () => asked('POST', /^\/account\/token$/)
    /** Here and on the platform: longer than an access token lives. */
    const pass = () => {
        performance.now = () => now.call(performance) + 31 * minute
        trial.fake.advance(31 * minute)
    }
    /** The same while the push is about to begin: before the create the sign-in has to be renewed. */
    const letPass = () => trial.fake.respondWith({ method: 'GET', path: /\/snapshots(\?.*)?$/ }, (_request, response, _recorded, normally) => {
        const { json } = normally()
        pass()
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    })
    const signInAnew = async () => {
        await trial.signInByOAuth('two')
        await trial.services.autoPush.set('ann', trial.instance, true)
        await trial.services.autoPush.settled()
    }

    it('goes through when it has expired, and is renewed once', async () => {
        letPass()
        await trial.deploy('scale')
        should(trial.names()).have.length(1)
        should(renewals()).equal(1)
        should(creates()).equal(1)
        should(await trial.state()).containDeep({ on: true, stopped: null, failure: null })
    })

    it('sends nothing when it is refused to be renewed, says so, and goes on after signing in again', async () => {
        letPass()
        const end = trial.fake.respondWith({ path: '/account/token' }, { status: 400, body: { code: 'invalid_request', error: 'Invalid refresh_token' } }, Infinity)
        await trial.deploy('scale')
        await trial.pass(60 * minute)
        should(creates()).equal(0)
        should(renewals()).equal(1)
        should(trial.names()).eql([])
        should(await trial.state()).containDeep({ stopped: { code: 'signed-out' } })
        end()
        await signInAnew()
        should(trial.names()).have.length(1)
    })

    it('asks nothing more with one that the create is refused for, says so, and goes on after signing in again', async () => {
        trial.fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, { status: 401, body: { code: 'unauthorized', error: 'unauthorized' } })
        await trial.deploy('scale')
        await trial.pass(60 * minute)
        should(creates()).equal(1)
        should(await trial.state()).containDeep({ stopped: { code: 'signed-out' } })
        await signInAnew()
        should(trial.names()).have.length(1)
    })
    it('is renewed once for eight who ask at the same time, and an automatic push besides, after it has expired', async () => {
        await trial.look('instance')
        pass()
        trial.fake.requests.length = 0
        const looks = Array.from({ length: 8 }, () => trial.look('instance'))
        await Promise.all([...looks, trial.deploy('scale')])
        for (const look of looks) {
            should(await look).containDeep({ state: 'running' })
        }
        should(trial.names()).have.length(1)
        should(renewals()).equal(1)
        should(await trial.state()).containDeep({ on: true, stopped: null, failure: null })
    })
})
