import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { AutoSnapshot, type AutoSnapshotParts } from '../../src/runtime/auto-snapshot'
import { DataKey } from '../../src/runtime/store/data-key'
import { KeptVariables } from '../../src/runtime/store/kept-variables'
import { LocalSnapshots } from '../../src/runtime/store/local-snapshots'
import type { FlowNode } from '../../src/snapshot/model'
import { redDouble, revisionOf, type RedDouble } from './red-double'

const flowsOf = (name: string): FlowNode[] => [
    { id: 't', type: 'tab', label: 'Line 4' },
    { id: 'n', type: 'http request', z: 't', name },
    { id: 'm', type: 'http request', z: 't' }
]
const credentials = { n: { password: 'canary' } }

describe('automatic snapshots', () => {
    let folder: string
    let red: RedDouble
    let snapshots: LocalSnapshots
    let isBlind: boolean
    let automatic: AutoSnapshot

    /** A Node-RED that has not loaded its flows yet, on the same userDir. */
    const following = (change: Partial<AutoSnapshotParts> = {}) => {
        red = redDouble()
        const dataKey = new DataKey(folder, () => ['secret'])
        snapshots = new LocalSnapshots(folder, dataKey, { keep: 10 })
        automatic = new AutoSnapshot({
            nodeRed: red.nodeRed, dataKey, kept: new KeptVariables(folder, dataKey), snapshots, isBlind: () => isBlind, pauseMs: 0, ...change
        })
        automatic.start()
    }
    /** Deploys, and waits until everything was done about it. @returns how many snapshots there are */
    const deployed = async (flows: FlowNode[], with_: Record<string, Record<string, unknown>> = credentials) => {
        red.deploy(flows, with_)
        await automatic.settled()
        return await count()
    }
    const count = async () => (await snapshots.list()).snapshots.length

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ffs-automatic-'))
        isBlind = false
        following()
        should(await deployed(flowsOf('at the start'))).equal(0)
    })
    afterEach(() => rmSync(folder, { recursive: true, force: true }))

    it('are made of what runs after a deploy, and of nothing at the mere start', async () => {
        const before = Math.floor(Date.now() / 1000)
        should(await deployed(flowsOf('new'))).equal(1)
        const [head] = (await snapshots.list()).snapshots
        should(head).containEql({ kind: 'automatic', pinned: false, revision: revisionOf(flowsOf('new')), credentials: 'included' })
        should(head?.counts).eql({ flows: 1, nodes: 2, nodesWithCredentials: 1, variables: 0, modules: 1 })
        const [, day, time] = /^Auto Snapshot - (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(head?.name ?? '') ?? []
        should(new Date(`${day}T${time}`).getTime() / 1000).be.within(before, Date.now() / 1000)
        const opened = await snapshots.open(head?.id ?? '')
        should(opened.flows).eql(flowsOf('new'))
        should(opened.credentials).eql(credentials)
    })

    it('are made of a deploy that comes right after the start', async () => {
        following()
        red.deploy(flowsOf('at the start'), credentials)
        should(await deployed(flowsOf('right after it'))).equal(1)
    })

    it('are not made of a deploy that changed nothing, and nothing is written for it', async () => {
        should(await deployed(flowsOf('new'))).equal(1)
        const files = readdirSync(join(folder, 'local')).sort()
        should(await deployed(flowsOf('new'))).equal(1)
        should(readdirSync(join(folder, 'local')).sort()).eql(files)
        following()
        should(await deployed(flowsOf('new'))).equal(1)
        should(await deployed(flowsOf('new'))).equal(1)
    })

    it('are made when only a credential changed, came or went', async () => {
        should(await deployed(flowsOf('at the start'), { n: { password: 'other' } })).equal(1)
        should(await deployed(flowsOf('at the start'), { n: { password: 'other' }, m: { user: 'x' } })).equal(2)
        should(await deployed(flowsOf('at the start'), {})).equal(3)
        should(await deployed(flowsOf('at the start'), { m: {} })).equal(3)
    })

    it('are made once more after deploys that came while one was made, one at a time', async () => {
        let atWork = 0
        const made: string[] = []
        following({
            snapshots: {
                create: async content => {
                    should(++atWork).equal(1)
                    if (made.push(content.revision) === 1) {
                        red.deploy(flowsOf('second'), credentials)
                        red.deploy(flowsOf('third'), credentials)
                    }
                    await new Promise(resolve => setImmediate(resolve))
                    atWork--
                    return await snapshots.create(content)
                }
            }
        })
        await deployed(flowsOf('at the start'))
        await deployed(flowsOf('first'))
        should(made).eql([revisionOf(flowsOf('first')), revisionOf(flowsOf('third'))])
    })

    it('hold what a deploy brought that came while flows were walked', async () => {
        let once = true
        red.onCredentials = id => {
            if (once && id === 'm') {
                once = false
                red.deploy(flowsOf('later'), credentials)
            }
        }
        await deployed(flowsOf('sooner'))
        const { snapshots: heads } = await snapshots.list()
        should(heads[0]?.revision).equal(revisionOf(flowsOf('later')))
        should(heads).have.length(1)
    })

    it('are marked, and hold no credentials, where Node-RED could not decrypt them, also after the deploy that gives them up', async () => {
        following()
        red.events.emit('runtime-event', { id: 'runtime-state', payload: { error: 'credentials_load_failed' } })
        await deployed(flowsOf('loaded'), {})
        should(await deployed(flowsOf('first deploy'), {})).equal(1)
        should(await deployed(flowsOf('second deploy'), {})).equal(2)
        should(await deployed(flowsOf('typed in again'), credentials)).equal(3)
        should((await snapshots.list()).snapshots.map(head => head.credentials)).eql(['included', 'missing', 'missing'])
    })

    it('leave a restore alone, which was one before, and follow what comes after it', async () => {
        isBlind = true
        should(await deployed(flowsOf('restored'))).equal(0)
        automatic.follow(revisionOf(flowsOf('restored')))
        await automatic.settled()
        isBlind = false
        should(await count()).equal(0)
        should(await deployed(flowsOf('restored'))).equal(0)
        should(await deployed(flowsOf('changed'))).equal(1)
    })

    it('leave alone a restore that was undone at once', async () => {
        isBlind = true
        await deployed(flowsOf('restored'))
        automatic.follow(revisionOf(flowsOf('restored')))
        red.deploy(flowsOf('undone'), credentials)
        automatic.follow(revisionOf(flowsOf('undone')))
        isBlind = false
        await automatic.settled()
        should(await count()).equal(0)
    })

    it('are made of no restore where they are switched off', async () => {
        const dataKey = new DataKey(folder, () => ['secret'])
        const kept = new KeptVariables(folder, dataKey)
        const off = new AutoSnapshot({ nodeRed: red.nodeRed, dataKey, kept, snapshots, isBlind: () => false, pauseMs: 0 })
        off.follow('a revision')
        await off.settled()
        should(await count()).equal(0)
    })

    it('are made of what somebody deployed over a restore', async () => {
        isBlind = true
        await deployed(flowsOf('over it'))
        isBlind = false
        automatic.follow(revisionOf(flowsOf('restored')))
        await automatic.settled()
        should((await snapshots.list()).snapshots.map(head => head.revision)).eql([revisionOf(flowsOf('over it'))])
    })

    it('that fail stop nothing: it is logged once, kept for the panel, and tried again at the next deploy', async () => {
        rmSync(join(folder, 'local'), { recursive: true, force: true })
        writeFileSync(join(folder, 'local'), 'no folder')
        red.deploy(flowsOf('one'), credentials)
        await automatic.settled()
        should(automatic.failure?.code).match(/^store-(write|read)-failed$/)
        red.deploy(flowsOf('two'), credentials)
        await automatic.settled()
        should(red.log).have.length(1)
        should(red.log.join()).not.containEql('canary')
        rmSync(join(folder, 'local'))
        should(await deployed(flowsOf('two'))).equal(1)
        should(automatic.failure).be.null()
    })
})
