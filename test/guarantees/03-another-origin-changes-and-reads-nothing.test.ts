import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import should from 'should'
import { checkRequest } from '../../src/runtime/guard'
import { makeRouter } from '../../src/runtime/routes/router'
import type { Services } from '../../src/runtime/services'
import { permissions } from '../../src/shared/permissions'
import { redDouble } from '../runtime/red-double'
import { outcome } from './outcome'
import { filled, PluginWorld, type Route } from './plugin-world'
import { mayUse, permissionUsers, routeNeeds } from './route-permissions'

const evil = 'https://evil.example'
const callback = '/flowfuse-snapshots/flowfuse-nr-tools/auth/callback'
const manyHeaders = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`x${at}`, '']))
const fileType = 'application/vnd.flowfuse-snapshot+json'

/** Makes one of whatever an address can name. @returns the id for a place in a route */
async function thingsThere (world: PluginWorld): Promise<(path: string, name: string) => string> {
    const { fake } = world
    const { instances: { filler: instance }, devices: { edgeInst: device }, teams: { bottlingPlant: team } } = fake.ids
    const content = { flows: [{ id: 't', type: 'tab' }], credentials: { n: { password: 'canary-credential' } }, env: { OPEN: 'canary-open' } }
    const snapshot = fake.addSnapshot(instance, { name: 'v1', ...content })
    await world.json('PUT', 'target', { teamId: team, instanceId: instance })
    const made = async (path: string, body: object) => (await world.json<{ id: string }>('POST', path, body)).id
    const local = await made('local', { name: 'v1', description: '' })
    const ids: Record<string, string> = {
        local, pull: await made('pull', { owner: { kind: 'instance', id: instance }, snapshot }), views: await made('views', { source: { kind: 'local', id: local } })
    }
    const named: Record<string, string> = { instance, device, team, snapshot }
    return (path, name) => named[name] ?? ids[path.split('/')[2] ?? ''] ?? 'x'
}

describe('Guarantee 3: a request from another origin changes nothing and reads nothing', () => {
    let world: PluginWorld
    let routes: Route[]
    const text = ({ method, path }: Route) => `${method} ${path}`

    before(async () => {
        world = await PluginWorld.start()
        routes = world.routes()
    })
    after(() => world.stop())

    /** Fails unless every one of the routes answers so. */
    const all = async (which: (route: Route) => boolean, headers: Record<string, string | undefined>, code: string, body?: string) => {
        const others: string[] = []
        for (const route of routes.filter(which)) {
            const answer = await world.call(route.method, filled(route.path), body, headers)
            if (answer.code !== code || answer.headers['access-control-allow-origin'] !== undefined) {
                others.push(`${text(route)}: ${answer.status} ${answer.text.slice(0, 100)} ${answer.headers['access-control-allow-origin']}`)
            }
        }
        should(others).eql([])
    }
    const any = () => true
    const changes = ({ method }: Route) => method !== 'GET'
    const guarded = ({ path }: Route) => path !== callback

    it('is looked at on every route that there is', () => {
        should(routes.length).be.above(70)
        should(routes.every(({ path }) => path.startsWith('/flowfuse-snapshots/'))).be.true()
    })

    it('by a page of another origin', () => all(guarded, { origin: evil, 'sec-fetch-site': 'cross-site' }, 'origin-refused'))
    it('by one that hides its origin', () => all(guarded, { origin: 'null' }, 'origin-refused'))
    it('by a page of another port of this machine', () => all(guarded, { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }, 'origin-refused'))
    it('by a picture, script or link in a page, which say no origin', () => all(guarded, { origin: undefined, 'sec-fetch-site': 'cross-site' }, 'origin-refused'))
    it('by a change without an origin', () => all(changes, { origin: undefined, 'sec-fetch-site': undefined }, 'origin-refused'))
    it('by a change with a token that nobody gave out', () =>
        all(changes, { origin: undefined, 'sec-fetch-site': undefined, authorization: 'Bearer x' }, 'origin-refused'))
    it('by a page of this host that is none of the web', () =>
        all(guarded, { origin: `ftp://${world.host}`, 'sec-fetch-site': undefined }, 'origin-refused'))
    it('by so many headers that Node.js drops those of the browser, which come last', () =>
        all(any, { host: world.host, origin: undefined, ...manyHeaders }, 'headers-refused'))
    it('by a change that the browser calls typed in', () => all(changes, { 'sec-fetch-site': 'none' }, 'origin-refused'))
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=application/json']) {
        it(`by a form sent as ${type.split(';')[0]}`, () => all(changes, { 'content-type': type }, 'content-type-refused'))
    }
    it('under a name that foreign DNS can give', () => all(any, { host: 'evil.example:1880', origin: 'http://evil.example:1880' }, 'host-refused'))
    it('by a body that Node-RED reads before the plugin does', () => all(changes, { origin: evil }, 'origin-refused', '{"broken'))
    it('by a body that Node-RED can’t unpack', () => all(changes, { origin: evil, 'content-encoding': 'gzip' }, 'origin-refused'))
    it('by a forwarded name, where no proxy was trusted', () => all(guarded, { 'x-forwarded-host': 'evil.example', origin: 'http://evil.example' }, 'origin-refused'))
    it('also where there is no such route', async () => {
        should((await world.call('GET', 'nowhere', undefined, { origin: evil })).code).equal('origin-refused')
    })

    it('and none may be asked in advance', async () => {
        const answer = await world.call('OPTIONS', 'push', undefined, { origin: evil, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' })
        should(answer.headers).not.have.property('access-control-allow-origin')
    })

    it('lets the callback be reached from FlowFuse, under a trusted name, by GET alone', async () => {
        const led = { host: '127.0.0.1:1880', 'sec-fetch-site': 'cross-site' }
        const own = callback.replace('/flowfuse-snapshots', '')
        const verdict = (method: string, path: string, headers: Record<string, string>, rules = {}) =>
            outcome(() => checkRequest({ method, path, headers }, { isOpen: true, trustProxy: false, allowedHosts: [], ...rules }))
        should(await verdict('GET', own, led)).equal('done')
        should(await verdict('POST', own, { ...led, 'content-type': 'application/json' })).equal('origin-refused')
        should(await verdict('GET', `${own}/`, led)).equal('origin-refused')
        should(await verdict('GET', '/state', led)).equal('origin-refused')
        should(await verdict('GET', own, { ...led, host: 'evil.example' })).equal('host-refused')
        should(await verdict('GET', '/state', { host: 'nr.example' }, { allowedHosts: ['nr.example'] })).equal('done')
        should(await verdict('GET', '/state', { host: '10.0.0.1', 'x-forwarded-host': '6.6.6.6' }, { trustProxy: true })).equal('host-refused')
        should(await verdict('POST', '/push', { host: 'a', 'x-forwarded-host': 'b', origin: 'http://b', 'content-type': 'application/json' }, { trustProxy: true, isOpen: false })).equal('done')
    })

    it('reads a file only as the type that no form has, and answers no secret to a GET', async () => {
        const started = await world.call('PUT', 'variables', { variables: [{ name: 'HIDDEN', hidden: true, value: 'canary-hidden' }, { name: 'OPEN', hidden: false, value: 'canary-open' }] })
        should(started.status).equal(200)
        await world.connect()
        const idOf = await thingsThere(world)
        const found: string[] = []
        for (const route of routes.filter(({ method }) => method === 'GET')) {
            const { text: answered, status } = await world.call('GET', filled(route.path, name => idOf(route.path, name)))
            should(answered).not.match(/canary-hidden|canary-open|canary-credential|ffpat_/, text(route))
            found.push(...status === 200 ? [text(route)] : [])
        }
        // All others have found what they were asked for: nobody signs in by browser here, no work is under way, and these want to be told more.
        const wanting = ['/status', '/instances/:instance/devices/page', '/instances/:instance/devices/:device/target', '/instances/:instance/devices/:device/push']
        const others = routes.filter(route => route.method === 'GET' && !found.includes(text(route))).map(({ path }) => path.replace('/flowfuse-snapshots', ''))
        should(others.filter(path => !/^\/(?:sign-in|flowfuse-nr-tools|jobs)\//.test(path))).eql(wanting)
        should((await world.call('POST', 'variables/export')).text).containEql('canary-hidden')
        should((await world.call('POST', 'views/file', '{}', { 'content-type': 'text/plain' })).code).equal('content-type-refused')
        should((await world.call('POST', 'views/file', '{}', { 'content-type': fileType, origin: evil })).code).equal('origin-refused')
        should((await world.call('POST', 'views/file', '{}')).code).equal('content-type-refused')
    })

    describe('with adminAuth', () => {
        let users: PluginWorld
        before(async () => { users = await PluginWorld.start({ adminAuth: true }) })
        after(() => users.stop())

        const pages = ['/flowfuse-snapshots/sign-in/:ticket', callback]
        const answers = async (which: (route: Route) => boolean, authorization: string | undefined) => {
            const through: string[] = []
            for (const route of users.routes().filter(which)) {
                const { status } = await users.call(route.method, filled(route.path), undefined, { authorization })
                if (status !== 401) {
                    through.push(text(route))
                }
            }
            return through
        }

        it('every route but the two pages of the sign-in window needs a user', async () => {
            should(await answers(any, undefined)).eql(pages.map(path => `GET ${path}`))
        })

        it('a user without permission of the plugin’s gets nothing, a reader changes nothing', async () => {
            should(await answers(any, 'Bearer nobody')).eql(pages.map(path => `GET ${path}`))
            // Looking at what runs, without credentials, changes nothing that lasts.
            should(await answers(changes, 'Bearer reader')).eql(['POST /flowfuse-snapshots/views', 'DELETE /flowfuse-snapshots/views/:id'])
        })

        it('each route there is is open to who has all of its permissions, and to nobody who lacks one', async () => {
            should(users.routes().map(text).sort()).eql([...routeNeeds.keys()].sort())
            for (const username of Object.keys(permissionUsers)) {
                const through = await answers(any, `Bearer ${username}`)
                should(through.sort()).eql([...routeNeeds.keys()].filter(route => mayUse(username, route)).sort(), username)
            }
        })

        it('and no bearer of another page’s choice lets it in', async () => {
            const answer = await users.call('POST', 'local', { name: 'x', description: '' }, { authorization: 'Bearer ann', origin: evil })
            should(answer.code).equal('origin-refused')
        })
    })

    it('asks for the permission that each kind of route was given', async () => {
        const { nodeRed } = redDouble()
        const admin = express()
        const services = { nodeRed, settings: { trustProxy: false, allowedHosts: [] }, isActive: () => true } as unknown as Services
        const router = makeRouter(admin, permission => (_request, response) => response.json(permission), services)
        const reached = () => { throw new Error('the handler was reached') }
        router.add('post', 'one', 'install', reached)
        router.addPieces('two', 'view', reached)
        router.addFile('three', 'act', reached)
        router.addDownload('four', 'act', reached)
        router.end()
        const server: Server = createServer(admin)
        await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
        try {
            const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
            const asked = async (method: string, path: string) =>
                await (await fetch(`${origin}/flowfuse-snapshots/${path}`, { method, headers: { origin, 'content-type': 'application/json' } })).json() as unknown
            should(await asked('POST', 'one')).eql([...permissions.install])
            should(await asked('GET', 'two')).eql([...permissions.view])
            should(await asked('POST', 'three')).eql([...permissions.act])
            should(await asked('POST', 'four')).eql([...permissions.act])
        } finally {
            server.closeAllConnections()
            server.close()
        }
    })
})
