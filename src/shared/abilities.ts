import type { ErrorAnswer } from './errors'
import { leastRole, roles } from './permissions'

/** How somebody is signed in. A token is all that its user is, unless it is read-only (FlowFuse ≥ 2.32); OAuth may list and push, no more. */
export type SignInKind = 'token' | 'read-only-token' | 'oauth'

export type Action = keyof typeof leastRole

/** What an ability depends on. */
export interface Standing {
    team: { name: string, role: number }
    kind: SignInKind
    /** `null`: the server does not tell; counts as the newest, and its answers decide. */
    version: string | null
}

/** What FlowFuse's plugin scope and a read-only token leave of a user's rights (measured, the same on 2.4.0 and 2.33.2). */
const permittedTo: Record<Exclude<SignInKind, 'token'>, readonly Action[]> = {
    oauth: ['listSnapshots', 'listInstanceDevices', 'push', 'captureBefore', 'capture', 'captureDevice', 'setTargetOnPush'],
    // An export reads, but FlowFuse counts it as writing.
    'read-only-token': ['listSnapshots', 'listInstanceDevices', 'listDevices', 'readSnapshot', 'readContent']
}

/** The FlowFuse version that brought an action. */
const since: Partial<Record<Action, string>> = { import: '2.5.0', edit: '2.7.0' }

/**
 * Why an action would be refused, known beforehand; null when nothing is known against it. What no sign-in can do is said first, then
 * the role, because a token does not help who lacks the role.
 */
export function refusal (action: Action, { team, kind, version }: Standing): ErrorAnswer | null {
    const needed = since[action]
    if (needed !== undefined && version !== null && isOlder(version, needed)) {
        return { code: 'needs-version', params: { version, needed } }
    }
    const least = leastRole[action]
    // An administrator of the platform may do everything, in any team.
    if (team.role < least) {
        return { code: 'role-too-low', params: { team: team.name, role: roleName(team.role), needed: roleName(least) } }
    }
    if (!permits(kind, action)) {
        return { code: kind === 'oauth' ? 'needs-token' : 'needs-full-token', params: {} }
    }
    return null
}

/** Whether a sign-in of this kind leaves an action to its user, whatever the role. */
export function permits (kind: SignInKind, action: Action): boolean {
    return kind === 'token' || permittedTo[kind].includes(action)
}

/** What the panel offers, in the order in which it lists it. The device target is set by a call of its own or with the push: `targetAction`. */
export const offeredActions = [
    'listSnapshots', 'export', 'push', 'setTargetOnPush', 'capture', 'restore', 'setTarget', 'edit', 'delete', 'editVariables', 'editPalette', 'import', 'listDevices', 'captureDevice', 'setDeviceTarget',
    'editDevice'
] as const satisfies readonly Action[]

/** Whether an action is permitted: why it would be refused, known beforehand; null when nothing is known against it. */
export interface Ability { action: (typeof offeredActions)[number], refused: ErrorAnswer | null }

export function abilitiesOf (standing: Standing): Ability[] {
    return offeredActions.map(action => ({ action, refused: refusal(action, standing) }))
}

/** By which action a push sets the device target: a call of its own, or the create itself where the sign-in may do no more than that. */
export function targetAction (standing: Standing): 'setTarget' | 'setTargetOnPush' {
    return refusal('setTarget', standing) !== null && refusal('setTargetOnPush', standing) === null ? 'setTargetOnPush' : 'setTarget'
}

/** @returns `owner`, `member` …, or the number itself for a role that we do not know */
export function roleName (role: number): string {
    return Object.entries(roles).find(([, number]) => number === role)?.[0] ?? String(role)
}

function isOlder (version: string, needed: string): boolean {
    const parts = (text: string) => (/\d+(\.\d+)*/.exec(text)?.[0] ?? '').split('.').map(Number)
    const [present, least] = [parts(version), parts(needed)]
    const at = least.findIndex((part, index) => (present[index] ?? 0) !== part)
    return at >= 0 && (present[at] ?? 0) < least[at]!
}
