import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Instance } from './world'

/** How long an instance may take to reach a state: enough for the modules it may have to install. */
const STATE_DEADLINE = 4 * 60_000

/** A restart passes through "stopped" for two seconds, and longer on a busy machine; an instance that stays there longer has given up. */
const GIVEN_UP = 30_000

/** The little of a platform that its instances are asked through. */
export interface Api { api<T> (method: string, path: string): Promise<T> }

/** An instance and its state, which FlowFuse leaves out while it cannot reach the launcher. */
export interface LiveInstance extends Instance { state: string }

/** How an instance is now. */
export async function readInstance (platform: Api, instanceId: string): Promise<LiveInstance> {
    const { id, name, url, meta } = await platform.api<Instance & { meta?: { state?: string } }>('GET', `/api/v1/projects/${instanceId}`)
    return { id, name, url: url.replace(/\/$/, ''), state: meta?.state ?? 'not reachable' }
}

/**
 * Wakes a suspended instance and waits until it runs.
 * @throws Error as `waitForState` does
 */
export async function startInstance (platform: Api, instanceId: string, data: string): Promise<Instance> {
    const { state } = await readInstance(platform, instanceId)
    if (state === 'suspended') await platform.api('POST', `/api/v1/projects/${instanceId}/actions/start`)
    return waitForState(platform, instanceId, 'running', data)
}

/**
 * Waits until an instance is in a state.
 * @param data the platform's data folder, where the logs of its instances are
 * @throws Error naming the last state and the log when that takes too long, or when the instance has given up
 */
export async function waitForState (platform: Api, instanceId: string, wanted: string, data: string): Promise<Instance> {
    const started = Date.now()
    let stoppedSince: number | undefined
    for (;;) {
        const { state, ...instance } = await readInstance(platform, instanceId)
        if (state === wanted) return instance
        const now = Date.now()
        stoppedSince = state === 'stopped' || state === 'crashed' ? stoppedSince ?? now : undefined
        if (now - started > STATE_DEADLINE || (stoppedSince && now - stoppedSince > GIVEN_UP)) {
            const log = join(data, 'var/projects', instanceId, 'out.log')
            throw new Error(`The instance ${instance.name} is ${state} and did not become ${wanted} within ${Math.round((now - started) / 1000)} s: ` +
                `see ${log}, which ends with\n${lastLines(log)}`)
        }
        await delay(200)
    }
}

function lastLines (file: string): string {
    return readFileSync(file, 'utf8').split('\n').filter(line => line.trim()).slice(-8).join('\n')
}
