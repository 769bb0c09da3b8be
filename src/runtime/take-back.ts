import { CodedError } from '../shared/errors'
import type { Progress } from './jobs'
import type { JournalEntry } from './journal'
import { takeBackModules, type WantedModule } from './module-install'
import type { NodeRedWriting } from './node-red-writing'
import { pairToPutBack, putBackRunning } from './put-back'
import type { RestoreParts } from './safety'

/** What a restore or undo has touched. */
export interface Traces { installing: boolean, variables: boolean, flows: boolean }

/**
 * Puts back what was there before, as far as it was touched. Flows that others have deployed since stay.
 * @throws CodedError `take-back-failed`; the journal then stays open, and the next start of Node-RED does it
 */
export async function takeBack (
    parts: RestoreParts, writing: NodeRedWriting, entry: JournalEntry, { modules, traces }: { modules: WantedModule[], traces: Traces },
    progress: Progress<'restore'> | Progress<'undo'>, failure: unknown
): Promise<void> {
    const { nodeRed, journal } = parts
    const { result } = progress
    progress.begin('take-back')
    try {
        if (traces.variables) {
            // Flows read them when they start.
            await parts.environment.putBack(entry.variables)
        }
        result.overtaken = isMoved(failure) || (traces.flows && !await putFlowsBack(parts, writing, entry))
    } catch (error) {
        nodeRed.logFailure(error)
        throw new CodedError('take-back-failed', { name: entry.snapshot.name }, 500, {
            cause: failure, ...(failure instanceof CodedError && { because: failure.toAnswer() })
        })
    }
    if (traces.installing) {
        result.modulesLeft = await takeBackModules(nodeRed, writing, modules)
        result.installed = []
        result.afterRestart = []
    }
    result.takenBack = !result.overtaken
    await journal.close()
}

/** @returns false when others have deployed since: nothing was written then */
async function putFlowsBack ({ nodeRed, snapshots }: RestoreParts, writing: NodeRedWriting, entry: JournalEntry): Promise<boolean> {
    const { safety: { id }, files, revBefore, revAfter } = entry
    const safety = await snapshots.open(id)
    try {
        await putBackRunning(nodeRed, writing, pairToPutBack(nodeRed, safety, files), safety, [revBefore, revAfter], revBefore)
        return true
    } catch (error) {
        if (isMoved(error)) {
            return false
        }
        throw error
    }
}

function isMoved (error: unknown): boolean {
    return error instanceof CodedError && error.code === 'restore-moved'
}
