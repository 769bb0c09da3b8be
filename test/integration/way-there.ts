import { readFileSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'

const certificates = join(__dirname, 'certificates')

/** The certificate authority that a private server's certificate is from. */
export const privateCa = join(certificates, 'ca.crt')

/** A small server between the browser, Node-RED and the platform. */
export interface Between {
    port: number
    /** First lines of the requests that came this way, in order. */
    lines: string[]
    stop (): Promise<void>
}

/** A platform behind TLS with a certificate of a private authority. */
export async function tlsServer (target: string): Promise<Between> {
    const lines: string[] = []
    const key = { key: readFileSync(join(certificates, 'server.key')), cert: readFileSync(join(certificates, 'server.crt')) }
    return await listening(createTlsServer(key, (incoming, answer) => {
        lines.push(`${incoming.method} ${incoming.url}`)
        pass(incoming, answer, new URL(incoming.url ?? '/', target))
    }), lines)
}

/** An operator's reverse proxy: what is below `prefix` goes to `target`, which is told the name that the browser used. */
export async function reverseProxy (prefix: string, target: string): Promise<Between> {
    const lines: string[] = []
    return await listening(createServer((incoming, answer) => {
        lines.push(`${incoming.method} ${incoming.url}`)
        const path = incoming.url ?? '/'
        if (!path.startsWith(`${prefix}/`)) {
            answer.writeHead(404).end()
            return
        }
        pass(incoming, answer, new URL(target + path.slice(prefix.length)), { 'x-forwarded-host': incoming.headers.host ?? '' })
    }), lines)
}

/** A company's HTTP proxy, by which every name leads to `ports`; with `refuse` it answers that status to everything. */
export async function httpProxy (ports: { http: number, https: number }, refuse?: number): Promise<Between> {
    const lines: string[] = []
    const server = createServer((incoming, answer) => {
        lines.push(`${incoming.method} ${incoming.url}`)
        if (refuse !== undefined) {
            answer.writeHead(refuse).end()
            return
        }
        const { pathname, search } = new URL(incoming.url ?? '')
        pass(incoming, answer, new URL(`http://127.0.0.1:${ports.http}${pathname}${search}`))
    })
    server.on('connect', (incoming, client) => {
        lines.push(`CONNECT ${incoming.url}`)
        if (refuse !== undefined) {
            client.end(`HTTP/1.1 ${refuse} No\r\ncontent-length: 0\r\n\r\n`)
            return
        }
        const upstream = connect(ports.https, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
        upstream.on('error', () => client.destroy())
        client.on('error', () => upstream.destroy())
        client.pipe(upstream).pipe(client)
    })
    return await listening(server, lines)
}

function pass (incoming: IncomingMessage, answer: ServerResponse, to: URL, more: Record<string, string> = {}): void {
    const outgoing = request(to, { method: incoming.method, headers: { ...incoming.headers, host: to.host, ...more } }, reply => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers)
        reply.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
}

async function listening (server: Server, lines: string[]): Promise<Between> {
    // Tunnels are no connections of HTTP any more, so the server itself does not end them.
    const sockets = new Set<Socket>()
    server.on('connection', (socket: Socket) => {
        sockets.add(socket)
        socket.on('close', () => sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
    return {
        port: (server.address() as AddressInfo).port,
        lines,
        stop: async () => {
            sockets.forEach(socket => socket.destroy())
            await new Promise(resolve => server.close(resolve))
        }
    }
}
