import type { PushRequest } from '../shared/requests'
import { nameProblem, descriptionProblem } from '../shared/names'

/** What the push dialog is filled with. */
export interface PushDraft {
    name: string
    description: string
    rule: 'keep' | 'mine'
    /** Names of host variables that the user ticked. */
    ticked: ReadonlySet<string>
    restore: boolean
    captureBefore: boolean
}

export function newDraft (name: string): PushDraft {
    return { name, description: '', rule: 'keep', ticked: new Set(), restore: false, captureBefore: true }
}

/** The draft that a request was made of, so that a failed push can be tried again. */
export function draftOf ({ name, description, variables, restore }: PushRequest): PushDraft {
    return {
        name,
        description,
        rule: variables.rule,
        ticked: new Set(variables.rule === 'mine' ? variables.names : []),
        restore: restore !== null,
        captureBefore: restore?.captureBefore ?? true
    }
}

/** @param offered only these may be sent; a tick of before a deploy may be of a name that the flows no longer use */
export function requestOf (draft: PushDraft, instanceId: string, offered: string[]): PushRequest {
    return {
        instanceId,
        name: draft.name.trim(),
        description: draft.description.trim(),
        variables: draft.rule === 'keep' ? { rule: 'keep' } : { rule: 'mine', names: offered.filter(name => draft.ticked.has(name)) },
        restore: draft.restore ? { captureBefore: draft.captureBefore } : null
    }
}

export function isComplete (draft: PushDraft): boolean {
    return nameProblem(draft.name) === null && descriptionProblem(draft.description) === null
}
