import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { CodedError, type ErrorAnswer } from '../shared/errors'
import { limits } from '../shared/limits'
import {
    openExport, openFile, type FileOpeningRequest, type OpenedExport, type OpenedFile, type OpeningRequest
} from './pull-opening'
import { planReplace, type PlannedReplace, type PlanRequest } from './pull-plan'

/** What a thread is asked, and what it answers: Buffers arrive as the plain arrays that they are made of. */
export type ThreadRequest = { open: OpeningRequest } | { file: FileOpeningRequest } | { plan: PlanRequest }
export type ThreadAnswer = { done: object } | { refused: ErrorAnswer, status: number }
type Sent<T> = { [K in keyof T]: Buffer[] extends T[K] ? Uint8Array[] | Exclude<T[K], Buffer[]> : T[K] }

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
    const { bytes } = request
    const isOwn = bytes.byteOffset === 0 && bytes.length === bytes.buffer.byteLength
    return withBuffers(await askThread<OpenedExport>({ open: request }, isOwn ? [bytes.buffer as ArrayBuffer] : [], workerFile, signal))
}

/** As `openOnThread`, a file; its bytes stay. @throws CodedError as `parseFile`, `pull-too-large` */
export async function openFileOnThread (request: FileOpeningRequest, signal?: AbortSignal, workerFile = builtWorker): Promise<OpenedFile> {
    if (request.bytes.length < limits.openedHereBytes || !existsSync(workerFile)) {
        return openFile(request)
    }
    return withBuffers(await askThread<OpenedFile>({ file: request }, [], workerFile, signal))
}

/**
 * Plans a replace, with large flows on a thread of its own.
 * @throws CodedError `pull-too-large` when it takes too much memory
 */
export async function planOnThread (request: PlanRequest, workerFile = builtWorker): Promise<PlannedReplace> {
    const bytes = [...request.hereJson, ...request.thereJson].reduce((sum, piece) => sum + piece.length, 0)
    if (bytes < limits.openedHereBytes || !existsSync(workerFile)) {
        return planReplace(request)
    }
    const { flowsJson, ...planned } = await askThread<PlannedReplace>({ plan: request }, [], workerFile)
    return { ...planned, flowsJson: flowsJson && asBuffers(flowsJson) }
}

function withBuffers<T extends OpenedExport> ({ flowsJson, credentialsJson, fingerprintsJson, ...opened }: Sent<T>): T {
    const pieces = { flowsJson: asBuffers(flowsJson), credentialsJson: asBuffers(credentialsJson), fingerprintsJson: asBuffers(fingerprintsJson) }
    return { ...opened, ...pieces } as unknown as T
}

function asBuffers (pieces: Uint8Array[]): Buffer[] {
    return pieces.map(piece => Buffer.from(piece.buffer, piece.byteOffset, piece.length))
}

async function askThread<T> (request: ThreadRequest, transfer: ArrayBuffer[], file: string, signal?: AbortSignal): Promise<Sent<T>> {
    const answer = await answerOfThread(request, transfer, file, signal)
    if ('refused' in answer) {
        throw new CodedError(answer.refused.code, answer.refused.params, answer.status)
    }
    return answer.done as Sent<T>
}

async function answerOfThread (request: ThreadRequest, transfer: ArrayBuffer[], file: string, signal?: AbortSignal): Promise<ThreadAnswer> {
    signal?.throwIfAborted()
    // What Node-RED was started with (a debugger, modules to load first) is not for this thread.
    const worker = new Worker(file, { execArgv: [], env: {}, resourceLimits: { maxOldGenerationSizeMb: heapMb } })
    const end = () => { void worker.terminate() }
    signal?.addEventListener('abort', end, { once: true })
    try {
        return await new Promise<ThreadAnswer>((resolve, reject) => {
            worker.once('message', resolve)
            worker.once('messageerror', reject)
            worker.once('error', error => reject(isOutOfMemory(error) ? new CodedError('pull-too-large', {}, 502) : error))
            worker.once('exit', () => reject(signal?.aborted ? signal.reason as Error : new Error('The thread that reads a snapshot has ended')))
            worker.postMessage(request, transfer)
        })
    } finally {
        signal?.removeEventListener('abort', end)
        end()
    }
}

function isOutOfMemory (error: Error): boolean {
    return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}
