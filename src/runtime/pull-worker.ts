/** The thread that opens a large export, one a thread, so that running flows go on meanwhile. */
import { parentPort } from 'node:worker_threads'
import { CodedError } from '../shared/errors'
import { openExport, type OpeningRequest } from './pull-opening'
import type { OpeningAnswer } from './pull-thread'

parentPort?.once('message', (request: OpeningRequest) => {
    const { answer, transfer } = answerTo(request)
    parentPort?.postMessage(answer, transfer)
})

function answerTo (request: OpeningRequest): { answer: OpeningAnswer, transfer: ArrayBuffer[] } {
    try {
        const opened = openExport(request)
        const pieces = {
            flowsJson: ownBuffers(opened.flowsJson),
            credentialsJson: ownBuffers(opened.credentialsJson),
            fingerprintsJson: ownBuffers(opened.fingerprintsJson)
        }
        const transfer = Object.values(pieces).flat().map(piece => piece.buffer as ArrayBuffer)
        return { answer: { opened: { ...opened, ...pieces } }, transfer }
    } catch (error) {
        if (error instanceof CodedError) {
            return { answer: { refused: error.toAnswer(), status: error.status }, transfer: [] }
        }
        throw error
    }
}

/** Short buffers share their memory with others, which can't pass to another thread. */
function ownBuffers (pieces: Uint8Array[]): Uint8Array[] {
    return pieces.map(piece => piece.length < 4096 ? Uint8Array.from(piece) : piece)
}
