import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import type { LocalList, LocalSummary } from '../../src/shared/local'
import type { FlowNode } from '../../src/snapshot/model'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'

const prefix = 'flowfuse-snapshots'
/** An endpoint that answers after a second of Node-RED's own time: what was due until then is done. */
const late: FlowNode[] = [
    { id: 'late', type: 'tab', label: 'Late' },
    { id: 'l1', type: 'http in', z: 'late', url: '/late', method: 'get', wires: [['l2']] },
    { id: 'l2', type: 'delay', z: 'late', pauseType: 'delay', timeout: '1', timeoutUnits: 'seconds', wires: [['l3']] },
    { id: 'l3', type: 'http response', z: 'late', wires: [] }
]
const flowsOf = (...names: string[]): FlowNode[] => [
    ...late, { id: 't', type: 'tab', label: 'Line 4' },
    ...names.map((name, index) => ({ id: `n${index}`, type: 'http request', z: 't', name, wires: [[]] }))
]

describe('automatic snapshots of a real Node-RED', function () {
    this.timeout(60_000)
    const userDir = mkdtempSync(join(tmpdir(), 'ffs-local-automatic-'))
    const start = (settings = '') => startNodeRed({ userDir, settings })
    let local: LocalNodeRed
    let seen = 0

    const list = async () => (await local.call('GET', `${prefix}/local`)).body as LocalList
    const deploy = async (type: string, flows: FlowNode[], more: object = {}) => {
        const headers = { 'node-red-api-version': 'v2', 'node-red-deployment-type': type }
        should((await local.call('POST', 'flows', { flows, ...more }, headers)).status).equal(200)
    }
    /** The snapshots that have come since the last question, the oldest first, as soon as there are any. */
    const come = async (): Promise<LocalSummary[]> => {
        for (;;) {
            const { snapshots } = await list()
            if (snapshots.length > seen) {
                const newest = snapshots.slice(0, snapshots.length - seen).reverse()
                seen = snapshots.length
                return newest
            }
        }
    }
    /** Node-RED answers a deploy before the flows run again: the endpoint is there a little later. */
    const aSecondLater = async () => {
        let status = 404
        while (status === 404) {
            ({ status } = await fetch(`${local.url}/late`))
        }
        should(status).equal(200)
    }

    before(async () => {
        writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flowsOf('as found')))
        local = await start()
    })
    after(async () => {
        await (local as LocalNodeRed | undefined)?.stop()
        rmSync(userDir, { recursive: true })
    })

    it('are made of no mere start', async () => {
        await aSecondLater()
        const automatic = { on: true, keep: 10, failure: null }
        should(await list()).containEql({ snapshots: [], automatic, notice: null, undo: null, restoreRefused: null })
    })

    for (const type of ['full', 'nodes', 'flows']) {
        it(`are made once after a deploy of the kind “${type}” by the admin API`, async () => {
            await deploy(type, flowsOf(type, 'second'), { credentials: { n0: { user: 'reader', password: `canary ${type}` } } })
            const made = await come()
            should(made).have.length(1)
            should(made[0]).containEql({ kind: 'automatic', credentials: 'included', sameFlows: true, pinned: false, newer: false })
            should(made[0]?.counts).containEql({ flows: 2, nodes: 5, nodesWithCredentials: 1 })
            should(made[0]?.name).match(/^Auto Snapshot - \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
            await aSecondLater()
            should((await list()).snapshots).have.length(seen)
        })
    }

    it('are not made of a deploy that changed nothing', async () => {
        await deploy('full', flowsOf('flows', 'second'))
        await deploy('flows', flowsOf('flows', 'second'))
        await aSecondLater()
        should((await list()).snapshots).have.length(seen)
    })

    it('are made of a deploy that changed only a credential', async () => {
        await deploy('full', flowsOf('flows', 'second'), { credentials: { n1: { password: 'canary alone' } } })
        const made = await come()
        should(made.map(({ counts, sameFlows }) => [counts.nodesWithCredentials, sameFlows])).eql([[2, true]])
    })

    it('are made when a flow is added by itself', async () => {
        await local.call('POST', 'flow', { label: 'Line 5', nodes: [{ id: 'x1', type: 'debug' }], configs: [] })
        should(await come()).have.length(1)
    })

    it('are made also when node types are missing', async () => {
        await deploy('full', [...flowsOf('flows'), { id: 'u', type: 'no-such-type', z: 't', credentials: { token: 'canary unknown' } }])
        const made = await come()
        should(made).have.length(1)
        should(made[0]?.counts.nodes).equal(5)
        await local.printed('no-such-type')
    })

    it('stay through a restart, which makes none', async () => {
        await local.stop()
        writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flowsOf('changed by hand')))
        local = await start()
        await aSecondLater()
        should((await list()).snapshots).have.length(seen)
        await deploy('full', flowsOf('changed by hand'))
        await aSecondLater()
        should((await list()).snapshots).have.length(seen)
    })

    it('are not made when they are switched off', async () => {
        await local.stop()
        local = await start("'flowfuse-snapshots': { localAuto: false, keepLocal: 3 },")
        await deploy('full', flowsOf('while off'))
        await aSecondLater()
        const { snapshots, automatic } = await list()
        should(snapshots).have.length(seen)
        should(automatic).eql({ on: false, keep: 3, failure: null })
    })

    it('go on without credentials where Node-RED could not decrypt them', async () => {
        await local.stop()
        local = await start("credentialSecret: 'another',")
        await deploy('full', flowsOf('undecrypted'))
        const made = await come()
        should(made.map(({ credentials }) => credentials)).eql(['missing'])
    })

    it('leave no secret in clear, neither on disk nor in the log', () => {
        const folder = join(userDir, prefix)
        should(readdirSync(join(folder, 'local')).length).be.above(5)
        should(local.output()).not.containEql('canary')
        const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
        files.forEach(entry => should(readFileSync(join(entry.parentPath, entry.name), 'utf8')).not.containEql('canary'))
    })
})
