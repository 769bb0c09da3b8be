import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { freePort } from '../test/node-red/free-port'

/** The port in this file when nothing listens there now, or else a free one, which the file then keeps. */
export async function keptPort (file: string): Promise<number> {
    // No file, or none with a port in it: a first start.
    const kept = Number(await readFile(file, 'utf8').catch(() => ''))
    if (Number.isInteger(kept) && kept > 0 && kept < 65536 && await isFree(kept)) {
        return kept
    }
    const port = await freePort()
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, `${port}\n`)
    return port
}

function isFree (port: number): Promise<boolean> {
    return new Promise(resolve => {
        const server = createServer()
        server.once('error', () => resolve(false))
        server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
}
