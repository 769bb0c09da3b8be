import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What the platform has answered. */
export interface Passed { status: number, headers: IncomingHttpHeaders, body: Buffer }

/** One request on its way, in the hands of a fault. */
export interface Exchange {
    request: IncomingMessage
    response: ServerResponse
    /** Lets the platform do what it is asked, and gives its answer. */
    pass (): Promise<Passed>
    /** Lets the time run out that the client waits for this. */
    expire (): Promise<void>
    /** Where the token must not go. */
    elsewhere: string
}

/** What happens to a request in place of the answer that it should have. */
export type Mishap = (exchange: Exchange) => unknown

/** A request by what it asks for, ids left out, and which one of these it is. */
export interface Point { call: string, nth: number }

/**
 * A mishap and where it strikes. dies: the platform dies in the middle of that request. refused: nothing listens any more once that request
 * has begun, or from the start where there is none before.
 */
export interface Laid { point: Point | null, mishap: Mishap | 'dies' | 'refused', isLasting: boolean }

/** Lets all clients’ time run out. */
export type Expire = () => void

const ids = /\/(projects|instances|teams|applications|devices|snapshots)\/(?!import\b|settings\b)[^/?]+/g

/** The same for all requests that ask for the same. */
export function callOf (method: string | undefined, url: string | undefined): string {
    return `${method ?? ''} ${(url ?? '').split('?')[0]!.replace(ids, '/$1/:id')}`
}

/** On loopback between the plugin and a platform: hands on what it gets, but for the requests that a fault was laid for. */
export class FaultProxy {
    /** What was asked, in order, each with its number among those that ask for the same. */
    readonly points: Point[] = []
    /** How often a fault has struck. */
    struck = 0
    /** What has reached the other origin. */
    readonly strangers: string[] = []
    private laid: Laid | null = null
    private open = 0
    private port = 0
    private closed: Promise<void> = Promise.resolve()
    private readonly agent = new Agent({ keepAlive: true })
    private readonly counts = new Map<string, number>()
    private readonly sockets = new Set<Socket>()

    private constructor (
        private readonly server: Server, private readonly stranger: Server, private readonly platform: string, private readonly expire: Expire
    ) {}

    static async start (platform: string, expire: Expire): Promise<FaultProxy> {
        const server = createServer()
        const stranger = createServer()
        const proxy = new FaultProxy(server, stranger, platform, expire)
        server.on('connection', socket => {
            proxy.sockets.add(socket)
            socket.on('close', () => proxy.sockets.delete(socket)).on('error', () => undefined)
        })
        server.on('request', (request, response) => {
            void proxy.handle(request, response).catch(() => { request.socket.destroy() })
        })
        stranger.on('request', (request, response) => {
            proxy.strangers.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`)
            response.end('{}')
        })
        await Promise.all([listening(server), listening(stranger)])
        proxy.port = portOf(server)
        return proxy
    }

    async stop (): Promise<void> {
        this.agent.destroy()
        for (const server of [this.server, this.stranger]) {
            server.closeAllConnections()
            await (server.listening ? new Promise(resolve => { server.close(resolve) }) : undefined)
        }
        this.sockets.forEach(socket => socket.destroy())
    }

    get url (): string { return `http://127.0.0.1:${this.port}` }

    /** From now on the requests are counted anew, and that one, or from that one on all, meet a mishap. */
    async lay (laid: Laid): Promise<void> {
        await this.forget()
        this.laid = laid
        if (laid.mishap === 'refused' && laid.point === null) {
            this.struck++
            this.stopListening()
        }
    }

    /** From now on all goes well, and is counted anew. */
    async forget (): Promise<void> {
        this.laid = null
        this.struck = 0
        this.points.length = 0
        this.counts.clear()
        if (!this.server.listening) {
            await this.closed
            await listening(this.server, this.port)
        }
    }

    private stopListening (): void {
        if (this.server.listening) {
            this.closed = new Promise(resolve => { this.server.close(() => resolve()) })
        }
    }

    private async handle (request: IncomingMessage, response: ServerResponse): Promise<void> {
        const call = callOf(request.method, request.url)
        const nth = (this.counts.get(call) ?? 0) + 1
        this.counts.set(call, nth)
        this.points.push({ call, nth })
        response.on('error', () => undefined).setHeader('connection', 'close')
        const mishap = this.mishapAt({ call, nth })
        this.open++
        try {
            const body = await bytesOf(request)
            const pass = () => this.pass(request, body)
            if (mishap === 'refused' || mishap === 'dies') {
                this.stopListening()
            }
            if (mishap === 'dies') {
                request.socket.resetAndDestroy()
            } else if (mishap !== null && mishap !== 'refused') {
                await mishap({ request, response, pass, expire: () => this.whenAlone(), elsewhere: `http://127.0.0.1:${portOf(this.stranger)}` })
            } else {
                const { status, headers, body: answered } = await pass()
                const { connection: _own, 'keep-alive': _too, ...rest } = headers
                response.writeHead(status, rest).end(answered)
            }
        } finally {
            this.open--
        }
    }

    private mishapAt ({ call, nth }: Point): Laid['mishap'] | null {
        const { laid } = this
        const isIt = laid !== null && ((laid.point?.call === call && laid.point.nth === nth) || (laid.isLasting && this.struck > 0))
        this.struck += isIt ? 1 : 0
        return isIt ? laid.mishap : null
    }

    /** What else is under way is let through first: a client whose time runs out is that of this request alone. */
    private async whenAlone (): Promise<void> {
        while (this.open > 1 && this.laid?.isLasting !== true) {
            await new Promise(resolve => { setImmediate(resolve) })
        }
        await new Promise(resolve => { setTimeout(resolve, 5) })
        this.expire()
    }

    private pass (request: IncomingMessage, body: Buffer): Promise<Passed> {
        return new Promise((resolve, reject) => {
            const { connection: _own, 'transfer-encoding': _chunked, ...headers } = request.headers
            const { method, url } = request
            const onward = httpRequest(this.platform + (url ?? ''), {
                method, agent: this.agent, headers: { ...headers, 'content-length': body.length, 'x-through': 'fault-proxy' }
            }, answer => {
                bytesOf(answer).then(bytes => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes }), reject)
            })
            onward.on('error', reject).end(body)
        })
    }
}

function portOf (server: Server): number {
    return (server.address() as AddressInfo).port
}

async function listening (server: Server, port = 0): Promise<void> {
    await new Promise<void>(resolve => { server.listen(port, '127.0.0.1', resolve) })
}

async function bytesOf (message: IncomingMessage): Promise<Buffer> {
    const pieces: Buffer[] = []
    for await (const piece of message) {
        pieces.push(piece as Buffer)
    }
    return Buffer.concat(pieces)
}
