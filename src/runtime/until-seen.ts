import { setTimeout as delay } from 'node:timers/promises'
import { FlowFuseError, isLost } from '../flowfuse/errors'
import { CodedError } from '../shared/errors'
import { pushTimes } from './push-times'

/**
 * Makes a change by one call that is never repeated, and looks whether it is there. After a lost answer it may still be on its way, so it
 * is looked for a while.
 * @param isDone true once the change is seen
 * @returns the failure that left it unknown whether the call arrived, when the change was not seen either; true when it was seen, and
 * false where the platform said that it did it, and that is not so
 * @throws CodedError what the platform refused it with
 */
export async function changeOnce (change: () => Promise<void>, isDone: () => Promise<boolean>, times = pushTimes): Promise<boolean | FlowFuseError> {
    const lost = await change().then(() => null, (error: unknown) => {
        if (error instanceof FlowFuseError && isLost(error)) {
            return error
        }
        throw error
    })
    if (lost === null) {
        return await isDone()
    }
    // Not the wall clock, which may be set meanwhile.
    for (const deadline = performance.now() + times.lostAnswer; performance.now() < deadline; await delay(times.poll)) {
        if (await isDone().catch(unheard)) {
            return true
        }
    }
    return lost
}

/** A look that fails tells nothing. */
function unheard (error: unknown): false {
    if (error instanceof CodedError) {
        return false
    }
    throw error
}
