/** The thread that opens a large export or file, or plans with large flows, one a thread, so that running flows go on meanwhile. */
import { parentPort } from 'node:worker_threads'
import { CodedError } from '../shared/errors'
import { openExport, openFile, type OpenedExport } from './pull-opening'
import { planReplace } from './pull-plan'
import type { ThreadAnswer, ThreadRequest } from './pull-thread'

parentPort?.once('message', (request: ThreadRequest) => {
    const { answer, transfer } = answerTo(request)
    parentPort?.postMessage(answer, transfer)
})

function answerTo (request: ThreadRequest): { answer: ThreadAnswer, transfer: ArrayBuffer[] } {
    try {
        const done = 'plan' in request ? planned(request.plan) : sendable('file' in request ? openFile(request.file) : openExport(request.open))
        return { answer: { done }, transfer: Object.values(done).filter(isPieces).flat().map(piece => piece.buffer as ArrayBuffer) }
    } catch (error) {
        if (error instanceof CodedError) {
            return { answer: { refused: error.toAnswer(), status: error.status }, transfer: [] }
        }
        throw error
    }
}

function sendable ({ flowsJson, credentialsJson, fingerprintsJson, ...rest }: OpenedExport) {
    return { ...rest, flowsJson: ownBuffers(flowsJson), credentialsJson: ownBuffers(credentialsJson), fingerprintsJson: ownBuffers(fingerprintsJson) }
}

function planned (request: Parameters<typeof planReplace>[0]) {
    const { flowsJson, ...rest } = planReplace(request)
    return { ...rest, flowsJson: flowsJson && ownBuffers(flowsJson) }
}

function isPieces (value: unknown): value is Uint8Array[] {
    return Array.isArray(value) && value[0] instanceof Uint8Array
}

/** Short buffers share their memory with others, which can't pass to another thread. */
function ownBuffers (pieces: Uint8Array[]): Uint8Array[] {
    return pieces.map(piece => piece.length < 4096 ? Uint8Array.from(piece) : piece)
}
