import { createHash } from 'node:crypto'
import { limits } from '../../shared/limits'
import { openKeyed, type DataKey } from './data-key'
import { parseHead, secretContext, UnreadableSnapshot } from './snapshot-file'

/**
 * The secret of a file of a local store that a user opens as any other file.
 * @returns null for any other file; `secret` null where it is not to be had here: the file is another computer's, or was changed
 * @throws CodedError `store-read-failed`
 */
export async function ownFileSecret (bytes: Uint8Array, dataKey: Pick<DataKey, 'keys'>): Promise<{ secret: string | null } | null> {
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const [, id] = /^\{\n"id":"([0-9a-f]{20})",\n/.exec(file.toString('latin1', 0, 64)) ?? []
    const head = id === undefined ? null : headOf(file, id)
    if (id === undefined || head === null) {
        return null
    }
    const { sealed, rest, headBytes } = head
    const digest = createHash('sha256').update(file.subarray(headBytes)).digest('base64')
    return { secret: digest === rest.digest ? openKeyed(await dataKey.keys(), sealed, secretContext(id, rest)) : null }
}

function headOf (file: Buffer, id: string): Exclude<ReturnType<typeof parseHead>, { newer: unknown }> | null {
    try {
        const head = parseHead(file.subarray(0, limits.localHeadBytes), file.length, id)
        return 'newer' in head ? null : head
    } catch (error) {
        if (error instanceof UnreadableSnapshot) {
            return null
        }
        throw error
    }
}
