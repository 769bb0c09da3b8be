import 'should'
import { filterSnapshots, isFiltering } from '../../src/editor/snapshot-filter'

const snapshot = (name: string, username: string | null, description = '') => ({
    id: name, name, description, createdAt: '', user: username === null ? null : { username }, pushedFromHere: false, sameFlows: false
})
const snapshots = [
    snapshot('v1.4', 'alice', 'alarm limits'), snapshot('v1.3', 'bob'), snapshot('Auto Snapshot - 2026-11-21 18:02:11', null),
    snapshot('Auto Snapshot - 2026-11-20 18:02:11', 'alice'), snapshot('Auto Snapshot of mine', 'alice')
]
const shown = (search: string, kind: 'all' | 'mine' | 'auto') => filterSnapshots(snapshots, { search, kind }, 'alice').map(({ name }) => name)

describe('the filter of the snapshot list', () => {
    it('searches names, descriptions and authors for every word', () => {
        shown('', 'all').length.should.equal(5)
        shown(' LIMITS v1 ', 'all').should.eql(['v1.4'])
        shown('bob', 'all').should.eql(['v1.3'])
        shown('nothing', 'all').should.eql([])
    })

    it('tells mine from the platform’s own by the platform’s naming', () => {
        shown('', 'mine').should.eql(['v1.4', 'Auto Snapshot of mine'])
        shown('', 'auto').should.eql(['Auto Snapshot - 2026-11-21 18:02:11', 'Auto Snapshot - 2026-11-20 18:02:11'])
    })

    it('takes those of an automatic push for automatic ones, whoever it ran as', () => {
        const pushed = [snapshot('Local Auto Snapshot - 2026-11-21 18:02:11', 'alice'), snapshot('Local Auto Snapshot - of mine', 'alice')]
        filterSnapshots(pushed, { search: '', kind: 'auto' }, 'alice').should.eql(pushed.slice(0, 1))
        filterSnapshots(pushed, { search: '', kind: 'mine' }, 'alice').should.eql(pushed.slice(1))
    })

    it('is none when it keeps everything', () => {
        isFiltering({ search: '  ', kind: 'all' }).should.be.false()
        isFiltering({ search: '', kind: 'auto' }).should.be.true()
    })
})
