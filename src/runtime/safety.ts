import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import type { Journal } from './journal'
import type { KeptEnvironment } from './kept-environment'
import { localContent, type LocalCaptureParts } from './local-capture'
import type { NodeRed } from './node-red'
import type { LiveFlows, NodeRedWriting } from './node-red-writing'
import type { LocalContent, LocalHead, LocalSnapshots } from './store/local-snapshots'
import { readStoredFiles, type StoredFiles } from './stored-files'

/** What restore, undo and repair work with. */
export interface RestoreParts extends LocalCaptureParts {
    /** The store's folder, below userDir. */
    folder: string
    snapshots: LocalSnapshots
    environment: KeptEnvironment
    journal: Journal
}

/** What ran, kept so that it can be put back byte by byte. */
export interface Safety { head: LocalHead, files: StoredFiles, revision: string }

/** Why nothing can be restored in this Node-RED; null when nothing is known against it. */
export function restoreRefusal (nodeRed: NodeRed): ErrorAnswer | null {
    const writing = nodeRed.writing()
    const code = nodeRed.setting('readOnly')
        ? 'restore-read-only'
        : nodeRed.setting('storageModule')
            ? 'restore-storage'
            : writing === null ? 'restore-no-runtime' : writing.usesProjects ? 'restore-projects' : null
    return code === null ? null : { code, params: {} }
}

/** @throws CodedError what `restoreRefusal` says */
export function requireWriting (nodeRed: NodeRed): NodeRedWriting {
    const refusal = restoreRefusal(nodeRed)
    const writing = nodeRed.writing()
    if (refusal !== null || writing === null) {
        throw new CodedError(refusal?.code ?? 'restore-no-runtime', refusal?.params, 409)
    }
    return writing
}

/** The flows that run, if they are still those of `rev`. @throws CodedError `flows-not-loaded`, `restore-moved` */
export async function requireRevision (nodeRed: NodeRed, rev: string): Promise<LiveFlows> {
    const live = await nodeRed.liveFlows()
    if (live === null) {
        throw new CodedError('flows-not-loaded', {}, 409)
    }
    if (live.rev !== rev) {
        throw new CodedError('restore-moved', {}, 409)
    }
    return live
}

/** What a safety snapshot is made of, not kept yet. */
export interface SafetyContent { content: LocalContent, files: StoredFiles }

/**
 * Captures what runs and how it is stored.
 * @throws CodedError `flow-file-differs`, `restore-moved`, and what a capture throws
 */
export async function captureSafety (parts: RestoreParts, live: LiveFlows): Promise<SafetyContent> {
    const { nodeRed } = parts
    const { openOrSealed: credentials, flowText, ...files } = await readStoredFiles(nodeRed, live)
    const [content, packageJson, packageLock] = await Promise.all([
        localContent(parts, { name: '', description: '', kind: 'safety' }, flowText),
        textIfThere(join(nodeRed.userDir, 'package.json')),
        textIfThere(join(nodeRed.userDir, 'package-lock.json'))
    ])
    if (content.revision !== live.rev) {
        throw new CodedError('restore-moved', {}, 409)
    }
    return { content: { ...content, stored: { credentials, packageJson, packageLock } }, files }
}

/**
 * Keeps it under a name.
 * @throws CodedError `store-write-failed`
 */
export async function keepSafety (parts: RestoreParts, { content, files }: SafetyContent, name: string): Promise<Safety> {
    const head = await parts.snapshots.create({ ...content, name })
    return { head, files, revision: content.revision }
}

/** What npm keeps its list in is of no use where it can't be read. */
async function textIfThere (file: string): Promise<string | null> {
    return await readFile(file, 'utf8').catch(() => null)
}
