import should from 'should'
import { RequestFailure } from '../../src/editor/node-red-requests'
import { OpenedFile } from '../../src/editor/opened-file'
import { ViewWork } from '../../src/editor/view-work'
import { limits } from '../../src/shared/limits'
import type { View } from '../../src/shared/views'
import { settled } from './answers'

const view = (id: string, state: View['credentials']['state'] = 'included') => ({ id, name: id, credentials: { state, marks: {} }, variables: [], sealed: state === 'sealed' }) as unknown as View
const file = new File(['[]'], 'line.json')

/** Node-RED as an opened file asks it. */
class NodeRedDouble {
    readonly asked: string[] = []
    sealed = false
    wrong = false
    private opened = 0

    openFile = async ({ name }: File) => this.note(`open ${name}`, view(`v${++this.opened}`, this.sealed ? 'sealed' : 'included'))
    giveSecret = async (id: string, secret: string) => {
        this.note(`secret ${secret} of ${id}`, undefined)
        if (this.wrong) {
            throw new RequestFailure(409, { code: 'file-secret-wrong', params: {} })
        }
        return view(id)
    }

    letGoOfView = async (id: string) => this.note(`let go ${id}`, undefined)
    viewedFlows = async (id: string) => this.note(`flows ${id}`, '[{"id":"a","type":"tab","label":"A"}]')

    private note <T> (question: string, answer: T): T {
        this.asked.push(question)
        return answer
    }
}

const start = async (change: Partial<NodeRedDouble> = {}) => {
    const nodeRed = Object.assign(new NodeRedDouble(), change)
    const opened = new OpenedFile(nodeRed)
    await opened.open(file)
    return { nodeRed, opened }
}

describe('an opened file', () => {
    it('is worth another try only where that may end otherwise', async () => {
        const refused = async (body: unknown, status = 400) => {
            const { opened } = await start({ openFile: async () => await Promise.reject<never>(new RequestFailure(status, body)) })
            return opened.isWorthATry
        }
        ;(await refused({ code: 'file-not-json', params: {} })).should.be.false()
        ;(await refused({ code: 'file-cut-short', params: {} })).should.be.true()
        ;(await refused(undefined, 0)).should.be.true()
    })

    it('is opened anew, once, for what Node-RED has forgotten by then', async () => {
        const { nodeRed, opened } = await start()
        const gone = new RequestFailure(404, { code: 'view-gone', params: {} })
        const used: string[] = []
        const given = await opened.use(async ({ id }) => {
            used.push(id)
            return await (id === 'v1' ? Promise.reject<never>(gone) : Promise.resolve(`kept ${id}`))
        })
        given.should.equal('kept v2')
        used.should.eql(['v1', 'v2'])
        nodeRed.asked.filter(asked => asked.startsWith('open')).should.have.length(2)
        await opened.use(async () => await Promise.reject<never>(gone)).should.be.rejectedWith(RequestFailure)
    })

    it('can be opened anew under its secret also after its dialog was closed', async () => {
        const { nodeRed, opened } = await start()
        await opened.giveSecret('right')
        const reopen = opened.reopener()
        opened.end()
        ;(await reopen([])).id.should.equal('v2')
        nodeRed.asked.should.containEql('secret right of v2')
    })

    it('is let go of when nobody needs it any more', async () => {
        const { nodeRed, opened } = await start()
        should(opened.view?.id).equal('v1')
        opened.end()
        nodeRed.asked.should.eql(['open line.json', 'let go v1'])
    })

    it('is let go of also when it arrives after that', async () => {
        const nodeRed = new NodeRedDouble()
        const opened = new OpenedFile(nodeRed)
        const opening = opened.open(file)
        opened.end()
        await opening
        nodeRed.asked.should.eql(['open line.json', 'let go v1'])
    })

    it('is opened again, with its secret, where its view was given away or forgotten', async () => {
        const { nodeRed, opened } = await start({ sealed: true })
        opened.isSealed.should.be.true()
        ;(await opened.giveSecret('right')).should.be.true()
        opened.isSealed.should.be.false()
        ;(await opened.give()).id.should.equal('v1')
        ;(await opened.current()).id.should.equal('v2')
        const open = opened.opener()
        ;(await open()).id.should.equal('v2')
        ;(await open()).id.should.equal('v3')
        nodeRed.asked.should.eql([
            'open line.json', 'secret right of v1', 'open line.json', 'secret right of v2', 'let go v2', 'open line.json', 'secret right of v3'
        ])
    })

    it('is opened again with both secrets, where its parts are sealed under two', async () => {
        const { nodeRed, opened } = await start({ sealed: true })
        await opened.giveSecret('of credentials')
        await opened.giveSecret('of variables')
        nodeRed.asked.length = 0
        await opened.again()
        nodeRed.asked.should.eql(['let go v1', 'open line.json', 'secret of credentials of v2', 'secret of variables of v2'])
    })

    it('forgets its secrets when it is closed, and when another file is to be chosen', async () => {
        for (const leave of ['end', 'back'] as const) {
            const { opened } = await start({ sealed: true })
            await opened.giveSecret('of credentials')
            const held = () => JSON.stringify({ ...opened, api: null })
            should(held()).containEql('of credentials')
            opened[leave]()
            should(held()).not.containEql('of credentials')
        }
    })

    it('stays as it is under a wrong secret, and says so', async () => {
        const { opened } = await start({ sealed: true, wrong: true })
        ;(await opened.giveSecret('wrong')).should.be.false()
        should(opened.secretFailure).containEql({ code: 'file-secret-wrong' })
        should(opened.view?.id).equal('v1')
    })

    it('is not sent when it is too large', async () => {
        const nodeRed = new NodeRedDouble()
        const opened = new OpenedFile(nodeRed)
        await opened.open({ name: 'large.json', size: limits.snapshotFileBytes + 1 } as File)
        should(opened.failure).containEql({ code: 'file-too-large' })
        nodeRed.asked.should.eql([])
    })
})

describe('looking at a snapshot', () => {
    it('reads its flows, and lets go of it at the end', async () => {
        const nodeRed = new NodeRedDouble()
        const work = new ViewWork(nodeRed, async () => view('v1'), ({ id }) => void nodeRed.letGoOfView(id))
        await work.load()
        should(work.flows?.flows.map(({ name }) => name)).eql(['A'])
        work.end()
        nodeRed.asked.should.eql(['flows v1', 'let go v1'])
    })

    it('lets go of it also when it is closed before it is there', async () => {
        const nodeRed = new NodeRedDouble()
        const work = new ViewWork(nodeRed, async () => view('v1'), ({ id }) => void nodeRed.letGoOfView(id))
        const loading = work.load()
        work.end()
        await loading
        await settled()
        nodeRed.asked.should.eql(['let go v1'])
        should(work.view).be.null()
    })

    it('says why it can’t be opened, and opens it on the next try', async () => {
        const nodeRed = new NodeRedDouble()
        let tries = 0
        const work = new ViewWork(nodeRed, async () => {
            if (tries++ === 0) {
                throw new RequestFailure(404, { code: 'view-gone', params: {} })
            }
            return view('v2')
        }, () => undefined)
        await work.load()
        should(work.failure).containEql({ code: 'view-gone' })
        await work.load()
        should(work.failure).be.null()
        should(work.flows).not.be.null()
    })
})
