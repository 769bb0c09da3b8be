import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { stopTree } from '../platform/processes'

/** The exit code of a program, or, in words, why it has none ("was stopped after 600 s"). */
export type Ending = number | string

/**
 * Runs a program with nothing to read, and whatever it starts.
 * @param limit milliseconds after which it is stopped, with every process that it started
 * @param interrupted stops it as well
 * @param output an open file that gets what it prints; with ours otherwise
 */
export async function runChild (
    command: string, args: string[], limit: number, interrupted: AbortSignal, output: number | 'inherit' = 'inherit'
): Promise<Ending> {
    const child = spawn(command, args, { stdio: ['ignore', output, output] })
    const stop = new AbortController()
    const ended = new Promise<Ending>(resolve => {
        child.once('error', error => resolve(`could not be started (${error.message})`))
        child.once('exit', (code, signal) => resolve(code ?? `was ended by ${signal}`))
    }).finally(() => stop.abort())
    const isLate = await delay(limit, true, { signal: AbortSignal.any([stop.signal, interrupted]) }).catch(() => false)
    if ((isLate || interrupted.aborted) && child.pid !== undefined) {
        await stopTree(child.pid)
        return isLate ? `was stopped after ${Math.round(limit / 1000)} s` : 'was interrupted'
    }
    return await ended
}
