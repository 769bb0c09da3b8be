import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { launchBrowser } from '../browser/chromium'
import { makeFlows } from './flows'
import { median, rounded, type Measure } from './measure'

const runs = 9
const flows = 300

/** How long the first rows of a pull's preview take to be seen, against a plain list of as many texts in the same page. */
export async function measurePreviewRows (size: number): Promise<Measure[]> {
    const here = makeFlows(size).flows
    const there = here.map(node => ({ ...node, name: `${String(node.name ?? '')} changed` }))
    const more = Array.from({ length: flows }, (_, index) => ({ id: `more${index}`, type: 'tab', label: `Line ${index}` }))
    const given = { here: JSON.stringify({ flows: here, rev: 'r' }), there: JSON.stringify([...there, ...more]) }
    const { outputFiles } = await build({
        entryPoints: [join(__dirname, 'preview-rows-page.tsx')], bundle: true, write: false, platform: 'browser', target: 'es2022', format: 'iife', minify: true,
        jsx: 'automatic', jsxImportSource: 'preact', define: { PLUGIN_VERSION: '""', PLUGIN_PACKAGE: '""' }
    })
    const browser = await launchBrowser()
    try {
        const page = await browser.newPage()
        await page.addStyleTag({ content: await readFile(join(__dirname, '../../src/editor/panel.css'), 'utf8') })
        await page.addScriptTag({ content: outputFiles[0]!.text })
        const { preview, plain, rows } = await page.evaluate(
            async ([data, count]) => await (globalThis as unknown as Measuring).measureRows(data, count), [given, runs] as const)
        if (rows < 20) throw new Error(`${rows} rows were drawn`)
        const [shown, list] = [median(preview), median(plain)]
        return [
            { name: 'first rows of the preview ÷ plain <ul>', size, value: rounded(shown / list, 2), unit: '×', bar: 1.5 },
            { name: 'first rows of the preview', size, value: rounded(shown, 1), unit: 'ms' }
        ]
    } finally {
        await browser.close()
    }
}

interface Measuring {
    measureRows (given: { here: string, there: string }, runs: number): Promise<{ preview: number[], plain: number[], rows: number }>
}
