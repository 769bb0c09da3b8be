import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import 'should'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'

describe('what a sign-in with FlowFuse may do, in the editor', function () {
    this.timeout(3 * 60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'ffs-abilities-'))
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        local = await startNodeRed({ userDir: join(folder, 'user') })
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
        await editor.button('Connect to FlowFuse').click()
        await editor.dialog.getByLabel('Server').fill(fake.url)
        const opening = editor.page.waitForEvent('popup')
        await editor.dialog.getByRole('button', { name: 'Sign in with FlowFuse' }).click()
        const window = await opening
        await window.waitForURL(/account\/request/)
        await window.context().addCookies([{ name: 'sid', value: encodeURIComponent(fake.cookies.alice), url: fake.url }])
        await window.goto(window.url().replace('/request/', '/complete/')).catch(() => undefined)
        await editor.dialog.getByRole('button', { name: 'Continue as alice' }).click()
        await editor.choose('filler')
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await fake?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    const list = () => editor.page.locator('.ffs-abilities')
    const summary = () => list().getByText('What your sign-in may do in “Bottling Plant”')

    it('is folded, and read with the keyboard alone', async () => {
        await summary().waitFor()
        ;(await list().getByText('Push a snapshot').isVisible()).should.be.false()
        await editor.button('Connection settings').press('Tab')
        await list().locator('summary:focus').press('Enter')
        await list().getByText('Push a snapshot').waitFor()
        const permitted = await list().getByRole('listitem').filter({ hasText: '(permitted)' }).allTextContents()
        permitted.map(text => text.trim()).should.eql(['See the snapshots (permitted)', 'Push a snapshot (permitted)', 'Set it as device target (permitted)',
            'Make a snapshot of the instance as it runs there (permitted)', 'Make a snapshot of what runs on a device (permitted)'])
        const off = await list().getByRole('listitem').filter({ hasText: '(off)' }).count()
        off.should.equal(11)
        await editor.page.keyboard.press('Tab')
        const focused = await list().locator('a:focus').getAttribute('href')
        focused!.should.equal(`${fake.url}/account/security/tokens`)
        await editor.picture('abilities')
    })

    it('fits into a panel of 180 pixels', async () => {
        await editor.page.addStyleTag({ content: '.ffs-panel { width: 180px !important; }' })
        const overflow = await editor.page.evaluate<string[]>(`[...document.querySelectorAll('.ffs-panel, .ffs-abilities, .ffs-abilities *')]
            .filter(element => !element.classList.contains('ffs-hidden-text') && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
            .map(element => element.outerHTML.slice(0, 100))`)
        overflow.should.eql([])
        const width = await list().evaluate(element => element.getBoundingClientRect().width)
        width.should.be.belowOrEqual(180)
        await editor.picture('abilities-narrow')
    })

    it('sets the device target with the push, and the dialog says what that means', async () => {
        await editor.button('Push snapshot').click()
        await editor.dialog.getByText('the two can’t be taken apart').waitFor()
        await editor.dialog.getByLabel('Name').fill('for the device')
        await editor.dialog.getByRole('checkbox', { name: 'Set as device target (1 device)' }).check()
        // This sign-in never sees what the device runs now, so that it has to be agreed to.
        await editor.off(editor.dialog.getByRole('button', { name: 'Push “for the device”' }))
        await editor.dialog.getByRole('checkbox', { name: /Which Node-RED it runs now is not known/ }).check()
        await editor.picture('device-target-with-push')
        await editor.dialog.getByRole('button', { name: 'Push “for the device”' }).click()
        await editor.dialog.getByText('The devices of filler run it from their next check-in on.').waitFor()
        const [snapshot] = fake.snapshotsOf(fake.ids.instances.filler)
        fake.targetOf(fake.ids.instances.filler)!.should.equal(snapshot!.id)
        await editor.dialog.getByRole('button', { name: 'Close' }).click()
    })

    it('can’t pull: that is said before the click, with the page where a token is made', async () => {
        await editor.button('Pull…').click()
        await editor.dialog.getByText('Snapshots of this team can be listed, but not pulled').waitFor()
        const page = await editor.dialog.getByRole('link', { name: 'Make a token' }).getAttribute('href')
        page!.should.equal(`${fake.url}/account/security/tokens`)
        await editor.off(editor.dialog.getByRole('button', { name: /^Look at/ }))
        await editor.dialog.getByRole('button', { name: 'Cancel' }).click()
    })

    it('shows the devices all the same, and what can’t be done with one says why', async () => {
        await editor.page.getByRole('tab', { name: /^Devices/ }).click()
        const row = (device: string) => editor.page.locator('.ffs-panel .ffs-row').filter({ hasText: device })
        await row('edge-app').getByText('This sign-in is not told which snapshot it runs.').waitFor()
        await row('edge-inst').getByText('Shall run “for the device”.').waitFor()
        await editor.button('Actions for “edge-app”').click()
        for (const item of ['Push to it…', 'Choose what it runs…', 'Automatic snapshots…']) {
            await editor.page.getByRole('menuitem', { name: item }).and(editor.page.locator('[aria-disabled=true][title*="personal access token"]')).waitFor()
        }
        await editor.picture('abilities-devices')
        await editor.page.keyboard.press('Escape')
        await editor.page.getByRole('tab', { name: /^Instance/ }).click()
    })

    it('follows a role that was changed meanwhile', async () => {
        fake.setRole('alice', 10)
        await editor.button('Look again').click()
        await list().getByText('You are Viewer of “Bottling Plant”; this needs Member').first().waitFor()
        await editor.off(editor.button('Push snapshot'))
        editor.errors.should.eql([])
    })
})
