import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Stands between the plugin and the platform while something is done, and tells which body was sent.
 * @param path of the request whose body is meant
 * @param during gets the address to use instead of the platform's
 * @throws Error when no such request came
 */
export async function recordBody (platform: string, path: string, during: (url: string) => Promise<unknown>): Promise<Buffer> {
    let body: Buffer | undefined
    const pass = async (incoming: IncomingMessage, response: ServerResponse) => {
        const pieces: Buffer[] = []
        for await (const piece of incoming) pieces.push(piece as Buffer)
        const whole = Buffer.concat(pieces)
        if (incoming.method === 'POST' && incoming.url === path) body = whole
        const onward = request(platform + incoming.url, { method: incoming.method, headers: incoming.headers, agent: false }, answer => {
            response.writeHead(answer.statusCode ?? 502, answer.headers)
            answer.pipe(response)
        })
        onward.once('error', () => response.destroy()).end(whole)
    }
    const server = createServer((incoming, response) => { pass(incoming, response).catch(() => response.destroy()) })
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
    try {
        await during(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    } finally {
        server.closeAllConnections()
        await new Promise(resolve => server.close(resolve))
    }
    if (body === undefined) throw new Error(`Nothing was sent to ${path}.`)
    return body
}
