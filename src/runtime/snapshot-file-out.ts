import { setImmediate as nextTick } from 'node:timers/promises'
import { CodedError } from '../shared/errors'
import { fileSecretProblem } from '../shared/file-secret'
import type { FileParts } from '../shared/files'
import { sealPieces, sealText } from '../snapshot/credentials'
import { carriedVariables, fileName, fileText } from '../snapshot/file-shape'
import type { JsonObject } from '../snapshot/parse'
import { frameOf, requireReadable, type FileContent } from './file-source'
import { parsePieces } from './json-pieces'

/** A file for the browser to keep. */
export interface OutgoingFile { name: string, pieces: Uint8Array[] }

/**
 * The snapshot file of a snapshot, as FlowFuse's own Download gives it and its Upload takes it.
 * @param secret seals credentials and hidden variables; whatever it is, where there is nothing to seal
 * @param exporter who makes it, as FlowFuse names users
 * @throws CodedError as `requireReadable`; `file-secret-short`, `file-secret-long`, `file-secret-blanks`
 */
export async function snapshotFileOut (content: FileContent, parts: FileParts, secret: string, exporter?: JsonObject): Promise<OutgoingFile> {
    requireReadable(content, parts)
    const { opened } = content
    const withCredentials = parts.flows && parts.credentials
    const hidesSome = parts.variables === 'all' && Object.values(opened.env).some(value => typeof value === 'object')
    const problem = withCredentials || hidesSome ? fileSecretProblem(secret) : null
    if (problem !== null) {
        throw new CodedError(problem.code, problem.params)
    }
    const env = carriedVariables(opened.env, parts.variables, value => ({ hidden: true, $: sealText(value, secret) }))
    const frame = frameOf(content, env, exporter, new Date().toISOString())
    const nodes = parts.flows ? parsePieces(opened.flowsJson) : []
    const text = fileText(frame, nodes, withCredentials ? sealPieces(opened.credentialsJson, secret) : null)
    return { name: fileName(frame), pieces: await inTurns(text) }
}

/** Whatever is made piece by piece, with a turn for the running flows after each. */
async function inTurns (pieces: Iterable<Uint8Array>): Promise<Uint8Array[]> {
    const made: Uint8Array[] = []
    for (const piece of pieces) {
        made.push(piece)
        await nextTick()
    }
    return made
}
