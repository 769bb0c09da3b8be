import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'

/** What the network does to one request. */
export type Fault =
    /** The connection breaks when so many bytes of the request were passed on. */
    { cutAfterBytes: number } |
    /** The whole request is passed on, and the connection breaks when the answer comes. */
    { loseAnswer: true } |
    /** The request waits until this is done. */
    { holdUntil: () => Promise<void> }

/**
 * A network between the plugin and the platform that breaks where a test wants it: a TCP proxy on 127.0.0.1. A request is taken to
 * begin with the first bytes after an answer, as HTTP/1.1 clients do that send one request at a time.
 */
export class CuttingProxy {
    /** Asked for each request with its first line; undefined lets it pass. */
    onRequest: (line: string) => Fault | undefined = () => undefined
    private readonly sockets = new Set<Socket>()

    private constructor (private readonly server: Server, private readonly target: URL) {}

    /** @param target address of what is behind the proxy */
    static async start (target: string): Promise<CuttingProxy> {
        const server = createServer()
        const proxy = new CuttingProxy(server, new URL(target))
        server.on('connection', client => proxy.serve(client))
        await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
        return proxy
    }

    get url (): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    }

    async stop (): Promise<void> {
        this.sockets.forEach(socket => socket.destroy())
        await new Promise(resolve => this.server.close(resolve))
    }

    private serve (client: Socket): void {
        const upstream = connect(Number(this.target.port), this.target.hostname)
        const cut = () => [client, upstream].forEach(socket => socket.destroy())
        for (const socket of [client, upstream]) {
            this.sockets.add(socket)
            socket.on('close', () => this.sockets.delete(socket))
        }
        client.on('error', cut).on('close', cut)
        // The platform's last words still reach the plugin, whatever it is just sending.
        upstream.on('error', () => client.end()).on('close', () => client.end().resume())
        let atStart = true
        let fault: Fault | undefined
        let passed = 0
        client.on('data', chunk => {
            if (atStart) {
                atStart = false
                passed = 0
                fault = this.onRequest(chunk.toString('latin1').split('\r\n')[0] ?? '')
                if (fault && 'holdUntil' in fault) {
                    client.pause()
                    void fault.holdUntil().then(() => upstream.destroyed || upstream.write(chunk) && client.resume())
                    return
                }
            }
            const left = fault && 'cutAfterBytes' in fault ? fault.cutAfterBytes - passed : Infinity
            passed += chunk.length
            if (passed >= passed - chunk.length + left) {
                upstream.write(chunk.subarray(0, left), cut)
            } else if (!upstream.write(chunk)) {
                // What the platform does not take is not taken from the plugin either.
                client.pause()
                upstream.once('drain', () => client.resume())
            }
        })
        upstream.on('data', chunk => {
            if (fault && 'loseAnswer' in fault) {
                cut()
                return
            }
            atStart = true
            client.write(chunk)
        })
    }
}
