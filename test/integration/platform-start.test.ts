import should from 'should'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PanelByHand } from '../../scripts/connect'
import { askPress } from '../../scripts/local-flows'
import type { Job, JobStep, PanelState } from '../../src/shared/requests'
import { startFakeFlowFuse } from '../fake/platform'
import type { LocalNodeRed } from '../node-red/local'
import { ensurePlatform } from '../platform/install'
import { listenersOf, processesIn } from '../platform/processes'

const root = join(__dirname, '../..')

/** `npm start` with these words, as a terminal runs it: in a process group of its own, which Ctrl-C reaches as a whole. */
class Start {
    output = ''
    readonly ended: Promise<number | null>
    private readonly child: ChildProcess

    constructor (words: string[], environment: Record<string, string> = {}) {
        this.child = spawn('npm', ['start', '--', ...words], {
            cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FLOWFUSE_TOKEN: '', ...environment }
        })
        for (const stream of [this.child.stdout, this.child.stderr]) {
            stream?.on('data', (chunk: Buffer) => { this.output += chunk.toString() })
        }
        // Not "exit": npm and its shell are gone at once after a Ctrl-C, while what they started still cleans up.
        this.ended = new Promise(resolve => this.child.once('close', resolve))
    }

    /** @throws Error with the output when it ends or takes too long before it has printed this */
    async prints (text: string | RegExp, withinMs: number): Promise<void> {
        const deadline = Date.now() + withinMs
        while (this.output.match(text) === null) {
            if (this.child.exitCode !== null || Date.now() > deadline) {
                throw new Error(`npm start did not print ${text} within ${withinMs} ms (exit code ${this.child.exitCode}). It printed\n${this.output}`)
            }
            await delay(50)
        }
    }

    /** To the whole group, as a terminal does. */
    signal (name: NodeJS.Signals): void {
        process.kill(-this.child.pid!, name)
    }

    /** The address that is printed in that line. */
    address (line: string): string {
        return new RegExp(`^${line}\\s+(http\\S+)`, 'm').exec(this.output)?.[1] ?? ''
    }

    signalNpm (name: NodeJS.Signals): void {
        this.child.kill(name)
    }

    kill (): void {
        try {
            this.signal('SIGKILL')
        } catch {
            // The group has ended.
        }
    }
}

async function stateOf (local: string): Promise<PanelState> {
    return await (await fetch(`${local}/flowfuse-snapshots/state`)).json() as PanelState
}

describe('npm start', function () {
    this.timeout(5 * 60_000)
    let data: string
    let start: Start
    /** Of the second start: the third one finds them again. */
    let pressKey: string
    let localAddress: string
    /** What the first start took, which makes more, in milliseconds: a measure of how fast this machine is. */
    let firstTook: number

    before(async function () {
        this.timeout(20 * 60_000)
        await ensurePlatform(line => process.stdout.write(`    ${line}\n`))
        data = realpathSync(mkdtempSync(join(tmpdir(), 'npm-start-')))
    })

    // Every process that is started works in the data folder, but for those of the start itself, which keep its output open.
    afterEach(() => start?.kill())

    after(() => rmSync(data, { recursive: true, force: true }))

    it('-- --once does the whole job in an empty folder, shows each step, ends with 0 and leaves no Node-RED behind', async () => {
        const began = performance.now()
        start = new Start(['--once', '--data', data])
        const code = await start.ended
        firstTook = performance.now() - began
        start.output.should.match(/Starting FlowFuse.+\n.*Making a team.+\n.*Waiting for the instance.+\n.*Starting the local Node-RED/)
        start.output.should.containEql(['Capture the flows', 'Check the instance', 'Create the snapshot', 'Capture the instance as it runs',
            'Restore the snapshot', 'Wait until the instance runs'].map(step => `\n  ${step}`).join(''))
        start.output.trim().split('\n').at(-1)!.should.match(/[0-9]\/press\/check answers as .+ does: plant, plcKey, signature, signedInAs arrived\.$/)
        code!.should.equal(0)
        processesIn(data).should.be.empty()
        readdirSync(data).should.eql(['flowfuse'])
    })

    it('is ready again within 45 seconds, and on a slow machine sooner than at first, listens on 127.0.0.1 alone, and Ctrl-C leaves nothing', async () => {
        start = new Start(['--data', data])
        await start.prints('Ctrl-C stops everything', Math.max(45_000, firstTook))
        const local = start.address('Local Node-RED')
        pressKey = (await askPress(local)).plcKey ?? ''
        pressKey.should.not.equal('')
        localAddress = local
        start.output.should.match(/“Send mine”, tick PLANT_NAME, and tick “Restore now”/)
        const state = await stateOf(local)
        state.target!.instance.should.containDeep({ name: 'press-controller' })

        const listeners = listenersOf(processesIn(data))
        listeners.should.matchEach(/^127\.0\.0\.1:/)
        // FlowFuse, the launcher, its Node-RED, and the local one.
        listeners.should.have.length(4)

        start.signal('SIGINT')
        await start.ended
        processesIn(data).should.be.empty()
        start.output.should.not.match(/Error|error/)
    })

    it('-- --fresh is not connected, proposes the FlowFuse it started, and keeps flows, modules and address of the local Node-RED', async () => {
        const packageFile = join(data, 'local-node-red/package.json')
        const before = JSON.parse(readFileSync(packageFile, 'utf8')) as { dependencies: object }
        writeFileSync(packageFile, JSON.stringify({ ...before, version: '1.2.3', dependencies: { ...before.dependencies, 'node-red-contrib-mine': '~1.0.0' } }))
        start = new Start(['--fresh', '--data', data])
        await start.prints('Ctrl-C stops everything', 4 * 60_000)
        const local = start.address('Local Node-RED')
        const state = await stateOf(local)
        state.should.containDeep({ connection: null, target: null, defaultServer: start.address('FlowFuse') })
        should((await askPress(local)).plcKey).equal(pressKey)
        local.should.equal(localAddress)
        should(JSON.parse(readFileSync(packageFile, 'utf8'))).containDeep({
            version: '1.2.3', dependencies: { 'node-red-contrib-mine': '~1.0.0', 'node-red-contrib-flowfuse-snapshots': '*' }
        })
        start.signal('SIGINT')
        await start.ended
        processesIn(data).should.be.empty()
    })

    it('can be interrupted while FlowFuse starts', async () => {
        start = new Start(['--data', data])
        await start.prints('Starting FlowFuse', 60_000)
        start.signal('SIGTERM')
        await start.ended
        start.output.should.not.containEql('Starting the local Node-RED')
        processesIn(data).should.be.empty()
    })

    it('stops when only npm is told to', async () => {
        start = new Start(['--data', data])
        await start.prints('Ctrl-C stops everything', 4 * 60_000)
        start.signalNpm('SIGTERM')
        await start.ended
        processesIn(data).should.be.empty()
    })

    it('says in one sentence that nothing listens at the server, and leaves nothing', async () => {
        const folder = join(data, 'elsewhere')
        start = new Start(['--server', 'http://127.0.0.1:9', '--once', '--instance', 'filler', '--data', folder], { FLOWFUSE_TOKEN: 'ffpat_x' })
        const code = await start.ended
        code!.should.equal(1)
        start.output.trim().split('\n').at(-1)!.should.equal(
            'Nothing is listening at http://127.0.0.1:9. Check the address and that the server is running.')
        processesIn(data).should.be.empty()
    })

    it('-- --server chooses nothing on another FlowFuse, and tells its token to nobody', async () => {
        const fake = await startFakeFlowFuse({ version: '2.4.0' })
        const folder = join(data, 'another')
        try {
            start = new Start(['--server', fake.url, '--data', folder], { FLOWFUSE_TOKEN: fake.tokens.alice })
            await start.prints('Ctrl-C stops everything', 4 * 60_000)
            start.output.should.containEql('choose an instance in its sidebar')
            start.output.should.not.containEql(fake.tokens.alice)
            const state = await stateOf(start.address('Local Node-RED'))
            should(state.connection?.user.username).equal('alice')
            should(state.target).equal(null)
            const nodeRed = processesIn(join(folder, 'local-node-red'))
            nodeRed.should.have.length(1)
            readFileSync(`/proc/${nodeRed[0]}/environ`, 'utf8').should.not.containEql('FLOWFUSE_TOKEN')
            start.signal('SIGINT')
            await start.ended

            start = new Start(['--server', fake.url, '--instance', 'labeller', '--data', folder], { FLOWFUSE_TOKEN: fake.tokens.alice })
            await start.prints('Ctrl-C stops everything', 4 * 60_000)
            should((await stateOf(start.address('Local Node-RED'))).target?.instance.id).equal(fake.ids.instances.labeller)
            start.signal('SIGINT')
            await start.ended
        } finally {
            await fake.stop()
        }
    })

    it('-- --server --once pushes to the instance that was named, or to none', async () => {
        const fake = await startFakeFlowFuse({ version: '2.4.0' })
        fake.createInstance('twin')
        fake.createInstance('twin', fake.ids.applications.line9)
        const once = async (...words: string[]) => {
            start = new Start(['--server', fake.url, '--once', '--data', join(data, 'another'), ...words], { FLOWFUSE_TOKEN: fake.tokens.alice })
            ;(await start.ended)!.should.equal(1)
            return start.output.trim().split('\n').at(-1)!
        }
        try {
            (await once()).should.equal('--once with --server needs --instance NAME, the hosted instance that is to run the example in place of its own flows.')
            fake.requests.should.be.empty()
            ;(await once('--instance', 'nowhere')).should.equal('This sign-in sees no instance named “nowhere”.')
            ;(await once('--instance', 'twin')).should.match(/^This sign-in sees 2 instances named “twin”/)
            fake.requests.filter(({ method }) => method !== 'GET').should.be.empty()
        } finally {
            await fake.stop()
        }
    })

    it('says what --once needs, and which words it knows', async () => {
        start = new Start(['--server', 'http://127.0.0.1:9', '--once', '--instance', 'filler', '--data', data])
        ;(await start.ended)!.should.equal(1)
        start.output.should.containEql('--once needs a token: set FLOWFUSE_TOKEN')
        start = new Start(['--twice'])
        ;(await start.ended)!.should.equal(1)
        const use = 'Use: npm start -- [--once] [--fresh] [--server URL] [--instance NAME] [--data FOLDER]\n'
        start.output.should.match(/start\.ts --twice\n+Unknown option '--twice'/).and.endWith(`\n${use}`)
        start = new Start(['--help'])
        ;(await start.ended)!.should.equal(0)
        start.output.should.containEql(use).and.match(/--fresh {2,}forget the sign-in/).and.not.containEql('Starting')
    })

    it('shows the steps that came and went between two looks', async () => {
        const states: Array<JobStep['state'][]> = [['running', 'waiting', 'waiting'], ['done', 'done', 'running'], ['done', 'done', 'done']]
        const call = async () => {
            const [first, second, third] = states.shift()!
            const steps = [{ id: 'capture', state: first! }, { id: 'check', state: second! }, { id: 'create', state: third! }]
            return { status: 200, body: { id: 'job', state: states.length === 0 ? 'done' : 'running', steps, error: null } as unknown as Job }
        }
        const shown: string[] = []
        const request = { instanceId: 'i', name: 'n', description: '', variables: { rule: 'keep' as const }, restore: null }
        await new PanelByHand({ call } as unknown as LocalNodeRed).push(request, step => shown.push(step))
        shown.should.eql(['Capture the flows', 'Check the instance', 'Create the snapshot'])
    })
})
