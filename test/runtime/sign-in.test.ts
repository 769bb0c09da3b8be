import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express, { type Request } from 'express'
import should from 'should'
import { makeRouter } from '../../src/runtime/routes/router'
import type { Services } from '../../src/runtime/services'
import { addSignInRoutes } from '../../src/runtime/routes/sign-in'
import { openSession } from '../../src/runtime/sessions'
import { SignIns } from '../../src/runtime/sign-ins'
import { Connections } from '../../src/runtime/store/connections'
import { DataKey } from '../../src/runtime/store/data-key'
import type { ErrorAnswer } from '../../src/shared/errors'
import type { PanelState, SignInStarted, SignInState } from '../../src/shared/requests'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { reverseProxy } from '../integration/way-there'
import { redDouble } from './red-double'
import { testServices } from './test-services'

type Answer<T> = { status: number, body: T & ErrorAnswer }

describe('signing in with FlowFuse', () => {
    let fake: FakeFlowFuse
    let folder: string
    let local: Server
    let editor: string
    let services: Services
    let now: number
    let double: ReturnType<typeof redDouble>

    beforeEach(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        folder = mkdtempSync(join(tmpdir(), 'ffs-sign-in-'))
        now = 1_800_000_000_000
        double = redDouble({ adminAuth: {} })
        services = testServices(double.nodeRed, folder)
        Object.assign(services.settings, { trustProxy: true })
        const admin = express()
        admin.use(express.json())
        // As Node-RED does: its users are known by a bearer token, and only on routes that ask for a permission.
        const router = makeRouter(admin, () => (request, response, next) => {
            const user = /^Bearer (\w+)$/.exec(request.headers.authorization ?? '')?.[1]
            Object.assign(request as Request & { user?: object }, { user: { username: user } })
            if (user === undefined) {
                response.status(401).end()
            } else {
                next()
            }
        }, services)
        addSignInRoutes(router, services, new SignIns(() => now))
        const root = express().use('/admin', admin)
        local = createServer(root)
        await new Promise<void>(resolve => local.listen(0, '127.0.0.1', resolve))
        editor = `http://127.0.0.1:${(local.address() as AddressInfo).port}/admin/`
    })

    afterEach(async () => {
        await fake.stop()
        local.closeAllConnections()
        await new Promise(resolve => local.close(resolve))
        rmSync(folder, { recursive: true })
    })

    /** A request of the editor's. */
    const call = async <T>(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer<T>> => {
        const response = await fetch(`${editor}flowfuse-snapshots/${path}`, {
            method,
            headers: { authorization: 'Bearer ann', origin: new URL(editor).origin, 'content-type': 'application/json', ...headers },
            ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) })
        })
        return { status: response.status, body: await response.json().catch(() => ({})) as T & ErrorAnswer }
    }
    const start = (change: object = {}, headers = {}) => call<SignInStarted>('POST', 'sign-in', { server: fake.url, editorUrl: editor, ...change }, headers)
    const state = async (id: string, headers = {}) => (await call<SignInState>('GET', `sign-in/${id}/state`, undefined, headers)).body
    /** A browser window goes somewhere; what it is told, not followed. */
    const visit = async (url: string, headers: Record<string, string> = {}) => {
        // Not by fetch, which says of itself that it is no navigation.
        const response = await new Promise<IncomingMessage>((resolve, reject) => get(url, { headers }, resolve).once('error', reject))
        let text = ''
        for await (const chunk of response) {
            text += String(chunk)
        }
        const all = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
        return { status: response.statusCode, headers: new Headers(all), text }
    }
    const open = async (page: string) => {
        const { status, headers } = await visit(editor + page, { 'sec-fetch-site': 'same-origin' })
        return { status, location: headers.get('location') ?? '', setCookie: headers.get('set-cookie') ?? '' }
    }
    /** The user signs in on the platform, and agrees or not. @returns where the platform leads the browser */
    const decide = async (authorize: string, decision: 'complete' | 'reject', user: 'alice' | 'bob' = 'alice') => {
        const cookie = { cookie: `sid=${encodeURIComponent(fake.cookies[user])}` }
        const consent = (await visit(authorize, cookie)).headers.get('location') ?? ''
        return (await visit(`${fake.url}/account/${decision}/${consent.split('/').pop()}`, cookie)).headers.get('location') ?? ''
    }
    const fromPlatform = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    const back = (url: string, cookie: string) => visit(url, { ...fromPlatform, ...(cookie !== '' && { cookie: cookie.split(';')[0]! }) })
    /** All the way to before the callback. */
    const agreed = async (decision: 'complete' | 'reject' = 'complete') => {
        const { body: { id, page } } = await start()
        const { location, setCookie } = await open(page)
        return { id, cookie: setCookie, callback: await decide(location, decision) }
    }
    const exchanged = () => fake.requests.some(({ path }) => path === '/account/token')

    it('goes from the click to a connection, and uses nothing before the user has seen who signed in', async () => {
        const { id, cookie, callback } = await agreed()
        should(await state(id)).eql({ phase: 'waiting' })
        should(callback).startWith(`${editor}flowfuse-snapshots/flowfuse-nr-tools/auth/callback?`)
        const done = await back(callback, cookie)
        should(done.status).equal(200)
        should(await state(id)).eql({ phase: 'ready', server: fake.url, user: { username: 'alice', name: 'Alice Owner' } })
        should(await services.connections.get('ann')).be.null()
        const { body } = await call<PanelState>('POST', `sign-in/${id}/accept`)
        should(body.connection).eql({ server: fake.url, user: { username: 'alice', name: 'Alice Owner' }, platformVersion: '2.33.2', signIn: 'oauth' })
        const session = await openSession(services, 'ann')
        should(session.kind).equal('oauth')
        should(await session.request({ method: 'GET', path: '/api/v1/user', what: 'user' })).containEql({ username: 'alice' })
        should((await call('POST', `sign-in/${id}/accept`)).body).containEql({ code: 'sign-in-unknown' })
    })

    it('goes the same way through a reverse proxy with a prefix, where the operator trusts it', async () => {
        const front = await reverseProxy('/plant/4', editor.slice(0, -1))
        try {
            editor = `http://127.0.0.1:${front.port}/plant/4/`
            const { body: { id, page } } = await start()
            const { location, setCookie } = await open(page)
            const callback = await decide(location, 'complete')
            should(callback).startWith(`${editor}flowfuse-snapshots/flowfuse-nr-tools/auth/callback?`)
            should(setCookie).containEql('; Path=/plant/4/flowfuse-snapshots/flowfuse-nr-tools/auth/callback;')
            should((await back(callback, setCookie)).status).equal(200)
            should((await call<PanelState>('POST', `sign-in/${id}/accept`)).body.connection?.user.username).equal('alice')
        } finally {
            await front.stop()
        }
    })

    it('sets a cookie that only the callback gets, and scripts never', async () => {
        const { body: { page } } = await start()
        const { setCookie } = await open(page)
        should(setCookie).match(/^ffs-sign-in-[\w-]+=[\w-]{43}; Path=\/admin\/flowfuse-snapshots\/flowfuse-nr-tools\/auth\/callback; Max-Age=300; HttpOnly; SameSite=Lax$/)
    })

    it('marks the cookie Secure where the editor is reached over https', () => {
        const signIns = new SignIns()
        const { ticket } = signIns.start('ann', fake.url, 'https://plant.example/nr/')
        should(signIns.open(ticket).cookie).endWith('; Secure')
    })

    it('ends on a page that carries no data, runs one script and loads nothing', async () => {
        const { cookie, callback } = await agreed()
        const { text, headers } = await back(`${callback}&x=%3Cscript%3Ealert(1)%3C/script%3E`, cookie)
        should(text).containEql('signIn.pageDone')
        const { searchParams } = new URL(callback)
        ;[searchParams.get('code')!, searchParams.get('state')!, 'alice', 'alert(1)'].forEach(secret => should(text).not.containEql(secret))
        should(headers.get('content-security-policy')).match(/^default-src 'none'; script-src 'sha256-[\w+/=]+';/)
        should(headers.get('cache-control')).equal('no-store')
        should(headers.get('referrer-policy')).equal('no-referrer')
        should(headers.get('access-control-allow-origin')).be.null()
    })

    it('says that access was denied', async () => {
        const { id, cookie, callback } = await agreed('reject')
        should((await back(callback, cookie)).text).containEql('signIn.pageFailed')
        should(await state(id)).eql({ phase: 'failed', error: { code: 'sign-in-denied', params: { server: fake.url } } })
        should(exchanged()).be.false()
    })

    it('says that the exchange failed, and stores nothing', async () => {
        const { id, cookie, callback } = await agreed()
        fake.respondWith({ path: '/account/token' }, { status: 500, body: { statusCode: 500, code: 'ERR_INVALID_URL', error: 'x', message: 'Invalid URL' } })
        should((await back(callback, cookie)).status).equal(502)
        should(await state(id)).containEql({ phase: 'failed' })
        should((await call('POST', `sign-in/${id}/accept`)).body).containEql({ code: 'sign-in-unknown' })
        should(await services.connections.get('ann')).be.null()
    })

    describe('refuses, and stores nothing:', () => {
        /** The attacked sign-in must be over, with no code exchanged. */
        const nothingCame = async (id: string, code: string) => {
            should(await state(id)).containEql({ phase: 'failed', error: { code, params: {} } })
            should(exchanged()).be.false()
        }

        it('a callback without the cookie', async () => {
            const { id, cookie, callback } = await agreed()
            should((await back(callback, '')).status).equal(403)
            await nothingCame(id, 'sign-in-other-browser')
            // The state is used up: the right browser comes too late.
            should((await back(callback, cookie)).status).equal(410)
            should(exchanged()).be.false()
        })

        it('a callback with another browser’s cookie, or a forged one', async () => {
            const other = await agreed()
            const first = await agreed()
            should((await back(first.callback, other.cookie)).status).equal(403)
            await nothingCame(first.id, 'sign-in-other-browser')
            const second = await agreed()
            should((await back(second.callback, `${second.cookie.split('=')[0]}=${'A'.repeat(43)}`)).status).equal(403)
            await nothingCame(second.id, 'sign-in-other-browser')
        })

        it('a callback whose window was never opened here (somebody else’s link)', async () => {
            const { body: { id } } = await start()
            should((await back(`${editor}flowfuse-snapshots/flowfuse-nr-tools/auth/callback?code=c&state=guess`, '')).status).equal(410)
            should(await state(id)).eql({ phase: 'waiting' })
        })

        it('a replayed callback', async () => {
            const { cookie, callback } = await agreed()
            should((await back(callback, cookie)).status).equal(200)
            should((await back(callback, cookie)).status).equal(410)
        })

        it('a forged, missing or doubled state', async () => {
            const { id, cookie, callback } = await agreed()
            const url = new URL(callback)
            for (const forged of ['', 'x', `${url.searchParams.get('state')}x`]) {
                url.searchParams.set('state', forged)
                should((await back(url.href, cookie)).status).equal(410)
            }
            should((await back(`${callback}&state=x`, cookie)).status).equal(410)
            should((await back(callback.replace('state=', 'state[x]='), cookie)).status).equal(410)
            should(await state(id)).eql({ phase: 'waiting' })
            should(exchanged()).be.false()
        })

        it('a ticket that is used, unknown or too old', async () => {
            const { body: { page } } = await start()
            should((await open(page)).status).equal(302)
            should((await open(page)).status).equal(410)
            should((await open(`${page}x`)).status).equal(410)
            const late = await start()
            now += 5 * 60_000
            should((await open(late.body.page)).status).equal(410)
        })

        it('what comes after five minutes', async () => {
            const { id, cookie, callback } = await agreed()
            now += 5 * 60_000
            should((await back(callback, cookie)).status).equal(410)
            should(await state(id)).containEql({ code: 'sign-in-unknown' })
            should(exchanged()).be.false()
            const unaccepted = await agreed()
            await back(unaccepted.callback, unaccepted.cookie)
            now += 5 * 60_000
            should((await call('POST', `sign-in/${unaccepted.id}/accept`)).status).equal(404)
        })

        it('another user of this Node-RED', async () => {
            const { id, cookie, callback } = await agreed()
            await back(callback, cookie)
            const ben = { authorization: 'Bearer ben' }
            should(await state(id, ben)).containEql({ code: 'sign-in-unknown' })
            for (const [method, path] of [['POST', `sign-in/${id}/accept`], ['DELETE', `sign-in/${id}`]] as const) {
                should((await call(method, path, {}, ben)).body).containEql({ code: 'sign-in-unknown' })
            }
            should(await services.connections.get('ben')).be.null()
            should(await state(id)).containEql({ phase: 'ready' })
        })

        it('what was cancelled', async () => {
            const { id, cookie, callback } = await agreed()
            should((await call('DELETE', `sign-in/${id}`)).status).equal(200)
            should((await back(callback, cookie)).status).equal(410)
            should(exchanged()).be.false()
        })

        it('a start from another origin, or by nobody', async () => {
            should((await start({}, { origin: 'https://evil.example' })).body).containEql({ code: 'origin-refused' })
            should((await start({}, { 'sec-fetch-site': 'cross-site' })).body).containEql({ code: 'origin-refused' })
            should((await start({}, { authorization: '' })).status).equal(401)
        })

        it('an address that is not the editor’s', async () => {
            const { origin } = new URL(editor)
            const wrong = ['https://evil.example/', '//evil.example/', 'javascript:alert(1)', origin.replace('http:', 'https:'), 'http://x@evil.example/', '']
            for (const editorUrl of wrong) {
                should((await start({ editorUrl })).body.code).match(/^(origin-refused|editor-url-invalid)$/, editorUrl)
            }
            for (const path of ['/a;Domain=evil.example/', '/a%0d%0aSet-Cookie:x/;', '/ä;/']) {
                should((await start({ editorUrl: origin + path })).body).containEql({ code: 'editor-url-invalid' })
            }
            should((await start({ editorUrl: 5 })).body).containEql({ code: 'body-invalid' })
        })

        it('a server that is no FlowFuse, or may not be connected to', async () => {
            should((await start({ server: 'http://flowfuse.example' })).body).containEql({ code: 'server-http-refused' })
            fake.respondWith({ path: '/api/v1/settings' }, { body: '<html>', contentType: 'text/html' })
            should((await start()).body).containEql({ code: 'server-not-flowfuse' })
        })

        it('a callback that is loaded as a picture, a script or a frame', async () => {
            const { id, cookie, callback } = await agreed()
            for (const change of [{ 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, { 'sec-fetch-dest': 'iframe' }]) {
                should((await visit(callback, { ...fromPlatform, ...change, cookie: cookie.split(';')[0]! })).status).equal(403)
            }
            should(await state(id)).eql({ phase: 'waiting' })
        })
    })

    it('writes no header that a query or a path made', async () => {
        const { cookie, callback } = await agreed()
        const { headers } = await back(`${callback}&errorDescription=a%0d%0aSet-Cookie:%20evil=1`, cookie)
        should(headers.get('set-cookie')).be.null()
        const { body: { page } } = await start({ editorUrl: `${new URL(editor).origin}/a%0d%0aSet-Cookie:evil=1/` })
        const opened = await open(page)
        should(opened.setCookie).startWith('ffs-sign-in-').and.containEql('Path=/a%0d%0aSet-Cookie:evil=1/')
    })

    it('has at most fifty under way: the oldest is forgotten', async () => {
        const signIns = new SignIns(() => now)
        const [first, ...others] = Array.from({ length: 51 }, () => signIns.start('ann', fake.url, editor))
        should(() => signIns.state('ann', first!.id)).throw('sign-in-unknown')
        others.forEach(({ id }) => should(signIns.state('ann', id)).eql({ phase: 'waiting' }))
    })
})

describe('a stored sign-in', () => {
    let fake: FakeFlowFuse
    let folder: string
    const user = { method: 'GET', path: '/api/v1/user', what: 'user' } as const

    beforeEach(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        folder = mkdtempSync(join(tmpdir(), 'ffs-stored-'))
    })

    afterEach(async () => {
        await fake.stop()
        rmSync(folder, { recursive: true })
    })

    /** As after a start of Node-RED. */
    const started = () => ({ connections: new Connections(folder, new DataKey(folder, () => ['secret'])) })
    const store = async (services: ReturnType<typeof started>, id: string, refreshToken: string) => {
        const person = { id: 'a', username: 'alice', name: 'Alice' }
        await services.connections.connect('ann', { server: fake.url, user: person, target: null, signIn: { kind: 'oauth', id, signedOut: false } }, refreshToken)
    }
    const outcome = async (services: ReturnType<typeof started>) => {
        try {
            await (await openSession(services, 'ann')).request(user)
            return 'answered'
        } catch (error) {
            return (error as { code: string }).code
        }
    }

    it('lives on through restarts and expiry, one refresh each', async () => {
        await store(started(), 'one', fake.signIn('alice').refreshToken)
        for (let start = 0; start < 3; start++) {
            fake.advance(60 * 60_000)
            fake.requests.length = 0
            const services = started()
            should(await Promise.all(Array.from({ length: 8 }, () => outcome(services)))).eql(Array(8).fill('answered'))
            should(fake.requests.filter(({ path }) => path === '/account/token')).have.length(1)
        }
    })

    it('stays signed out, also after a restart, until somebody signs in again', async () => {
        const services = started()
        await store(services, 'one', 'ffu_dead')
        should(await outcome(services)).equal('signed-out')
        fake.requests.length = 0
        should(await outcome(services)).equal('signed-out')
        should(await outcome(started())).equal('signed-out')
        should(fake.requests).eql([])
        await store(services, 'two', fake.signIn('alice').refreshToken)
        should(await outcome(services)).equal('answered')
        should(await outcome(started())).equal('answered')
    })

    it('is not brought back by a refresh that ends after the user disconnected or signed in anew', async () => {
        const services = started()
        await store(services, 'one', fake.signIn('alice').refreshToken)
        const former = await openSession(services, 'ann')
        const next = fake.signIn('alice').refreshToken
        await store(services, 'two', next)
        should(await former.request(user).then(() => '', (error: { code: string }) => error.code)).equal('not-connected')
        should((await services.connections.token('ann')).token).equal(next)
        await services.connections.disconnect('ann')
        should(await services.connections.get('ann')).be.null()
    })
})
