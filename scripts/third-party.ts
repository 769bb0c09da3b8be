// What of others the package has in it, and what npm installs beside it, with their licences: `npx tsx scripts/third-party.ts` writes THIRD-PARTY.md.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { build } from 'esbuild'

interface Package { name: string, version: string, license: string, dev?: boolean, optional?: boolean, peer?: boolean, dependencies?: object }

const root = dirname(__dirname)
const file = `${root}/THIRD-PARTY.md`

/** Names of the packages of which a part gets into what is built. */
async function bundled (): Promise<string[]> {
    const { dependencies = {} } = await json<Package>(`${root}/package.json`)
    // All of the sources, so that no entry of the build has to be named here too.
    const { metafile } = await build({
        absWorkingDir: root, entryPoints: ['src/**/*.ts', 'src/**/*.tsx'], bundle: true, metafile: true, write: false, logLevel: 'silent', outdir: 'dist',
        platform: 'browser', format: 'esm', splitting: true, jsx: 'automatic', jsxImportSource: 'preact', external: [...Object.keys(dependencies), 'node:*']
    })
    const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))
    return [...new Set(files.map(path => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(name => name !== undefined))].sort()
}

async function json<T> (path: string): Promise<T> {
    return JSON.parse(await readFile(path, 'utf8')) as T
}

/** What npm installs with the package, by the lock file: `name`, `version` and licence. */
async function installed (): Promise<Package[]> {
    const { packages } = await json<{ packages: Record<string, Partial<Package>> }>(`${root}/package-lock.json`)
    return Object.entries(packages).filter(([path, { dev, optional, peer }]) => path !== '' && !dev && !optional && !peer)
        .map(([path, { version = '', license = 'not told' }]) => ({ name: path.replace(/^.*node_modules\//, ''), version, license }))
        .filter(({ name, version }, at, all) => all.findIndex(other => other.name === name && other.version === version) === at)
        .sort((one, other) => one.name < other.name ? -1 : 1)
}

async function licenceOf (name: string): Promise<Package & { text: string }> {
    const folder = `${root}/node_modules/${name}`
    const { version, license } = await json<Package>(`${folder}/package.json`)
    const text = (await readdir(folder)).find(each => /^(licen[cs]e|copying)(\.\w+)?$/i.test(each))
    if (text === undefined) {
        throw new Error(`${name} comes without the text of its licence.`)
    }
    return { name, version, license, text: (await readFile(`${folder}/${text}`, 'utf8')).trim().replaceAll('\r', '') }
}

/** The whole text of THIRD-PARTY.md. */
export async function thirdParty (): Promise<string> {
    const parts = await Promise.all((await bundled()).map(licenceOf))
    const beside = await installed()
    // The package has the text of the Apache License in LICENSE already.
    const textOf = ({ license, text }: Package & { text: string }) => license === 'Apache-2.0' ? 'The text of this licence is in LICENSE, beside this file.' : `\`\`\`\n${text}\n\`\`\``
    return [
        '# Software of others', '',
        'Made by `npx tsx scripts/third-party.ts`; a test compares it with what is built.', '',
        '## In the package', '',
        'The editor’s scripts, `resources/dist`, contain parts of:', '',
        ...parts.flatMap(part => [`### ${part.name} ${part.version} (${part.license})`, '', textOf(part), '']),
        '## Installed beside it', '',
        'npm installs these with the package, each with its own licence. The versions are those that it was tested with.', '',
        '| package | version | licence |', '|---|---|---|',
        ...beside.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`), ''
    ].join('\n')
}

if (require.main === module) {
    void thirdParty().then(text => writeFile(file, text))
}
