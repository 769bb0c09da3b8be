/**
 * Whether a secret gets anywhere where it has no business: every token, credential, hidden variable and secret is a canary, the plugin is
 * driven along all roads and into failures, and then everything that it told or wrote is searched for them.
 * `npx tsx test/hold/canaries.ts [4.1|5.0]`.
 */
import { ensureNodeRed5 } from '../node-red/five/install'
import { inTheBrowser } from './canary-browser'
import { roads, type Road } from './canary-drive'
import { CanaryWorld } from './canary-world'
import type { HoldResult } from './run'

/** `browser`: also by a user with Chromium. `only`: parts of the names of roads; absent: all. */
interface Options { version: '4.1' | '5.0', say: (line: string) => void, browser?: boolean, only?: string[] }

export async function canaries ({ version, say, browser = true, only = [] }: Options): Promise<HoldResult> {
    const binary = version === '5.0' ? await ensureNodeRed5(say) : undefined
    const world = await CanaryWorld.start(binary)
    const failures: string[] = []
    const all: Road[] = [...(browser ? [...roads.slice(0, 2), ['in the browser', inTheBrowser] as Road] : roads.slice(0, 2)), ...roads.slice(2)]
    try {
        for (const [name, go] of all.filter(([name]) => only.length === 0 || only.some(part => name.includes(part)))) {
            const began = Date.now()
            await go(world).catch((error: unknown) => failures.push(`${name} could not be driven: ${error instanceof Error ? error.message : String(error)}`))
            say(`${name}: ${world.places.length} places, ${world.canaries.count} canaries, ${Date.now() - began} ms`)
        }
        world.gather()
        const found = world.findings()
        return {
            figures: { 'canaries': world.canaries.count, 'places searched': world.places.length, 'canaries found': found.length },
            failures: [...failures, ...found]
        }
    } finally {
        await world.stop()
    }
}

/** The part of `npm run test:hold`: with both versions of Node-RED. */
export async function hold (say: (line: string) => void): Promise<HoldResult> {
    const results = [await canaries({ version: '4.1', say }), await canaries({ version: '5.0', say })]
    const sum = (name: string) => results.reduce((total, { figures }) => total + Number(figures[name]), 0)
    const names = Object.keys(results[0]!.figures)
    return { figures: Object.fromEntries(names.map(name => [name, sum(name)])), failures: results.flatMap(({ failures }) => failures) }
}

if (require.main === module) {
    const version = process.argv.includes('5.0') ? '5.0' : '4.1'
    const say = (line: string) => { process.stdout.write(`${line}\n`) }
    void canaries({ version, say, only: process.argv.slice(2).filter(word => !/^\d/.test(word)) }).then(({ figures, failures }) => {
        say(JSON.stringify(figures))
        failures.forEach(failure => say(`✗ ${failure}`))
        process.exitCode = failures.length === 0 ? 0 : 1
    })
}
