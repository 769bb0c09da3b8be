import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import should from 'should'
import { callPlatform, platformPath, type PlatformRequest } from '../../src/flowfuse/http'
import type { ErrorCode, ErrorParams } from '../../src/shared/errors'
import { limits } from '../../src/shared/limits'
import { startFakeFlowFuse, type FakeFlowFuse, type FaultHandler, type FaultResponse } from '../fake/platform'
import { freePort } from '../node-red/free-port'
import { callFailure } from './failure'
import { ownServer } from './own-server'

const token = 'ffpat_never-to-be-seen'
const page = '<!DOCTYPE html><html><body>Bad Gateway</body></html>'

describe('a call to the platform', () => {
    let fake: FakeFlowFuse

    before(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
    })

    beforeEach(() => {
        fake.requests.length = 0
    })

    after(() => fake.stop())

    const call = (request: Partial<PlatformRequest> = {}) => callPlatform(fake.url, token, { method: 'GET', path: '/api/v1/thing', what: 'user', ...request })
    const post = (request: Partial<PlatformRequest> = {}) => call({ method: 'POST', body: { a: 1 }, ...request })

    /** Every further answer to the test's own path. */
    const answering = async (response: FaultResponse | FaultHandler, work: () => Promise<unknown>) => {
        const end = fake.respondWith({ path: '/api/v1/thing' }, response, Infinity)
        await work().finally(end)
    }

    it('gives the JSON of a good answer, and sends what it was given', async () => {
        await answering({ status: 201, body: { fine: ['ü'] }, contentType: 'application/json; charset=utf-8' }, async () => {
            should(await post({ body: { text: 'Füllstand' } })).eql({ fine: ['ü'] })
        })
        const [request] = fake.requests
        should(request?.method).equal('POST')
        should(request?.body).eql({ text: 'Füllstand' })
        should(request?.headers.authorization).equal(`Bearer ${token}`)
        should(request?.headers['content-type']).equal('application/json')
    })

    it('sends no sign-in without a token', async () => {
        await answering({ body: {} }, () => callPlatform(fake.url, null, { method: 'GET', path: '/api/v1/thing', what: 'user' as const }))
        should(fake.requests[0]?.headers).not.have.property('authorization')
    })

    it('sends a body that was serialised beforehand as it is, with its length', async () => {
        const chunks = [Buffer.from('{"a":"'), Buffer.from('ü'), Buffer.from('"}')]
        await answering({ body: {} }, () => post({ body: { chunks, bytes: 10 } }))
        should(fake.requests[0]?.body).eql({ a: 'ü' })
        should(fake.requests[0]?.headers['content-length']).equal('10')
        should(fake.requests[0]?.headers).not.have.property('transfer-encoding')
    })

    describe('that the platform refuses', () => {
        const answers: Array<[string, FaultResponse, ErrorCode, ErrorParams]> = [
            ['401', { status: 401, body: { code: 'unauthorized', error: 'unauthorized' } }, 'token-refused', {}],
            ['403', { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }, 'not-permitted', { what: 'user' as const }],
            ['404', { status: 404, body: { code: 'not_found', error: 'Not Found' } }, 'gone', { what: 'user' as const }],
            ['404 with nothing', { status: 404 }, 'gone', {}],
            ['407', { status: 407, body: page, contentType: 'text/html' }, 'proxy-failed', {}],
            ['409', { status: 409, body: { code: 'conflict', error: 'moved' } }, 'platform-conflict', { message: 'moved' }],
            ['413', { status: 413, body: { code: 'FST_ERR_CTP_BODY_TOO_LARGE', error: 'Payload Too Large' } }, 'server-takes-less', {}],
            ['413 of a gateway', { status: 413, body: page, contentType: 'text/html' }, 'server-takes-less', {}],
            ['429 with the seconds to wait', { status: 429, body: {}, headers: { 'retry-after': '77' } }, 'rate-limited', { seconds: 77 }],
            ['429 without them', { status: 429, body: {} }, 'rate-limited', { seconds: 60 }],
            ['429 with a date', { status: 429, body: {}, headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' } }, 'rate-limited', { seconds: 60 }],
            ['500', { status: 500, body: { statusCode: 500, error: 'Internal Server Error', message: 'kaboom' } }, 'server-error', { status: 500, message: 'kaboom' }],
            ['502 of a gateway', { status: 502, body: page, contentType: 'text/html' }, 'server-error', { status: 502, message: 'Bad Gateway' }],
            ['400 of the platform', { status: 400, body: { code: 'bad', error: 'too odd' } }, 'platform-refused', { message: 'too odd' }],
            ['400 of a validation', { status: 400, body: { error: 'Bad Request', message: 'body must be object' } }, 'platform-refused', { message: 'body must be object' }],
            ['400 of a sign-in', { status: 400, body: { error: 'invalid_request', description: 'Invalid code' } }, 'platform-refused', { message: 'Invalid code' }],
            ['418 without JSON', { status: 418, body: 'teapot' }, 'platform-refused', { status: 418, message: "I'm a Teapot" }],
            ['400 with hostile JSON', { status: 400, body: '{"message":{"__proto__":1}}', contentType: 'application/json' }, 'platform-refused', { message: 'Bad Request' }]
        ]
        for (const [name, answer, code, params] of answers) {
            it(`says ${code} for ${name}`, () => answering(answer, async () => {
                const error = await callFailure(post(), code, { server: fake.url, ...params })
                should(error.platformStatus).equal(answer.status)
                should(error.mayHaveArrived).be.true()
            }))
        }
    })

    describe('that is answered with something else than its JSON', () => {
        const deep = `${'['.repeat(limits.jsonDepth + 1)}${']'.repeat(limits.jsonDepth + 1)}`
        const answers: Array<[string, FaultResponse, ErrorCode]> = [
            ['a web page', { status: 200, body: page, contentType: 'text/html' }, 'answer-unexpected'],
            ['nothing', { status: 200 }, 'answer-unexpected'],
            ['nothing that calls itself JSON', { status: 200, contentType: 'application/json' }, 'answer-unexpected'],
            ['JSON that calls itself text', { status: 200, body: '{}', contentType: 'text/plain' }, 'answer-unexpected'],
            ['half of a JSON', { status: 201, body: '{"id":', contentType: 'application/json' }, 'answer-unexpected'],
            ['a key that reaches the prototype', { status: 200, body: '{"a":{"__proto__":{"x":1}}}', contentType: 'application/json' }, 'answer-hostile'],
            ['a constructor’s prototype', { status: 200, body: '{"constructor":{"prototype":{}}}', contentType: 'application/json' }, 'answer-hostile'],
            ['JSON nested too deep', { status: 200, body: deep, contentType: 'application/json' }, 'answer-hostile']
        ]
        for (const [name, answer, code] of answers) {
            it(`fails with ${code} for ${name}, and knows that the platform answered`, () => answering(answer, async () => {
                const error = await callFailure(post(), code, { what: 'user' as const })
                should(error.platformStatus).equal(answer.status)
                should(error.mayHaveArrived).be.true()
            }))
        }

        it('fails for a route that 2.4.0 does not know and answers with its page', async () => {
            const old = await startFakeFlowFuse({ version: '2.4.0' })
            try {
                const request = { method: 'POST' as const, path: '/api/v1/snapshots/import', what: 'create' as const, body: {} }
                await callFailure(callPlatform(old.url, old.tokens.alice, request), 'answer-unexpected', { what: 'create' })
            } finally {
                await old.stop()
            }
        })

        it('fails for more than can be read safely', async () => {
            const server = await ownServer((_request, response) => {
                response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(limits.answerBytes + 1) })
                const piece = Buffer.alloc(1024 * 1024, ' ')
                const more = () => { while (!response.destroyed && response.write(piece)) { /* until the client has had enough */ } }
                response.on('drain', more)
                more()
            })
            try {
                const work = callPlatform(server.url, token, { method: 'GET', path: '/', what: 'user' as const })
                await callFailure(work, 'answer-too-large', { limit: limits.answerBytes, what: 'user' as const })
            } finally {
                await server.stop()
            }
        })
    })

    describe('whose connection fails', () => {
        it('says when it is cut before an answer', () => answering({ cut: 'at-once' }, async () => {
            should((await callFailure(post(), 'server-cut')).mayHaveArrived).be.true()
        }))

        it('says when it is cut in the middle of the answer', () => answering({ body: { long: 'x'.repeat(1000) }, cut: 'mid-body' }, async () => {
            should((await callFailure(post(), 'server-cut')).mayHaveArrived).be.true()
        }))

        it('knows that the platform did nothing when it was cut before all was sent', async () => {
            fake.tooLarge = 'cut'
            const chunks = Array.from({ length: 300 }, () => Buffer.alloc(64 * 1024, ' '))
            const error = await callFailure(post({ body: { chunks, bytes: 300 * 64 * 1024 } }), 'server-cut')
            should(error.mayHaveArrived).be.false()
        })

        it('says when nothing listens, and knows that nothing was sent', async () => {
            const server = `http://127.0.0.1:${await freePort()}`
            const request = { method: 'POST' as const, path: '/', what: 'user' as const, body: {} }
            should((await callFailure(callPlatform(server, token, request), 'server-refused-connection', { server })).mayHaveArrived).be.false()
        })

        it('says when the server has no such encryption', async () => {
            const request = { method: 'GET' as const, path: '/', what: 'user' as const }
            await callFailure(callPlatform(fake.url.replace('http:', 'https:'), token, request), 'server-no-tls', { to: fake.url })
        })

        it('says when what answers does not speak HTTP', async () => {
            const server = createTcpServer(socket => socket.on('error', () => undefined).resume().end('SSH-2.0-OpenSSH_9.6\r\n'))
            await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
            try {
                const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
                await callFailure(callPlatform(origin, null, { method: 'GET', path: '/', what: 'user' as const }), 'server-not-flowfuse')
            } finally {
                await new Promise(resolve => server.close(resolve))
            }
        })

        it('gives up after its time, also in the middle of an answer', async () => {
            await answering((_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).write('{') }, async () => {
                await callFailure(post({ timeoutMs: 50 }), 'server-timeout')
            })
            await answering(() => undefined, async () => {
                await callFailure(post({ timeoutMs: 50 }), 'server-timeout')
            })
        })

        it('never tells the token, in no part of the error', async () => {
            await answering({ cut: 'at-once' }, async () => {
                const error = await callFailure(post(), 'server-cut')
                should(JSON.stringify([error.toAnswer(), error.stack, String(error.cause), error])).not.containEql(token)
            })
        })
    })

    describe('that may be repeated', () => {
        const soon = { 'retry-after': '0.01' }

        for (const status of [429, 503]) {
            it(`is, when it reads and the server is busy (${status})`, async () => {
                fake.respondWith({ path: '/api/v1/thing' }, { status, body: {}, headers: soon }, 2)
                fake.respondWith({ path: '/api/v1/thing' }, { body: { good: true } })
                should(await call()).eql({ good: true })
                should(fake.requests).have.length(3)
            })
        }

        it('is, when it reads and the connection was cut', async () => {
            fake.respondWith({ path: '/api/v1/thing' }, { cut: 'at-once' })
            fake.respondWith({ path: '/api/v1/thing' }, { body: { good: true } })
            should(await call()).eql({ good: true })
            should(fake.requests).have.length(2)
        })

        it('is given up after the third try', () => answering({ status: 503, body: {}, headers: soon }, async () => {
            await callFailure(call(), 'server-error', { status: 503 })
            should(fake.requests).have.length(3)
        }))

        it('is not, when the server asks to wait for long', () => answering({ status: 429, body: {}, headers: { 'retry-after': '60' } }, async () => {
            await callFailure(call(), 'rate-limited', { seconds: 60 })
            should(fake.requests).have.length(1)
        }))

        it('is not for other failures', async () => {
            for (const status of [401, 404, 500, 502]) {
                fake.requests.length = 0
                await answering({ status, body: {} }, () => call().catch(() => undefined))
                should(fake.requests).have.length(1)
            }
        })

        it('never is, when it changes something', async () => {
            for (const method of ['POST', 'PUT', 'DELETE'] as const) {
                for (const answer of [{ status: 429, body: {}, headers: soon }, { status: 503, body: {}, headers: soon }, { cut: 'at-once' as const }]) {
                    fake.requests.length = 0
                    await answering(answer, () => call({ method, ...(method !== 'DELETE' && { body: {} }) }).catch(() => undefined))
                    should(fake.requests).have.length(1)
                }
            }
        })

        it('ends with the failure that was waited for when its caller stops waiting', () => answering({ status: 503, body: {}, headers: { 'retry-after': '9' } }, async () => {
            const stop = new AbortController()
            const work = callFailure(call({ signal: stop.signal }), 'server-error', { status: 503 })
            // By the time of a later answer the first one is read, and the wait has begun.
            await callPlatform(fake.url, null, { method: 'GET', path: '/api/v1/settings', what: 'settings' })
            stop.abort()
            await work
        }))
    })

    it('follows no redirect, so that the token stays with its origin', async () => {
        const other = await ownServer((_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{}') })
        try {
            for (const status of [301, 302, 307, 308]) {
                await answering({ status, headers: { location: `${other.url}/api/v1/thing` } }, async () => {
                    await callFailure(call(), 'server-redirects', { to: other.url })
                    await callFailure(post(), 'server-redirects', { to: other.url })
                })
            }
            should(other.requests).have.length(0)
        } finally {
            await other.stop()
        }
    })

    it('goes past a proxy when it stays on this machine', async () => {
        const proxy = await ownServer((_request, response) => { response.writeHead(502).end() })
        const former = process.env.HTTP_PROXY
        process.env.HTTP_PROXY = proxy.url
        try {
            await answering({ body: { direct: true } }, async () => { should(await call()).eql({ direct: true }) })
            should(proxy.requests).have.length(0)
        } finally {
            if (former === undefined) { delete process.env.HTTP_PROXY } else { process.env.HTTP_PROXY = former }
            await proxy.stop()
        }
    })
})

describe('an id in a path of the platform', () => {
    it('can’t leave its place', () => {
        const paths: Array<[string, string]> = [
            ['../admin', '..%2Fadmin'], ['a/b', 'a%2Fb'], ['%2f', '%252f'], ['x?y=1#z', 'x%3Fy%3D1%23z'], ['Füller 1', 'F%C3%BCller%201'], ['\r\n', '%0D%0A']
        ]
        for (const [id, encoded] of paths) {
            should(platformPath`/api/v1/projects/${id}/snapshots`).equal(`/api/v1/projects/${encoded}/snapshots`)
        }
    })

    it('is no way up either', () => {
        for (const id of ['.', '..', '']) {
            should(() => platformPath`/api/v1/projects/${id}/snapshots`).throw('id-invalid')
        }
    })

    it('arrives as one segment', async () => {
        const fake = await startFakeFlowFuse({ version: '2.33.2' })
        try {
            const request = { method: 'GET' as const, path: platformPath`/api/v1/projects/${'../teams'}`, what: 'user' as const }
            await callFailure(callPlatform(fake.url, fake.tokens.alice, request), 'gone')
            should(fake.requests[0]?.path).equal('/api/v1/projects/..%2Fteams')
        } finally {
            await fake.stop()
        }
    })
})
