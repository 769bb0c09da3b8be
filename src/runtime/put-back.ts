import { CodedError } from '../shared/errors'
import type { OpenCredentials } from '../snapshot/model'
import type { NodeRed } from './node-red'
import type { NodeRedWriting, StoredPair } from './node-red-writing'
import type { OpenedSnapshot } from './store/local-snapshots'
import { credentialsToStore, isAsStored, writeStoredFiles, type StoredFiles } from './stored-files'

/** The stored pair of a safety snapshot, with what is known of its files. `exact`: they will be the same bytes again. */
export interface PutBack { pair: StoredPair, files: StoredFiles, exact: boolean }

/**
 * @param files as they stood when the safety snapshot was made
 * @throws CodedError `store-sealed-otherwise` when the stored credentials can't be opened any more
 */
export function pairToPutBack (nodeRed: NodeRed, safety: OpenedSnapshot, files: StoredFiles): PutBack {
    if (safety.stored === undefined && safety.credentials === null) {
        throw new CodedError('store-sealed-otherwise', {}, 409)
    }
    const { credentials, asStored } = credentialsToStore(nodeRed, safety.stored?.credentials, safety.credentials)
    return {
        pair: { flows: safety.flows, credentials },
        files: asStored ? files : { ...files, credentials: { ...files.credentials, text: null } },
        exact: asStored
    }
}

/**
 * Writes the stored pair back. What a full disk has cut short is no success, which Node-RED itself does not notice.
 * @throws CodedError `restore-not-exact`
 */
export async function writeBack (nodeRed: NodeRed, writing: NodeRedWriting, back: PutBack, { head: { name } }: OpenedSnapshot): Promise<void> {
    await writeStoredFiles(nodeRed, writing, back.files, back.pair)
    if (back.exact && !await isAsStored(nodeRed, back.files)) {
        throw new CodedError('restore-not-exact', { name }, 500)
    }
}

/**
 * Puts the stored pair back into a running Node-RED, which loads it again.
 * @param revs the revisions of which one must run now
 * @param expected revision that runs then
 * @throws CodedError `restore-moved` when none of `revs` runs: nothing was written; `restore-not-exact`
 */
export async function putBackRunning (
    nodeRed: NodeRed, writing: NodeRedWriting, back: PutBack, safety: OpenedSnapshot, revs: string[], expected: string
): Promise<void> {
    await writing.replaceStored(revs, () => writeBack(nodeRed, writing, back, safety))
    keepUnstored(nodeRed, writing, safety.credentials)
    const live = await nodeRed.liveFlows()
    if (live?.rev !== expected || (back.exact && !await isAsStored(nodeRed, back.files))) {
        throw new CodedError('restore-not-exact', { name: safety.head.name }, 500)
    }
}

/** Nodes may have put credentials into Node-RED's memory that it had not stored yet; a load forgets them. */
function keepUnstored (nodeRed: NodeRed, writing: NodeRedWriting, credentials: OpenCredentials | null): void {
    for (const [id, entry] of Object.entries(credentials ?? {})) {
        if (JSON.stringify(nodeRed.credentials(id)) !== JSON.stringify(entry)) {
            writing.addCredentials(id, entry)
        }
    }
}
