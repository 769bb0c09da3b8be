/**
 * Whether the guarantees are tested where they are kept: takes one guard after the other out of a copy of `src` and runs the guarantee's
 * own tests, which must fail then. `npx tsx test/hold/mutations.ts [01 …]` runs those whose names begin so or, without names, all.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { applyPatch, parsePatch } from 'diff'
import type { HoldResult } from './run'

const root = dirname(dirname(__dirname))
const guaranteesFolder = join(root, 'test/guarantees')
const limitMs = 120_000
/** Each has a copy of what tests need. */
const mostAtOnce = 8

/** A change of `src` that takes a guard away. `number`: of the guarantee, as `07`. */
export interface Mutation { number: string, name: string, patch: string }

/** One guarantee with its file of tests and all of its mutations. */
export interface Guarantee { number: string, title: string, file: string, mutations: Mutation[] }

/** `killed`: names of mutations, each with the test that has noticed it; `failures`: what did not go as it must, in words. */
export interface GuaranteeResult { guarantee: Guarantee, tests: number, killed: Map<string, string>, failures: string[] }

/** What the tests of a file came to. `ran` is false where they could not even begin; `stuck`: tests that took too long, and hooks that failed. */
export interface TestRun { ran: boolean, passed: number, failed: string[], stuck: string[] }

/** Every guarantee that has a file of tests, in order. */
export function guarantees (): Guarantee[] {
    const patches = readdirSync(join(guaranteesFolder, 'mutations')).filter(name => name.endsWith('.patch')).sort()
    const mutations = patches.map(name => ({ number: name.slice(0, 2), name: basename(name, '.patch'), patch: readFileSync(join(guaranteesFolder, 'mutations', name), 'utf8') }))
    return readdirSync(guaranteesFolder).filter(name => /^\d\d-.*\.test\.ts$/.test(name)).sort().map(file => ({
        number: file.slice(0, 2),
        title: file.slice(3, -'.test.ts'.length).replaceAll('-', ' '),
        file,
        mutations: mutations.filter(({ number }) => number === file.slice(0, 2))
    }))
}

/**
 * The files that a mutation changes, as they are then, by path below `from`.
 * @throws Error for a patch that does not apply any more
 */
export function mutated ({ name, patch }: Mutation, from = root): Map<string, string> {
    const files = parsePatch(patch).map(({ oldFileName = '', ...hunks }): [string, string] => {
        const path = oldFileName.replace(/^a\//, '')
        const text = applyPatch(readFileSync(join(from, path), 'utf8'), { oldFileName, ...hunks }, { fuzzFactor: 0 })
        if (!path.startsWith('src/') || text === false) {
            throw new Error(`${name} does not apply to ${path} any more`)
        }
        return [path, text]
    })
    if (files.length === 0) {
        throw new Error(`${name} changes nothing`)
    }
    return new Map(files)
}

/** A copy of what tests need, in which `src` can be changed. */
export class MutationBench {
    readonly folder = mkdtempSync(join(tmpdir(), 'mutations-'))

    constructor () {
        for (const name of ['src', 'test', 'locales', 'scripts', 'package.json', 'tsconfig.json', '.mocharc.json']) {
            cpSync(join(root, name), join(this.folder, name), { recursive: true })
        }
        symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'))
    }

    /** The tests of a guarantee with a mutation, or without one, up to the first that fails. */
    async run (file: string, mutation?: Mutation): Promise<TestRun> {
        const changed = mutation === undefined ? new Map<string, string>() : mutated(mutation, this.folder)
        // Its own files, whatever becomes of those that were copied meanwhile.
        const before = new Map([...changed.keys()].map(path => [path, readFileSync(join(this.folder, path), 'utf8')]))
        const write = (files: Map<string, string>) => files.forEach((text, path) => writeFileSync(join(this.folder, path), text))
        try {
            write(changed)
            return resultIn(await this.mocha(file))
        } finally {
            write(before)
        }
    }

    remove (): void {
        rmSync(this.folder, { recursive: true, force: true })
    }

    private mocha (file: string): Promise<string> {
        // As .mocharc.json says it, without the process in between that it would take.
        const args = ['--import', 'tsx', join(root, 'node_modules/mocha/lib/cli/cli.js'), '--no-config', '--exit', '--bail', '--timeout', '8000', '--reporter', 'json', join('test/guarantees', file)]
        return new Promise(resolve => {
            execFile(process.execPath, args, { cwd: this.folder, timeout: limitMs, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => resolve(stdout))
        })
    }
}

interface MochaResult { stats: { passes: number }, failures: Array<{ title: string, fullTitle: string, err: { code?: string } }> }

/** What mocha's JSON says; tests may write before it. */
function resultIn (output: string): TestRun {
    const start = output.search(/^\{\n {2}"stats"/m)
    try {
        const { stats, failures } = JSON.parse(output.slice(start)) as MochaResult
        const isHook = /^"(?:before|after) (?:each|all)" hook/
        const isStuck = ({ title, err }: MochaResult['failures'][number]) => err.code === 'ERR_MOCHA_TIMEOUT' || isHook.test(title)
        const titles = (some: MochaResult['failures']) => some.map(({ fullTitle }) => fullTitle)
        const [failed, stuck] = [titles(failures.filter(each => !isStuck(each))), titles(failures.filter(isStuck))]
        return { ran: start >= 0, passed: stats.passes, failed, stuck }
    } catch {
        return { ran: false, passed: 0, failed: [], stuck: [] }
    }
}

/** @param names of mutations, or how they begin (`07`, `07-any`); none: all */
export async function runMutations (names: string[] = [], say: (line: string) => void = () => undefined): Promise<GuaranteeResult[]> {
    const results = chosen(names).map((guarantee): GuaranteeResult => ({ guarantee, tests: 0, killed: new Map(), failures: [] }))
    const work = results.flatMap(result => [
        (bench: MutationBench) => runWhole(bench, result),
        ...result.guarantee.mutations.map(mutation => (bench: MutationBench) => runMutation(bench, result, mutation, say))
    ])
    const left = work.values()
    const worker = async () => {
        const bench = new MutationBench()
        try {
            // All take from the same iterator, so that none waits for another.
            for (const next of left) {
                await next(bench)
            }
        } finally {
            bench.remove()
        }
    }
    await Promise.all(Array.from({ length: Math.min(availableParallelism(), mostAtOnce) }, worker))
    return results
}

async function runWhole (bench: MutationBench, result: GuaranteeResult): Promise<void> {
    const { file } = result.guarantee
    const { ran, passed, failed, stuck } = await bench.run(file)
    result.tests = passed
    if (!ran || failed.length + stuck.length > 0 || passed === 0) {
        result.failures.push(`${file} is not green without any mutation: ${[...failed, ...stuck].join('; ') || 'it did not run'}`)
    }
}

async function runMutation (
    bench: MutationBench, { guarantee, killed, failures }: GuaranteeResult, mutation: Mutation, say: (line: string) => void
): Promise<void> {
    const { test, failure } = await tried(bench, guarantee, mutation)
    say(`${test !== undefined ? '✓' : '✗'} ${mutation.name}: ${test ?? failure}`)
    if (test !== undefined) {
        killed.set(mutation.name, test)
    } else {
        failures.push(`${mutation.name}: ${failure}`)
    }
}

function chosen (names: string[]): Guarantee[] {
    const isChosen = (name: string) => names.length === 0 || names.some(begin => name.startsWith(begin))
    return guarantees().map(guarantee => ({ ...guarantee, mutations: guarantee.mutations.filter(({ name }) => isChosen(name)) }))
        .filter(({ mutations }) => names.length === 0 || mutations.length > 0)
}

/** @returns the test that has noticed, or why none has; one that took too long, or a hook, is said to be that: it tells less of the guard */
async function tried (bench: MutationBench, { file }: Guarantee, mutation: Mutation): Promise<{ test?: string, failure?: string }> {
    try {
        const { ran, failed, stuck } = await bench.run(file, mutation)
        const test = failed[0] ?? (stuck.length > 0 ? `only by what got stuck: ${stuck[0]}` : undefined)
        return test !== undefined ? { test } : { failure: ran ? 'survived' : 'the tests did not even begin' }
    } catch (error) {
        return { failure: (error as Error).message }
    }
}

/** Guarantees × tests × mutations, in Markdown. */
export function mutationTable (results: GuaranteeResult[]): string[] {
    const rows = results.map(({ guarantee: { number, title, mutations }, tests, killed }) =>
        [String(Number(number)), title, String(tests), String(mutations.length), String(killed.size)])
    const sum = (at: number) => String(rows.reduce((total, row) => total + Number(row[at]), 0))
    const table = [['', 'guarantee', 'tests', 'mutations', 'noticed'], ...rows, ['', 'all', sum(2), sum(3), sum(4)]]
    const widths = table[0]!.map((_, at) => Math.max(3, ...table.map(row => row[at]!.length)))
    const lines = table.map(row => `| ${row.map((cell, at) => at === 1 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)).join(' | ')} |`)
    const rule = `| ${widths.map((width, at) => at === 1 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`).join(' | ')} |`
    return [lines[0]!, rule, ...lines.slice(1)]
}

/** The part of `npm run test:hold`: every mutation of every guarantee. */
export async function hold (say: (line: string) => void): Promise<HoldResult> {
    const results = await runMutations([], say)
    mutationTable(results).forEach(say)
    const sum = (count: (result: GuaranteeResult) => number) => results.reduce((total, result) => total + count(result), 0)
    const failures = results.flatMap(result => result.failures)
    const empty = results.filter(({ tests, guarantee }) => tests === 0 || guarantee.mutations.length < 2).map(({ guarantee }) => `${guarantee.file} has an empty cell`)
    return {
        figures: {
            guarantees: results.length, 'guarantee tests': sum(({ tests }) => tests), mutations: sum(({ guarantee }) => guarantee.mutations.length),
            'mutations killed': sum(({ killed }) => killed.size)
        },
        failures: [...failures, ...empty]
    }
}

async function main (): Promise<void> {
    const say = (line: string) => { process.stdout.write(`${line}\n`) }
    const results = await runMutations(process.argv.slice(2), say)
    mutationTable(results).forEach(say)
    const failures = results.flatMap(result => result.failures)
    failures.forEach(failure => say(`✗ ${failure}`))
    process.exitCode = failures.length === 0 ? 0 : 1
}

if (require.main === module) {
    void main()
}
