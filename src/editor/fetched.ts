import type { PanelState } from '../shared/requests'
import type { Failure } from './failure'

/** Something that is fetched. While it is fetched again, and when that fails, the value before it stays. */
export interface Fetched<T> { value: T | null, loading: boolean, failure: Failure | null }

export const nothing = { value: null, loading: false, failure: null }

export type SignOut = Extract<Failure, { kind: 'coded' }>

/** Whether FlowFuse does not take the sign-in any more. */
export function isSignOut (failure: Failure | null): failure is SignOut {
    return failure?.kind === 'coded' && failure.code === 'signed-out'
}

/** What the rest of the panel is about: the sign-in and the target. */
export function subject (state: PanelState | null): string {
    return JSON.stringify([state?.connection?.server, state?.connection?.user.username, state?.target?.instance.id])
}
