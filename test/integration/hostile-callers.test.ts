import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { errorCodes } from '../../src/shared/errors'
import { filled, PluginWorld, type Route } from '../guarantees/plugin-world'
import { mayUse, permissionUsers } from '../guarantees/route-permissions'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'

const permissionsOf = {
    ann: '*', reader: ['flowfuse-snapshots.read', 'flows.read'], nobody: ['flows.read'],
    ...Object.fromEntries(Object.values(permissionUsers).map(({ username, permissions }) => [username, permissions]))
}
const users = `(${JSON.stringify(permissionsOf)})`
const adminAuth = `adminAuth: {
    type: 'credentials',
    users: async name => ${users}[name] ? { username: name, permissions: ${users}[name] } : null,
    authenticate: async name => ${users}[name] ? { username: name, permissions: ${users}[name] } : null
},`
const pages = /\/(?:sign-in\/:ticket|flowfuse-nr-tools\/auth\/callback)$/
const callback = /\/callback$/
const evil = 'https://evil.example'
const tricks = ['..%2F..%2Fsettings', '%2e%2e', '%ZZ', '%00', 'a%2Fb', '%252e%252e%252f', '__proto__', 'x'.repeat(5000)]
/** What no body of these tests really is. */
const encodings = ['gzip', 'deflate', 'br']
const bodies = ['{', 'null', '[]', '"x"', '\u0000', '{"__proto__":{"x":1}}', '['.repeat(100_000), `${'['.repeat(3000)}${']'.repeat(3000)}`, `"${'x'.repeat(6_000_000)}"`]

for (const version of versions) for (const root of ['', '/plant/red']) describe(`hostile callers of a real Node-RED ${version}${root && `, below ${root}`}`, function () {
    this.timeout(5 * 60_000)
    const userDir = mkdtempSync(join(tmpdir(), 'ffs-callers-'))
    let routes: Route[]
    let local: LocalNodeRed
    let bearer: Record<string, string>
    const isOpen = root === ''

    before(async () => {
        // The router's own table, as the plugin makes it anywhere.
        const world = await PluginWorld.start()
        routes = world.routes()
        await world.stop()
        local = await startNodeRed({ userDir, binary: binaryOf(version), settings: `${isOpen ? "'flowfuse-snapshots': { trustProxy: true }," : adminAuth} ${root && `httpAdminRoot: '${root}',`}` })
        bearer = {}
        for (const username of isOpen ? [] : Object.keys(permissionsOf)) {
            const { body } = await local.call('POST', `${root.slice(1)}/auth/token`, { client_id: 'node-red-editor', grant_type: 'password', scope: '', username, password: 'x' })
            bearer[username] = `Bearer ${(body as { access_token: string }).access_token}`
        }
    })

    after(async () => {
        await (local as LocalNodeRed | undefined)?.stop()
        rmSync(userDir, { recursive: true })
    })

    /** Exactly these headers, beside those that a sign-in of Node-RED's needs. */
    const send = async ({ method, path }: Route, headers: Record<string, string | undefined> = {}, body = '{}', id = 'x') => {
        const { hostname, port, host, origin } = new URL(local.url)
        const hasBody = method !== 'GET' && method !== 'OPTIONS'
        const length = hasBody ? { 'content-length': String(Buffer.byteLength(body)) } : {}
        const all = { host, origin, 'content-type': 'application/json', authorization: bearer.ann, ...length, ...headers }
        const sent = Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
        return await new Promise<{ status: number, text: string, code: string | undefined, allowed: boolean }>((resolve, reject) => {
            const request = httpRequest({ hostname, port, method, path: root + filled(path, id), headers: sent }, response => {
                let text = ''
                response.setEncoding('utf8').on('data', (piece: string) => { text += piece }).on('end', () => {
                    const code = /^\{"code":"([\w-]+)"/.exec(text)?.[1]
                    resolve({ status: response.statusCode ?? 0, text, code, allowed: response.headers['access-control-allow-origin'] !== undefined })
                })
            })
            request.on('error', reject).end(hasBody ? body : undefined)
        })
    }
    const all = async (which: (route: Route) => boolean, headers: Record<string, string | undefined>, expected: string | number, body?: string) => {
        const others: string[] = []
        for (const route of routes.filter(which)) {
            const { status, code, allowed, text } = await send(route, headers, body)
            if ((code !== expected && status !== expected) || allowed) { others.push(`${route.method} ${route.path}: ${status} ${text.slice(0, 80)}${allowed ? ', allowed' : ''}`) }
        }
        should(others).eql([])
    }
    const changes = ({ method }: Route) => method !== 'GET'

    it('from a page of another origin get nothing from any route, whatever they send', async () => {
        should(routes.length).be.above(70)
        await all(({ path }) => !callback.test(path), { origin: evil }, 'origin-refused')
        await all(({ path }) => !callback.test(path), { origin: 'null', 'sec-fetch-site': 'cross-site' }, 'origin-refused')
        await all(changes, { origin: undefined, authorization: undefined, 'sec-fetch-mode': 'no-cors' }, 'origin-refused')
        await all(changes, { origin: evil }, 'origin-refused', '{"broken')
        for (const encoding of encodings) {
            await all(changes, { origin: evil, 'content-encoding': encoding }, 'origin-refused')
        }
        for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=application/json']) {
            await all(changes, { 'content-type': type }, 'content-type-refused')
        }
    })

    it('that forward the name of their own page get nothing, also where a proxy is trusted', async () => {
        // Node-RED 4.1 itself lets every page ask in advance for any header, before the plugin hears of it.
        const asked = { origin: evil, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-forwarded-host, content-type' }
        should((await send({ method: 'OPTIONS', path: '/flowfuse-snapshots/state' }, asked)).code).equal(version === '4.1' ? undefined : 'origin-refused')
        const forwarded = { 'x-forwarded-host': 'evil.example', origin: evil }
        await all(({ path }) => isOpen || !callback.test(path), forwarded, isOpen ? 'host-refused' : 'origin-refused')
    })

    if (isOpen) {
        it('under a name that foreign DNS gave get nothing', () => all(() => true, { host: 'evil.example:1880', origin: 'http://evil.example:1880' }, 'host-refused'))
    } else {
        it('without a user of Node-RED, or one without the permission, get nothing; a reader changes nothing', async () => {
            const guarded = ({ path }: Route) => !pages.test(path)
            for (const authorization of [undefined, 'Bearer x', 'Basic YW5uOng=', bearer.nobody]) {
                await all(guarded, { authorization }, 401)
            }
            const views = /\/views(?:\/:id)?$/
            await all(route => changes(route) && !views.test(route.path), { authorization: bearer.reader }, 401)
            should((await send({ method: 'GET', path: '/flowfuse-snapshots/state' }, { authorization: bearer.reader })).status).equal(200)
        })

        it('of Node-RED’s users get no route that they lack one permission of', async () => {
            for (const username of Object.keys(permissionUsers)) {
                await all(({ method, path }) => !mayUse(username, `${method} ${path}`), { authorization: bearer[username] }, 401)
            }
        })
    }

    it('with broken ids and bodies are told so, and nothing ends', async () => {
        const odd: string[] = []
        const look = (what: string, { status, code, text }: Awaited<ReturnType<typeof send>>, isPage: boolean) => {
            const isTold = isPage || status < 400 || (errorCodes.some(each => each === code) && code !== 'internal')
            if (!isTold || /<pre>| at .*\.js:/.test(text)) { odd.push(`${what}: ${status} ${text.slice(0, 100)}`) }
        }
        for (const route of routes) {
            for (const trick of route.path.includes(':') ? tricks : []) { look(`${route.method} ${route.path} ${trick.slice(0, 20)}`, await send(route, {}, '{}', trick), pages.test(route.path)) }
            for (const body of changes(route) ? bodies.slice(0, 8) : []) { look(`${route.method} ${route.path} ${body.slice(0, 20)}`, await send(route, {}, body), false) }
        }
        for (const encoding of encodings) {
            for (const route of routes.filter(changes)) { look(`${route.method} ${route.path} as ${encoding}`, await send(route, { 'content-encoding': encoding }), false) }
        }
        for (const route of routes.filter(changes).slice(0, 10)) { look(`${route.method} ${route.path} 6 MB`, await send(route, {}, bodies[8]), false) }
        should(odd).eql([])
        should((await send({ method: 'GET', path: '/flowfuse-snapshots/state' })).status).equal(200)
        should(local.output()).not.match(/\[flowfuse-snapshots\] .*(?:undefined|not a function|Cannot)/)
    })
})
