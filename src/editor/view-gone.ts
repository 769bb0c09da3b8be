import type { View } from '../shared/views'
import { RequestFailure } from './node-red-requests'

/** Opens a view anew that Node-RED has forgotten. `secrets`: those that were given since, of what is sealed in it. */
export type Reopen = (secrets: readonly string[]) => Promise<View>

/** Node-RED keeps what is opened for a while only. */
export function isViewGone (error: unknown): boolean {
    return error instanceof RequestFailure && (error.body as { code?: unknown } | null | undefined)?.code === 'view-gone'
}

/** Does something with what may be forgotten by then; where it is, once more with what `reopen` gives. */
export async function evenIfGone <Held, Value> (held: Held, action: (held: Held) => Promise<Value>, reopen: () => Promise<Held>): Promise<Value> {
    try {
        return await action(held)
    } catch (error) {
        if (!isViewGone(error)) {
            throw error
        }
    }
    return await action(await reopen())
}
