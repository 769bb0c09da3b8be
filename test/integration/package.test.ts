import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import 'should'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'

const root = resolve(__dirname, '../..')
const name = 'node-red-contrib-flowfuse-snapshots'

describe('the published package', function () {
    this.timeout(5 * 60_000)
    const folder = mkdtempSync(join(tmpdir(), 'ffs-package-'))
    let files: string[]
    let local: LocalNodeRed | undefined

    before(() => {
        const output = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
        const [packed] = JSON.parse(output.slice(output.indexOf('['))) as Array<{ filename: string, files: Array<{ path: string }> }>
        files = packed?.files.map(file => file.path) ?? []
        const install = ['install', '--no-audit', '--no-fund', '--prefix', folder, join(folder, packed?.filename ?? '')]
        execFileSync('npm', install, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    })

    after(async () => {
        await local?.stop()
        rmSync(folder, { recursive: true, force: true })
    })

    it('holds what users need and nothing else', () => {
        files.should.containDeep(['package.json', 'README.md', 'LICENSE', 'SECURITY.md', 'THIRD-PARTY.md', 'dist/plugin.js', 'dist/plugin.html', 'dist/locales/en-US/plugin.json',
            'resources/dist/panel.js', 'examples/press-line.json'])
        files.filter(file => !/^(package\.json|README\.md|LICENSE|SECURITY\.md|THIRD-PARTY\.md|dist\/|resources\/dist\/|examples\/)/.test(file)).should.eql([])
        files.filter(file => /\.(ts|tsx|map)$/.test(file)).should.eql([])
    })

    it('tells nothing of where it was built, and runs no script when it is installed', () => {
        const installed = join(folder, 'node_modules', name)
        const texts = files.filter(file => /\.(js|html|json|md|css)$/.test(file)).map(file => readFileSync(join(installed, file), 'utf8'))
        texts.length.should.be.above(20)
        texts.filter(text => text.includes(root)).should.eql([])
        const { scripts, dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, Record<string, string>>
        Object.keys(scripts ?? {}).filter(script => /^(pre|post)?(install|uninstall)$|^prepare$/.test(script)).should.eql([])
        Object.keys(dependencies ?? {}).sort().should.eql(['axios', 'semver'])
    })

    for (const nodeRed of versions) it(`runs in a Node-RED ${nodeRed} that has installed it`, async () => {
        local = await startNodeRed({ userDir: join(folder, nodeRed), plugin: join(folder, 'node_modules', name), binary: binaryOf(nodeRed) })
        const state = await local.call('GET', 'flowfuse-snapshots/state')
        state.status.should.equal(200)
        const page = await local.call('GET', 'plugins', undefined, { accept: 'text/html' })
        String(page.body).should.containEql('flowfuse-snapshots')
        const panel = await local.call('GET', `resources/${name}/dist/panel.js`)
        panel.status.should.equal(200)
        const example = await local.call('GET', `library/examples/flows/${name}/press-line`)
        JSON.stringify(example.body).should.containEql('Press line')
        await local.stop()
    })
})
