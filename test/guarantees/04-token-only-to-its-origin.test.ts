import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import should from 'should'
import type { FlowFuseError } from '../../src/flowfuse/errors'
import { callPlatform } from '../../src/flowfuse/http'
import { OAuthSession } from '../../src/flowfuse/oauth-session'
import { proxyFrom } from '../../src/flowfuse/proxy'
import { serverOrigin } from '../../src/flowfuse/server'
import { pastedToken, tokenSession } from '../../src/flowfuse/session'
import { ownServer, type OwnServer } from '../flowfuse/own-server'
import { AutoPushTrial } from '../runtime/auto-push-trial'
import { outcome } from './outcome'
import { PluginWorld } from './plugin-world'

describe('Guarantee 4: a token is sent only to the origin that issued it', () => {
    let other: OwnServer
    before(async () => {
        other = await ownServer((request, response) => {
            response.writeHead(200, { 'content-type': 'application/json' })
            response.end(request.url === '/api/v1/settings' ? '{"features":{}}' : '{"id":"i","username":"u","name":"n","teams":[],"tokens":[]}')
        })
    })
    beforeEach(() => { other.requests.length = 0 })
    after(() => other.stop())

    /** What has reached the other origin with anything that says who sends it. */
    const told = () => other.requests.filter(({ headers }) => (headers.authorization ?? headers.cookie) !== undefined).map(({ url }) => url)

    for (const status of [301, 302, 303, 307, 308]) {
        it(`not where a ${status} leads`, async () => {
            const origin = await ownServer((_request, response) => {
                response.writeHead(status, { location: `${other.url}/api/v1/user` })
                response.end()
            })
            try {
                for (const method of ['GET', 'POST'] as const) {
                    const became = await outcome(() => tokenSession(origin.url, 'canary').request({ method, path: '/api/v1/user', what: 'user', ...(method === 'POST' && { body: {} }) }))
                    should(became).equal('server-redirects')
                }
                should(other.requests).eql([])
            } finally {
                await origin.stop()
            }
        })
    }

    it('not where a redirect on the same server leads either', async () => {
        const asked: string[] = []
        const origin = await ownServer((request, response) => {
            asked.push(request.url ?? '')
            response.writeHead(302, { location: '/elsewhere' })
            response.end()
        })
        try {
            should(await outcome(() => callPlatform(origin.url, 'canary', { method: 'GET', path: '/api', what: 'user' }))).equal('answer-unexpected')
            should(asked).eql(['/api'])
        } finally {
            await origin.stop()
        }
    })

    it('not through a proxy that flows have set since the start', async () => {
        const origin = 'http://ffs-nowhere.invalid'
        process.env.HTTP_PROXY = process.env.http_proxy = other.url
        try {
            should(await outcome(() => tokenSession(origin, 'canary').request({ method: 'GET', path: '/', what: 'user' }))).not.equal('done')
            should(other.requests).eql([])
        } finally {
            delete process.env.HTTP_PROXY
            delete process.env.http_proxy
        }
    })

    it('not through a proxy that is not for its origin', () => {
        const proxyOf = proxyFrom({ HTTP_PROXY: 'http://one.example', HTTPS_PROXY: 'http://two.example:8080', NO_PROXY: 'plant.example' })
        should(['http://localhost:3000', 'http://127.0.0.1', 'https://[::1]', 'https://ff.plant.example'].map(proxyOf)).eql([null, null, null, null])
        should(proxyOf('https://a.example')).containEql({ host: 'two.example', port: 8080 })
    })

    it('not with a header of the token’s own', async () => {
        for (const token of ['a\r\nHost: evil.example', 'a b', 'ä']) {
            should(await outcome(() => pastedToken(token))).equal('token-malformed')
        }
    })

    it('and not from there to the browser, in the words of a refusal', async () => {
        const token = 'ffpat_0123456789abcdef'
        const origin = await ownServer((_request, response) => {
            response.writeHead(400, { 'content-type': 'application/json' })
            response.end(JSON.stringify({ code: 'x', error: `Bearer ${token} may not send once-and-never` }))
        })
        try {
            const call = tokenSession(origin.url, token).request({ method: 'POST', path: '/', what: 'user', body: { credentialSecret: 'once-and-never' } })
            const { params } = await call.then(() => { throw new Error('it was taken') }, (error: unknown) => error as FlowFuseError)
            should(JSON.stringify(params)).containEql('Bearer').and.not.match(/0123456789|once-and-never/)
        } finally {
            await origin.stop()
        }
    })

    it('not in clear to another machine, and not to a server that the operator has not allowed', async () => {
        const rules = { allowHttp: false, allowedServers: [] }
        should(await outcome(() => serverOrigin('http://plant.example', rules))).equal('server-http-refused')
        should(await outcome(() => serverOrigin('https://a.example', { ...rules, allowedServers: ['https://b.example'] }))).equal('server-not-allowed')
        should(await outcome(() => serverOrigin('https://user:pass@a.example', rules))).equal('server-url-invalid')
        should(serverOrigin('http://localhost:3000/x', rules)).equal('http://localhost:3000')
    })

    it('of a sign-in by browser, new ones are asked for where the old came from, and the new ones are used there', async () => {
        const asked: string[] = []
        const origin = await ownServer((request, response) => {
            asked.push(`${request.url} ${request.headers.authorization ?? ''}`)
            response.writeHead(request.url === '/ended' ? 401 : 200, { 'content-type': 'application/json' })
            response.end('{"access_token":"a2","refresh_token":"r2","expires_in":1800}')
        })
        try {
            const session = new OAuthSession(origin.url, 'r1', { keep: async token => { asked.push(`${token} is kept`) }, signedOut: async () => undefined })
            await session.request({ method: 'GET', path: '/api/v1/user', what: 'user' })
            should(asked).eql(['/account/token ', 'r2 is kept', '/api/v1/user Bearer a2'])
            should(await outcome(() => session.request({ method: 'GET', path: '/ended', what: 'user' }))).equal('signed-out')
            // Once it is over, nothing of it goes anywhere.
            asked.length = 0
            should(await outcome(() => session.request({ method: 'GET', path: '/api/v1/user', what: 'user' }))).equal('signed-out')
            should(asked).eql([])
        } finally {
            await origin.stop()
        }
    })

    describe('by the plugin as a whole', () => {
        let world: PluginWorld
        beforeEach(async () => {
            world = await PluginWorld.start()
            await world.connect()
        })
        afterEach(() => world.stop())

        it('a server is asked what it is before it gets a token', async () => {
            const page = await ownServer((_request, response) => {
                response.writeHead(200, { 'content-type': 'text/html' })
                response.end('<html>')
            })
            try {
                should((await world.call('POST', 'connection', { server: page.url, token: 'canary' })).code).equal('server-not-flowfuse')
                should(page.requests.length).be.above(0)
                should(page.requests.filter(({ headers }) => headers.authorization !== undefined)).eql([])
            } finally {
                await page.stop()
            }
        })

        it('the first server’s token is gone once another one was connected to', async () => {
            await world.json('POST', 'connection', { server: other.url, token: 'for-the-other' })
            other.requests.length = 0
            const before = world.fake.requests.length
            for (const { method, path } of world.routes().filter(route => route.method === 'GET')) {
                await world.call(method, path.replace(/:\w+/g, 'x'))
            }
            should(world.fake.requests.length).equal(before)
            should(other.requests.length).be.above(0)
            should(other.requests.map(({ headers }) => headers.authorization).filter(sent => sent !== undefined && sent !== 'Bearer for-the-other')).eql([])
        })

        it('a file that was changed to name another server, or another user, opens no token', async () => {
            const file = join(world.userDir, 'flowfuse-snapshots', 'connections.json')
            const text = readFileSync(file, 'utf8')
            should(text).not.containEql(world.fake.tokens.alice)
            const stored = JSON.parse(text) as { users: Record<string, object> }
            for (const users of [{ '': { ...stored.users[''], server: other.url } }, { eve: stored.users[''] }]) {
                await world.stop({ keepFolder: true })
                writeFileSync(file, JSON.stringify({ ...stored, users }))
                world = await PluginWorld.start({ userDir: world.userDir, adminAuth: 'eve' in users })
                const authorization = 'eve' in users ? 'Bearer eve' : undefined
                should((await world.call('GET', 'teams', undefined, { authorization })).code).equal('store-sealed-otherwise')
            }
            should(told()).eql([])
        })

        it('a user has no other user’s sign-in, and none after having signed out', async () => {
            await world.json('DELETE', 'connection')
            should((await world.call('GET', 'teams')).code).equal('not-connected')
            await world.stop()
            world = await PluginWorld.start({ adminAuth: true })
            await world.connect({ authorization: 'Bearer ann' })
            should((await world.call('GET', 'teams', undefined, { authorization: 'Bearer ann' })).status).equal(200)
            should((await world.call('GET', 'teams', undefined, { authorization: 'Bearer eve' })).code).equal('not-connected')
        })
    })

    describe('by an automatic push', () => {
        let trial: AutoPushTrial
        beforeEach(async () => {
            trial = await AutoPushTrial.start()
            await trial.signIn()
            await trial.switchOn()
        })
        afterEach(() => trial.stop())

        it('it is that of who switched it on, while signed in there as the same', async () => {
            await trial.signIn('bob')
            trial.fake.requests.length = 0
            await trial.deploy('one')
            should((await trial.state()).stopped).containEql({ code: 'auto-push-other-user' })
            should(trial.fake.requests).eql([])
        })

        it('nothing of it goes to another server, to which its user has signed in since', async () => {
            const user = { id: trial.fake.ids.users.alice, username: 'alice', name: 'alice' }
            await trial.services.connections.connect('ann', { server: other.url, user, target: trial.target() }, 'for-the-other')
            trial.fake.requests.length = 0
            await trial.deploy('one')
            should((await trial.state()).stopped).containEql({ code: 'auto-push-other-user' })
            should([other.requests, trial.fake.requests]).eql([[], []])
        })

        it('it is used no more once its user has signed out', async () => {
            await trial.services.connections.disconnect('ann')
            trial.fake.requests.length = 0
            await trial.deploy('one')
            should((await trial.state()).on).be.false()
            should(trial.fake.requests).eql([])
        })
    })
})
