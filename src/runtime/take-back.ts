import { CodedError } from '../shared/errors'
import type { Progress } from './jobs'
import type { JournalEntry } from './journal'
import { takeBackModules, type WantedModule } from './module-install'
import type { NodeRedWriting } from './node-red-writing'
import { pairToPutBack, putBackRunning, putBackVariables } from './put-back'
import type { RestoreParts } from './safety'

/** What a restore or undo has touched. */
export interface Traces { installing: boolean, variables: boolean, flows: boolean }

/**
 * Puts back what was there before, as far as it was touched.
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
        if (traces.flows) {
            const safety = await parts.snapshots.open(entry.safety.id)
            const back = pairToPutBack(nodeRed, safety, entry.files)
            await putBackRunning(nodeRed, writing, back, safety, [entry.revBefore, entry.revAfter], entry.revBefore)
        }
        if (traces.variables) {
            await putBackVariables(parts.folder, entry.variables)
            await parts.environment.apply()
        }
    } catch (error) {
        if (error instanceof CodedError && error.code === 'restore-moved') {
            // Others have deployed since: what they deployed stays.
            await journal.close()
            return
        }
        nodeRed.logFailure(error)
        throw new CodedError('take-back-failed', { name: entry.snapshot.name }, 500, {
            cause: failure, ...(failure instanceof CodedError && { because: failure.toAnswer() })
        })
    }
    if (traces.installing) {
        result.modulesLeft = await takeBackModules(writing, modules, result.installed)
        result.installed = []
        result.afterRestart = []
    }
    result.takenBack = true
    await journal.close()
}
