/** Rules for the names of snapshots that both the dialog and the runtime part keep. */
import type { ErrorAnswer } from './errors'
import { limits } from './limits'

/** FlowFuse gives such names to its own snapshots and deletes old ones by them. */
const automaticName = /^Auto Snapshot - \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/

/** Such names the automatic push gives: not FlowFuse's own, whose clean-up would take them for its own and delete others for them. */
const automaticPushed = /^Local Auto Snapshot - \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/

/** What is made of an instance before a restore or push replaces something there. */
const captureName = /^Before (restore|push) of “/

/** The name of an automatic snapshot made at that time, in the local time of this computer. */
export function automaticSnapshotName (at: Date): string {
    const two = (part: number) => String(part).padStart(2, '0')
    const day = [String(at.getFullYear()).padStart(4, '0'), two(at.getMonth() + 1), two(at.getDate())].join('-')
    return `Auto Snapshot - ${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`
}

/**
 * Control characters and halves of characters: some databases refuse them, and nobody can see them. Those for the direction of the text
 * make a name read as another one, and the sentences around it too.
 */
const unusable = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u

/** What shows nothing: white space, and marks without a glyph. */
const invisible = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}]*$/u

/** True for a name that the platform gives. */
export function isAutomatic (name: string): boolean {
    return automaticName.test(name.trim())
}

/** The name of a snapshot that is pushed automatically at that time, in the local time of this computer. */
export function automaticPushName (at: Date): string {
    return `Local ${automaticSnapshotName(at)}`
}

/** True for a name that an automatic push gives. */
export function isAutomaticPush (name: string): boolean {
    return automaticPushed.test(name.trim())
}

/** True for the name of a capture of the instance, which tells nothing new. */
export function isCapture (name: string): boolean {
    return captureName.test(name)
}

/** Characters as people and databases count them, not UTF-16 units. */
export function characters (text: string): number {
    return [...text].length
}

/** What is wrong with the name of a snapshot; null when nothing is. White space around it does not count. */
export function nameProblem (name: string): ErrorAnswer | null {
    const trimmed = name.trim()
    const length = characters(trimmed)
    if (invisible.test(trimmed)) {
        return { code: 'name-empty', params: {} }
    }
    if (length > limits.nameLength) {
        return { code: 'name-too-long', params: { length, max: limits.nameLength } }
    }
    if (unusable.test(trimmed)) {
        return { code: 'name-unusable', params: {} }
    }
    return isAutomatic(trimmed) ? { code: 'name-automatic', params: {} } : null
}

export function descriptionProblem (description: string): ErrorAnswer | null {
    const length = characters(description.trim())
    return length > limits.descriptionLength ? { code: 'description-too-long', params: { length, max: limits.descriptionLength } } : null
}

/** The name of the snapshot that is made before the restore of `name` is undone. */
export function beforeUndoName (name: string): string {
    return [...`Before undo of “${name.trim()}”`].slice(0, limits.nameLength).join('')
}

/** The name of the capture that is made before a restore of `name`. */
export function beforeRestoreName (name: string): string {
    return cutToLength(`Before restore of “${name.trim()}”`)
}

/** The name of the capture that is made before `name` is imported. */
export function beforePushName (name: string): string {
    return cutToLength(`Before push of “${name.trim()}”`)
}

/** The name of the capture that is made to compare `name` with, and deleted again. */
export function comparisonName (name: string): string {
    return cutToLength(`For comparison with “${name.trim()}”`)
}

function cutToLength (name: string): string {
    return [...name].slice(0, limits.nameLength).join('')
}
