// Builds what the package ships: dist/plugin.js (runtime), dist/plugin.html (editor entry), dist/locales, resources/dist (lazy editor parts).
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const { name, version, dependencies } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'))
const define = { PLUGIN_VERSION: JSON.stringify(version), PLUGIN_PACKAGE: JSON.stringify(name) }
const common = { absWorkingDir: root, bundle: true, define, logLevel: 'warning', legalComments: 'none' }

await Promise.all(['dist', 'resources/dist'].map(folder => rm(`${root}/${folder}`, { recursive: true, force: true })))
await mkdir(`${root}/dist`)

await Promise.all([
    build({
        ...common,
        entryPoints: ['src/plugin.ts'],
        outfile: 'dist/plugin.js',
        platform: 'node',
        target: 'node20',
        format: 'cjs',
        external: Object.keys(dependencies),
        // Node-RED calls module.exports itself.
        footer: { js: 'module.exports = module.exports.default' }
    }),
    // A thread of its own reads large snapshots.
    build({
        ...common,
        entryPoints: ['src/runtime/pull-worker.ts'],
        outfile: 'dist/pull-worker.js',
        platform: 'node',
        target: 'node20',
        format: 'cjs',
        external: Object.keys(dependencies)
    }),
    build({
        ...common,
        entryPoints: { panel: 'src/editor/panel.tsx', 'pull-worker': 'src/editor/pull-worker.ts', 'compare-worker': 'src/editor/compare-worker.ts' },
        outdir: 'resources/dist',
        platform: 'browser',
        target: 'es2022',
        format: 'esm',
        splitting: true,
        minify: true,
        chunkNames: '[name]-[hash]',
        jsx: 'automatic',
        jsxImportSource: 'preact',
        // The notices of what is bundled.
        legalComments: 'eof'
    }),
    writeEditorEntry(),
    cp(`${root}/locales`, `${root}/dist/locales`, { recursive: true })
])

/** The page that every start of the editor loads: registers the panel, the menu item and the action; the rest is fetched when needed. */
async function writeEditorEntry () {
    const result = await build({
        ...common,
        entryPoints: ['src/editor/entry.ts'],
        write: false,
        platform: 'browser',
        target: 'es2022',
        format: 'iife',
        minify: true
    })
    const script = result.outputFiles[0].text.replaceAll('</script', '<\\/script')
    await writeFile(`${root}/dist/plugin.html`, `<script>${script}</script>\n`)
}
