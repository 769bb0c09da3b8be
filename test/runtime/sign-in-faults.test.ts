import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { addConnectionRoutes } from '../../src/runtime/routes/connection'
import type { Handler } from '../../src/runtime/routes/router'
import { SignIns } from '../../src/runtime/sign-ins'
import type { ErrorCode } from '../../src/shared/errors'
import type { PanelState } from '../../src/shared/requests'
import { failure } from '../flowfuse/failure'
import { startFakeFlowFuse, type FakeFlowFuse, type FaultResponse } from '../fake/platform'
import { redDouble } from './red-double'
import { testServices } from './test-services'

const unauthorized = { code: 'unauthorized', error: 'unauthorized' }
/** A fault at each call, and what it means there; null where it changes nothing. */
type Row<Call extends string> = [string, FaultResponse, Record<Call, ErrorCode | null>]

const byBrowser: Array<Row<'token' | 'user'>> = [
    ['401', { status: 401, body: unauthorized }, { token: 'signed-out', user: 'signed-out' }],
    ['403', { status: 403, body: unauthorized }, { token: 'not-permitted', user: 'not-permitted' }],
    ['429', { status: 429, body: {} }, { token: 'rate-limited', user: 'rate-limited' }],
    ['429 for a moment', { status: 429, body: {}, headers: { 'retry-after': '0.01' } }, { token: 'rate-limited', user: null }],
    ['a web page with 200', { body: '<!DOCTYPE html>', contentType: 'text/html' }, { token: 'answer-unexpected', user: 'answer-unexpected' }],
    ['JSON of something else', { body: { odd: true } }, { token: 'answer-unexpected', user: 'answer-unexpected' }],
    ['a redirection', { status: 307 }, { token: 'server-redirects', user: 'server-redirects' }],
    ['a connection that breaks', { cut: 'at-once' }, { token: 'server-cut', user: null }]
]
const byToken: Array<Row<'settings' | 'json' | 'user' | 'tokens'>> = [
    ['401', { status: 401, body: unauthorized }, { settings: 'server-not-flowfuse', json: null, user: 'token-refused', tokens: null }],
    ['403', { status: 403, body: unauthorized }, { settings: 'server-not-flowfuse', json: null, user: 'token-powerless', tokens: null }],
    ['429', { status: 429, body: {} }, { settings: 'rate-limited', json: null, user: 'rate-limited', tokens: null }],
    ['429 for a moment', { status: 429, body: {}, headers: { 'retry-after': '0.01' } }, { settings: null, json: null, user: null, tokens: null }],
    ['a web page with 200', { body: '<!DOCTYPE html>', contentType: 'text/html' },
        { settings: 'server-not-flowfuse', json: null, user: 'answer-unexpected', tokens: null }],
    ['a redirection', { status: 307 }, { settings: 'server-redirects', json: null, user: 'server-redirects', tokens: null }],
    ['a connection that breaks', { cut: 'at-once' }, { settings: null, json: null, user: null, tokens: null }]
]
const paths = { settings: '/api/v1/settings', json: '/api/json', user: '/api/v1/user', tokens: '/api/v1/user/tokens', token: '/account/token' }

describe('a sign-in that meets', () => {
    let fake: FakeFlowFuse
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
        fake = await startFakeFlowFuse({ version: '2.33.2' })
    })

    afterEach(async () => {
        await fake.stop()
        should(strangers).equal(0)
    })

    after(() => new Promise(resolve => elsewhere.close(resolve)))

    const lay = (call: keyof typeof paths, answer: FaultResponse) => fake.respondWith({ path: paths[call] }, {
        ...answer, ...(answer.status === 307 && { headers: { location: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/` } })
    })
    const asked = (path: string) => fake.requests.filter(request => request.path === path)

    for (const [name, answer, codes] of byBrowser) for (const call of ['token', 'user'] as const) {
        it(`${name}, by the browser at ${paths[call]}: ${codes[call] ?? 'goes through'}, with one code sent once`, async () => {
            const signIns = new SignIns()
            /** All the way: the user agrees on the platform, and the browser comes back. */
            const attempt = async () => {
                const { id, ticket } = signIns.start('ann', fake.url, 'http://127.0.0.1:1880/')
                const { location, cookie } = signIns.open(ticket)
                const visit = async (url: string) => (await fetch(url, {
                    redirect: 'manual', headers: { cookie: `sid=${encodeURIComponent(fake.cookies.alice)}` }
                })).headers.get('location') ?? ''
                const consent = await visit(location)
                const { searchParams: back } = new URL(await visit(`${fake.url}/account/complete/${consent.split('/').pop()}`))
                const [state, code] = [back.get('state') ?? '', back.get('code') ?? '']
                return { id, finish: () => signIns.finish({ state, code, error: '', errorDescription: '', cookies: cookie.split(';')[0]! }) }
            }
            const first = await attempt()
            lay(call, answer)
            const code = codes[call]
            if (code === null) {
                await first.finish()
                should(signIns.state('ann', first.id)).containDeep({ phase: 'ready', user: { username: 'alice' } })
            } else {
                const { params } = await failure(first.finish(), code)
                should(signIns.state('ann', first.id)).eql({ phase: 'failed', error: { code, params } })
                should(JSON.stringify(params)).not.match(/ff[a-z]+_/)
                await failure(Promise.resolve().then(() => signIns.take('ann', first.id)), 'sign-in-unknown')
            }
            should(asked(paths.token)).have.length(1)
            await failure(first.finish(), 'sign-in-late')
            should(asked(paths.token)).have.length(1)

            const second = await attempt()
            await second.finish()
            should(signIns.take('ann', second.id)).containDeep({ server: fake.url, user: { username: 'alice' } })
        })
    }

    for (const [name, answer, codes] of byToken) for (const call of ['settings', 'json', 'user', 'tokens'] as const) {
        it(`${name}, with a token at ${paths[call]}: ${codes[call] ?? 'goes through'}, and the one before stays`, async () => {
            const folder = mkdtempSync(join(tmpdir(), 'ffs-connect-'))
            try {
                const services = testServices(redDouble({ adminAuth: {} }).nodeRed, folder)
                const routes = new Map<string, Handler>()
                addConnectionRoutes({ add: (method, path, _needs, handler) => { routes.set(`${method} ${path}`, handler) }, addPage: () => {}, addPieces: () => {}, addFile: () => {}, addDownload: () => {}, end: () => {} }, services)
                const connect = async (token: string) => await routes.get('post connection')!(
                    { user: 'ann', params: {}, query: {}, origin: undefined, mayAct: true, body: { server: fake.url, token } }) as PanelState
                await connect(fake.tokens.bob)
                fake.requests.length = 0

                lay(call, answer)
                const code = codes[call]
                if (code === null) {
                    should((await connect(fake.tokens.alice)).connection?.user.username).equal('alice')
                } else {
                    await failure(connect(fake.tokens.alice), code)
                    should((await services.connections.get('ann'))?.user.username).equal('bob')
                }
                // What was not found to be a FlowFuse never sees the token.
                should([...asked(paths.settings), ...asked(paths.json)].filter(({ headers }) => headers.authorization !== undefined)).eql([])
                should(asked(paths.user).length === 0).equal(call === 'settings' && code !== null)
                readdirSync(folder).forEach(file => should(readFileSync(join(folder, file), 'utf8')).not.containEql(fake.tokens.alice))
                should((await connect(fake.tokens.alice)).connection?.user.username).equal('alice')
            } finally {
                rmSync(folder, { recursive: true })
            }
        })
    }
})
