import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import should from 'should'
import { tokenSession, type Session } from '../../src/flowfuse/session'
import { Jobs } from '../../src/runtime/jobs'
import { push, pushSteps } from '../../src/runtime/push'
import { errorCodes } from '../../src/shared/errors'
import type { Job, JobStep, PushRequest } from '../../src/shared/requests'
import { startFakeFlowFuse, type FakeFlowFuse, type FaultHandler, type FaultResponse, type FlowFuseVersion } from '../fake/platform'
import { redDouble, type RedDouble } from './red-double'

/** One call to the platform: the `nth` one of a push with this method and path. */
export interface Call { call: string, step: JobStep['id'] | 'afterwards', method: 'GET' | 'POST' | 'PUT', path: RegExp, nth: number }

const instance = /^\/api\/v1\/projects\/[^/]+$/
const snapshots = /^\/api\/v1\/projects\/[^/]+\/snapshots(\?|$)/

/** Every call of a push with every option ticked, in the order in which they are made. */
export const calls: Call[] = [
    { call: 'looking at the instance', step: 'check', method: 'GET', path: instance, nth: 1 },
    { call: 'asking for the teams', step: 'check', method: 'GET', path: /\/teams(\?|$)/, nth: 1 },
    { call: 'listing the snapshots', step: 'check', method: 'GET', path: snapshots, nth: 1 },
    { call: 'counting the devices', step: 'check', method: 'GET', path: /\/devices$/, nth: 1 },
    { call: 'reading the device target', step: 'check', method: 'GET', path: /\/devices\/settings$/, nth: 1 },
    { call: 'reading the variables', step: 'add-variables', method: 'GET', path: instance, nth: 2 },
    { call: 'writing the variables', step: 'add-variables', method: 'PUT', path: instance, nth: 1 },
    { call: 'reading the variables back', step: 'add-variables', method: 'GET', path: instance, nth: 3 },
    { call: 'reading the palette', step: 'add-modules', method: 'GET', path: instance, nth: 4 },
    { call: 'writing the palette', step: 'add-modules', method: 'PUT', path: instance, nth: 2 },
    { call: 'reading the palette back', step: 'add-modules', method: 'GET', path: instance, nth: 5 },
    { call: 'creating the snapshot', step: 'create', method: 'POST', path: snapshots, nth: 1 },
    { call: 'looking for the snapshot', step: 'device-target', method: 'GET', path: snapshots, nth: 2 },
    { call: 'setting the device target', step: 'device-target', method: 'POST', path: /\/devices\/settings$/, nth: 1 },
    { call: 'capturing the instance', step: 'capture-before', method: 'POST', path: snapshots, nth: 2 },
    { call: 'restoring', step: 'restore', method: 'POST', path: /\/actions\/rollback$/, nth: 1 },
    { call: 'following the restore', step: 'follow', method: 'GET', path: instance, nth: 6 },
    { call: 'looking when it was deployed', step: 'afterwards', method: 'GET', path: instance, nth: 7 }
]

/** Which of the calls a request is, as far as one can be told from another without counting. */
export function kindOf ({ method, path }: { method: string, path: string }): string {
    return calls.find(each => each.method === method && each.path.test(path))?.path.source ?? path
}

export const flows = [{ id: 't', type: 'tab', label: 'Line 4' }, { id: 'n', type: 'x', z: 't', topic: '${FFS_TRIAL_LINE}' }]
const secrets = { password: 'p4ss-of-a-node', variable: 'line-4-of-this-host' }
const module = 'node-red-contrib-x'
const times = { lostAnswer: 250, restoreAnswer: 5000, untilRunning: 250, poll: 1 }

/** A push with every option from a Node-RED in memory to a fake platform, as a job. */
export class PushTrial {
    readonly filler: string
    readonly jobs = new Jobs(error => this.reported.push(error))
    /** Failures that were no sentence for a user. */
    readonly reported: unknown[] = []
    session: Session

    private constructor (readonly fake: FakeFlowFuse, readonly red: RedDouble, private readonly userDir: string) {
        this.filler = fake.ids.instances.filler
        this.session = tokenSession(fake.url, fake.tokens.alice)
        fake.setInstance(this.filler, { env: [{ name: 'KEEP', value: 'kept' }], modules: [], flows: [] })
        fake.restartsWith(this.filler, ['running'])
        red.deploy(flows, { n: { password: secrets.password } })
        process.env.FFS_TRIAL_LINE = secrets.variable
    }

    static async start (version: FlowFuseVersion): Promise<PushTrial> {
        const userDir = mkdtempSync(join(tmpdir(), 'ffs-trial-'))
        mkdirSync(join(userDir, 'node_modules', module), { recursive: true })
        writeFileSync(join(userDir, 'package.json'), JSON.stringify({ dependencies: { [module]: '^1.0.0' } }))
        writeFileSync(join(userDir, 'node_modules', module, 'package.json'), JSON.stringify({ name: module, version: '1.0.4' }))
        return new PushTrial(await startFakeFlowFuse({ version }), redDouble({ userDir }), userDir)
    }

    async stop (): Promise<void> {
        delete process.env.FFS_TRIAL_LINE
        await this.fake.stop()
        rmSync(this.userDir, { recursive: true })
    }

    /** Answers one call with a fault; from there on with the next `times` of its kind too. */
    fault ({ method, path, nth }: Call, answer: FaultResponse | FaultHandler, times = 1): () => void {
        let seen = 0
        return this.fake.respondWith(request => request.method === method && path.test(request.path) && ++seen >= nth, answer, times)
    }

    begin (change: Partial<PushRequest> = {}): Job {
        const request: PushRequest = {
            instanceId: this.filler, name: 'v1', description: '', variables: { rule: 'add', names: ['FFS_TRIAL_LINE'] }, addModules: [module],
            deviceTarget: { nodeRed: '4.1.15', majorStep: true }, restore: { captureBefore: true }, ...change
        }
        const result = { snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: this.filler, name: 'filler', url: '' } }
        return this.jobs.start('ann', pushSteps(request), result, progress => push({
            nodeRed: this.red.nodeRed,
            session: this.session,
            user: { id: this.fake.ids.users.alice },
            platform: { version: this.fake.version },
            onCreated: () => Promise.resolve(),
            onRestored: () => Promise.resolve(),
            times
        }, request, progress))
    }

    async run (change: Partial<PushRequest> = {}): Promise<Job> {
        const job = this.begin(change)
        while (this.jobs.get('ann', job.id).state === 'running') {
            await turn()
        }
        return job
    }

    /** What the platform was told to change, in order. */
    changes (): string[] {
        return this.fake.requests.filter(({ method, path }) => method !== 'GET' && path.startsWith('/api/')).map(kindOf)
    }

    /** Fails unless the job has ended, in words, with the steps to show for it, and nothing secret in anything. */
    shouldHaveEnded (job: Job, step?: Call['step']): void {
        const failed = step === undefined || step === 'afterwards' ? -1 : job.steps.findIndex(({ id }) => id === step)
        should(job.steps.map(({ state }) => state)).eql(job.steps.map((_, at) => failed === -1 || at < failed ? 'done' : at === failed ? 'failed' : 'waiting'))
        const { error } = job
        for (const code of [error?.code, error?.because?.code].filter(each => each !== undefined)) {
            should(errorCodes).containEql(code)
            should(code).not.equal('internal')
        }
        should(this.reported).eql([])
        should(JSON.stringify([job, this.red.log])).not.match(new RegExp([...Object.values(secrets), this.fake.tokens.alice, 'ffu_'].join('|')))
    }

    /** Fails unless the result says neither more nor less than what is so on the platform. */
    shouldBeCertain ({ result }: Job): void {
        const named = (name: string) => this.fake.snapshotsOf(this.filler).filter(snapshot => snapshot.name === name).map(({ id }) => ({ id, name }))
        const { env, modules, flows: running } = this.fake.instance(this.filler)
        should(named('v1')).eql(result.snapshot === null ? [] : [result.snapshot])
        should(named('Before restore of “v1”')).eql(result.before === null ? [] : [result.before])
        should(env.map(({ name }) => name)).eql(['KEEP', ...result.added?.variables ?? []])
        should(modules.map(({ name }) => name)).eql(result.added?.modules ?? [])
        should(this.fake.targetOf(this.filler)).equal(result.targeted ? result.snapshot?.id : null)
        should(running).eql(result.restored ? flows : [])
    }

    /** Fails unless a push to another instance works now. */
    async shouldWorkAgain (): Promise<void> {
        const { labeller } = this.fake.ids.instances
        const job = await this.run({ instanceId: labeller, name: 'again', variables: { rule: 'keep' }, addModules: [], deviceTarget: null, restore: null })
        should(job).containDeep({ state: 'done', error: null, result: { snapshot: { name: 'again' } } })
        should(this.fake.snapshotsOf(labeller)).have.length(1)
    }
}
