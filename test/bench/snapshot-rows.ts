import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { launchBrowser } from '../browser/chromium'
import { median, rounded, type Measure } from './measure'

const runs = 9
const snapshots = 1000

/** How long the list of so many snapshots takes to be seen, against a plain list of as many texts as it draws, in the same page. */
export async function measureSnapshotRows (): Promise<Measure[]> {
    const { outputFiles } = await build({
        entryPoints: [join(__dirname, 'snapshot-rows-page.tsx')], bundle: true, write: false, outdir: 'out', platform: 'browser', target: 'es2022', format: 'iife', minify: true,
        jsx: 'automatic', jsxImportSource: 'preact', define: { PLUGIN_VERSION: '""', PLUGIN_PACKAGE: '""' }, supported: { 'dynamic-import': false }
    })
    const script = outputFiles.find(({ path }) => path.endsWith('.js'))
    const browser = await launchBrowser()
    try {
        const page = await browser.newPage()
        await page.addStyleTag({ content: await readFile(join(__dirname, '../../src/editor/panel.css'), 'utf8') })
        await page.addScriptTag({ content: script!.text })
        const { shown, plain, rows } = await page.evaluate(
            async ([count, times]) => await (globalThis as unknown as Measuring).measureRows(count, times), [snapshots, runs] as const)
        if (rows < 20) throw new Error(`${rows} rows were drawn`)
        const [list, texts] = [median(shown), median(plain)]
        return [
            { name: 'list of snapshots ÷ plain <ul>', size: snapshots, value: rounded(list / texts, 2), unit: '×', bar: 1.5 },
            { name: 'list of snapshots', size: snapshots, value: rounded(list, 1), unit: 'ms' }
        ]
    } finally {
        await browser.close()
    }
}

interface Measuring {
    measureRows (count: number, runs: number): Promise<{ shown: number[], plain: number[], rows: number }>
}
