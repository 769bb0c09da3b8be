import type { ErrorAnswer } from '../shared/errors'
import type { FileParts, FileSource, SnapshotFileRequest } from '../shared/files'
import { fileSecretProblem } from '../shared/file-secret'
import type { View } from '../shared/views'

/** What the download dialog is filled with. */
export interface DownloadDraft {
    what: 'snapshot' | 'package' | 'environment'
    parts: FileParts
    /** How the secret of a snapshot file comes about, and the one that was typed. */
    secretBy: 'generated' | 'typed'
    typed: string
    /** Whether an .env has the values too. */
    values: boolean
}

export const everyPart: FileParts = { flows: true, credentials: true, variables: 'all' }

export function newDownloadDraft (): DownloadDraft {
    return { what: 'snapshot', parts: everyPart, secretBy: 'generated', typed: '', values: false }
}

/** Credentials belong to nodes: without flows, FlowFuse leaves them out too. */
export function effectiveParts (parts: FileParts): FileParts {
    return { ...parts, credentials: parts.credentials && parts.flows }
}

/** Whether a file with these parts can hold anything that is sealed. */
export function isSealing (parts: FileParts): boolean {
    return effectiveParts(parts).credentials || parts.variables === 'all'
}

/** What is wrong with the secret that was typed; null where none is needed. */
export function secretProblem ({ what, parts, secretBy, typed }: DownloadDraft): ErrorAnswer | null {
    return what === 'snapshot' && isSealing(parts) && secretBy === 'typed' ? fileSecretProblem(typed) : null
}

/** @param generated the secret where none was typed: FlowFuse asks for one also where nothing is sealed */
export function snapshotFileRequest (source: FileSource, { parts, secretBy, typed }: DownloadDraft, generated: string): SnapshotFileRequest {
    return { source, parts: effectiveParts(parts), secret: secretBy === 'typed' && isSealing(parts) ? typed : generated }
}

/** Whether there are credentials in what is looked at, given its secret where it has one. */
export function hasCredentials ({ credentials: { state } }: View): boolean {
    return state === 'included' || state === 'sealed'
}

/** Whether these parts of a file can only be sent on once its secret was given. */
export function needsSecret (view: View, parts: FileParts): boolean {
    return view.sealed && (
        (effectiveParts(parts).credentials && view.credentials.state === 'sealed')
        || (parts.variables === 'all' && view.variables.some(({ hidden, mark }) => hidden && mark === null))
    )
}
