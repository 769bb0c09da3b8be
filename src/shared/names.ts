/** Rules for the names of snapshots that both the dialog and the runtime part keep. */
import type { ErrorAnswer } from './errors'
import { limits } from './limits'

/** FlowFuse gives such names to its own snapshots and deletes old ones by them. */
const automaticName = /^Auto Snapshot - \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/

/** Characters as people and databases count them, not UTF-16 units. */
export function characters (text: string): number {
    return [...text].length
}

/** What is wrong with the name of a snapshot; null when nothing is. White space around it does not count. */
export function nameProblem (name: string): ErrorAnswer | null {
    const trimmed = name.trim()
    const length = characters(trimmed)
    if (trimmed === '') {
        return { code: 'name-empty', params: {} }
    }
    if (length > limits.nameLength) {
        return { code: 'name-too-long', params: { length, max: limits.nameLength } }
    }
    return automaticName.test(trimmed) ? { code: 'name-automatic', params: {} } : null
}

export function descriptionProblem (description: string): ErrorAnswer | null {
    const { length } = description.trim()
    return length > limits.descriptionLength ? { code: 'description-too-long', params: { length, max: limits.descriptionLength } } : null
}

/** The name of the capture that is made before a restore of `name`. */
export function beforeRestoreName (name: string): string {
    return [...`Before restore of “${name.trim()}”`].slice(0, limits.nameLength).join('')
}
