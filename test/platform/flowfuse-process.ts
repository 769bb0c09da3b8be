import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from './lock'

/** How long FlowFuse may take until it answers: the first start makes its database. */
const START_DEADLINE = 4 * 60_000

/** A launcher gives its Node-RED 10 s to stop; after that it is not worth waiting. */
const STOP_DEADLINE = 13_000

/** A running FlowFuse and the launchers of its hosted instances. */
export interface FlowFuseProcess {
    /** Stops every hosted instance, then FlowFuse; resolves when none of their processes is left. */
    stop (): Promise<void>
}

/**
 * Starts FlowFuse as a child process and waits until it answers. All its processes end when this one does (see contain.cjs).
 * @param home where FlowFuse is installed
 * @param data its folder, with `etc/flowforge.yml`
 * @param url the address it will answer at
 * @param adminPassword what a new database's administrator gets as first, already expired password
 * @param log the file for its output
 * @param interrupted ends the waiting, as a failure
 * @throws Error when it ends or stays silent, with its last words
 */
export async function startFlowFuse (
    home: string, data: string, url: string, adminPassword: string, log: string, interrupted?: AbortSignal
): Promise<FlowFuseProcess> {
    const output = openSync(log, 'a', 0o600)
    const child = spawn(process.execPath, ['--require', join(__dirname, 'contain.cjs'), join(home, 'flowfuse/node_modules/@flowfuse/flowfuse/forge/app.js')], {
        cwd: data,
        // Nothing else from here: FlowFuse takes its port, version and much more from the environment.
        env: { PATH: process.env.PATH, HOME: process.env.HOME, FLOWFORGE_HOME: data, FF_ADMIN_PASSWORD: adminPassword, FF_TELEMETRY_DISABLED: 'true' },
        stdio: ['ignore', output, output, 'ipc']
    })
    closeSync(output)

    // A launcher leads a process group in which its Node-RED (and its npm) run.
    const launchers = new Set<number>()
    child.on('message', (message: { started?: number, ended?: number }) => {
        if (message.started) launchers.add(message.started)
        if (message.ended) launchers.delete(message.ended)
    })
    const running: FlowFuseProcess = { stop: () => stopAll(child, launchers) }
    try {
        await untilItAnswers(child, url, log, interrupted)
        return running
    } catch (error) {
        await running.stop()
        throw error
    }
}

async function untilItAnswers (child: ChildProcess, url: string, log: string, interrupted?: AbortSignal): Promise<void> {
    let failure: string | undefined
    child.once('error', error => { failure = `could not be started (${error.message})` })
    child.once('exit', (code, signal) => { failure = `ended with ${signal ?? `code ${code}`}` })
    const deadline = Date.now() + START_DEADLINE
    while (!failure) {
        const answered = await fetch(`${url}/api/v1/settings`, { signal: AbortSignal.timeout(5000) }).then(response => response.ok, () => false)
        if (answered) return
        interrupted?.throwIfAborted()
        if (Date.now() > deadline) failure = `did not answer within ${START_DEADLINE / 1000} s`
        await delay(100)
    }
    const lastWords = readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n')
    throw new Error(`FlowFuse ${failure} at its start: see ${log}, which ends with\n${lastWords}`)
}

async function stopAll (child: ChildProcess, launchers: Set<number>): Promise<void> {
    // The instances first: FlowFuse would leave them running, and while it lives it collects its dead children.
    await Promise.all([...launchers].map(stopGroup))
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        const ended = new Promise(resolve => child.once('exit', resolve))
        child.kill('SIGTERM')
        const killer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE)
        await ended
        clearTimeout(killer)
    }
    // FlowFuse restarts instances that it misses, perhaps in the very moment before its own end.
    await Promise.all([...launchers].map(stopGroup))
}

async function stopGroup (leader: number): Promise<void> {
    // Only the launcher is told: a Node-RED that ends before its launcher expects it makes the launcher wait for ever.
    signal(leader, 'SIGTERM')
    if (await endsWithin(leader, STOP_DEADLINE)) signal(-leader, 'SIGTERM')
    if (await endsWithin(-leader, 2000)) return
    signal(-leader, 'SIGKILL')
    if (!await endsWithin(-leader, 5000)) throw new Error(`The instance with the process group ${leader} could not be stopped.`)
}

async function endsWithin (pid: number, milliseconds: number): Promise<boolean> {
    const deadline = Date.now() + milliseconds
    while (isAlive(pid)) {
        if (Date.now() > deadline) return false
        await delay(50)
    }
    return true
}

function signal (pid: number, name: NodeJS.Signals): void {
    // It may have ended in between.
    if (isAlive(pid)) process.kill(pid, name)
}
