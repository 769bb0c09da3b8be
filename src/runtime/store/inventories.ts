import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Inventory } from '../../snapshot/changes-since'
import { isObject } from '../../snapshot/parse'
import { readIfThere, writeWhole } from './files'

/**
 * What was in the last push to each instance, as keyed fingerprints, a file each. It serves the description of the next push alone: one
 * that can't be read counts as none and is replaced then.
 */
export class Inventories {
    constructor (private readonly folder: string) {}

    async get (server: string, instanceId: string): Promise<Inventory | null> {
        const text = await readIfThere(this.fileOf(server, instanceId))
        try {
            const { version, nodes } = JSON.parse(text ?? '{}') as Record<string, unknown>
            const isWhole = version === 1 && isObject(nodes) && Object.values(nodes).every(hash => typeof hash === 'string')
            return isWhole ? nodes as Inventory : null
        } catch {
            // Damaged: as good as none.
            return null
        }
    }

    async set (server: string, instanceId: string, nodes: Inventory): Promise<void> {
        await writeWhole(this.fileOf(server, instanceId), JSON.stringify({ version: 1, nodes }))
    }

    private fileOf (server: string, instanceId: string): string {
        const name = createHash('sha256').update(`${server} ${instanceId}`).digest('hex').slice(0, 24)
        return join(this.folder, `pushed-${name}.json`)
    }
}
