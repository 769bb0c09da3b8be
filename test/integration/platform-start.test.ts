import 'should'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
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

describe('npm start', function () {
    this.timeout(120_000)
    let data: string
    let start: Start

    before(async function () {
        this.timeout(20 * 60_000)
        await ensurePlatform(line => process.stdout.write(`    ${line}\n`))
        data = realpathSync(mkdtempSync(join(tmpdir(), 'npm-start-')))
    })

    // Every process that is started works in the data folder, but for those of the start itself, which keep its output open.
    afterEach(() => start?.kill())

    after(() => rmSync(data, { recursive: true, force: true }))

    it('-- --once does the whole job in an empty folder, shows each step and ends with 0', async () => {
        start = new Start(['--once', '--data', data])
        const code = await start.ended
        start.output.should.match(/Starting FlowFuse.+\n.*Making a team.+\n.*Waiting for the instance.+\n.*Starting the local Node-RED/)
        start.output.trim().split('\n').at(-1)!.should.match(/answers as .+ does: plant, plcKey, signature, signedInAs arrived\.$/)
        code!.should.equal(0)
        processesIn(data).should.be.empty()
    })

    it('is ready again within 45 seconds, listens on 127.0.0.1 alone, and Ctrl-C leaves nothing', async () => {
        start = new Start(['--data', data])
        await start.prints('Ctrl-C stops everything', 45_000)
        const [, local] = /Local Node-RED\s+(\S+)/.exec(start.output)!
        ;(await fetch(`${local}/press/check`)).status.should.equal(200)
        const state = await (await fetch(`${local}/flowfuse-snapshots/state`)).json() as { connection: object, target: { instance: object } }
        state.target.instance.should.containDeep({ name: 'press-controller' })

        const listeners = listenersOf(processesIn(data))
        listeners.should.matchEach(/^127\.0\.0\.1:/)
        // FlowFuse, the launcher, its Node-RED, and the local one.
        listeners.should.have.length(4)

        start.signal('SIGINT')
        await start.ended
        processesIn(data).should.be.empty()
        start.output.should.not.match(/Error|error/)
    })

    it('-- --fresh is not connected, and proposes the FlowFuse it started', async () => {
        start = new Start(['--fresh', '--data', data])
        await start.prints('Ctrl-C stops everything', 45_000)
        const [, local] = /Local Node-RED\s+(\S+)/.exec(start.output)!
        const [, flowfuse] = /FlowFuse\s+(http\S+)\s+user/.exec(start.output)!
        const state = await (await fetch(`${local}/flowfuse-snapshots/state`)).json() as object
        state.should.containDeep({ connection: null, target: null, defaultServer: flowfuse })
        start.signal('SIGINT')
        await start.ended
        processesIn(data).should.be.empty()
    })

    it('can be interrupted while FlowFuse starts', async () => {
        start = new Start(['--data', data])
        await start.prints('Starting FlowFuse', 20_000)
        start.signal('SIGTERM')
        await start.ended
        start.output.should.not.containEql('Starting the local Node-RED')
        processesIn(data).should.be.empty()
    })

    it('stops when only npm is told to', async () => {
        start = new Start(['--data', data])
        await start.prints('Ctrl-C stops everything', 45_000)
        start.signalNpm('SIGTERM')
        await start.ended
        processesIn(data).should.be.empty()
    })

    it('says in one sentence that nothing listens at the server, and leaves nothing', async () => {
        const folder = join(data, 'elsewhere')
        start = new Start(['--server', 'http://127.0.0.1:9', '--once', '--data', folder], { FLOWFUSE_TOKEN: 'ffpat_x' })
        const code = await start.ended
        code!.should.equal(1)
        start.output.trim().split('\n').at(-1)!.should.equal(
            'Nothing is listening at http://127.0.0.1:9. Check the address and that the server is running.')
        processesIn(data).should.be.empty()
    })

    it('says what --once needs, and which words it knows', async () => {
        start = new Start(['--server', 'http://127.0.0.1:9', '--once', '--data', data])
        ;(await start.ended)!.should.equal(1)
        start.output.should.containEql('--once needs a token: set FLOWFUSE_TOKEN')
        start = new Start(['--twice'])
        ;(await start.ended)!.should.equal(1)
        start.output.should.match(/start\.ts --twice\n+Unknown option '--twice'.*\nUse: npm start -- \[--once\] \[--fresh\] \[--server URL\] \[--data FOLDER\]\n$/)
    })
})
