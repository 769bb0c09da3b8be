import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** How many hosted instances a platform has ports for; without a licence FlowFuse allows five. */
const INSTANCES = 10

/** The driver puts the launcher of the instance on port `n` at `n + 1000`. */
const LAUNCHER_OFFSET = 1000

/** The ports of one platform: its own, and the first of its instances'. */
export interface Ports { platform: number, instances: number }

/** sqlite3 as it is used here; it is installed with the platform and brings no types. */
type Done = (error: Error | null) => void
interface Database { run (sql: string, params: number[], done: Done): void, close (done: Done): void }
interface Sqlite { Database: new (file: string, mode: number, done: Done) => Database, OPEN_READWRITE: number }

/**
 * Finds ports on which nothing listens, below those that systems hand out by themselves.
 * @param data the platform's data folder: each folder starts looking at another place, so that two seldom want the same
 * @param remembered the ports it had last time: kept when they are free
 * @throws Error when no range is free
 */
export async function findPorts (data: string, remembered?: Ports): Promise<Ports> {
    if (remembered && await areFree(remembered)) return remembered
    const first = createHash('sha256').update(data).digest().readUInt32BE(0)
    const ranges = 200
    for (let i = 0; i < ranges; i++) {
        const platform = rangeStart((first + i) % ranges)
        const ports = { platform, instances: platform + 1 }
        if (await areFree(ports)) return ports
    }
    throw new Error('No free range of ports was found between 12000 and 32000: stop some of the programs that listen there.')
}

/**
 * Gives the instances of a stopped platform other ports: FlowFuse remembers in its database the port and URL each was made with.
 * @param home where FlowFuse is installed
 * @param database the platform's SQLite file
 * @param by how far to move each port
 */
export async function moveInstances (home: string, database: string, by: number): Promise<void> {
    const sqlite = createRequire(join(home, 'flowfuse/package.json'))('sqlite3') as Sqlite
    const db = await new Promise<Database>((resolve, reject) => {
        const opened: Database = new sqlite.Database(database, sqlite.OPEN_READWRITE, error => error ? reject(error) : resolve(opened))
    })
    const run = (sql: string, ...params: number[]) =>
        new Promise<void>((resolve, reject) => db.run(sql, params, error => error ? reject(error) : resolve()))
    await run("UPDATE ProjectSettings SET value = CAST(value AS INTEGER) + ? WHERE key = 'port'", by)
    await run(`UPDATE Projects SET url = 'http://127.0.0.1:' ||
        (SELECT value FROM ProjectSettings WHERE ProjectId = Projects.id AND key = 'port') || '/' WHERE url <> ''`)
    await new Promise<void>((resolve, reject) => db.close(error => error ? reject(error) : resolve()))
}

// Ten times twenty ranges of 50 ports: those of one group of twenty share neither ports nor launchers' ports.
function rangeStart (index: number): number {
    return 12000 + 2000 * Math.floor(index / 20) + 50 * (index % 20)
}

async function areFree (ports: Ports): Promise<boolean> {
    const wanted = [ports.platform]
    for (let i = 0; i < INSTANCES; i++) wanted.push(ports.instances + i, ports.instances + i + LAUNCHER_OFFSET)
    const free = await Promise.all(wanted.map(isFree))
    return free.every(Boolean)
}

function isFree (port: number): Promise<boolean> {
    return new Promise(resolve => {
        const server = createServer()
        server.once('error', () => resolve(false))
        server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
}
