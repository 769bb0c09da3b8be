import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import 'should'
import { askPress, deployExample, drawAnswers, environmentFor } from '../../scripts/local-flows'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'
import { ensurePlatform } from '../platform/install'
import { startPlatform, type Platform } from '../platform/platform'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'

for (const nodeRed of versions) describe(`in the editor of Node-RED ${nodeRed}, with a real FlowFuse`, function () {
    this.timeout(3 * 60_000)
    const picture = (name: string) => editor.picture(`${nodeRed}-${name}`)
    const answers = drawAnswers()
    let folder: string
    let platform: Platform
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage

    before(async function () {
        this.timeout(20 * 60_000)
        folder = await mkdtemp(join(tmpdir(), 'ffs-browser-'))
        const { home } = await ensurePlatform(line => process.stderr.write(`${line}\n`))
        platform = await startPlatform({ home, data: join(folder, 'flowfuse') })
        local = await startNodeRed({ userDir: join(folder, 'user'), environment: environmentFor(answers), binary: binaryOf(nodeRed) })
        await deployExample(local, answers)
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await platform?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    it('a newcomer reads one sentence and presses one button', async () => {
        await editor.page.getByText('Push the flows of this Node-RED to an instance on FlowFuse').waitFor()
        await picture('first-run')
    })

    it('a refused token keeps the dialog open and says what to do', async () => {
        await editor.connect(platform.url, 'ffpat_this-token-does-not-exist')
        await editor.dialog.getByText('does not accept this token').waitFor()
        const server = await editor.dialog.getByLabel('Server').inputValue()
        server.should.equal(platform.url)
        await picture('refused-token')
    })

    it('the right token connects', async () => {
        await editor.fillConnection(platform.url, platform.token)
        await editor.page.getByText(`${platform.admin.username} @`).waitFor()
    })

    it('an instance is chosen and its path stays visible', async () => {
        await editor.choose(platform.instance.name)
        await editor.page.getByRole('button', { name: new RegExp(`${platform.team.name} / .*${platform.instance.name}`) }).first().waitFor()
    })

    it('the menu item opens the push dialog, which tells what is inside', async () => {
        await editor.page.locator('#red-ui-header-button-sidemenu').click()
        await editor.page.getByText('Push snapshot to FlowFuse').click()
        await editor.dialog.getByText('1 flow · 1 subflow').waitFor()
        await editor.dialog.getByText('PLANT_NAME').first().waitFor()
        await picture('push-dialog')
    })

    it('a name of 300 characters is refused before anything is sent', async () => {
        await editor.dialog.getByLabel('Name').fill('x'.repeat(300))
        await editor.off(editor.dialog.getByRole('button', { name: /^Push/ }))
        await picture('name-too-long')
    })

    it('push and restore carry flows, credentials and the ticked variable to the instance', async () => {
        await editor.dialog.getByLabel('Name').fill('<img src=x onerror=alert(1)>')
        await editor.dialog.getByRole('radio', { name: 'Send mine' }).check()
        await editor.dialog.getByRole('checkbox', { name: 'PLANT_NAME' }).check()
        await editor.dialog.getByRole('checkbox', { name: 'Restore now' }).check()
        await picture('push-and-restore')
        await editor.dialog.getByRole('button', { name: /^Push and restore/ }).click()
        await editor.dialog.getByText('Wait until the instance runs').waitFor()
        await picture('progress')
        await editor.dialog.getByText(`and ${platform.instance.name} runs it`).waitFor({ timeout: 2 * 60_000 })
        await picture('pushed')
        const there = await askPress(platform.instance.url)
        there.should.eql(answers)
    })

    it('the list shows the snapshot and the capture made before it, names as text', async () => {
        await editor.dialog.getByRole('button', { name: 'Close' }).click()
        await editor.page.getByText('Before restore of “<img src=x onerror=alert(1)>”', { exact: true }).waitFor()
        await editor.page.getByText('pushed from here').waitFor()
        await picture('panel')
    })

    it('undeployed edits are pointed out, and deployed from the dialog', async () => {
        await editor.page.evaluate('RED.nodes.dirty(true)')
        await editor.button('Push snapshot').click()
        await editor.dialog.getByText('undeployed edits').waitFor()
        await picture('undeployed')
        await editor.dialog.getByRole('button', { name: 'Deploy' }).click()
        await editor.dialog.getByText('Deployed. The snapshot holds your edits.').waitFor()
    })

    it('a platform that is gone in the middle of it is said in the dialog, which stays', async () => {
        await editor.dialog.getByLabel('Name').fill('never arrives')
        await editor.page.waitForSelector('button[type=submit]:not([disabled]):has-text("never arrives")')
        await platform.stop()
        await editor.dialog.getByRole('button', { name: 'Push “never arrives”' }).click()
        await editor.dialog.getByText(`Nothing is listening at ${platform.url}`).waitFor()
        const name = await editor.dialog.getByLabel('Name').inputValue()
        name.should.equal('never arrives')
        await picture('server-gone')
    })

    it('the page raised no error of its own', () => {
        editor.errors.should.eql([])
    })
})
