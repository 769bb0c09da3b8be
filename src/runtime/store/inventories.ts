import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Inventory } from '../../snapshot/changes-since'
import { isObject } from '../../snapshot/parse'
import { readIfThere, writeWhole } from './files'

/** After a push, before what is needed at the next one: whoever waited for its end hears of that first. */
const restMs = 1000

/**
 * What was in the last push to each instance, as keyed fingerprints, a file each. It serves the description of the next push alone: one
 * that can't be read, or is of another snapshot, counts as none and is replaced then.
 */
export class Inventories {
    private writing: Promise<void> = Promise.resolve()
    private hurry = new AbortController()

    constructor (private readonly folder: string) {}

    /** Waits for what is still to be worked out. */
    async get (server: string, instanceId: string, snapshotId: string): Promise<Inventory | null> {
        this.hurry.abort()
        this.hurry = new AbortController()
        await this.writing
        const text = await readIfThere(this.fileOf(server, instanceId))
        try {
            const { version, snapshot, nodes } = JSON.parse(text ?? '{}') as Record<string, unknown>
            const isWhole = version === 1 && snapshot === snapshotId && isObject(nodes) && Object.values(nodes).every(hash => typeof hash === 'string')
            return isWhole ? nodes as Inventory : null
        } catch {
            // Damaged: as good as none.
            return null
        }
    }

    /**
     * Works an inventory out and writes it, one after the other, in a moment or as soon as it is asked for, while everything else goes on.
     * @param failed told why one could not be had
     */
    set (server: string, instanceId: string, snapshotId: string, workOut: () => Promise<Inventory>, failed: (error: unknown) => void): void {
        const rest = delay(restMs, undefined, { signal: this.hurry.signal, ref: false }).catch(() => undefined)
        this.writing = Promise.all([this.writing, rest]).then(async () => {
            const nodes = await workOut()
            await writeWhole(this.fileOf(server, instanceId), JSON.stringify({ version: 1, snapshot: snapshotId, nodes }))
        }).catch(failed)
    }

    private fileOf (server: string, instanceId: string): string {
        const name = createHash('sha256').update(`${server} ${instanceId}`).digest('hex').slice(0, 24)
        return join(this.folder, `pushed-${name}.json`)
    }
}
