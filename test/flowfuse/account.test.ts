import should from 'should'
import { getUser, isReadOnly } from '../../src/flowfuse/account'
import { tokenSession } from '../../src/flowfuse/session'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { callFailure, failure } from './failure'

for (const version of ['2.4.0', '2.33.2'] as const) {
    describe(`the user behind a token (${version})`, () => {
        let fake: FakeFlowFuse

        before(async () => {
            fake = await startFakeFlowFuse({ version })
        })

        after(() => fake.stop())

        const user = (token: string) => getUser(tokenSession(fake.url, token))

        it('is told', async () => {
            should(await user(fake.tokens.bob)).eql({ id: fake.ids.users.bob, username: 'bob', name: 'Bob Member' })
        })

        it('is not told for a token that the server does not know, or that has expired', async () => {
            await callFailure(user('ffpat_unknown'), 'token-refused', { server: fake.url })
            fake.expire(fake.tokens.mallory)
            await callFailure(user(fake.tokens.mallory), 'token-refused')
        })

        it('has no rights with a token that was made without a name', async () => {
            const made = await fetch(`${fake.url}/api/v1/user/tokens`, {
                method: 'POST',
                headers: { cookie: `sid=${encodeURIComponent(fake.cookies.alice)}`, 'content-type': 'application/json' },
                body: JSON.stringify({ name: '', scope: '' })
            })
            const { token } = await made.json() as { token: string }
            const error = await callFailure(user(token), 'token-powerless', { server: fake.url })
            should(error.platformStatus).equal(403)
        })

        it('has a read-only token where that is certain', async () => {
            const readOnly = () => isReadOnly(tokenSession(fake.url, fake.tokens.aliceReadOnly))
            // One of several, and the platform does not say which.
            should(await readOnly()).be.false()
            const answers: Array<[number, unknown, boolean]> = [
                [200, { tokens: [{ readOnly: true }, { readOnly: true }] }, true],
                [200, { tokens: [{ readOnly: true }, { readOnly: false }] }, false],
                [200, { tokens: [{}] }, false],
                [200, { tokens: [] }, false],
                [200, [], false],
                [403, { code: 'unauthorized', error: 'unauthorized' }, false]
            ]
            for (const [status, body, expected] of answers) {
                fake.respondWith({ path: '/api/v1/user/tokens' }, { status, body: JSON.stringify(body), contentType: 'application/json' })
                should(await readOnly()).equal(expected)
            }
        })

        it('is not guessed from an answer of another shape', async () => {
            for (const body of [{ id: 5, username: 'x', name: 'x' }, { username: 'x', name: 'x' }, [], null]) {
                fake.respondWith({ path: '/api/v1/user' }, { body: JSON.stringify(body), contentType: 'application/json' })
                await failure(user(fake.tokens.alice), 'answer-unexpected')
            }
        })
    })
}
