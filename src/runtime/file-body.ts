import type { IncomingMessage } from 'node:http'
import { CodedError } from '../shared/errors'
import { fileType } from '../shared/files'
import { limits } from '../shared/limits'

/** A browser that is still sending reads the answer when it has been able to send on; but not for ever. */
const lingerMs = 2_000

/**
 * A file as a browser sends it, read under the plugin's own limit in place of Node-RED's `apiMaxLength`. One that is too large is not read
 * to its end.
 * @throws CodedError `file-too-large`, `file-cut-short`, `content-type-refused` for what is no file as it is, and what `signal` was ended with
 */
export async function readFileBody (request: IncomingMessage, signal?: AbortSignal, most: number = limits.snapshotFileBytes): Promise<Buffer> {
    const { 'content-type': type = '', 'content-encoding': packing = 'identity' } = request.headers
    // Node-RED has read and parsed a body that says that it is JSON.
    if (type.split(';')[0]?.trim().toLowerCase() !== fileType || packing !== 'identity') {
        throw new CodedError('content-type-refused', {}, 415)
    }
    if (Number(request.headers['content-length'] ?? 0) > most) {
        throw refused(request, most)
    }
    const pieces: Buffer[] = []
    let bytes = 0
    const settled = new AbortController()
    return await new Promise<Buffer>((resolve, reject) => {
        const end = (outcome: () => void) => {
            request.off('data', add).off('end', finish).off('error', cut).off('close', cut)
            settled.abort()
            outcome()
        }
        const add = (piece: Buffer) => {
            pieces.push(piece)
            bytes += piece.length
            if (bytes > most) {
                pieces.length = 0
                end(() => reject(refused(request, most)))
            }
        }
        const finish = () => end(() => resolve(Buffer.concat(pieces, bytes)))
        const cut = () => end(() => reject(new CodedError('file-cut-short')))
        request.on('data', add).on('end', finish).on('error', cut).on('close', cut)
        signal?.addEventListener('abort', () => end(() => {
            linger(request)
            reject(signal.reason as Error)
        }), { once: true, signal: settled.signal })
    })
}

function refused (request: IncomingMessage, most: number): CodedError {
    linger(request)
    return new CodedError('file-too-large', { mb: Math.floor(most / 1024 / 1024) }, 413)
}

/** What still comes is dropped, for a while. */
function linger (request: IncomingMessage): void {
    request.on('error', () => undefined).resume()
    setTimeout(() => { if (!request.complete) request.destroy() }, lingerMs).unref()
}
