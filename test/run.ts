/**
 * `npm test`: type check, lint, build, then every suite, each in a process of its own, the others beside the one that mostly waits for
 * instances to start. Goes on after a failure, so that the counts are whole; only a missing tool ends it at once. The last line is
 * `N passed, N failed`.
 * `npm test -- unit browser` runs these alone; `--install-browser` fetches a browser where there is none.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { findChromium } from './browser/chromium'
import { ensureNodeRed5 } from './node-red/five/install'
import { ensurePlatform, requireBuildTools } from './platform/install'
import { runChild, type Ending } from './run/child'
import { findSuites, type Suite } from './run/suites'
import { countLine, tallyCheck, tallySuite, type Tally } from './run/tally'

interface Part { name: string, run: (output: Output) => Promise<Tally> }
/** Where a part prints: with us, or to an open file while another part does. */
type Output = 'inherit' | number
interface Told { tally: Tally, line: string }

const root = dirname(__dirname)
const wholeLimit = 85 * 60_000
const checkLimit = 10 * 60_000
const startedAt = Date.now()
const interruption = new AbortController()

const say = (line: string) => { process.stdout.write(`${line}\n`) }

async function main (): Promise<Tally[]> {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'install-browser': { type: 'boolean' } } })
    const parts = chooseParts(positionals)
    if (parts.some(part => ['integration', 'platform', 'browser'].includes(part.name))) {
        requireBuildTools()
        // Told to the suites, so that each need not look again.
        process.env.CHROMIUM = await findChromium({ install: values['install-browser'], progress: say })
        await ensurePlatform(say)
        await ensureNodeRed5(say)
    }
    const told = new Map<Part, Told>()
    for (const { beside, live } of inTurns(parts)) {
        await Promise.all([
            eachInTurn(live, async part => { told.set(part, await runPart(part)) }),
            eachInTurn(beside, async part => { told.set(part, await runQuietly(part)) })
        ])
    }
    const all = parts.map(part => told.get(part)).filter(result => result !== undefined)
    say(`\n── all, ${Math.round((Date.now() - startedAt) / 1000)} s`)
    all.forEach(({ tally, line }) => [line, ...tally.failures.map(failure => `    ${failure.replaceAll('\n', '\n    ')}`)].forEach(say))
    return all.map(({ tally }) => tally)
}

/** One after the other, except what runs beside the suite with the most waiting. */
function inTurns (parts: Part[]): Array<{ live: Part[], beside: Part[] }> {
    const long = parts.find(part => part.name === 'integration')
    const beside = long ? parts.filter(part => ['unit', 'node-red', 'platform', 'browser'].includes(part.name)) : []
    return parts.filter(part => !beside.includes(part)).map(part => ({ live: [part], beside: part === long ? beside : [] }))
}

async function eachInTurn (parts: Part[], run: (part: Part) => Promise<void>): Promise<void> {
    for (const part of parts) {
        if (interruption.signal.aborted) {
            throw new Error('The tests were interrupted.')
        }
        await run(part)
    }
}

async function runPart (part: Part, output: Output = 'inherit'): Promise<Told> {
    if (output === 'inherit') { say(`\n── ${part.name}`) }
    const began = Date.now()
    const tally = await part.run(output)
    const line = `${tally.failures.length === 0 ? '✓' : '✗'} ${part.name}: ${countLine([tally])}, ${Math.round((Date.now() - began) / 1000)} s`
    if (output === 'inherit') { say(line) }
    return { tally, line }
}

/** Prints what a part prints once it is over. */
async function runQuietly (part: Part): Promise<Told> {
    return await withFolder(async folder => {
        const file = join(folder, 'output')
        const output = openSync(file, 'w')
        const told = await runPart(part, output).finally(() => closeSync(output))
        say(`\n── ${part.name}\n${readFileSync(file, 'utf8')}\n${told.line}\n`)
        return told
    })
}

/** @throws Error for a name that no part has */
function chooseParts (names: string[]): Part[] {
    const program = (module: string, bin: string) => join(dirname(createRequire(__filename).resolve(`${module}/package.json`)), bin)
    const check = (name: string, ...args: string[]): Part => ({ name, run: async output => tallyCheck(await node(args, checkLimit, output)) })
    const parts = [
        check('type check', program('typescript', 'bin/tsc'), '--noEmit'),
        check('lint', program('eslint', 'bin/eslint.js'), '.'),
        check('build', join(root, 'scripts/build.mjs')),
        ...findSuites(__dirname).map(suite => ({ name: suite.name, run: (output: Output) => runSuite(suite, program('mocha', 'bin/mocha.js'), output) }))
    ]
    const unknown = names.find(name => !parts.some(part => part.name === name))
    if (unknown !== undefined) {
        throw new Error(`There is no “${unknown}” to run; there is ${parts.map(part => part.name).join(', ')}.`)
    }
    return parts.filter(part => names.length === 0 || names.includes(part.name))
}

async function runSuite (suite: Suite, mocha: string, output: Output): Promise<Tally> {
    if (suite.files.length === 0) {
        return { passed: 0, failures: ['the suite has no test'] }
    }
    return await withFolder(async folder => {
        const record = join(folder, 'record')
        const isColourful = output === 'inherit' && process.stdout.isTTY
        const reporter = [isColourful ? '--color' : '--no-color', '--reporter', join(__dirname, 'run/reporter.ts'), '--reporter-option', `record=${record}`]
        const ending = await node([mocha, '--forbid-only', ...reporter, ...suite.files.map(file => relative(root, file))], suite.limit, output)
        return tallySuite(readRecord(record), ending)
    })
}

async function withFolder<T> (work: (folder: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'test-run-'))
    return await work(folder).finally(() => rmSync(folder, { recursive: true, force: true }))
}

function node (args: string[], limit: number, output: Output): Promise<Ending> {
    const left = Math.max(0, startedAt + wholeLimit - Date.now())
    return runChild(process.execPath, args, Math.min(limit, left), interruption.signal, output)
}

/** @returns '' when the suite crashed before its first result */
function readRecord (file: string): string {
    try {
        return readFileSync(file, 'utf8')
    } catch {
        return ''
    }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interruption.abort())
}
process.chdir(root)
main().catch((error: unknown): Tally[] => {
    say(error instanceof Error ? error.message : String(error))
    return [{ passed: 0, failures: ['the tests could not be run'] }]
}).then(tallies => {
    const isGood = tallies.some(tally => tally.passed > 0) && tallies.every(tally => tally.failures.length === 0)
    // Written whole before the process ends, also into a pipe; ended by us, so that nothing left over keeps it alive.
    process.stdout.write(`${countLine(tallies)}\n`, () => process.exit(isGood ? 0 : 1))
}).catch(() => process.exit(1))
