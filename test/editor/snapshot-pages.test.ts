import 'should'
import { RequestFailure } from '../../src/editor/node-red-requests'
import { SnapshotPages } from '../../src/editor/snapshot-pages'
import type { SnapshotList } from '../../src/shared/requests'
import { Answers } from './answers'

const list = (ids: string, next: string | null = null, deviceTarget: string | null = null): SnapshotList => ({
    snapshots: [...ids].map(id => ({ id, name: id, description: '', createdAt: '', user: null, pushedFromHere: false, sameFlows: false })), next, deviceTarget
})

function pages (of: string | null = 'i1') {
    const answers = new Answers<SnapshotList>()
    const snapshots = new SnapshotPages({ snapshots: (instance, page) => answers.ask(`${instance} ${page.limit} ${page.cursor ?? ''}`.trim()) }, () => {})
    snapshots.show(of)
    const ids = () => snapshots.value?.snapshots.map(({ id }) => id).join('') ?? null
    return { answers, snapshots, ids }
}

/** Answers one after the other, as they come. */
function platform (reply: (limit: number, cursor: string | undefined) => SnapshotList) {
    const asked: string[] = []
    const snapshots = new SnapshotPages({
        snapshots: async (_instance, { limit, cursor }) => {
            asked.push(`${limit} ${cursor ?? ''}`.trim())
            return reply(limit, cursor)
        }
    }, () => {})
    snapshots.show('i1')
    return { asked, snapshots, ids: () => snapshots.value?.snapshots.map(({ id }) => id).join('') }
}

describe('the pages of the snapshot list', () => {
    it('follow one another, and refreshing loads as many again', async () => {
        const { snapshots, asked, ids } = platform((_limit, cursor) => cursor === undefined ? list('abc', 'c', 'b') : list('de'))
        await snapshots.refresh()
        await snapshots.more()
        ids()!.should.equal('abcde')
        ;(snapshots.value!.next === null).should.be.true()
        await snapshots.more()
        asked.should.eql(['20', '20 c'])
    })

    it('begin anew when the cursor is not understood, without loop or duplicate', async () => {
        const all = 'abcdef'
        const { snapshots, asked, ids } = platform((limit, cursor) => cursor !== undefined || limit === 20 ? list('abc', 'c') : list(all, 'f'))
        await snapshots.refresh()
        await snapshots.more()
        ids()!.should.equal(all)
        await snapshots.more()
        ids()!.should.equal(all)
        ;(snapshots.value!.next === null).should.be.true()
        asked.should.eql(['20', '20 c', '23', '20 f', '26'])
    })

    it('never show one instance’s snapshots under another, in whatever order the answers come', async () => {
        const { answers, snapshots, ids } = pages()
        void snapshots.refresh()
        snapshots.show('i2')
        void snapshots.refresh()
        await answers.answer(1, list('x', 'x'))
        await answers.answer(0, list('a'))
        ids()!.should.equal('x')
        void snapshots.more()
        snapshots.show('i3')
        await answers.answer(2, list('y'))
        ;(ids() === null).should.be.true()
        snapshots.loadingMore.should.be.false()
        answers.asked.should.eql(['i1 20', 'i2 20', 'i2 20 x'])
    })

    it('of an overtaken look are dropped, also a page that was on its way', async () => {
        const { answers, snapshots, ids } = pages()
        void snapshots.refresh()
        void snapshots.refresh()
        await answers.answer(1, list('b', 'b'))
        await answers.answer(0, list('a'))
        ids()!.should.equal('b')
        void snapshots.more()
        void snapshots.refresh()
        await answers.answer(3, list('cb', 'b'))
        await answers.answer(2, list('old'))
        ids()!.should.equal('cb')
    })

    it('stay when the server is not reached, and go when they may not be seen', async () => {
        const { answers, snapshots, ids } = pages()
        void snapshots.refresh()
        await answers.answer(0, list('a', 'a'))
        void snapshots.refresh()
        await answers.refuse(1, new RequestFailure(0, undefined))
        ids()!.should.equal('a')
        snapshots.failure!.kind.should.equal('offline')
        void snapshots.more()
        await answers.refuse(2, new RequestFailure(502, { code: 'server-timeout', params: {} }))
        ids()!.should.equal('a')
        ;(snapshots.moreFailure !== null).should.be.true()
        void snapshots.refresh()
        await answers.refuse(3, new RequestFailure(502, { code: 'instance-gone', params: {} }))
        ;(ids() === null).should.be.true()
    })

    it('are loaded to the end for a search, up to its limit, and no further than it is wanted', async () => {
        let row = 0
        const full = (limit: number) => ({ ...list(''), snapshots: Array.from({ length: limit }, () => ({ ...list('a').snapshots[0]!, id: String(row++) })), next: String(row) })
        const { snapshots, asked } = platform(full)
        await snapshots.refresh()
        let looks = 0
        await snapshots.loadRest(() => looks++ < 2)
        snapshots.value!.snapshots.length.should.equal(420)
        await snapshots.loadRest(() => true)
        snapshots.value!.snapshots.length.should.equal(1020)
        asked.length.should.equal(6)
    })

    it('are not looked for again and again while a search cannot go on', async () => {
        const { answers, snapshots } = pages()
        void snapshots.refresh()
        await answers.answer(0, list('a', 'a'))
        const search = snapshots.loadRest(() => true)
        void snapshots.refresh()
        await answers.answer(1, list('b', 'b'))
        await search
        answers.asked.length.should.equal(3)
    })
})
