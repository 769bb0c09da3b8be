import 'should'
import { closeSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../platform/lock'
import { runChild } from './child'

const never = new AbortController().signal
const run = (code: string, limit = 60_000, interrupted = never) => runChild(process.execPath, ['-e', code], limit, interrupted)

describe('a program that npm test runs', () => {
    let folder: string

    beforeEach(() => { folder = realpathSync(mkdtempSync(join(tmpdir(), 'child-'))) })
    afterEach(() => rmSync(folder, { recursive: true, force: true }))

    /** Starts a grandchild that writes its id down, and waits for ever. */
    const family = () => `
        const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
        require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(child.pid))
        process.on('SIGTERM', () => { child.kill(); process.exit(0) })
        setInterval(() => {}, 1000)`
    const grandchild = () => Number(readFileSync(join(folder, 'pid'), 'utf8'))

    it('ends with its code', async () => {
        ;(await run('process.exitCode = 3')).should.equal(3)
        ;(await run('process.kill(process.pid, "SIGKILL")')).should.equal('was ended by SIGKILL')
        ;(await runChild(join(folder, 'none'), [], 1000, never)).should.match(/could not be started/)
    })

    it('reads nothing', async () => {
        ;(await run('process.stdin.on("data", () => process.exit(1)).on("end", () => process.exit(0))')).should.equal(0)
    })

    it('prints to a file where it is to be quiet', async () => {
        const output = openSync(join(folder, 'output'), 'w')
        ;(await runChild(process.execPath, ['-e', 'console.log("said"); console.error("complained")'], 60_000, never, output)).should.equal(0)
        closeSync(output)
        readFileSync(join(folder, 'output'), 'utf8').should.equal('said\ncomplained\n')
    })

    it('is stopped with all it started when it takes too long', async () => {
        ;(await run(family(), 1500)).should.equal('was stopped after 2 s')
        isAlive(grandchild()).should.be.false()
    })

    it('is stopped with all it started when the run is interrupted', async () => {
        const interruption = new AbortController()
        const ending = run(family(), 10_000, interruption.signal)
        while (true) {
            try {
                if (grandchild() > 0) break
            } catch {
                await new Promise(resolve => setTimeout(resolve, 20))
            }
        }
        interruption.abort()
        ;(await ending).should.equal('was interrupted')
        isAlive(grandchild()).should.be.false()
    })
})
