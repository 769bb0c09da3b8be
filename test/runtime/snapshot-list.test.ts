import should from 'should'
import { snapshotSummary } from '../../src/runtime/snapshot-list'

const snapshot = { id: 's', name: 'v1', description: '', createdAt: '2026-01-01T10:00:00.000Z', user: { id: 'u', username: 'alice' } }
const link = { snapshotId: 's', name: 'v1', pushedAt: '', revision: 'r1' }

describe('a snapshot in the list', () => {
    it('is marked as pushed from here, and as the flows that run here, only where that is certain', () => {
        const marks = (local: Parameters<typeof snapshotSummary>[1]) => {
            const { pushedFromHere, sameFlows } = snapshotSummary(snapshot, local)
            return [pushedFromHere, sameFlows]
        }
        should(marks({ link, revision: 'r1' })).eql([true, true])
        should(marks({ link, revision: 'r2' })).eql([true, false])
        should(marks({ link, revision: null })).eql([true, false])
        should(marks({ link: { ...link, revision: undefined }, revision: 'r1' })).eql([true, false])
        should(marks({ link: { ...link, snapshotId: 'other' }, revision: 'r1' })).eql([false, false])
        should(marks({ link: null, revision: null })).eql([false, false])
    })

    it('tells the author’s name and no id', () => {
        should(snapshotSummary(snapshot, { link: null, revision: null }).user).eql({ username: 'alice' })
        should(snapshotSummary({ ...snapshot, user: null }, { link: null, revision: null }).user).be.null()
    })
})
