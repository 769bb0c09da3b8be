/**
 * Thousands of cycles of push, pull and automatic snapshot on a platform that fails at random: nothing may be told that is not so, and what
 * the process holds stays the same. `npx tsx test/hold/long-run.ts [cycles [seed]]`.
 */
import { createRequire } from 'node:module'
import { LongWorld } from './long-world'
import { randomFrom } from './random-faults'
import type { HoldResult } from './run'
import { flatness, type Gauge, type Look } from './slope'

const { gauge } = createRequire(__filename)('./gauge.cjs') as { gauge: (emitters: object[]) => Promise<Gauge> }
const faultRate = 0.05
/** V8 goes on to compile and to learn shapes for long; what a cycle of the plugin would leave, a job or a snapshot, is many times that. */
const bytesAllowed = 2048

interface Options { cycles: number, seed: number, bytesAllowed: number, say: (line: string) => void }

export async function longRun ({ cycles, seed, bytesAllowed, say }: Options): Promise<HoldResult> {
    const long = await LongWorld.start(randomFrom(seed), faultRate, say)
    const looks: Look[] = []
    let fewest = Infinity
    let most = 0
    // What is loaded to tell lines of TypeScript in each new stack is not the plugin's.
    process.setSourceMapsEnabled(false)
    try {
        say(`${cycles} cycles with seed ${seed}`)
        for (let cycle = 1; cycle <= cycles; cycle++) {
            await long.next()
            if (cycle % Math.max(1, Math.floor(cycles / 20)) === 0) {
                looks.push({ cycle, gauge: await gauge([long.world.red.events]) })
                const files = long.files().length
                fewest = cycle > cycles / 2 ? Math.min(fewest, files) : fewest
                most = cycle > cycles / 2 ? Math.max(most, files) : most
                const now = looks.at(-1)!.gauge
                say(`${cycle}: ${Math.round(now.bytes / 1024)} KB, ${files} files, ${JSON.stringify(now)}, ${long.faults.count} faults, ${long.failures.length} failures`)
            }
        }
    } finally {
        await long.stop()
        process.setSourceMapsEnabled(true)
    }
    const flat = flatness(looks, bytesAllowed)
    say([...long.codes].map(([code, count]) => `${code} ${count}`).join(', '))
    const files = most > fewest + 6 ? [`files grow from ${fewest} to ${most}`] : []
    return {
        figures: { cycles, seed, ...long.done, 'faults': long.faults.count, ...flat.figures, 'files in the store': `${fewest}–${most}` },
        failures: [...long.failures, ...flat.failures, ...files]
    }
}

/** The part of `npm run test:hold`. */
export function hold (say: (line: string) => void): Promise<HoldResult> {
    return longRun({ cycles: 2000, seed: Date.now() % 1_000_000, bytesAllowed, say })
}

if (require.main === module) {
    const [cycles = '2000', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2)
    const say = (line: string) => { process.stdout.write(`${line}\n`) }
    void longRun({ cycles: Number(cycles), seed: Number(seed), bytesAllowed, say }).then(({ figures, failures }) => {
        say(JSON.stringify(figures, null, 4))
        failures.forEach(failure => say(`✗ ${failure}`))
        process.exitCode = failures.length === 0 ? 0 : 1
    })
}
