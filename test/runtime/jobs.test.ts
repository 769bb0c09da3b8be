import should from 'should'
import { Jobs, type Progress } from '../../src/runtime/jobs'
import { CodedError, type ErrorCode } from '../../src/shared/errors'
import { limits } from '../../src/shared/limits'
import type { RestoreResult } from '../../src/shared/local'
import type { PushResult } from '../../src/shared/requests'

const nothing = (): PushResult => ({ snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: 'i', name: 'press', url: '' } })

const nothingRestored = (): RestoreResult => ({ snapshot: { id: 's', name: 'v1' }, safety: null, rev: null, installed: [], afterRestart: [], takenBack: false, overtaken: false, modulesLeft: [] })

function codeOf (work: () => unknown): ErrorCode | undefined {
    try {
        work()
        return undefined
    } catch (error) {
        return error instanceof CodedError ? error.code : undefined
    }
}

describe('the jobs', () => {
    let now: number
    let reported: unknown[]
    let jobs: Jobs

    beforeEach(() => {
        now = 0
        reported = []
        jobs = new Jobs(error => reported.push(error), () => now)
    })

    const start = (run: (progress: Progress) => Promise<void>, owner = 'ann') => jobs.start(owner, ['capture', 'check', 'create'], nothing(), run)
    const settled = () => new Promise(resolve => setImmediate(resolve))

    it('show each step while it is at work, and what is certain', async () => {
        let go = () => undefined as void
        const waiting = new Promise<void>(resolve => { go = resolve })
        const job = start(async ({ begin, result }) => {
            begin('capture')
            begin('check')
            await waiting
            result.snapshot = { id: 's', name: 'v1' }
        })
        const states = () => jobs.get('ann', job.id).steps.map(step => step.state)
        should(states()).eql(['done', 'running', 'waiting'])
        should(jobs.get('ann', job.id)).containEql({ state: 'running', error: null })
        go()
        await settled()
        should(states()).eql(['done', 'done', 'waiting'])
        should(jobs.get('ann', job.id)).containEql({ state: 'done', error: null })
        should(jobs.get('ann', job.id).result).containEql({ snapshot: { id: 's', name: 'v1' } })
    })

    it('can be cancelled by their user before anything is created, and then end at their next step', async () => {
        let go = () => undefined as void
        let created = false
        const job = start(async ({ begin }) => {
            begin('check')
            await new Promise<void>(resolve => { go = resolve })
            begin('create')
            created = true
        })
        should(codeOf(() => jobs.cancel('ben', job.id))).equal('job-not-found')
        should(codeOf(() => jobs.cancel('ann', job.id))).be.undefined()
        go()
        await settled()
        should(created).be.false()
        should(jobs.get('ann', job.id)).containDeep({ state: 'failed', error: { code: 'job-cancelled' } })
        should(codeOf(() => jobs.cancel('ann', job.id))).equal('job-past-cancelling')
    })

    it('can’t be cancelled either once a capture is made on the instance before it', async () => {
        let go = () => undefined as void
        const job = jobs.start('ann', ['capture', 'capture-before', 'create'], nothing(), async ({ begin }) => {
            begin('capture-before')
            await new Promise<void>(resolve => { go = resolve })
        })
        should(codeOf(() => jobs.cancel('ann', job.id))).equal('job-past-cancelling')
        go()
        await settled()
    })

    it('can’t be cancelled once the snapshot is being created', async () => {
        let go = () => undefined as void
        const job = start(async ({ begin }) => {
            begin('create')
            await new Promise<void>(resolve => { go = resolve })
        })
        should(codeOf(() => jobs.cancel('ann', job.id))).equal('job-past-cancelling')
        go()
        await settled()
        should(jobs.get('ann', job.id).state).equal('done')
    })

    it('that restore here can be cancelled until something is installed or written, and what takes things back is not kept from it', async () => {
        let go = () => undefined as void
        const restoring = (first: 'safety' | 'flows') => jobs.start<'restore'>('ann', ['safety', 'flows', 'take-back'], nothingRestored(), async ({ begin }) => {
            begin(first)
            await new Promise<void>(resolve => { go = resolve })
            try {
                begin('flows')
            } catch (error) {
                begin('take-back')
                throw error
            }
        }, 'restore')
        const early = restoring('safety')
        should(jobs.running()).equal('restore')
        should(codeOf(() => jobs.cancel('ann', early.id))).be.undefined()
        go()
        await settled()
        should(jobs.get('ann', early.id)).containDeep({ kind: 'restore', state: 'failed', error: { code: 'job-cancelled' } })
        should(jobs.get('ann', early.id).steps[2]).eql({ id: 'take-back', state: 'failed' })
        const late = restoring('flows')
        should(codeOf(() => jobs.cancel('ann', late.id))).equal('job-past-cancelling')
        go()
        await settled()
        should(jobs.get('ann', late.id).state).equal('done')
        should(jobs.running()).be.null()
    })

    it('are done one at a time, whoever asks', async () => {
        let go = () => undefined as void
        start(() => new Promise(resolve => { go = resolve }))
        should(codeOf(() => start(async () => undefined))).equal('job-running')
        should(codeOf(() => start(async () => undefined, 'ben'))).equal('job-running')
        go()
        await settled()
        should(codeOf(() => start(async () => undefined, 'ben'))).be.undefined()
    })

    it('keep what was certain when they fail, and say why', async () => {
        const job = start(async ({ begin, result }) => {
            begin('capture')
            begin('create')
            result.snapshot = { id: 's', name: 'v1' }
            throw new CodedError('restore-refused', { name: 'v1' }, 502, { because: { code: 'gone', params: {} } })
        })
        await settled()
        const { state, steps, error, result } = jobs.get('ann', job.id)
        should(state).equal('failed')
        should(steps.map(step => step.state)).eql(['done', 'waiting', 'failed'])
        should(error).eql({ code: 'restore-refused', params: { name: 'v1' }, because: { code: 'gone', params: {} } })
        should(result.snapshot).eql({ id: 's', name: 'v1' })
        should(reported).eql([])
    })

    it('tell the log, and not the user, what went wrong with the plugin itself', async () => {
        const broken = new TypeError('secret ffpat_x is undefined')
        const failures: Array<() => Promise<void>> = [
            async () => { throw broken },
            () => { throw broken },
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
            () => Promise.reject('ffpat_x')
        ]
        for (const fail of failures) {
            const job = start(fail)
            await settled()
            should(jobs.get('ann', job.id)).containEql({ state: 'failed', error: { code: 'internal', params: {} } })
            should(JSON.stringify(job)).not.containEql('ffpat_x')
        }
        should(reported).eql([broken, broken, 'ffpat_x'])
    })

    it('are not found by other users, nor when they never were', async () => {
        const job = start(async () => undefined)
        await settled()
        should(codeOf(() => jobs.get('ben', job.id))).equal('job-not-found')
        should(codeOf(() => jobs.get('', job.id))).equal('job-not-found')
        for (const id of ['', 'x', '__proto__', 'constructor']) {
            should(codeOf(() => jobs.get('ann', id))).equal('job-not-found')
        }
    })

    it('are forgotten when their time is over, but not before', async () => {
        const old = start(async () => undefined)
        await settled()
        now = limits.finishedJobMs
        const later = start(async () => undefined)
        await settled()
        should(codeOf(() => jobs.get('ann', old.id))).be.undefined()
        now += 1
        start(async () => undefined)
        should(codeOf(() => jobs.get('ann', old.id))).equal('job-not-found')
        should(codeOf(() => jobs.get('ann', later.id))).be.undefined()
    })

    it('are forgotten, the oldest first, when they are many', async () => {
        const started: string[] = []
        for (let count = 0; count < limits.finishedJobs + 2; count++) {
            started.push(start(async () => undefined).id)
            await settled()
        }
        should(codeOf(() => jobs.get('ann', started[0] ?? ''))).equal('job-not-found')
        should(started.slice(1).map(id => codeOf(() => jobs.get('ann', id)))).matchEach((code: unknown) => code === undefined)
    })
})
