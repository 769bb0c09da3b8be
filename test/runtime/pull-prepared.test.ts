import should from 'should'
import { openExport } from '../../src/runtime/pull-opening'
import { PreparedPulls, type Pull } from '../../src/runtime/pull-prepared'

const secret = 'only for this'
const json = JSON.stringify({ id: 's1', name: 'v1', flows: { flows: [], credentials: {} }, settings: {} })
const fetched = (): Omit<Pull, 'id' | 'until'> => ({
    server: 'https://there', deployedAt: null, flowsOnly: false, credentialsKnown: true,
    snapshot: { id: 's1', name: 'v1', description: '', createdAt: '', user: null, owner: { kind: 'instance', id: 'i', name: 'press' } },
    opened: openExport({ bytes: Buffer.from(json), secret, fingerprintKey: Buffer.alloc(32) })
})
const codeOf = (run: () => unknown) => {
    try {
        run()
        return null
    } catch (error) {
        return (error as Error).message
    }
}

describe('snapshots that users look at', () => {
    it('are readable by the one who fetched them, and by nobody else', async () => {
        const pulls = new PreparedPulls()
        const { id } = await pulls.prepare('ann', async () => fetched())
        should(pulls.get('ann', id).snapshot.name).equal('v1')
        should(codeOf(() => pulls.get('bob', id))).equal('pull-gone')
        should(codeOf(() => pulls.drop('bob', id))).equal('pull-gone')
        pulls.forgetUser('ann')
    })

    it('are the newest two of each user', async () => {
        const pulls = new PreparedPulls()
        const ids: string[] = []
        for (const user of ['ann', 'ann', 'bob', 'ann']) {
            ids.push((await pulls.prepare(user, async () => fetched())).id)
        }
        should(ids.map((id, at) => codeOf(() => pulls.get(at === 2 ? 'bob' : 'ann', id)))).eql(['pull-gone', null, null, null])
        pulls.forgetUser('ann')
        should(codeOf(() => pulls.get('ann', ids[3]!))).equal('pull-gone')
        should(codeOf(() => pulls.get('bob', ids[2]!))).equal(null)
        pulls.forgetUser('bob')
    })

    it('are forgotten after their time', async () => {
        const pulls = new PreparedPulls({ keptMs: 1 })
        const { id } = await pulls.prepare('ann', async () => fetched())
        // Timers of one length end in the order in which they began.
        await new Promise(resolve => setTimeout(resolve, 1))
        should(codeOf(() => pulls.get('ann', id))).equal('pull-gone')
    })

    it('give up what is being fetched for a new one, and for the end of the sign-in', async () => {
        const pulls = new PreparedPulls()
        const never = (signal: AbortSignal) => new Promise<never>((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(new Error('cut')))
        })
        const first = pulls.prepare('ann', never)
        const second = pulls.prepare('ann', async () => fetched())
        await first.should.be.rejectedWith('pull-given-up')
        await second
        const third = pulls.prepare('ann', never)
        pulls.forgetUser('ann')
        await third.should.be.rejectedWith('pull-given-up')
    })

    it('keep nothing that arrives after the sign-in has ended', async () => {
        const pulls = new PreparedPulls()
        let arrive: (pull: Omit<Pull, 'id' | 'until'>) => void = () => undefined
        const fetching = pulls.prepare('ann', () => new Promise(resolve => { arrive = resolve }))
        pulls.forgetUser('ann')
        arrive(fetched())
        await fetching.should.be.rejectedWith('pull-given-up')
    })
})
