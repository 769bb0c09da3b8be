import { CodedError } from '../shared/errors'
import type { RestoreStepId, Undo, UndoRequest } from '../shared/local'
import { beforeUndoName } from '../shared/names'
import type { Progress } from './jobs'
import type { FoundEntry, JournalEntry } from './journal'
import { pairToPutBack, putBackRunning } from './put-back'
import { captureSafety, keepSafety, requireRevision, requireWriting, type RestoreParts } from './safety'
import { takeBack } from './take-back'

export const undoSteps: RestoreStepId[] = ['plan', 'safety', 'variables', 'flows', 'read-back', 'take-back']

/** The restore that can be undone now, by the id of the snapshot that was made before it; null while there is none. */
export async function undoable ({ nodeRed, journal, snapshots }: RestoreParts): Promise<Undo | null> {
    const last = await journal.last()
    const live = await nodeRed.liveFlows()
    if (last === null || live === null || live.rev !== last.revAfter) {
        return null
    }
    const { snapshots: heads } = await snapshots.list()
    const { safety: { id }, snapshot: { name }, at, pulled } = last
    return heads.some(head => head.id === id) ? { id, name, at, pulled: pulled !== undefined } : null
}

/**
 * Puts back what ran before the last restore: both files of Node-RED byte by byte, and the variables. What runs now is kept as a safety
 * snapshot first.
 * @returns the restore that was undone
 * @throws CodedError what `restoreRefusal` says, `nothing-to-undo`, `flow-file-differs`, `restore-elsewhere`, `restore-not-exact`,
 * `take-back-failed`, `snapshot-gone`, and what the store and a capture throw
 */
export async function undo (parts: RestoreParts, request: UndoRequest, progress: Progress<'undo'>): Promise<FoundEntry> {
    const { nodeRed, journal } = parts
    progress.begin('plan')
    const writing = requireWriting(nodeRed)
    const live = await requireRevision(nodeRed, request.rev)
    const last = await requireLast(parts, request)
    const before = await parts.snapshots.open(last.safety.id)
    const back = pairToPutBack(nodeRed, before, last.files)
    progress.result.snapshot = last.safety
    if ((await journal.found()).state !== 'none') {
        throw new CodedError('restore-elsewhere', {}, 409)
    }

    progress.begin('safety')
    const safety = await keepSafety(parts, await captureSafety(parts, live), beforeUndoName(last.snapshot.name))
    progress.result.safety = { id: safety.head.id, name: safety.head.name }
    const entry: JournalEntry = {
        kind: 'undo', snapshot: last.safety, safety: progress.result.safety, revBefore: live.rev, revAfter: last.revBefore,
        files: safety.files, variables: await parts.environment.text()
    }
    await journal.open(entry)
    const traces = { installing: false, variables: false, flows: false }
    try {
        progress.begin('variables')
        traces.variables = true
        await parts.environment.putBack(last.variables)
        progress.begin('flows')
        traces.flows = true
        await putBackRunning(nodeRed, writing, back, before, [live.rev], last.revBefore)
    } catch (error) {
        await takeBack(parts, writing, entry, { modules: [], traces }, progress, error)
        throw error
    }
    progress.begin('read-back')
    progress.result.rev = last.revBefore
    await journal.close()
    await journal.forgetLast()
    return last
}

async function requireLast (parts: RestoreParts, { id, rev }: UndoRequest): Promise<FoundEntry> {
    const last = await parts.journal.last()
    if (last === null || last.safety.id !== id || last.revAfter !== rev) {
        throw new CodedError('nothing-to-undo', {}, 409)
    }
    return last
}
