/**
 * Cycles of push, pull and automatic snapshot between a real Node-RED and a real FlowFuse: what Node-RED's process holds stays the same.
 * `npx tsx test/hold/long-run-platform.ts [cycles]`, after a build.
 */
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { LocalList } from '../../src/shared/local'
import type { PreparedPull } from '../../src/shared/pull'
import { askChild } from '../bench/messages'
import type { FlowSet } from '../node-red/flow-sets'
import { startNodeRed } from '../node-red/local'
import { LocalWorld } from '../node-red/local-world'
import { ensurePlatform } from '../platform/install'
import { startPlatform, type Platform } from '../platform/platform'
import type { HoldResult } from './run'
import { flatness, type Gauge, type Look } from './slope'

/** How much of what a cycle leaves may be Node-RED's own: it keeps what it compiles and the last lines of its log. */
const bytesAllowed = 16 * 1024
const keptThere = 10

export async function longRunOnPlatform (cycles: number, say: (line: string) => void): Promise<HoldResult> {
    const { home } = await ensurePlatform(say)
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'long-run-')))
    const platform = await startPlatform({ home, data: join(folder, 'platform') })
    const nodeRed = await startNodeRed({ userDir: join(folder, 'user'), nodeArguments: ['--expose-gc', '--require', join(__dirname, 'gauge.cjs')] })
    const world = new Cycles(new LocalWorld(nodeRed), platform)
    const looks: Look[] = []
    try {
        await world.connect()
        for (let cycle = 1; cycle <= cycles; cycle++) {
            await world.next(cycle)
            if (cycle % Math.max(1, Math.floor(cycles / 20)) === 0) {
                const { gauged } = await askChild<{ gauged: Gauge }>(nodeRed.process, { gauge: true }, 'gauged')
                looks.push({ cycle, gauge: gauged })
                say(`${cycle}: ${JSON.stringify(gauged)}, ${world.files()} files, ${world.failures.length} failures`)
            }
        }
        const flat = flatness(looks, bytesAllowed)
        return { figures: { cycles, ...world.done, ...flat.figures, 'files in the store': world.files() }, failures: [...world.failures, ...flat.failures] }
    } finally {
        await nodeRed.stop()
        await platform.stop()
        rmSync(folder, { recursive: true, force: true })
    }
}

class Cycles {
    readonly failures: string[] = []
    readonly done = { pushes: 0, pulls: 0, snapshots: 0 }

    constructor (private readonly local: LocalWorld, private readonly platform: Platform) {}

    async connect (): Promise<void> {
        const { url, token, team, instance } = this.platform
        await this.local.ask('POST', 'flowfuse-snapshots/connection', { server: url, token })
        await this.local.ask('PUT', 'flowfuse-snapshots/target', { teamId: team.id, instanceId: instance.id })
    }

    async next (cycle: number): Promise<void> {
        const { local, platform: { instance } } = this
        const pushed = flowsOf(`pushed ${cycle}`)
        await this.deploy(pushed, cycle)
        const body = { instanceId: instance.id, name: `v${cycle}`, description: '', variables: { rule: 'keep' }, restore: null }
        const push = await local.followed(await local.ask('POST', 'flowfuse-snapshots/push', body)) as unknown as Work
        const id = push.result.snapshot?.id
        if (push.state !== 'done' || id === undefined) {
            this.failures.push(`cycle ${cycle}: the push ended with ${push.error?.code}`)
            return
        }
        this.done.pushes++
        await this.deploy(flowsOf(`other ${cycle}`), cycle)
        const pull = await local.ask<PreparedPull>('POST', 'flowfuse-snapshots/pull', { owner: { kind: 'instance', id: instance.id }, snapshot: id })
        const replaced = await local.followed(await local.ask('POST', `flowfuse-snapshots/pull/${pull.id}/replace`, {
            rev: pull.rev, parts: { flows: true, credentials: 'exactly', variables: 'none' }, mine: [], theirs: ['t1'], otherwise: 'theirs'
        }))
        const { flows } = await local.running()
        if (replaced.error !== null || !isDeepStrictEqual(flows, pushed.flows)) {
            this.failures.push(`cycle ${cycle}: the pull ended with ${replaced.error?.code ?? 'other flows'}`)
        }
        this.done.pulls++
        await this.tidy()
    }

    files (): number {
        return readdirSync(join(this.local.nodeRed.userDir, 'flowfuse-snapshots'), { recursive: true }).length
    }

    /** And waits for the snapshot that follows. */
    private async deploy (set: FlowSet, cycle: number): Promise<void> {
        await this.local.deploy(set)
        for (let look = 0; look < 600; look++) {
            const { snapshots } = await this.local.ask<LocalList>('GET', 'flowfuse-snapshots/local')
            if (snapshots.some(({ kind, sameFlows }) => kind === 'automatic' && sameFlows)) {
                this.done.snapshots++
                return
            }
            await delay(50)
        }
        this.failures.push(`cycle ${cycle}: no automatic snapshot came`)
    }

    private async tidy (): Promise<void> {
        const { platform } = this
        const path = `/api/v1/projects/${platform.instance.id}/snapshots`
        const { snapshots } = await platform.api<{ snapshots: Array<{ id: string }> }>('GET', `${path}?limit=1000`)
        for (const { id } of snapshots.slice(keptThere)) {
            await platform.api('DELETE', `${path}/${id}`)
        }
    }
}

interface Work { state: string, error: { code: string } | null, result: { snapshot: { id: string } | null } }

function flowsOf (name: string): FlowSet {
    const nodes = Array.from({ length: 40 }, (_, at) => ({ id: `n${at}`, type: 'http request', z: 't1', name: `${name} ${at}`, x: at, y: at, wires: [[]] }))
    return { flows: [{ id: 't1', type: 'tab', label: name }, ...nodes], credentials: { n1: { user: 'press', password: `secret of ${name}` } } }
}

/** The part of `npm run test:hold`. */
export function hold (say: (line: string) => void): Promise<HoldResult> {
    return longRunOnPlatform(100, say)
}

if (require.main === module) {
    const say = (line: string) => { process.stdout.write(`${line}\n`) }
    void longRunOnPlatform(Number(process.argv[2] ?? 100), say).then(({ figures, failures }) => {
        say(JSON.stringify(figures, null, 4))
        failures.forEach(failure => say(`✗ ${failure}`))
        process.exitCode = failures.length === 0 ? 0 : 1
    })
}
