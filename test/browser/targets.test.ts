import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import 'should'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'

for (const nodeRed of versions) describe(`targets and snapshots in the editor of Node-RED ${nodeRed}`, function () {
    this.timeout(3 * 60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage
    const picture = (name: string) => editor.picture(`${nodeRed}-${name}`)

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'ffs-targets-'))
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        for (let index = 0; index < 200; index++) {
            fake.createInstance(`press ${String(index).padStart(3, '0')}`)
        }
        const { filler } = fake.ids.instances
        for (let index = 1; index <= 45; index++) {
            fake.addSnapshot(filler, { name: index % 5 === 0 ? `Auto Snapshot - 2026-01-02 03:04:${String(index).padStart(2, '0')}` : `v${index}`, user: index % 2 === 0 ? 'bob' : 'alice' })
        }
        local = await startNodeRed({ userDir: folder, binary: binaryOf(nodeRed) })
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
        await editor.connect(fake.url, fake.tokens.alice)
        await editor.button('Choose an instance').waitFor()
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await fake?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    const rowsAre = async (count: number) => await editor.page.waitForFunction(`document.querySelectorAll('.ffs-row').length === ${count}`)

    it('two hundred instances are narrowed to one, and chosen with the keyboard alone', async () => {
        await editor.button('Choose an instance').press('Enter')
        await editor.dialog.getByText('Devices are shown with their state').waitFor()
        await editor.dialog.getByText('Show more').waitFor()
        ;(await editor.dialog.getByRole('radio').count()).should.equal(100)
        await picture('picker-of-hundreds')
        await editor.dialog.locator('input:focus').waitFor()
        await editor.page.keyboard.type('edge')
        await editor.dialog.getByText('edge-inst (device of filler)').waitFor()
        await editor.dialog.getByRole('radio').first().waitFor({ state: 'hidden' })
        await editor.dialog.getByLabel('Filter by the name').fill('filler')
        await editor.dialog.getByRole('radio', { name: 'filler' }).press('Space')
        await editor.dialog.getByRole('radio', { name: 'filler', checked: true }).press('Enter')
        await editor.dialog.waitFor({ state: 'hidden' })
        await editor.page.getByText('Bottling Plant / Line 1 /').waitFor()
    })

    it('the list is shown by pages, each snapshot once', async () => {
        await rowsAre(20)
        await editor.button('Show more').click()
        await rowsAre(40)
        await editor.button('Show more').press('Enter')
        await rowsAre(45)
        await editor.button('Show more').waitFor({ state: 'hidden' })
        const names = await editor.page.locator('.ffs-row-name').allTextContents()
        new Set(names).size.should.equal(45)
    })

    it('search and filter look through all of them', async () => {
        await editor.reload()
        await rowsAre(20)
        await editor.page.getByLabel('Search names').fill('v44')
        await rowsAre(1)
        await editor.page.getByText('1 of 45 snapshots').waitFor()
        await editor.page.getByLabel('Search names').press('Escape')
        await editor.page.getByLabel('Which snapshots').selectOption('auto')
        await rowsAre(9)
        await editor.page.getByLabel('Which snapshots').selectOption('mine')
        await editor.page.getByText('18 of 45 snapshots').waitFor()
        await rowsAre(18)
        await editor.page.getByLabel('Search names').fill('nowhere')
        await editor.page.getByText('None of 45 snapshots matches.').waitFor()
        await editor.button('Show all').click()
        await rowsAre(20)
        await picture('snapshot-list')
    })

    it('the list fits a panel of 180 pixels', async () => {
        await editor.page.evaluate(() => {
            document.querySelector<HTMLElement>('.ffs-root')!.style.width = '180px'
        })
        const wider = await editor.page.evaluate('document.querySelector(".ffs-panel").scrollWidth - document.querySelector(".ffs-panel").clientWidth')
        Number(wider).should.equal(0)
        await picture('snapshot-list-narrow')
        await editor.page.evaluate(() => {
            document.querySelector<HTMLElement>('.ffs-root')!.style.width = ''
        })
    })

    it('a role that may not push is said before the click', async () => {
        fake.setRole('alice', 10)
        await editor.button('Look again').click()
        await editor.page.locator('#ffs-push-refused').getByText('You are Viewer of').waitFor()
        await editor.off(editor.button('Push snapshot'))
        await picture('viewer')
        fake.setRole('alice', 50)
    })

    it('a sign-in that the server ended is said once, with the way back', async () => {
        const again = fake.respondWith({ path: /^\/api\/v1/ }, { status: 401, body: { code: 'unauthorized', error: 'unauthorized' } }, Infinity)
        await editor.button('Look again').click()
        await editor.page.getByText('Signed out:').waitFor()
        ;(await editor.button('Connect again').count()).should.equal(1)
        await picture('signed-out')
        again()
    })

    it('the page raised no error of its own', () => {
        editor.errors.should.eql([])
    })
})
