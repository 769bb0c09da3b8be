/**
 * `npm run test:hold`: the full form of everything that attacks the guarantees, part by part, and its figures at the end. A part is a file
 * beside this one that exports `hold`. `npm run test:hold -- mutations …` runs these parts alone.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** What a part has found: its figures by name, and in words whatever did not hold. */
export interface HoldResult { figures: Record<string, number | string>, failures: string[] }

/** @param say prints a line, while the part is at work and for its own table */
export type Hold = (say: (line: string) => void) => Promise<HoldResult>

const say = (line: string) => { process.stdout.write(`${line}\n`) }

/** Names of the files beside this one that are parts. */
export function holdParts (folder = __dirname): string[] {
    const files = readdirSync(folder).filter(file => file.endsWith('.ts') && file !== 'run.ts').sort()
    return files.filter(file => /^export (?:async )?(?:function|const) hold\b/m.test(readFileSync(join(folder, file), 'utf8'))).map(file => basename(file, '.ts'))
}

async function main (names: string[]): Promise<void> {
    const parts = holdParts()
    const unknown = names.find(name => !parts.includes(name))
    if (unknown !== undefined) {
        throw new Error(`There is no “${unknown}” to run; there is ${parts.join(', ')}.`)
    }
    const summary: string[] = []
    let isGood = parts.length > 0
    for (const name of parts.filter(part => names.length === 0 || names.includes(part))) {
        say(`\n── ${name}`)
        const began = Date.now()
        const { figures, failures } = await run(name)
        isGood &&= failures.length === 0
        const told = Object.entries(figures).map(([what, value]) => `${what} ${value}`).join(', ')
        summary.push(`${failures.length === 0 ? '✓' : '✗'} ${name}: ${told}; ${Math.round((Date.now() - began) / 1000)} s`, ...failures.map(failure => `    ${failure}`))
    }
    say('\n── all')
    summary.forEach(say)
    process.exitCode = isGood ? 0 : 1
}

async function run (name: string): Promise<HoldResult> {
    try {
        const { hold } = await import(`./${name}`) as { hold: Hold }
        return await hold(say)
    } catch (error) {
        return { figures: {}, failures: [`it ended with ${error instanceof Error ? error.stack : String(error)}`] }
    }
}

if (require.main === module) {
    main(process.argv.slice(2)).catch((error: unknown) => {
        say(error instanceof Error ? error.message : String(error))
        process.exitCode = 1
    })
}
