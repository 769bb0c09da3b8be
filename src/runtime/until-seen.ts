import { setTimeout as delay } from 'node:timers/promises'
import { FlowFuseError, isHalfDone, isLost } from '../flowfuse/errors'
import { CodedError, type ErrorCode, type ErrorParams } from '../shared/errors'
import { pushTimes } from './push-times'

/** A change that may have been made, but was not seen. */
export interface Unseen {
    /** What left it unknown whether the call was carried out; null where the platform said that it did it. */
    lost: FlowFuseError | null
    /** Why that could not be looked at; absent where it was looked at, and is not so. */
    failure?: CodedError
}

/** In words of the change. That a look was refused is no refusal of the change: it is told, but is not what caused this. */
export function unseen (code: ErrorCode, params: ErrorParams, { lost, failure }: Unseen): CodedError {
    const because = (lost ?? failure)?.toAnswer()
    return new CodedError(code, params, 502, { ...(lost && { cause: lost }), ...(because && { because }) })
}

/**
 * Makes a change by one call that is never repeated, and looks whether it is there. After a lost answer it may still be on its way, so it
 * is looked for a while; after a 500 once, should that look succeed.
 * @param isDone true once the change is seen
 * @throws CodedError what the platform refused it with
 */
export async function changeOnce (change: () => Promise<void>, isDone: () => Promise<boolean>, times = pushTimes): Promise<'seen' | Unseen> {
    const lost = await change().then(() => null, async (error: unknown) => {
        if (!(error instanceof FlowFuseError)) {
            throw error
        }
        if (isLost(error)) {
            return error
        }
        const done = isHalfDone(error) && await isDone().catch(unheard)
        if (done === false) {
            throw error
        }
        return done ? 'done' as const : error
    })
    if (lost === 'done') {
        return 'seen'
    }
    if (lost === null) {
        return await isDone().then(done => done ? 'seen' : { lost }, (failure: unknown) => {
            if (failure instanceof CodedError) {
                return { lost, failure }
            }
            throw failure
        })
    }
    // Not the wall clock, which may be set meanwhile.
    for (const deadline = performance.now() + times.lostAnswer; performance.now() < deadline; await delay(times.poll)) {
        if (await isDone().catch(unheard)) {
            return 'seen'
        }
    }
    return { lost }
}

/** A look that fails tells nothing. */
function unheard (error: unknown): null {
    if (error instanceof CodedError) {
        return null
    }
    throw error
}
