import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import should from 'should'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'

const name = 'node-red-contrib-flowfuse-snapshots'

for (const nodeRed of versions) describe(`removing the plugin while Node-RED ${nodeRed} runs`, function () {
    this.timeout(5 * 60_000)
    const folder = mkdtempSync(join(tmpdir(), 'ffs-removal-'))
    const plugin = join(folder, 'package')
    let local: LocalNodeRed | undefined

    before(async () => {
        // A copy that stands alone, since npm removes it.
        mkdirSync(join(plugin, 'dist'), { recursive: true })
        writeFileSync(join(plugin, 'package.json'), JSON.stringify({
            name, version: '0.1.0', 'node-red': { version: '>=4.1.0', plugins: { 'flowfuse-snapshots': 'dist/plugin.js' } }
        }))
        await build({
            entryPoints: [resolve(__dirname, '../../src/plugin.ts')],
            outfile: join(plugin, 'dist/plugin.js'),
            bundle: true,
            platform: 'node',
            format: 'cjs',
            define: { PLUGIN_VERSION: '"0.1.0"', PLUGIN_PACKAGE: JSON.stringify(name) },
            footer: { js: 'module.exports = module.exports.default' },
            logLevel: 'error'
        })
        local = await startNodeRed({ userDir: join(folder, 'user'), plugin, binary: binaryOf(nodeRed) })
    })

    after(async () => {
        await local?.stop()
        rmSync(folder, { recursive: true })
    })

    it('leaves routes that say so, whatever is asked', async () => {
        const call = (method: string, path: string) => local?.call(method, path)
        should((await call('GET', 'flowfuse-snapshots/state'))?.status).equal(200)
        should((await call('DELETE', `nodes/${name}`))?.status).equal(204)
        for (const [method, path] of [['GET', 'state'], ['POST', 'connection'], ['POST', 'push'], ['GET', 'push/preview']] as const) {
            should(await call(method, `flowfuse-snapshots/${path}`)).eql({ status: 410, body: { code: 'plugin-removed', params: {} } })
        }
    })
})
