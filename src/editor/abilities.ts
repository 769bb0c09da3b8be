import type { Ability } from '../shared/abilities'
import type { ErrorAnswer } from '../shared/errors'

/** What is permitted, and what is off by its reason, so that each reason is read once. The order stays. */
export interface AbilityGroups {
    permitted: Array<Ability['action']>
    off: Array<{ refused: ErrorAnswer, actions: Array<Ability['action']> }>
}

export function abilityGroups (abilities: readonly Ability[]): AbilityGroups {
    const groups: AbilityGroups = { permitted: [], off: [] }
    for (const { action, refused } of abilities) {
        if (refused === null) {
            groups.permitted.push(action)
            continue
        }
        const known = groups.off.find(group => isSame(group.refused, refused))
        if (known === undefined) {
            groups.off.push({ refused, actions: [action] })
        } else {
            known.actions.push(action)
        }
    }
    return groups
}

/** True where another token would do what this sign-in may not. */
export function tokenHelps ({ code }: ErrorAnswer): boolean {
    return code === 'needs-token' || code === 'needs-full-token'
}

function isSame (one: ErrorAnswer, other: ErrorAnswer): boolean {
    return JSON.stringify([one.code, one.params]) === JSON.stringify([other.code, other.params])
}
