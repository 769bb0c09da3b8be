import should from 'should'
import { OAuthSession, type Clock } from '../../src/flowfuse/oauth-session'
import { CodedError } from '../../src/shared/errors'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { callFailure, failure } from './failure'

const minute = 60_000
const user = { method: 'GET', path: '/api/v1/user', what: 'user' } as const

describe('an OAuth session', () => {
    let fake: FakeFlowFuse
    let clock: { wallNow: number, steadyNow: number } & Clock
    /** What was stored, the newest last; '' for "signed out". */
    let kept: string[]

    beforeEach(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        clock = { wallNow: 1_800_000_000_000, steadyNow: 5000, wall: () => clock.wallNow, steady: () => clock.steadyNow }
        kept = []
    })

    afterEach(() => fake.stop())

    const pass = (ms: number) => {
        fake.advance(ms)
        clock.wallNow += ms
        clock.steadyNow += ms
    }
    const keeper = {
        keep: async (token: string) => { kept.push(token) },
        signedOut: async () => { kept.push('') }
    }
    /** A sign-in that was just made. */
    const signedIn = (lifeMs = 1_799_000) => {
        const pair = { ...fake.signIn('alice'), lifeMs }
        return { pair, session: new OAuthSession(fake.url, pair.refreshToken, keeper, { pair, clock }) }
    }
    /** The same after a restart of Node-RED. */
    const restarted = (refreshToken: string) => new OAuthSession(fake.url, refreshToken, keeper, { clock })
    const refreshes = () => fake.requests.filter(({ path }) => path === '/account/token').length
    const presented = () => fake.requests.map(({ headers }) => headers.authorization).filter(Boolean)

    it('uses the token it was given, and asks for no other while that is good', async () => {
        const { session } = signedIn()
        pass(19 * minute)
        should(await session.request(user)).containEql({ username: 'alice' })
        should(refreshes()).equal(0)
    })

    it('replaces the tokens before they expire, stores them first, and goes on', async () => {
        const { session, pair } = signedIn()
        pass(21 * minute)
        await session.request(user)
        should(refreshes()).equal(1)
        should(kept).have.length(1)
        should(kept[0]).not.equal(pair.refreshToken)
        should(presented()).not.containEql(`Bearer ${pair.accessToken}`)
    })

    it('is refreshed once for eight requests at the same time', async () => {
        const { session } = signedIn()
        pass(40 * minute)
        const answers = await Promise.all(Array.from({ length: 8 }, () => session.request(user)))
        answers.forEach(answer => should(answer).containEql({ username: 'alice' }))
        should(refreshes()).equal(1)
        should(kept).have.length(1)
    })

    it('is never refreshed without a request', async () => {
        signedIn()
        pass(29 * minute)
        await new Promise(resolve => setImmediate(resolve))
        should(fake.requests).have.length(0)
    })

    it('lets calls that carry the old token end before that is replaced', async () => {
        const { session, pair } = signedIn()
        let release = () => {}
        fake.respondWith({ path: /teams/ }, { handled: true, after: new Promise<void>(resolve => { release = resolve }) })
        const slow = session.request({ method: 'GET', path: '/api/v1/user/teams', what: 'teams' })
        pass(26 * minute)
        const next = session.request(user)
        await new Promise(resolve => setTimeout(resolve, 50))
        should(refreshes()).equal(0)
        release()
        should(await slow).have.property('count')
        should(await next).containEql({ username: 'alice' })
        should(refreshes()).equal(1)
        should(presented().slice(1)).not.containEql(`Bearer ${pair.accessToken}`)
    })

    it('lives on after it has expired, when the expired token was never presented', async () => {
        const { pair } = signedIn()
        pass(10 * 60 * minute)
        should(await restarted(pair.refreshToken).request(user)).containEql({ username: 'alice' })
        should(kept).have.length(1)
    })

    it('is over when somebody has presented the expired token, and asks the server no more', async () => {
        const { pair } = signedIn()
        pass(31 * minute)
        await fetch(`${fake.url}/api/v1/user`, { headers: { authorization: `Bearer ${pair.accessToken}` } })
        const session = restarted(pair.refreshToken)
        await callFailure(session.request(user), 'signed-out', { server: fake.url })
        should(kept).eql([''])
        const before = fake.requests.length
        await failure(session.request(user), 'signed-out')
        should(fake.requests).have.length(before)
        should(kept).eql([''])
    })

    it('asks for new tokens after a restart, whatever the clock says of the old ones', async () => {
        const { pair } = signedIn()
        await restarted(pair.refreshToken).request(user)
        should(refreshes()).equal(1)
        should(presented()).not.containEql(`Bearer ${pair.accessToken}`)
    })

    it('never presents an expired token when the clock is set, or the machine slept', async () => {
        for (const move of [
            () => { clock.wallNow -= 60 * minute; clock.steadyNow += 31 * minute },
            () => { clock.wallNow -= 60 * minute },
            () => { clock.wallNow += 31 * minute },
            () => { clock.wallNow += 60 * minute }
        ]) {
            const { session, pair } = signedIn()
            fake.advance(31 * minute)
            move()
            should(await session.request(user)).containEql({ username: 'alice' })
            should(presented()).not.containEql(`Bearer ${pair.accessToken}`)
        }
    })

    it('is not over because a refresh got no answer', async () => {
        const { session } = signedIn()
        pass(40 * minute)
        fake.respondWith({ path: '/account/token' }, { cut: 'at-once' })
        await callFailure(session.request(user), 'server-cut')
        should(kept).eql([])
        should(await session.request(user)).containEql({ username: 'alice' })
    })

    it('is over, and says so, when a refresh was done but its answer was lost', async () => {
        const { session } = signedIn()
        pass(40 * minute)
        fake.respondWith({ path: '/account/token' }, { handled: true, cut: 'at-once' })
        await callFailure(session.request(user), 'server-cut')
        await callFailure(session.request(user), 'signed-out')
        should(kept).eql([''])
    })

    it('uses no pair that could not be stored, and loses none either', async () => {
        const { pair } = signedIn()
        let full = true
        const session = new OAuthSession(fake.url, pair.refreshToken, {
            ...keeper,
            keep: async token => {
                if (full) {
                    throw new CodedError('store-write-failed', {}, 500)
                }
                kept.push(token)
            }
        }, { clock })
        await failure(session.request(user), 'store-write-failed')
        should(presented()).eql([])
        full = false
        should(await session.request(user)).containEql({ username: 'alice' })
        should(refreshes()).equal(1)
        should(kept).have.length(1)
    })

    it('ends as signed out when the process died between the refresh and its storing', async () => {
        const { pair } = signedIn()
        const dying = new OAuthSession(fake.url, pair.refreshToken, { ...keeper, keep: () => new Promise(() => {}) }, { clock })
        void dying.request(user)
        while (refreshes() === 0) {
            await new Promise(resolve => setTimeout(resolve, 5))
        }
        await new Promise(resolve => setTimeout(resolve, 20))
        await callFailure(restarted(pair.refreshToken).request(user), 'signed-out')
    })

    it('is over once when the server refuses a token that we hold to be good', async () => {
        const { session } = signedIn()
        fake.respondWith({ path: '/api/v1/user' }, { status: 401, body: { code: 'unauthorized', error: 'unauthorized' } })
        const codes = await Promise.all([1, 2, 3].map(async () => await session.request(user).then(() => 'answered', (error: CodedError) => error.code)))
        should(codes).containEql('signed-out')
        should(kept).eql([''])
        const before = fake.requests.length
        await failure(session.request(user), 'signed-out')
        should(fake.requests).have.length(before)
        should(refreshes()).equal(0)
    })

    it('makes use even of a server whose tokens live for seconds', async () => {
        const { session } = signedIn(1000)
        pass(2000)
        fake.respondWith({ path: '/account/token' }, { body: JSON.stringify({ access_token: fake.signIn('alice').accessToken, refresh_token: 'r', expires_in: 30 }), contentType: 'application/json' })
        should(await session.request(user)).containEql({ username: 'alice' })
    })
})
