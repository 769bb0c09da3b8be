import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crashed, notFound, notSignedIn, Refusal, type Answer } from './answer'
import { answerFault, type Faults, type RecordedRequest } from './fault'
import { parseBody, readBody } from './request-body'
import { Router } from './router'
import { addAccountRoutes } from './routes/account'
import { addActionRoutes } from './routes/action'
import { addApplicationRoutes } from './routes/application'
import { addDetectRoutes } from './routes/detect'
import { addDeviceRoutes } from './routes/device'
import { addInstanceRoutes } from './routes/instance'
import { addOAuthRoutes } from './routes/oauth'
import { addOwnedSnapshotRoutes } from './routes/owned-snapshot'
import { addSnapshotRoutes } from './routes/snapshot'
import { addTeamRoutes } from './routes/team'
import { addUserRoutes } from './routes/user'
import type { World } from './world'

const PAGE = '<!DOCTYPE html><html><head><title>FlowFuse</title></head><body><div id="app"></div></body></html>'

/** The HTTP side of a world: one request in, one answer out. */
export class PlatformServer {
    readonly requests: RecordedRequest[] = []
    /** What happens to a body over the limit: 413, or the connection breaks while the client still writes. */
    tooLarge: 'answered' | 'cut' = 'answered'
    private readonly server: Server
    private readonly router: Router
    private readonly world: World
    private readonly faults: Faults

    constructor (world: World, faults: Faults) {
        this.world = world
        this.faults = faults
        this.router = routesOf(world)
        this.server = createServer((request, response) => {
            this.handle(request, response).catch((error: unknown) => {
                // A client that hangs up in the middle of its body gets nothing; a mistake in a test's own handler shows itself.
                if (response.headersSent || request.socket.destroyed) request.socket.destroy()
                else send(response, { status: 500, text: String(error), contentType: 'text/plain' })
            })
        })
    }

    /** Listens on a free port of the loopback and gives back the address. */
    async start (): Promise<string> {
        await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    }

    async stop (): Promise<void> {
        const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
        this.server.closeAllConnections()
        await closed
    }

    private async handle (request: IncomingMessage, response: ServerResponse): Promise<void> {
        const recorded: RecordedRequest = {
            method: request.method ?? 'GET',
            path: request.url ?? '/',
            headers: request.headers,
            body: undefined
        }
        this.requests.push(recorded)
        const fault = this.faults.take(recorded)
        if (!fault && Number(request.headers['content-length'] ?? 0) > this.world.generation.bodyLimit) {
            this.refuseLargeBody(request, response)
            return
        }
        const bytes = await readBody(request)
        recorded.body = shownBody(bytes)
        const normally = (): Answer => this.answer(request, recorded.path, bytes)
        if (fault) await answerFault(fault, request, response, recorded, normally)
        else send(response, normally())
    }

    /** The length alone is enough: the answer is sent while the body is still on its way, and the body is thrown away. */
    private refuseLargeBody (request: IncomingMessage, response: ServerResponse): void {
        if (this.tooLarge === 'cut') {
            request.socket.destroy()
            return
        }
        const body = { code: 'FST_ERR_CTP_BODY_TOO_LARGE', error: 'Payload Too Large', message: 'Request body is too large' }
        request.resume()
        send(response, { status: 413, json: body })
    }

    private answer (request: IncomingMessage, target: string, bytes: Buffer): Answer {
        const [path = '', query = ''] = target.split(/\?(.*)/s)
        const method = request.method ?? 'GET'
        const route = this.router.find(method, path)
        if (!route) return this.withoutRoute(request, method, path)
        const account = path.startsWith('/account/')
        try {
            const body = method === 'GET' ? undefined : parseBody(request, bytes, this.world.generation, account)
            const { headers } = request
            return route.handle({ world: this.world, headers, params: route.params, query: new URLSearchParams(query), body })
        } catch (error) {
            const refusal = error instanceof Refusal ? error : crashed(String(error))
            // Routes below /account have no schema for their errors: nothing is left out.
            const bare = account && refusal.status === 400 && refusal.body.message !== undefined
            return { status: refusal.status, json: bare ? { statusCode: 400, ...refusal.body } : refusal.body }
        }
    }

    private withoutRoute (request: IncomingMessage, method: string, path: string): Answer {
        const pages = this.world.generation.unknownRouteIsPage
        const page: Answer = { status: 200, text: PAGE, contentType: pages ? 'text/html; charset=UTF-8' : 'text/html' }
        if (method !== 'GET') return pages ? page : { status: 404 }
        if (path.startsWith('//') && !pages) {
            const body = { statusCode: 403, code: 'FST_STATIC_FORBIDDEN_PATH', error: 'Forbidden', message: 'Forbidden' }
            return { status: 403, json: body }
        }
        if (!path.startsWith('/api/v1/')) return page
        const caller = this.world.tokens.identify(request.headers)
        const refusal = typeof caller === 'string' ? notSignedIn() : notFound()
        return { status: refusal.status, json: refusal.body }
    }
}

function routesOf (world: World): Router {
    const router = new Router()
    addDetectRoutes(router)
    addAccountRoutes(router)
    addOAuthRoutes(router)
    addUserRoutes(router)
    addTeamRoutes(router)
    addApplicationRoutes(router)
    addInstanceRoutes(router, world)
    addActionRoutes(router)
    addDeviceRoutes(router)
    addOwnedSnapshotRoutes(router)
    addSnapshotRoutes(router, world)
    return router
}

function send (response: ServerResponse, { status, json, text, contentType, headers }: Answer): void {
    const body = json === undefined ? (text ?? '') : JSON.stringify(json)
    const type = json === undefined ? contentType : 'application/json; charset=utf-8'
    response.writeHead(status, {
        ...(type !== undefined && { 'content-type': type }),
        ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }),
        ...headers
    })
    response.end(body)
}

function shownBody (bytes: Buffer): unknown {
    if (bytes.length === 0) return undefined
    const text = bytes.toString('utf8')
    try {
        return JSON.parse(text) as unknown
    } catch {
        return text
    }
}
