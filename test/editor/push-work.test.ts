import 'should'
import type { Job, PushRequest } from '../../src/shared/requests'
import { RequestFailure } from '../../src/editor/node-red-requests'
import { PushWork } from '../../src/editor/push-work'

const request: PushRequest = { instanceId: 'i1', name: 'v1', description: '', variables: { rule: 'keep' }, restore: null }
const job = (state: Job['state']): Job => ({
    id: 'j1', kind: 'push', state, steps: [], result: { snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: 'i1', name: 'i', url: '' } }, error: null
})
const offline = () => Promise.reject(new RequestFailure(0, undefined))

/** A push whose polls are answered one after the other; how often the user was told that nothing is heard. */
function workWith (polls: Array<() => Promise<Job>>, push: () => Promise<Job> = async () => job('running')) {
    const seen = { pushes: 0, ends: 0, cancels: 0, unheard: false }
    const work = new PushWork({
        push: async () => {
            seen.pushes++
            return await push()
        },
        job: async () => await polls.shift()!(),
        cancel: async () => {
            seen.cancels++
            return job('running')
        },
        takeOut: async () => job('failed')
    }, () => { seen.ends++ }, async () => {})
    work.subscribe(() => { seen.unheard ||= work.unheard })
    return { work, seen }
}

describe('a push from the editor', () => {
    it('is followed to its end', async () => {
        const { work, seen } = workWith([async () => job('running'), async () => job('done')])
        await work.start(request)
        work.job!.state.should.equal('done')
        seen.ends.should.equal(1)
    })

    it('survives a missed poll without a word, and says so when none is answered', async () => {
        const once = workWith([offline, async () => job('done')])
        await once.work.start(request)
        once.work.failed.should.be.false()
        once.seen.unheard.should.be.false()

        const often = workWith([offline, offline, offline, async () => job('done')])
        await often.work.start(request)
        often.seen.unheard.should.be.true()
        often.work.failed.should.be.false()
    })

    it('is not started twice', async () => {
        const { work, seen } = workWith([async () => job('done')])
        await Promise.all([work.start(request), work.start(request)])
        seen.pushes.should.equal(1)
    })

    it('has failed when Node-RED no longer knows it', async () => {
        const { work } = workWith([() => Promise.reject(new RequestFailure(404, { code: 'job-not-found', params: {} }))])
        await work.start(request)
        work.failed.should.be.true()
        work.reason!.should.eql({ kind: 'coded', code: 'job-not-found', params: {} })
    })

    it('can be tried again after it was refused', async () => {
        let refused = true
        const { work, seen } = workWith([async () => job('done')], async () => {
            if (refused) {
                throw new RequestFailure(409, { code: 'job-running', params: {} })
            }
            return job('running')
        })
        await work.start(request)
        work.failed.should.be.true()
        refused = false
        await work.start(request)
        work.failed.should.be.false()
        seen.pushes.should.equal(2)
    })

    it('can be cancelled once, and only while nothing was created', async () => {
        const at = (state: 'waiting' | 'running') => ({ ...job('running'), steps: [{ id: 'create' as const, state }] })
        const { work, seen } = workWith([
            async () => {
                work.cancellable.should.be.true()
                await work.cancel()
                work.cancellable.should.be.false()
                return at('running')
            },
            async () => job('done')
        ], async () => at('waiting'))
        await work.start(request)
        seen.cancels.should.equal(1)
        work.cancellable.should.be.false()
    })

    it('can’t be cancelled once a capture is made on the instance, though the snapshot itself is not begun', async () => {
        const steps = [{ id: 'capture-before' as const, state: 'running' as const }, { id: 'create' as const, state: 'waiting' as const }]
        const capturing = { ...job('running'), steps }
        const cancellable: boolean[] = []
        const { work } = workWith([
            async () => {
                cancellable.push(work.cancellable)
                return job('done')
            }
        ], async () => capturing)
        await work.start(request)
        cancellable.should.eql([false])
    })

    it('is not forgotten while it runs', async () => {
        const { work } = workWith([async () => {
            work.clear()
            return job('done')
        }])
        await work.start(request)
        work.job!.state.should.equal('done')
        work.clear()
        ;(work.job === null).should.be.true()
    })
})
