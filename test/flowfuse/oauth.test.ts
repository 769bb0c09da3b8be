import should from 'should'
import { authorizeUrl, exchangeCode, newVerifier, refreshTokens } from '../../src/flowfuse/oauth'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { callFailure, failure } from './failure'

const redirectUri = 'http://127.0.0.1:1880/admin/flowfuse-snapshots/flowfuse-nr-tools/auth/callback'

for (const version of ['2.4.0', '2.33.2'] as const) {
    describe(`OAuth (${version})`, () => {
        let fake: FakeFlowFuse

        before(async () => {
            fake = await startFakeFlowFuse({ version })
        })

        after(() => fake.stop())

        /** What a browser does: sign in, and agree. */
        const codeFor = async (verifier: string, cookie = fake.cookies.alice) => {
            const headers = { cookie: `sid=${encodeURIComponent(cookie)}` }
            const location = async (url: string) => (await fetch(url, { headers, redirect: 'manual' })).headers.get('location') ?? ''
            const consent = await location(authorizeUrl(fake.url, { redirectUri, state: 's', verifier }))
            return new URL(await location(`${fake.url}/account/complete/${consent.split('/').pop()}`)).searchParams.get('code') ?? ''
        }
        const tokenIs = async (token: string) => (await fetch(`${fake.url}/api/v1/user`, { headers: { authorization: `Bearer ${token}` } })).status

        it('gives a pair for the code that the user agreed to, once', async () => {
            const verifier = newVerifier()
            const code = await codeFor(verifier)
            const pair = await exchangeCode(fake.url, { code, verifier, redirectUri })
            should(pair.lifeMs).equal(1_799_000)
            should(await tokenIs(pair.accessToken)).equal(200)
            await callFailure(exchangeCode(fake.url, { code, verifier, redirectUri }), 'platform-refused', { message: 'Invalid code' })
        })

        it('gives nothing for a verifier that is not ours, which the platform answers with its own failure', async () => {
            const code = await codeFor(newVerifier())
            await callFailure(exchangeCode(fake.url, { code, verifier: newVerifier(), redirectUri }), 'server-error', { status: 500 })
        })

        it('replaces both tokens at once', async () => {
            const old = fake.signIn('alice')
            const pair = await refreshTokens(fake.url, old.refreshToken)
            should(await tokenIs(pair.accessToken)).equal(200)
            should(await tokenIs(old.accessToken)).equal(401)
            await callFailure(refreshTokens(fake.url, old.refreshToken), 'signed-out', { server: fake.url })
        })

        it('takes only the platform’s own refusal for the end of the sign-in', async () => {
            const { refreshToken } = fake.signIn('alice')
            const path = '/account/token'
            fake.respondWith({ path }, { status: 400, body: '<html>', contentType: 'text/html' })
            await callFailure(refreshTokens(fake.url, refreshToken), 'platform-refused')
            fake.respondWith({ path }, { status: 503, body: {} })
            await callFailure(refreshTokens(fake.url, refreshToken), 'server-error')
            fake.respondWith({ path }, { cut: 'at-once' })
            await callFailure(refreshTokens(fake.url, refreshToken), 'server-cut')
            await refreshTokens(fake.url, refreshToken)
        })

        it('believes no answer of another shape', async () => {
            const good = { access_token: 'a', refresh_token: 'b', expires_in: 1799 }
            for (const body of [{ ...good, expires_in: 'soon' }, { ...good, expires_in: 0 }, { ...good, access_token: 'a\r\nx: y' }, { ...good, refresh_token: '' }, {}, []]) {
                fake.respondWith({ path: '/account/token' }, { body: JSON.stringify(body), contentType: 'application/json' })
                await failure(refreshTokens(fake.url, 'x'), 'answer-unexpected')
            }
        })
    })
}
