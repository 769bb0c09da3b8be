import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import { limits } from '../shared/limits'
import { openExport, type OpenedExport, type OpeningRequest } from './pull-opening'

/** Buffers arrive as the plain arrays that they are made of. */
type Sent = Omit<OpenedExport, PieceName> & Record<PieceName, Uint8Array[]>
type PieceName = 'flowsJson' | 'credentialsJson' | 'fingerprintsJson'
export type OpeningAnswer = { opened: Sent } | { refused: ErrorAnswer, status: number }

/** Beside the built plugin; there is none where the plugin runs from its sources. */
const builtWorker = join(__dirname, 'pull-worker.js')

/** A thread that would take more is ended, and Node-RED goes on. */
const heapMb = 1024

/**
 * Opens an export, a large one on a thread of its own.
 * @param signal ends the thread; whoever waits gets what it was ended with
 * @throws CodedError as `parseExport`, `pull-too-large` when it takes too much memory
 */
export async function openOnThread (request: OpeningRequest, signal?: AbortSignal, workerFile = builtWorker): Promise<OpenedExport> {
    if (request.bytes.length < limits.openedHereBytes || !existsSync(workerFile)) {
        return openExport(request)
    }
    const answer = await answerOfThread(request, workerFile, signal)
    if ('refused' in answer) {
        throw new CodedError(answer.refused.code, answer.refused.params, answer.status)
    }
    const { opened } = answer
    return {
        ...opened,
        flowsJson: asBuffers(opened.flowsJson),
        credentialsJson: asBuffers(opened.credentialsJson),
        fingerprintsJson: asBuffers(opened.fingerprintsJson)
    }
}

function asBuffers (pieces: Uint8Array[]): Buffer[] {
    return pieces.map(piece => Buffer.from(piece.buffer, piece.byteOffset, piece.length))
}

async function answerOfThread (request: OpeningRequest, file: string, signal?: AbortSignal): Promise<OpeningAnswer> {
    signal?.throwIfAborted()
    // What Node-RED was started with (a debugger, modules to load first) is not for this thread.
    const worker = new Worker(file, { execArgv: [], env: {}, resourceLimits: { maxOldGenerationSizeMb: heapMb } })
    const end = () => { void worker.terminate() }
    signal?.addEventListener('abort', end, { once: true })
    try {
        return await new Promise<OpeningAnswer>((resolve, reject) => {
            worker.once('message', resolve)
            worker.once('messageerror', reject)
            worker.once('error', error => reject(isOutOfMemory(error) ? new CodedError('pull-too-large', {}, 502) : error))
            worker.once('exit', () => reject(signal?.aborted ? signal.reason as Error : new Error('The thread that reads a snapshot has ended')))
            const { bytes } = request
            const isOwn = bytes.byteOffset === 0 && bytes.length === bytes.buffer.byteLength
            worker.postMessage(request, isOwn ? [bytes.buffer as ArrayBuffer] : [])
        })
    } finally {
        signal?.removeEventListener('abort', end)
        end()
    }
}

function isOutOfMemory (error: Error): boolean {
    return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
