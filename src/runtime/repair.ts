import { CodedError } from '../shared/errors'
import type { RepairNotice } from '../shared/local'
import { isObject } from '../snapshot/parse'
import { answerOf, type FoundEntry, type Journal } from './journal'
import { dependencies } from './modules'
import type { NodeRed } from './node-red'
import { livesElsewhere } from './process-life'
import { pairToPutBack, putBackVariables, writeBack } from './put-back'
import { requireWriting } from './safety'
import type { LocalSnapshots, OpenedSnapshot } from './store/local-snapshots'
import { isAsStored, isFlowFileCut } from './stored-files'

export interface RepairParts { nodeRed: NodeRed, folder: string, snapshots: Pick<LocalSnapshots, 'open'>, journal: Journal }

/**
 * Puts back what a restore or undo was replacing when its process ended. To be awaited before Node-RED loads its flows. Never throws: what
 * was found and done is kept as the journal's notice. What can't be put back is left as it is.
 */
export async function repair (parts: RepairParts): Promise<void> {
    try {
        const notice = await repaired(parts)
        if (notice !== null) {
            await parts.journal.setNotice(notice)
        }
    } catch (error) {
        parts.nodeRed.logFailure(error)
    }
}

async function repaired ({ nodeRed, folder, snapshots, journal }: RepairParts): Promise<RepairNotice | null> {
    const found = await journal.found()
    if (found.state === 'none') {
        return null
    }
    if (found.state === 'unusable') {
        const aside = await journal.setAside()
        return { outcome: 'failed', name: '', at: new Date().toISOString(), modulesLeft: [], because: { code: 'journal-unusable', params: { aside } } }
    }
    const { entry } = found
    const notice = { name: entry.snapshot.name, at: entry.at, modulesLeft: [], because: null }
    if (await livesElsewhere(entry.process)) {
        return { ...notice, outcome: 'other-process' }
    }
    try {
        const safety = await snapshots.open(entry.safety.id)
        const modulesLeft = await newModules(nodeRed, safety)
        const outcome = await rollBack(nodeRed, folder, entry, safety)
        await journal.close()
        return { ...notice, outcome, modulesLeft }
    } catch (error) {
        nodeRed.logFailure(error)
        return { ...notice, outcome: 'failed', because: answerOf(await asideWhenHopeless(journal, error)) }
    }
}

async function rollBack (nodeRed: NodeRed, folder: string, entry: FoundEntry, safety: OpenedSnapshot): Promise<'rolled-back' | 'nothing-changed'> {
    const writing = requireWriting(nodeRed)
    const { rev } = await writing.stored()
    if (rev !== entry.revBefore && rev !== entry.revAfter && !await isFlowFileCut(nodeRed)) {
        throw new CodedError('repair-moved', {}, 409)
    }
    const back = pairToPutBack(nodeRed, safety, entry.files)
    const hasVariables = await putBackVariables(folder, entry.variables)
    if (back.exact && await isAsStored(nodeRed, entry.files)) {
        return hasVariables ? 'rolled-back' : 'nothing-changed'
    }
    await writeBack(nodeRed, writing, back, safety)
    return 'rolled-back'
}

/**
 * What may succeed at another start (a folder that can't be written, a secret that is set again) is tried again then; a journal that no
 * start can work with is put aside, so that it does not stand in the way of the next restore.
 */
async function asideWhenHopeless (journal: Journal, error: unknown): Promise<unknown> {
    const hopeless = ['repair-moved', 'snapshot-gone', 'snapshot-unreadable', 'snapshot-newer']
    if (!(error instanceof CodedError) || !hopeless.includes(error.code)) {
        return error
    }
    const aside = await journal.setAside()
    return new CodedError(error.code, { ...error.params, aside }, error.status)
}

/** Dependencies of userDir that were not there before. */
async function newModules (nodeRed: NodeRed, { stored }: OpenedSnapshot): Promise<string[]> {
    const before = new Set(namesOf(stored?.packageJson ?? null))
    return stored?.packageJson ? Object.keys(await dependencies(nodeRed.userDir)).filter(name => !before.has(name)) : []
}

function namesOf (packageJson: string | null): string[] {
    try {
        const manifest: unknown = JSON.parse(packageJson ?? '{}')
        return isObject(manifest) && isObject(manifest.dependencies) ? Object.keys(manifest.dependencies) : []
    } catch {
        return []
    }
}
