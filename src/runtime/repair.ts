import { CodedError } from '../shared/errors'
import type { RepairNotice } from '../shared/local'
import { isObject } from '../snapshot/parse'
import { answerOf, type FoundEntry, type Journal } from './journal'
import { dependencies, installedPackage } from './modules'
import type { NodeRed } from './node-red'
import { livesElsewhere } from './process-life'
import { pairToPutBack, writeBack } from './put-back'
import { requireWriting } from './safety'
import type { KeptVariables } from './store/kept-variables'
import type { LocalSnapshots, OpenedSnapshot } from './store/local-snapshots'
import { isAsStored, isFlowFileCut } from './stored-files'

export interface RepairParts { nodeRed: NodeRed, kept: Pick<KeptVariables, 'putBack'>, snapshots: Pick<LocalSnapshots, 'open'>, journal: Journal }

/**
 * Puts back what a restore, pull or undo was replacing when its process ended. To be awaited before Node-RED loads its flows. Never throws: what
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

async function repaired ({ nodeRed, kept, snapshots, journal }: RepairParts): Promise<RepairNotice | null> {
    const found = await journal.found()
    if (found.state === 'none') {
        return null
    }
    if (found.state === 'unusable') {
        const aside = await journal.setAside()
        return { outcome: 'failed', kind: null, name: '', at: new Date().toISOString(), modulesLeft: [], because: { code: 'journal-unusable', params: { aside } } }
    }
    const { entry } = found
    const kind = entry.pulled === undefined ? entry.kind : 'pull' as const
    const notice = { kind, name: entry.snapshot.name, at: entry.at, modulesLeft: [], because: null }
    if (await livesElsewhere(entry.process)) {
        return { ...notice, outcome: 'other-process' }
    }
    try {
        const safety = await snapshots.open(entry.safety.id)
        const modulesLeft = await changedModules(nodeRed, safety)
        const outcome = await rollBack(nodeRed, kept, entry, safety)
        await journal.close()
        return { ...notice, outcome, modulesLeft }
    } catch (error) {
        nodeRed.logFailure(error)
        return { ...notice, outcome: 'failed', because: answerOf(await asideWhenHopeless(journal, error)) }
    }
}

async function rollBack (
    nodeRed: NodeRed, kept: RepairParts['kept'], entry: FoundEntry, safety: OpenedSnapshot
): Promise<'rolled-back' | 'nothing-changed'> {
    const writing = requireWriting(nodeRed)
    const { rev } = await writing.stored()
    if (rev !== entry.revBefore && rev !== entry.revAfter && !await isFlowFileCut(nodeRed)) {
        throw new CodedError('repair-moved', {}, 409)
    }
    const back = pairToPutBack(nodeRed, safety, entry.files)
    const hasVariables = await kept.putBack(entry.variables)
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

/** Dependencies of userDir that were not there before, or in another version. */
export async function changedModules (nodeRed: NodeRed, { stored }: OpenedSnapshot): Promise<string[]> {
    if (!stored?.packageJson) {
        return []
    }
    const before = objectIn(stored.packageJson, 'dependencies')
    const locked = objectIn(stored.packageLock, 'packages')
    const changed: string[] = []
    for (const [name, range] of Object.entries(await dependencies(nodeRed.userDir))) {
        const lock = locked[`node_modules/${name}`]
        const isSame = isObject(lock) && typeof lock.version === 'string'
            ? (await installedPackage(nodeRed.userDir, name))?.version === lock.version
            : before[name] === range
        if (!Object.hasOwn(before, name) || !isSame) {
            changed.push(name)
        }
    }
    return changed
}

function objectIn (json: string | null, key: string): Record<string, unknown> {
    try {
        const value: unknown = JSON.parse(json ?? '{}')
        return isObject(value) && isObject(value[key]) ? value[key] : {}
    } catch {
        return {}
    }
}
