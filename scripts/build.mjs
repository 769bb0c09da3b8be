// Builds what the package ships: dist/plugin.js (runtime), dist/plugin.html (editor entry), dist/locales, resources/dist (lazy editor parts).
// A Node-RED may serve these files meanwhile, so only what the sources changed is written, each file whole at once; what they no longer make goes.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const { name, version, dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const define = { PLUGIN_VERSION: JSON.stringify(version), PLUGIN_PACKAGE: JSON.stringify(name) }
const common = { absWorkingDir: root, bundle: true, define, logLevel: 'warning', legalComments: 'none', write: false }
const runtime = { ...common, platform: 'node', target: 'node20', format: 'cjs', external: Object.keys(dependencies) }

const made = new Map((await Promise.all([
    bundled({
        ...runtime,
        entryPoints: ['src/plugin.ts'],
        outfile: 'dist/plugin.js',
        // Node-RED calls module.exports itself.
        footer: { js: 'module.exports = module.exports.default' }
    }),
    // A thread of its own reads large snapshots.
    bundled({ ...runtime, entryPoints: ['src/runtime/pull-worker.ts'], outfile: 'dist/pull-worker.js' }),
    bundled({
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
    editorEntry(),
    locales()
])).flat())

// On the same disk, and out of the sight of another build that tidies up.
const parts = await mkdtemp(join(root, '.build-'))
try {
    await Promise.all([...made].map(([path, contents], index) => put(join(root, path), contents, join(parts, String(index)))))
} finally {
    await rm(parts, { recursive: true, force: true })
}
for (const path of (await Promise.all(['dist', 'resources/dist'].map(filesBelow))).flat()) {
    if (!made.has(path)) {
        await rm(join(root, path), { force: true })
    }
}

async function bundled (options) {
    const { outputFiles } = await build(options)
    return outputFiles.map(file => [relative(root, file.path), Buffer.from(file.contents)])
}

/** The page that every start of the editor loads: registers the panel, the menu item and the action; the rest is fetched when needed. */
async function editorEntry () {
    const [[, script]] = await bundled({
        ...common,
        entryPoints: ['src/editor/entry.ts'],
        outfile: 'dist/entry.js',
        platform: 'browser',
        target: 'es2022',
        format: 'iife',
        minify: true
    })
    return [[join('dist', 'plugin.html'), Buffer.from(`<script>${script.toString().replaceAll('</script', '<\\/script')}</script>\n`)]]
}

async function locales () {
    return await Promise.all((await filesBelow('locales')).map(async path => [join('dist', path), await readFile(join(root, path))]))
}

async function filesBelow (folder) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
    return entries.filter(entry => entry.isFile()).map(entry => relative(root, join(entry.parentPath, entry.name)))
}

async function put (file, contents, part) {
    const before = await readFile(file).catch(() => null)
    if (before?.equals(contents)) {
        return
    }
    await mkdir(dirname(file), { recursive: true })
    await writeFile(part, contents)
    await rename(part, file)
}
