import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Beside, Inventory } from '../../snapshot/changes-since'
import { isObject } from '../../snapshot/parse'
import { JsonPieces } from '../json-pieces'
import { Slice } from '../slice'
import { moveFile, readIfThere, writeWhole } from './files'

/** What is remembered of a push or pull. `beside` is null where nothing else than nodes is known. */
export interface Exchanged { nodes: Inventory, beside: Beside | null }

/** After a push, before what is needed at the next one: whoever waited for its end hears of that first. */
const restMs = 1000

/**
 * What was in the last push or pull of each instance, as keyed fingerprints, a file each, and another for the one before. It serves the
 * description of the next push and the preview of the next pull: one that can't be read, or is of another snapshot, counts as none and is
 * replaced then.
 */
export class Inventories {
    private writing: Promise<void> = Promise.resolve()
    private hurry = new AbortController()

    constructor (private readonly folder: string) {}

    /** Waits for what is still to be worked out. */
    async get (server: string, instanceId: string, snapshotId: string): Promise<Inventory | null> {
        return (await this.find(server, instanceId, snapshotId))?.nodes ?? null
    }

    /** As `get`, with what else was in it. */
    async find (server: string, instanceId: string, snapshotId: string): Promise<Exchanged | null> {
        this.hurry.abort()
        this.hurry = new AbortController()
        await this.writing
        const text = await readIfThere(this.fileOf(server, instanceId))
        return text === null ? null : await inventoryIn(text, snapshotId)
    }

    /** Makes the one before the last one the last one again, if it is that of this snapshot. */
    async takeBack (server: string, instanceId: string, snapshotId: string): Promise<void> {
        if (await this.get(server, instanceId, snapshotId) !== null) {
            return
        }
        const before = this.fileOf(server, instanceId, '-before')
        const text = await readIfThere(before)
        if (text !== null && await inventoryIn(text, snapshotId) !== null) {
            await moveFile(before, this.fileOf(server, instanceId))
        }
    }

    /**
     * Works an inventory out and writes it, one after the other, in a moment or as soon as it is asked for, while everything else goes on.
     * @param failed told why one could not be had
     * @param workOutBeside what else was in it, where that is known
     */
    set (
        server: string, instanceId: string, snapshotId: string, workOut: () => Promise<Inventory>, failed: (error: unknown) => void,
        workOutBeside: () => Promise<Beside | null> = async () => null
    ): void {
        const rest = delay(restMs, undefined, { signal: this.hurry.signal, ref: false }).catch(() => undefined)
        this.writing = Promise.all([this.writing, rest]).then(async () => {
            const exchanged = { nodes: await workOut(), beside: await workOutBeside() }
            const before = await readIfThere(this.fileOf(server, instanceId))
            if (before !== null) {
                await writeWhole(this.fileOf(server, instanceId, '-before'), before)
            }
            await writeWhole(this.fileOf(server, instanceId), await textOf(exchanged, snapshotId))
        }).catch(failed)
    }

    private fileOf (server: string, instanceId: string, mark = ''): string {
        const name = createHash('sha256').update(`${server} ${instanceId}`).digest('hex').slice(0, 24)
        return join(this.folder, `pushed-${name}${mark}.json`)
    }
}

const version = 2

/** A line that says what it is, then lines of JSON (see json-pieces): nobody has to read all of it in one go. */
async function textOf ({ nodes, beside }: Exchanged, snapshot: string): Promise<string> {
    const pieces = new JsonPieces('{}')
    const slice = new Slice()
    for (const [id, hash] of nodes) {
        pieces.addMember(id, hash)
        if (slice.isOver()) {
            await slice.rest()
        }
    }
    return [JSON.stringify({ version, snapshot, nodes: nodes.size, ...(beside !== null && { beside }) }), ...pieces.end()].join('\n')
}

/** @returns null for that of another snapshot, and for what is damaged: as good as none */
async function inventoryIn (text: string, snapshotId: string): Promise<Exchanged | null> {
    const [header = '', ...lines] = text.split('\n')
    const nodes = new Map<string, string>()
    const slice = new Slice()
    try {
        const { version: found, snapshot, nodes: count, beside } = asObject(header)
        if (found !== version || snapshot !== snapshotId) {
            return null
        }
        for (const line of lines.slice(0, -1)) {
            for (const [id, hash] of Object.entries(asObject(`{${line.slice(1)}}`))) {
                nodes.set(id, String(hash))
            }
            if (slice.isOver()) {
                await slice.rest()
            }
        }
        return nodes.size === count ? { nodes, beside: besideOf(beside) } : null
    } catch {
        return null
    }
}

function asObject (json: string): Record<string, unknown> {
    const value: unknown = JSON.parse(json)
    return isObject(value) ? value : {}
}

function besideOf (value: unknown): Beside | null {
    if (!isObject(value) || !isObject(value.modules) || !isObject(value.variables)) {
        return null
    }
    const texts = (map: Record<string, unknown>) => Object.fromEntries(Object.entries(map).map(([name, text]) => [name, String(text)]))
    return { modules: texts(value.modules), variables: texts(value.variables) }
}
