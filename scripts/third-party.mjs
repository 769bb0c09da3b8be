// What of others the package has in it, and what npm installs beside it, with their licences: `node scripts/third-party.mjs` writes THIRD-PARTY.md.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const file = `${root}/THIRD-PARTY.md`

/** Names of the packages of which a part gets into what is built. */
async function bundled () {
    const { dependencies } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'))
    const common = { absWorkingDir: root, bundle: true, metafile: true, write: false, logLevel: 'silent', define: { PLUGIN_VERSION: '""', PLUGIN_PACKAGE: '""' } }
    const built = await Promise.all([
        build({ ...common, entryPoints: ['src/plugin.ts', 'src/runtime/pull-worker.ts'], outdir: 'a', platform: 'node', format: 'cjs', external: Object.keys(dependencies) }),
        build({
            ...common, entryPoints: ['src/editor/panel.tsx', 'src/editor/entry.ts', 'src/editor/pull-worker.ts', 'src/editor/compare-worker.ts'],
            outdir: 'b', platform: 'browser', format: 'esm', splitting: true, jsx: 'automatic', jsxImportSource: 'preact'
        })
    ])
    const files = built.flatMap(({ metafile }) => Object.values(metafile.outputs)).flatMap(({ inputs }) => Object.keys(inputs))
    return [...new Set(files.map(path => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(name => name !== undefined))].sort()
}

/** What npm installs with the package, by the lock file: `name`, `version` and licence. */
async function installed () {
    const { packages } = JSON.parse(await readFile(`${root}/package-lock.json`, 'utf8'))
    return Object.entries(packages).filter(([path, { dev, optional, peer }]) => path !== '' && !dev && !optional && !peer)
        .map(([path, { version, license }]) => ({ name: path.replace(/^.*node_modules\//, ''), version, license: license ?? 'not told' }))
        .filter(({ name, version }, at, all) => all.findIndex(other => other.name === name && other.version === version) === at)
        .sort((one, other) => one.name < other.name ? -1 : 1)
}

async function licenceOf (name) {
    const folder = `${root}/node_modules/${name}`
    const { version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'))
    const text = (await readdir(folder)).find(each => /^(licen[cs]e|copying)(\.\w+)?$/i.test(each))
    if (text === undefined) {
        throw new Error(`${name} comes without the text of its licence.`)
    }
    return { name, version, license, text: (await readFile(`${folder}/${text}`, 'utf8')).trim().replaceAll('\r', '') }
}

/** The whole text of THIRD-PARTY.md. */
export async function thirdParty () {
    const parts = await Promise.all((await bundled()).map(licenceOf))
    const beside = await installed()
    // The package has the text of the Apache License in LICENSE already.
    const textOf = ({ license, text }) => license === 'Apache-2.0' ? 'The text of this licence is in LICENSE, beside this file.' : `\`\`\`\n${text}\n\`\`\``
    return [
        '# Software of others', '',
        'Made by `node scripts/third-party.mjs`; a test compares it with what is built.', '',
        '## In the package', '',
        'The editor’s scripts, `resources/dist`, contain parts of:', '',
        ...parts.flatMap(part => [`### ${part.name} ${part.version} (${part.license})`, '', textOf(part), '']),
        '## Installed beside it', '',
        'npm installs these with the package, each with its own licence. The versions are those that it was tested with.', '',
        '| package | version | licence |', '|---|---|---|',
        ...beside.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`), ''
    ].join('\n')
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
    await writeFile(file, await thirdParty())
}
