import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import timers from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { pushTimes } from '../../src/runtime/push-times'
import { errorCodes } from '../../src/shared/errors'
import type { LocalList } from '../../src/shared/local'
import type { PreparedPull } from '../../src/shared/pull'
import type { PushResult } from '../../src/shared/requests'
import type { FlowNode } from '../../src/snapshot/model'
import { PluginWorld } from '../guarantees/plugin-world'
import { RandomFaults } from './random-faults'

interface Ended { state: string, error: { code: string } | null, result: Record<string, unknown> }
type Credentials = Record<string, Record<string, unknown>>

const keptThere = 30
/** The plugin's own waits are so much shorter, that thousands of cycles take minutes; the ones here are not. */
const haste = 20
const pause = timers.setTimeout

/** The whole plugin beside a platform that fails at random, through push, pull and automatic snapshots, one cycle after the other. */
export class LongWorld {
    /** What did not hold, in words. */
    readonly failures: string[] = []
    readonly done = { pushes: 0, pulls: 0, snapshots: 0, undone: 0, 'automatic pushes': 0 }
    /** How often each code came instead. */
    readonly codes = new Map<string, number>()
    private cycle = 0

    private constructor (
        readonly world: PluginWorld, readonly faults: RandomFaults, private readonly slowDown: () => void,
        private readonly say: (line: string) => void
    ) {}

    static async start (random: () => number, rate: number, say: (line: string) => void): Promise<LongWorld> {
        const slowDown = hurry()
        const world = await PluginWorld.start({ settings: { credentialSecret: 'a secret' } })
        return new LongWorld(world, await RandomFaults.lay(world.fake, random, rate), slowDown, say)
    }

    async stop (): Promise<void> {
        this.slowDown()
        await this.faults.stop()
        await this.world.stop()
    }

    async next (): Promise<void> {
        this.cycle++
        await this.ready()
        const [mine, others] = [flowsOf(`mine ${this.cycle}`), flowsOf(`others ${this.cycle}`)]
        await this.deploy(mine.flows, mine.credentials)
        const snapshot = await this.push(mine.flows)
        await this.automaticPush()
        await this.lookAround(snapshot)
        await this.deploy(others.flows, others.credentials)
        if (snapshot !== null && await this.pull(snapshot, mine, others) && this.cycle % 3 === 0) {
            await this.undo(others)
        }
        await this.tidy()
    }

    /** Names of all files that the plugin keeps. */
    files (): string[] {
        return readdirSync(join(this.world.userDir, 'flowfuse-snapshots'), { recursive: true, encoding: 'utf8' })
    }

    /** Signed in, with a target: faults may have ended either. */
    private ready (): Promise<void> {
        return this.faults.without(async () => {
            const { world, world: { fake } } = this
            const state = await world.json<{ connection: unknown, connectionProblem: unknown, target: unknown }>('GET', 'state')
            if (state.connection === null || state.connectionProblem !== null) {
                await world.connect()
            }
            if (state.target === null) {
                await world.json('PUT', 'target', { teamId: fake.ids.teams.bottlingPlant, instanceId: fake.ids.instances.filler })
            }
        })
    }

    /** As a user deploys, and waits for the snapshot that follows. */
    private async deploy (flows: FlowNode[], credentials: Credentials): Promise<void> {
        this.world.red.start(flows, credentials)
        for (let look = 0; look < 500; look++) {
            const { snapshots, automatic } = await this.local()
            if (automatic.failure !== null) {
                this.failed(`an automatic snapshot failed with ${automatic.failure.code}`)
                return
            }
            if (snapshots.some(({ kind, sameFlows }) => kind === 'automatic' && sameFlows)) {
                this.done.snapshots++
                return
            }
            await pause(10)
        }
        this.failed('no automatic snapshot came after a deploy')
    }

    /** @returns the id of what was pushed; null where it failed, as it must then be told */
    private async push (flows: FlowNode[]): Promise<string | null> {
        const { fake } = this.world
        const { filler } = fake.ids.instances
        const name = `v${this.cycle}`
        const restore = this.cycle % 4 === 0 ? { captureBefore: true } : null
        const job = await this.job('POST', 'push', { instanceId: filler, name, description: '', variables: { rule: 'keep' }, restore })
        if (job === null) {
            return null
        }
        const result = job.result as unknown as PushResult
        const there = fake.snapshotsOf(filler).filter(snapshot => snapshot.name === name)
        const isTold = there.length === (result.snapshot === null ? 0 : 1) || job.error?.code === 'push-outcome-unknown'
        if (!isTold || (job.state === 'done' && result.snapshot === null)) {
            this.failed(`a push that told ${job.state} ${job.error?.code} of ${result.snapshot?.id} has made ${there.length}`)
        }
        if (result.snapshot !== null && !isDeepStrictEqual(there[0]?.flows, flows)) {
            this.failed('a push has made a snapshot of other flows')
        }
        if (result.restored && !isDeepStrictEqual(fake.instance(filler).flows, flows)) {
            this.failed('a push told that it restored what does not run')
        }
        this.done.pushes += result.snapshot === null ? 0 : 1
        return result.snapshot?.id ?? null
    }

    /** @returns whether it went through; else all must be as it was before */
    private async pull (snapshot: string, theirs: Set, mine: Set): Promise<boolean> {
        const { filler } = this.world.fake.ids.instances
        const pull = await this.asked<PreparedPull>('POST', 'pull', { owner: { kind: 'instance', id: filler }, snapshot })
        const job = pull && await this.job('POST', `pull/${pull.id}/replace`, {
            rev: pull.rev, parts: { flows: true, credentials: 'exactly', variables: 'none' }, mine: [], theirs: ['t1', 't2'], otherwise: 'theirs'
        })
        const isDone = job?.state === 'done'
        this.shouldRun(isDone ? theirs : mine, `a pull that ${isDone ? 'went through' : 'failed'}`)
        this.done.pulls += isDone ? 1 : 0
        return isDone
    }

    private async undo (before: Set): Promise<void> {
        const { undo } = await this.local()
        const job = undo && await this.job('POST', 'undo', { id: undo.id, rev: this.world.red.rev })
        if (job?.state !== 'done') {
            this.failed(`an undo ended with ${job?.error?.code}`)
            return
        }
        this.shouldRun(before, 'an undo')
        this.done.undone++
    }

    /** For ten cycles of twenty each deploy is pushed by itself, too. */
    private async automaticPush (): Promise<void> {
        if (this.cycle % 20 === 5 || this.cycle % 20 === 15) {
            await this.asked('PUT', 'status/automatic-push', { instanceId: this.world.fake.ids.instances.filler, on: this.cycle % 20 === 5 })
        }
    }

    /** What the panel and the dialogs ask for. */
    private async lookAround (snapshot: string | null): Promise<void> {
        const { filler } = this.world.fake.ids.instances
        for (const path of ['status?look=snapshots', `instances/${filler}/snapshots`, 'push/preview', 'target', 'teams']) {
            await this.asked('GET', path)
        }
        if (snapshot !== null && this.cycle % 5 === 0) {
            const source = { kind: 'remote', owner: { kind: 'instance', id: filler }, snapshot }
            await this.asked('POST', 'views', { source })
            await this.asked('POST', 'files/snapshot', { source, parts: { flows: true, credentials: true, variables: 'all' }, secret: 'a secret of the file' })
        }
    }

    /** Takes away what the platform would keep for ever, and looks at the store. */
    private async tidy (): Promise<void> {
        const { fake, red } = this.world
        const all = fake.snapshotsOf(fake.ids.instances.filler)
        this.done['automatic pushes'] += all.filter(({ name }) => name.startsWith('Local Auto')).length > 0 ? 1 : 0
        await this.faults.without(async () => {
            for (const { id } of all.slice(keptThere)) {
                await fetch(`${fake.url}/api/v1/snapshots/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${fake.tokens.alice}` } })
            }
        })
        fake.requests.length = 0
        red.log.length = 0
        const { snapshots, setAside } = await this.local()
        const count = (kind: string) => snapshots.filter(each => each.kind === kind).length
        if (count('automatic') > 10 || count('safety') > 10 || setAside.length > 0) {
            this.failed(`the store holds ${count('automatic')} automatic and ${count('safety')} safety snapshots, and ${setAside.length} set aside`)
        }
        if (this.faults.strangers > 0) {
            this.failed('a redirection was followed')
        }
    }

    private shouldRun ({ flows, credentials }: Set, after: string): void {
        const { red } = this.world
        if (!isDeepStrictEqual(red.flows, flows) || !isDeepStrictEqual(red.credentials, credentials)) {
            this.failed(`${after} left other flows or credentials than it must`)
        }
    }

    private local (): Promise<LocalList> {
        return this.world.json<LocalList>('GET', 'local')
    }

    /** @returns null for a refusal, which must say what it is */
    private async asked<T> (method: string, path: string, body?: unknown): Promise<T | null> {
        const { status, text, code } = await this.world.call(method, path, body)
        if (status < 300) {
            return text.startsWith('{') ? JSON.parse(text) as T : null
        }
        this.note(code, `${method} ${path}: ${status}`)
        return null
    }

    /** Work, once it has ended. Another one may be under way when it is to begin. */
    private async job (method: string, path: string, body: unknown): Promise<Ended | null> {
        for (let tries = 0; tries < 500; tries++) {
            const { status, text, code } = await this.world.call(method, path, body)
            if (status < 300) {
                const job = await this.world.ended((JSON.parse(text) as { id: string }).id)
                if (job.error !== null) {
                    this.note(job.error.code, path)
                }
                return job
            }
            if (code !== 'job-running') {
                this.note(code, `${method} ${path}: ${status}`)
                return null
            }
            await pause(20)
        }
        this.failed(`${path} could not begin`)
        return null
    }

    private note (code: string | undefined, what: string): void {
        if (code === undefined || code === 'internal' || !(errorCodes as readonly string[]).includes(code)) {
            this.failed(`${what} failed with ${code}`)
        }
        this.codes.set(code ?? '', (this.codes.get(code ?? '') ?? 0) + 1)
    }

    private failed (what: string): void {
        this.failures.push(`cycle ${this.cycle}: ${what}`)
        this.say(this.failures.at(-1)!)
    }
}

interface Set { flows: FlowNode[], credentials: Credentials }

function flowsOf (name: string): Set {
    const nodes = Array.from({ length: 40 }, (_, at) => ({ id: `n${at}`, type: 'x', z: at % 2 === 0 ? 't1' : 't2', name: `${name} ${at}`, x: at, y: at, wires: [[]] }))
    const tabs = ['t1', 't2'].map(id => ({ id, type: 'tab', label: `${name} ${id}` }))
    return { flows: [...tabs, ...nodes], credentials: { n1: { password: `secret of ${name}` }, n2: { user: name, password: name } } }
}

/** @returns what makes the plugin's waits as long as they were */
function hurry (): () => void {
    const wait = timers.setTimeout
    const before = { ...pushTimes }
    timers.setTimeout = ((ms?: number, ...rest: []) => wait((ms ?? 0) / haste, ...rest))
    Object.assign(pushTimes, { lostAnswer: 500, untilRunning: 2000 })
    return () => {
        timers.setTimeout = wait
        Object.assign(pushTimes, before)
    }
}
