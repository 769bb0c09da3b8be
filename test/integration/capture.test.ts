import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { capture } from '../../src/runtime/capture'
import { NodeRed, type RedApi } from '../../src/runtime/node-red'
import { seal } from '../../src/snapshot/credentials'
import { failure } from '../flowfuse/failure'

/** `require('node-red')` as far as the tests need it. */
interface EmbeddedNodeRed {
    init (server: object, settings: object): void
    start (): Promise<void>
    stop (): Promise<void>
    runtime: { flows: { setFlows (options: object): Promise<void>, getFlows (options: object): Promise<{ flows: object[] }> } }
    events: { once (event: string, listener: () => void): void }
}

const global_ = globalThis as { redOfTest?: RedApi }

/** Another Node-RED than this repository's can be named: see capture-five.test.ts. */
const nodeRedFolder = process.env.NODE_RED_TO_CAPTURE ?? 'node-red'

const load = createRequire(__filename)
const { version } = load(`${nodeRedFolder}/package.json`) as { version: string }

describe(`capturing a Node-RED ${version} in this process`, function () {
    this.timeout(5 * 60_000)
    const userDir = mkdtempSync(join(tmpdir(), 'ffs-capture-'))
    const embedded = load(nodeRedFolder) as EmbeddedNodeRed
    let withRuntime: NodeRed
    let withoutRuntime: NodeRed

    before(async () => {
        mkdirSync(join(userDir, 'nodes'))
        writeFileSync(join(userDir, 'nodes', 'door.js'), 'module.exports = RED => { globalThis.redOfTest = RED }')
        writeFileSync(join(userDir, 'nodes', 'door.html'), '')
        embedded.init(createServer(), {
            userDir, flowFile: 'flows.json', credentialSecret: 'x', httpAdminRoot: false, httpNodeRoot: false, telemetry: { enabled: false },
            logging: { console: { level: 'off' } }
        })
        const started = new Promise<void>(resolve => embedded.events.once('flows:started', resolve))
        await embedded.start()
        await started
        const red = global_.redOfTest
        should(red).be.ok()
        withRuntime = new NodeRed(red as RedApi)
        withoutRuntime = new NodeRed(red as RedApi, { hideRuntime: true })
    })

    after(async () => {
        await embedded.stop()
        delete global_.redOfTest
        rmSync(userDir, { recursive: true })
    })

    const deploy = (flows: object[], credentials?: object) =>
        embedded.runtime.flows.setFlows({ flows: { flows, ...(credentials && { credentials }) }, deploymentType: 'full' })
    const text = (pieces: Buffer[]) => Buffer.concat(pieces).toString()

    it('gives the same with and without the runtime module', async () => {
        const flows = [{ id: 't', type: 'tab', label: 'Füllstand' }, { id: 'n', type: 'http request', z: 't', wires: [] }, { id: 'u', type: 'nowhere', z: 't', wires: [] }]
        await deploy(flows, { n: { password: 'p' } })
        for (const nodeRed of [withRuntime, withoutRuntime]) {
            const captured = await capture(nodeRed)
            should(text(captured.flowsJson)).equal(JSON.stringify(flows))
            should(text(captured.credentialsJson)).equal('{"n":{"password":"p"}}')
        }
    })

    it('is refused to a plugin that came late, when Node-RED could not decrypt its file, until the next deploy', async () => {
        await deploy([{ id: 't', type: 'tab' }, { id: 'n', type: 'http request', z: 't', wires: [] }], { n: { password: 'p' } })
        writeFileSync(join(userDir, 'flows_cred.json'), JSON.stringify(seal({ n: { password: 'p' } }, 'the secret of before')))
        const late = new NodeRed(global_.redOfTest as RedApi)
        await failure(capture(late), 'credentials-not-decrypted')
        await deploy([{ id: 't', type: 'tab' }, { id: 'n', type: 'http request', z: 't', wires: [] }], { n: { password: 'typed again' } })
        should(text((await capture(late)).credentialsJson)).equal('{"n":{"password":"typed again"}}')
    })

    it('is refused without the runtime module when the order of the nodes can’t be known', async () => {
        const flows = [{ id: 't', type: 'tab' }, { id: '99', type: 'comment', z: 't' }, { id: '5', type: 'comment', z: 't' }]
        await deploy(flows)
        should(text((await capture(withRuntime)).flowsJson)).equal(JSON.stringify(flows))
        await failure(capture(withoutRuntime), 'capture-unproven')
    })

    it('is refused without the runtime module when an id is there twice', async () => {
        const flows = [{ id: 't', type: 'tab' }, { id: 'n', type: 'comment', z: 't', name: 'a' }, { id: 'n', type: 'comment', z: 't', name: 'b' }]
        await deploy(flows)
        should(text((await capture(withRuntime)).flowsJson)).equal(JSON.stringify(flows))
        await failure(capture(withoutRuntime), 'capture-unproven')
    })

    it('holds up nothing, and gives the new flows when a deploy comes in between', async () => {
        const many = Array.from({ length: 20_000 }, (_, index) => ({ id: `n${index}`, type: 'comment', z: 't', info: 'x'.repeat(100) }))
        await deploy([{ id: 't', type: 'tab', disabled: true }, ...many])
        let ticks = 0
        let deploying: Promise<void> | undefined
        const tick = () => {
            ticks += 1
            if (ticks === 3) {
                deploying = deploy([{ id: 'new', type: 'tab' }])
            }
            if (deploying === undefined) {
                setImmediate(tick)
            }
        }
        setImmediate(tick)
        // However long the deploy takes, it is done when the capture looks whether something moved.
        const nodeRed = Object.create(withRuntime, {
            liveFlows: { value: async () => { await deploying; return await withRuntime.liveFlows() } }
        }) as NodeRed
        should(text((await capture(nodeRed)).flowsJson)).equal('[{"id":"new","type":"tab"}]')
        should(ticks).equal(3)
        await deploying
    })
})
