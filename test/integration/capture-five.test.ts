import should from 'should'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { binaryOf } from '../node-red/versions'

interface Report { tests: Array<{ title: string, fullTitle: string, err: { message?: string } }> }

const root = join(__dirname, '../..')

describe('capturing a Node-RED 5.0 in a process of its own Node.js', function () {
    this.timeout(5 * 60_000)
    const folder = mkdtempSync(join(tmpdir(), 'ffs-capture-five-'))
    const titlesIn = (file: string) => [...readFileSync(file, 'utf8').matchAll(/^ {4}it\('(.+)', async/gm)].map(([, title]) => title)

    after(() => rmSync(folder, { recursive: true }))

    it('passes every test that capturing a 4.1 passes', async () => {
        const { node, red } = binaryOf('5.0')!
        const mocha = join(dirname(createRequire(__filename).resolve('mocha/package.json')), 'bin/mocha.js')
        const tests = join(__dirname, 'capture.test.ts')
        const report = join(folder, 'report.json')
        const output = await new Promise<string>(resolve => {
            execFile(node, [mocha, '--reporter', 'json', '--reporter-option', `output=${report}`, tests], {
                cwd: root, env: { ...process.env, NODE_RED_TO_CAPTURE: dirname(red) }
            }, (_, stdout, stderr) => resolve(stdout + stderr))
        })
        should(existsSync(report)).be.true(output)
        const { tests: done } = JSON.parse(readFileSync(report, 'utf8')) as Report
        done.forEach(({ fullTitle }) => should(fullTitle).startWith('capturing a Node-RED 5.0.'))
        should(done.filter(({ err }) => err.message !== undefined)).eql([])
        should(done.map(({ title }) => title)).eql(titlesIn(tests))
    })
})
