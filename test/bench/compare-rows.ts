import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { build } from 'esbuild'
import { launchBrowser } from '../browser/chromium'
import { makeFlows } from './flows'
import { median, rounded, type Measure } from './measure'

const runs = 9
const steps = 100
/** Longer than this, a frame is felt. */
const feltMs = 50

/** One step a frame, as by a key that is held down; and a rest after each, in which another flow is drawn: then the renderer's time counts. */
const paces = [['details', 'at once', 1, 2], ['drawing', 'at once', 1, 2], ['drawing', 'with rests', 15, undefined]] as const

interface Times { shown: number[], plain: number[] }
interface Measuring {
    measureCompareRows (given: { here: string, there: string }, runs: number): Promise<Times & { rows: number, all: number }>
    measureSteps (steps: number, look: 'details' | 'drawing', framesEach: number): Promise<{ frames: number[], at: string, drawn: number }>
    measureDrawing (nodes: string, flow: string, runs: number): Promise<Times & { drawn: number }>
}

/** How long it takes until a comparison of two files is seen, and whether going through it is smooth. */
export async function measureCompareRows (size: number): Promise<Measure[]> {
    return await inPage(async page => {
        const here = makeFlows(size).flows
        const there = here.map((node, at) => at % 10 === 0 ? { ...node, name: `${String(node.name ?? '')} changed` } : node)
        const given = { here: JSON.stringify(here), there: JSON.stringify(there) }
        const { shown, plain, rows, all } = await page.evaluate(
            async ([data, count]) => await (globalThis as unknown as Measuring).measureCompareRows(data, count), [given, runs] as const)
        if (rows < 20 || all < size / 11) throw new Error(`${rows} of ${all} rows were drawn`)
        const measures: Measure[] = [
            { name: 'first rows of a comparison ÷ plain <ul>', size, value: rounded(median(shown) / median(plain), 2), unit: '×', bar: 1.5 },
            { name: 'first rows of a comparison', size, value: rounded(median(shown), 1), unit: 'ms' }
        ]
        for (const [look, pace, framesEach, bar] of paces) {
            const { frames, at, drawn } = await page.evaluate(
                async ([count, what, each]) => await (globalThis as unknown as Measuring).measureSteps(count, what, each),
                [steps, look, framesEach] as const)
            if (!at.includes(String(steps)) || (look === 'drawing' && drawn === 0)) throw new Error(`The steps ended at ${at}, with ${drawn} nodes drawn`)
            measures.push({
                name: `frames over ${feltMs} ms in ${steps} steps ${pace}, ${look}`, size,
                value: frames.filter(length => length > feltMs).length, unit: '', ...bar !== undefined && { bar }
            })
        }
        return measures
    })
}

/** How long the first drawing of a snapshot takes, against the renderer alone on the same nodes in the same page. */
export async function measureDrawing (size: number): Promise<Measure[]> {
    return await inPage(async page => {
        const flows = makeFlows(size).flows
        const [tab] = flows.filter(({ type }) => type === 'tab')
        // All in one flow is the most that can be drawn at once.
        const one = flows.map((node, at) => node.type === 'tab' ? node : { ...node, z: tab!.id, x: 100 + at % 50 * 200, y: 40 + Math.floor(at / 50) * 60 })
        const measures: Measure[] = []
        for (const [name, nodes] of [['first flow', flows], ['all in one flow', one]] as const) {
            const { shown, plain, drawn } = await page.evaluate(
                async ([text, flow, count]) => await (globalThis as unknown as Measuring).measureDrawing(text, flow, count),
                [JSON.stringify(nodes), String(tab!.id), 5] as const)
            if (drawn < 50) throw new Error(`${drawn} nodes were drawn`)
            measures.push(
                { name: `first drawing, ${name} ÷ renderer alone`, size, value: rounded(median(shown) / median(plain), 2), unit: '×', bar: 1.2 },
                { name: `first drawing, ${name}`, size, value: rounded(median(shown), 1), unit: 'ms' }
            )
        }
        return measures
    })
}

async function inPage (measure: (page: Page) => Promise<Measure[]>): Promise<Measure[]> {
    const { outputFiles } = await build({
        entryPoints: [join(__dirname, 'compare-rows-page.tsx')], bundle: true, write: false, outdir: '.', platform: 'browser', target: 'es2022', format: 'iife',
        minify: true, jsx: 'automatic', jsxImportSource: 'preact', define: { PLUGIN_VERSION: '""', PLUGIN_PACKAGE: '""' }
    })
    const browser = await launchBrowser()
    try {
        const page = await browser.newPage()
        for (const style of ['panel.css', 'view.css', 'drawing.css']) {
            await page.addStyleTag({ content: await readFile(join(__dirname, '../../src/editor', style), 'utf8') })
        }
        await page.addScriptTag({ content: outputFiles.find(({ path }) => path.endsWith('.js'))!.text })
        return await measure(page)
    } finally {
        await browser.close()
    }
}
