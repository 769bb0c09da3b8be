import { fuzzAnswers } from '../fuzz/answers'
import { fuzzParsers } from '../fuzz/parsers'
import { fuzzRoutes, type Outcome } from '../fuzz/routes'
import type { HoldResult } from './run'

/** Tried in all at least. */
const least = 20_000

/**
 * Every parser, every route, and every answer of the platform that a route leads to, with what nobody thought of: none ends the process,
 * none is answered without words for it. `FUZZ_SEED` tries the cases of a run before again.
 */
export async function hold (say: (line: string) => void): Promise<HoldResult> {
    const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
    say(`seed ${seed}`)
    const figures: HoldResult['figures'] = { seed }
    const failures: string[] = []
    const parts: Array<[string, () => Outcome | Promise<Outcome>]> = [
        ['parsed', () => fuzzParsers(250, seed)], ['sent to routes', () => fuzzRoutes(80, seed)], ['answered by the platform', () => fuzzAnswers(50, seed)]
    ]
    let tried = 0
    for (const [name, run] of parts) {
        const { cases, failures: found } = await run()
        say(`${name}: ${cases} cases, ${found.length} of them failed`)
        found.forEach(say)
        figures[name] = cases
        tried += cases
        failures.push(...found)
    }
    if (tried < least) {
        failures.push(`only ${tried} cases were tried, not ${least}`)
    }
    return { figures: { ...figures, cases: tried }, failures }
}
