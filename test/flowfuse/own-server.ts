import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server of a test's own, for what no platform would do. */
export interface OwnServer { url: string, requests: IncomingMessage[], stop (): Promise<void> }

export async function ownServer (answer: RequestListener): Promise<OwnServer> {
    const requests: IncomingMessage[] = []
    const server: Server = createServer((request, response) => {
        requests.push(request)
        answer(request, response)
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        requests,
        stop: async () => {
            const closed = new Promise(resolve => server.close(resolve))
            server.closeAllConnections()
            await closed
        }
    }
}
