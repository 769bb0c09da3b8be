import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import 'should'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'

describe('runtime settings in the push dialog', function () {
    this.timeout(3 * 60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'ffs-settings-'))
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        const settings = "apiMaxLength: '8MB', debugMaxLength: 2000, nodesExcludes: ['90-exec.js'], httpNodeCors: { origin: '*', methods: 'GET' }"
        local = await startNodeRed({ userDir: folder, settings, environment: { TZ: 'Europe/Berlin' } })
        const deployed = await local.call('POST', 'flows', [{ id: 't1', type: 'tab', label: 'Line 4' }])
        deployed.status.should.be.below(300)
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
        await editor.connect(fake.url, fake.tokens.alice)
        await editor.choose('filler')
        await editor.button('Push snapshot').click()
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await fake?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    const setting = (name: string) => editor.dialog.getByRole('checkbox', { name: new RegExp(`^${name}`) })

    it('are folded, and none is ticked', async () => {
        await editor.dialog.getByText('Runtime settings').waitFor()
        ;(await setting('Largest request').isVisible()).should.be.false()
        await editor.dialog.getByText('Keep the instance’s', { exact: true }).press('Enter')
        await setting('Largest request').waitFor()
        ;(await editor.dialog.getByRole('checkbox', { name: 'here:', checked: true }).count()).should.equal(0)
        await editor.dialog.getByText('here: 8mb – there: 5mb').waitFor()
        await editor.dialog.getByText('here: Europe/Berlin – there: UTC').waitFor()
        await editor.dialog.getByText('here: * (GET) – there: off').waitFor()
        await editor.picture('runtime-settings')
    })

    it('are off with the reason where the instance’s template locks them', async () => {
        await editor.off(setting('Nodes that are not loaded'))
        await editor.dialog.getByText('The template of the instance does not let it be changed').waitFor()
    })

    it('tell of the capture, which then is the way back of a restore too', async () => {
        await editor.dialog.getByLabel('Name').fill('v1.5')
        await editor.dialog.getByText('two snapshots are made, “Before push of “v1.5”” and “v1.5”').waitFor()
        await setting('Largest request').check()
        await setting('Hide the welcome tours').check()
        await editor.dialog.getByText('Send 2 of mine').waitFor()
        const restore = editor.dialog.getByRole('checkbox', { name: 'Restore now' })
        await restore.focus()
        // As when somebody has scrolled just as far as the tick.
        await restore.evaluate(tick => tick.closest('label')!.scrollIntoView({ block: 'end' }))
        await restore.evaluate((tick: HTMLInputElement) => tick.click())
        const capture = editor.dialog.getByRole('checkbox', { name: /Capture the instance as it runs first, as “Before push of “v1.5””/ })
        await editor.off(capture)
        ;(await capture.isChecked()).should.be.true()
        await editor.page.waitForFunction(() => {
            const [line, body] = ['.ffs-restore .ffs-indent', '.ffs-dialog-body'].map(selector => document.querySelector(selector)!.getBoundingClientRect())
            return line!.bottom <= body!.bottom + 1
        })
        await editor.picture('runtime-settings-ticked')
    })

    it('reach the instance, which keeps everything else', async () => {
        const arrived = new Promise<() => void>(resolve => {
            fake.respondWith({ path: '/api/v1/snapshots/import' }, (_request, response, _recorded, normally) => {
                resolve(() => { response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(normally().json)) })
            })
        })
        await editor.dialog.getByRole('button', { name: /^Push and restore/ }).click()
        const answer = await arrived
        await editor.dialog.getByText('Import the snapshot').waitFor()
        answer()
        await editor.dialog.getByText('and filler runs it').waitFor()
        const { settings, env, flows, modules } = fake.instance(fake.ids.instances.filler)
        settings.should.eql({ header: { title: 'filler' }, apiMaxLength: '8mb', disableTours: true })
        env.should.eql([{ name: 'KEEP', value: 'kept' }, { name: 'SEALED', value: 'instance-hidden', hidden: true }])
        modules.map(({ name }) => name).should.eql(['existing-mod'])
        JSON.stringify(flows).should.containEql('Line 4')
        fake.snapshotsOf(fake.ids.instances.filler).map(({ name }) => name).should.eql(['v1.5', 'Before push of “v1.5”'])
        local.output().should.not.match(/instance-hidden/)
        editor.errors.should.eql([])
    })
})
