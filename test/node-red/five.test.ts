import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import 'should'
import type { PanelState } from '../../src/shared/requests'
import { ensureNodeRed5 } from './five/install'
import { startNodeRed, type LocalNodeRed } from './local'

const root = join(__dirname, '../..')
const name = 'node-red-contrib-flowfuse-snapshots'

describe('the plugin in Node-RED 5', function () {
    this.timeout(5 * 60_000)
    const folder = mkdtempSync(join(tmpdir(), 'node-red-five-'))
    let local: LocalNodeRed

    before(async function () {
        this.timeout(10 * 60_000)
        existsSync(join(root, 'dist/plugin.js')).should.be.true('there is no built plugin: npm run build')
        const binary = await ensureNodeRed5(line => process.stdout.write(`    ${line}\n`))
        local = await startNodeRed({ userDir: join(folder, 'user'), binary })
    })

    after(async () => {
        await local?.stop()
        rmSync(folder, { recursive: true, force: true })
    })

    it('runs in a 5.0', async () => {
        const settings = await local.call('GET', 'settings')
        ;(settings.body as { version: string }).version.should.match(/^5\.0\.\d+$/)
    })

    it('answers the panel, which is not connected yet', async () => {
        const { status, body } = await local.call('GET', 'flowfuse-snapshots/state')
        status.should.equal(200)
        ;(body as PanelState).version.should.match(/^\d+\.\d+\.\d+/)
        ;((body as PanelState).connection === null).should.be.true()
    })

    it('has its entry in the page that the editor loads, and its panel for later', async () => {
        const entry = await local.call('GET', 'plugins', undefined, { accept: 'text/html' })
        entry.status.should.equal(200)
        String(entry.body).should.containEql('flowfuse-snapshots')
        const panel = await local.call('GET', `resources/${name}/dist/panel.js`)
        panel.status.should.equal(200)
        String(panel.body).should.containEql('export')
    })
})
