import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { LocalRestoreRequest } from '../../src/shared/local'
import type { RestoreJob } from '../../src/shared/requests'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { LocalWorld } from '../node-red/local-world'
import { makeFlows } from './flows'
import { median, rounded, type Measure } from './measure'
import type { WorldOptions } from './world'

/**
 * Each pair of a restore and a deploy ends in a ratio of its own: garbage collection and the disk hit single ones by up to half, and the
 * median of many leaves them out. There are as many as come to so many nodes, at most a hundred.
 */
const nodesOfAllPairs = 500_000
const pollMs = 1
/** One that never ends is told as it stands then. */
const longestEndMs = 60_000

/**
 * What restoring a local snapshot takes, beside Node-RED's own deploy of the same flows over the same ones, in turns. Both end when the
 * flows have started; the restore has then also kept what ran before, and has read back what it wrote.
 */
export async function measureRestoreTime (
    { folder, plugin, interrupted }: Omit<WorldOptions, 'progress'>, size: number, stops: Array<() => Promise<void>>
): Promise<Measure[]> {
    const local = await startNodeRed({
        userDir: join(folder, `restore-${size}`),
        plugin,
        // Snapshots after the deploys would be in both.
        settings: "apiMaxLength: '20mb', 'flowfuse-snapshots': { localAuto: false }",
        interrupted
    })
    stops.push(() => local.stop())
    const world = new LocalWorld(local)
    const flows = makeFlows(size)
    const others = elsewise(flows)
    await world.deploy(flows)
    const { id } = await world.keep('Benchmark')
    await world.deploy(others)
    const { credentialMark } = await world.planned(id)
    const body = JSON.stringify(asEditorSends(flows))
    const times: { restore: number[], deploy: number[] } = { restore: [], deploy: [] }
    const act = {
        deploy: () => started(local, () => post(local, 'flows', body, { 'Node-RED-API-Version': 'v2' })).then(() => null),
        restore: (rev: string) => restored(world, id, { rev, credentialMark })
    }
    // The first of each warms up what the others use; then each goes first in turn.
    const pairs = Math.min(100, Math.ceil(nodesOfAllPairs / size))
    for (let pair = -1; pair < pairs; pair++) {
        for (const kind of pair % 2 === 0 ? ['restore', 'deploy'] as const : ['deploy', 'restore'] as const) {
            interrupted.throwIfAborted()
            const rev = await started(local, () => world.deploy(others))
            const { took, result: job } = await timed<RestoreJob | null>(() => act[kind](rev))
            if (job !== null) await requireDone(world, job)
            if (pair >= 0) times[kind].push(took)
        }
    }
    await local.stop()
    return [
        { name: 'restore of a local snapshot', size, value: rounded(median(times.restore), 1), unit: 'ms' },
        { name: 'deploy of the same flows', size, value: rounded(median(times.deploy), 1), unit: 'ms' },
        { name: 'restore ÷ deploy', size, value: rounded(median(times.restore.map((took, pair) => took / times.deploy[pair]!)), 3), unit: '×', bar: 1.15 }
    ]
}

/** The same flows before an edit: one node and one credential are others. */
function elsewise ({ flows, credentials }: ReturnType<typeof makeFlows>): ReturnType<typeof makeFlows> {
    const [id = ''] = Object.keys(credentials)
    return {
        flows: flows.map(node => node.id === id ? { ...node, name: 'Before the edit' } : node),
        credentials: { ...credentials, [id]: { user: 'before', password: 'the edit' } }
    }
}

/** The editor sends credentials inside of the nodes that were edited. */
function asEditorSends ({ flows, credentials }: ReturnType<typeof makeFlows>): object {
    const [id = ''] = Object.keys(credentials)
    return { flows: flows.map(node => node.id === id ? { ...node, credentials: credentials[id] } : node) }
}

/** Looks for the end on the disk, where closing the journal is the last step: to ask for it would be work for Node-RED too. */
async function restored (world: LocalWorld, id: string, request: LocalRestoreRequest): Promise<RestoreJob> {
    const job = await started(world.nodeRed, () => world.ask<RestoreJob>('POST', `flowfuse-snapshots/local/${id}/restore`, request))
    const journal = join(world.nodeRed.userDir, 'flowfuse-snapshots/journal.json')
    for (const began = performance.now(); existsSync(journal) && performance.now() - began < longestEndMs;) await delay(pollMs)
    return job
}

async function requireDone (world: LocalWorld, job: RestoreJob): Promise<void> {
    const { state, error } = await world.followed(job)
    if (state !== 'done') throw new Error(`A restore failed: ${JSON.stringify(error)}`)
}

async function timed<T> (act: () => Promise<T>): Promise<{ took: number, result: T }> {
    const began = performance.now()
    const result = await act()
    return { took: performance.now() - began, result }
}

/** Does something that makes Node-RED start its flows anew, and waits for both. */
async function started<T> (local: LocalNodeRed, act: () => Promise<T>): Promise<T> {
    const starts = () => local.output().split('Started flows').length
    const before = starts()
    const result = await act()
    while (starts() === before) await delay(pollMs)
    return result
}

async function post (local: LocalNodeRed, path: string, body: string, headers: Record<string, string>): Promise<void> {
    const answer = await fetch(`${local.url}/${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`Node-RED answered POST ${path} with ${answer.status}.`)
}
