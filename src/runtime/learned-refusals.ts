import { FlowFuseError } from '../flowfuse/errors'
import type { SignInKind, Action } from '../shared/abilities'
import { CodedError, type ErrorAnswer } from '../shared/errors'

/** Who was refused, and where. A user who gets another role or sign-in is somebody else. */
export interface RefusedStanding { user: string, server: string, instance: string, role: number, kind: SignInKind }

/** An owner may change a role of which FlowFuse tells nothing, so that nothing is held against anybody for long. */
const keptMs = 10 * 60 * 1000

/** What FlowFuse refused although version and role spoke for it: roles can differ by application, and a version may not be told. */
export class LearnedRefusals {
    private readonly refusals = new Map<string, { refused: ErrorAnswer, at: number }>()

    /** @param now in milliseconds, never set back */
    constructor (private readonly now: () => number = () => performance.now()) {}

    /** Runs an action, and keeps in mind that it was refused, if it was. */
    async watch<T> (standing: RefusedStanding, action: Action, run: () => Promise<T>): Promise<T> {
        try {
            return await run()
        } catch (error) {
            const refused = refusalIn(error)
            if (refused !== null) {
                this.refusals.set(keyOf(standing, action), { refused, at: this.now() })
            }
            throw error
        }
    }

    /** Why the action would be refused again, as far as it was learned. */
    of (standing: RefusedStanding, action: Action): ErrorAnswer | null {
        const key = keyOf(standing, action)
        const known = this.refusals.get(key)
        if (known !== undefined && this.now() - known.at > keptMs) {
            this.refusals.delete(key)
            return null
        }
        return known?.refused ?? null
    }
}

/** A 403 of FlowFuse, or that it does not know the action. What lies behind another failure was the refusal of something else. */
function refusalIn (error: unknown): ErrorAnswer | null {
    const isRefusal = error instanceof CodedError && (error.code === 'edit-not-there' || (error instanceof FlowFuseError && error.platformStatus === 403))
    return isRefusal ? error.toAnswer() : null
}

function keyOf ({ user, server, instance, role, kind }: RefusedStanding, action: Action): string {
    return JSON.stringify([user, server, instance, role, kind, action])
}
