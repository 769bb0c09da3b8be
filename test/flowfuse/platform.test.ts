import should from 'should'
import { findPlatform, isAtLeast } from '../../src/flowfuse/platform'
import { startFakeFlowFuse, type FakeFlowFuse, type FaultResponse, type FlowFuseVersion } from '../fake/platform'
import { freePort } from '../node-red/free-port'
import { callFailure } from './failure'

for (const version of ['2.4.0', '2.33.2'] satisfies FlowFuseVersion[]) {
    describe(`finding a FlowFuse ${version}`, () => {
        let fake: FakeFlowFuse

        beforeEach(async () => {
            fake = await startFakeFlowFuse({ version })
        })

        afterEach(() => fake.stop())

        it('tells its version, without any sign-in', async () => {
            should(await findPlatform(fake.url)).eql({ origin: fake.url, version })
            should(fake.requests).have.length(2)
            fake.requests.forEach(({ headers }) => should(headers).not.have.property('authorization'))
        })

        it('does without the version where the operator does not tell it', async () => {
            const answers: FaultResponse[] = [
                { status: 404, body: { code: 'not_found', error: 'Not Found' } },
                { status: 200, body: '<html></html>', contentType: 'text/html' },
                { status: 200, body: { openapi: '3.0.3' } },
                { status: 200, body: { info: { version: 'a secret' } } },
                { status: 500, body: {} },
                { cut: 'mid-body', body: { info: { version } } }
            ]
            for (const answer of answers) {
                const end = fake.respondWith({ path: '/api/json' }, answer, Infinity)
                should(await findPlatform(fake.url)).eql({ origin: fake.url, version: null })
                end()
            }
        })

        it('says so when something else answers', async () => {
            const answers: FaultResponse[] = [
                { status: 200, body: '<!DOCTYPE html><title>Plant portal</title>', contentType: 'text/html' },
                { status: 200, body: { hello: 'world' } },
                { status: 200, body: [1, 2, 3] },
                { status: 200, body: 'null', contentType: 'application/json' },
                { status: 200, body: '{"features"', contentType: 'application/json' },
                { status: 200, body: '{"features":{"__proto__":{}}}', contentType: 'application/json' },
                { status: 401, body: 'who are you?' },
                { status: 404, body: 'no such page' }
            ]
            for (const answer of answers) {
                fake.respondWith({ path: '/api/v1/settings' }, answer)
                await callFailure(findPlatform(fake.url), 'server-not-flowfuse', { server: fake.url })
            }
        })

        it('says where it redirects to, and does not go there', async () => {
            fake.respondWith({ path: '/api/v1/settings' }, { status: 301, headers: { location: 'https://forge.example.com/api/v1/settings' } })
            await callFailure(findPlatform(fake.url), 'server-redirects', { to: 'https://forge.example.com' })
            should(fake.requests).have.length(1)
        })

        it('says what is wrong with a server that is no other thing but fails', async () => {
            fake.respondWith({ path: '/api/v1/settings' }, { status: 502, body: '<html></html>', contentType: 'text/html' })
            await callFailure(findPlatform(fake.url), 'server-error', { status: 502 })
            fake.respondWith({ path: '/api/v1/settings' }, { status: 429, body: {}, headers: { 'retry-after': '99' } })
            await callFailure(findPlatform(fake.url), 'rate-limited', { seconds: 99 })
        })
    })
}

describe('finding a FlowFuse', () => {
    it('says when nothing listens there', async () => {
        const server = `http://127.0.0.1:${await freePort()}`
        await callFailure(findPlatform(server), 'server-refused-connection', { server })
    })

    it('takes a server without a version for the newest', () => {
        should(isAtLeast({ version: null }, '99.0.0')).be.true()
        should(isAtLeast({ version: '2.12.1' }, '2.13.0')).be.false()
        should(isAtLeast({ version: '2.13.0' }, '2.13.0')).be.true()
        should(isAtLeast({ version: '2.33.2-nightly.1' }, '2.33.0')).be.true()
    })
})
