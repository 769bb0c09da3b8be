/**
 * `npm run bench`: what the plugin costs, measured on a real FlowFuse and a real Node-RED. Prints a table and writes it to
 * test/bench/results.json. A bar that is missed is said and no failure: a busy machine misses some. `npm run bench -- 1000`
 * measures at that number of nodes only, `npm run bench -- time memory` only these parts, at every size; then nothing is written.
 */
import { cp, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureAutomaticStall } from './automatic-stall'
import { measureCompareRows, measureDrawing } from './compare-rows'
import { measureEditorStart } from './editor-start'
import { table, type Measure } from './measure'
import { measureMemory } from './memory'
import { measurePlanTime } from './plan-time'
import { measurePreviewRows } from './preview-rows'
import { measurePullStall } from './pull-stall'
import { measurePushTime } from './push-time'
import { measureRestoreTime } from './restore-time'
import { measureSnapshotRows } from './snapshot-rows'
import { measureStall } from './stall'
import { measureStartTime } from './start-time'
import { World, type WorldOptions } from './world'

const root = join(__dirname, '../..')
const sizes = [1000, 5000, 15_000]
const largest = 15_000
/** The size at which a snapshot after each deploy must not be felt. */
const usual = 5000
/** The size of each of two files that are compared. */
const compared = 20_000

const say = (line: string) => { process.stdout.write(`${line}\n`) }

const parts = ['start', 'plan', 'compare', 'restore', 'automatic', 'time', 'stall', 'pull', 'memory'] as const

interface Choice { sizes: number[], parts: readonly string[] }

async function main (chosen: Choice): Promise<void> {
    const interruption = untilInterrupted()
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'bench-')))
    const stops: Array<() => Promise<void>> = [() => rm(folder, { recursive: true, force: true })]
    try {
        const measures = await measureAll({ folder, plugin: await copyPlugin(folder), progress: say, interrupted: interruption }, chosen, stops)
        if (chosen.sizes === sizes && chosen.parts === parts) {
            await writeFile(join(__dirname, 'results.json'), `${JSON.stringify(measures, null, 4)}\n`)
        }
        say('')
        table(measures).forEach(say)
    } catch (error) {
        // What an interruption breaks is no news.
        if (!interruption.aborted) throw error
        process.exitCode = 130
    } finally {
        // What can't be stopped must not keep the others running.
        for (const stop of stops.reverse()) await stop().catch((error: unknown) => say(String(error)))
    }
}

/** @param stops gets what ends each thing that was started, as soon as it was */
async function measureAll (options: WorldOptions, chosen: Choice, stops: Array<() => Promise<void>>): Promise<Measure[]> {
    const measures: Measure[] = []
    const add = (more: Measure[]) => {
        measures.push(...more)
        table(more).slice(1).forEach(line => say(`  ${line}`))
    }
    const wanted = (part: typeof parts[number]) => chosen.parts.includes(part)
    add(await measureEditorStart(options.plugin))
    if (wanted('start')) {
        say('Starting Node-RED with and without the plugin')
        // Before there is a platform, whose work would be in it.
        add(await measureStartTime(options))
    }
    if (wanted('plan')) {
        say('Comparing two flow sets')
        add(measurePlanTime())
        add(await measurePreviewRows(largest))
        add(await measureSnapshotRows())
    }
    if (wanted('compare')) {
        say('Looking at a comparison, and at a drawing')
        add(await measureCompareRows(compared))
        add(await measureDrawing(usual))
    }
    for (const size of wanted('restore') ? chosen.sizes : []) {
        say(`Measuring restores of ${size} nodes`)
        add(await measureRestoreTime(options, size, stops))
    }
    if (wanted('automatic') && chosen.sizes.includes(usual)) {
        say(`Deploying ${usual} nodes with and without automatic snapshots`)
        add(await measureAutomaticStall(options, usual, stops))
    }
    const world = await World.start(options, stops)
    for (const size of chosen.sizes) {
        say(`Deploying ${size} nodes`)
        const body = await world.prepare(size)
        say(`Measuring pushes of ${size} nodes`)
        if (wanted('time')) add(await measurePushTime(world, size, body))
        if (wanted('stall')) add(await measureStall(world, size, body))
        if (wanted('pull')) add(await measurePullStall(world, size))
        if (wanted('memory') && size === largest) add(await measureMemory(world, size, body))
    }
    return measures
}

/** A copy of the built plugin, so that what is measured stays the same when the build is made anew meanwhile. */
async function copyPlugin (folder: string): Promise<string> {
    const plugin = join(folder, 'plugin')
    for (const part of ['package.json', 'dist', 'resources']) await cp(join(root, part), join(plugin, part), { recursive: true })
    await symlink(join(root, 'node_modules'), join(plugin, 'node_modules'))
    return plugin
}

/** Aborted by the first Ctrl-C; a second one ends the process at once, and what it started ends by itself. */
function untilInterrupted (): AbortSignal {
    const controller = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.once(signal, () => controller.abort(new Error('The benchmark was interrupted.')))
    }
    return controller.signal
}

const words = process.argv.slice(2)
const chosenParts = words.filter(word => parts.some(part => part === word))
const chosenSizes = words.filter(word => !chosenParts.includes(word)).map(Number)
if (chosenSizes.some(size => !Number.isInteger(size) || size < 100)) {
    process.stderr.write(`Use: npm run bench -- [number of nodes, 100 or more | ${parts.join(' | ')}] …\n`)
    process.exitCode = 1
} else {
    main({
        sizes: chosenSizes.length === 0 ? sizes : chosenSizes,
        parts: chosenParts.length === 0 ? parts : chosenParts
    }).catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
        process.exitCode = 1
    })
}
