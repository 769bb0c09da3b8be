import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import should from 'should'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'

describe('snapshots on FlowFuse, in the editor', function () {
    this.timeout(60_000)
    let folder: string
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage
    let fake: FakeFlowFuse
    let filler: string
    /** Opens the menu of a snapshot and chooses an item of it. */
    const choose = async (snapshot: string, item: string | RegExp) => {
        await editor.button(`Actions for “${snapshot}”`).click()
        await editor.page.getByRole('menuitem', { name: item }).click()
    }
    const submit = (name: string | RegExp) => editor.dialog.getByRole('button', { name })
    const closed = () => editor.page.locator('.ffs-dialog').waitFor({ state: 'hidden' })
    const flows = [{ id: 't', type: 'tab', label: 'Line 4' }]

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'ffs-actions-'))
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        filler = fake.ids.instances.filler
        fake.setInstance(filler, { env: [{ name: 'KEEP', value: 'kept' }], flows: [], modules: [] })
        fake.restartsWith(filler, ['restarting', 'running'])
        fake.addSnapshot(filler, { name: 'v1', flows, modules: { 'node-red': '4.0.9', 'node-red-contrib-x': '1.2.3' } })
        local = await startNodeRed({ userDir: folder })
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
        await editor.connect(fake.url, fake.tokens.alice)
        await editor.choose('filler')
        await editor.page.getByText('v1', { exact: true }).waitFor()
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await fake?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    it('one is made of the instance as it runs, and is on top of the list', async () => {
        await editor.button('Create snapshot…').click()
        await editor.dialog.getByLabel('Name').fill('Auto Snapshot - 2026-01-01 00:00:00')
        ;(await submit(/^Create/).isEnabled()).should.be.false()
        await editor.dialog.getByLabel('Name').fill('<b>as it runs</b>')
        await editor.picture('actions-create')
        await submit('Create “<b>as it runs</b>”').click()
        await closed()
        await editor.page.locator('.ffs-row').first().getByText('<b>as it runs</b>').waitFor()
        fake.snapshotsOf(filler)[0]!.should.containEql({ name: '<b>as it runs</b>' })
    })

    it('one gets another name', async () => {
        await choose('<b>as it runs</b>', 'Edit…')
        ;(await submit(/^Save/).isEnabled()).should.be.false()
        await editor.dialog.getByLabel('Name').fill('as it ran')
        await editor.dialog.getByLabel('Description').fill('before the shift')
        await submit('Save “as it ran”').click()
        await closed()
        await editor.page.getByText('before the shift').waitFor()
    })

    it('one that somebody else has edited meanwhile is looked at again, and what was typed stays', async () => {
        await choose('as it ran', 'Edit…')
        await editor.dialog.getByLabel('Name').fill('as it ran at night')
        const { id } = fake.snapshotsOf(filler).find(({ name }) => name === 'as it ran')!
        await fetch(`${fake.url}/api/v1/snapshots/${String(id)}`, {
            method: 'PUT', headers: { authorization: `Bearer ${fake.tokens.alice}`, 'content-type': 'application/json' },
            body: JSON.stringify({ name: 'of the night', description: 'after the shift' })
        })
        await submit(/^Save/).click()
        await editor.dialog.getByText('is no longer as you were shown it').waitFor()
        await submit('Look again').click()
        await editor.dialog.getByText('it is called “of the night” now, with the description “after the shift”').waitFor()
        await submit('Save “as it ran at night”').click()
        await closed()
        await editor.page.getByText('after the shift').waitFor()
        fake.snapshotsOf(filler).find(snapshot => snapshot.id === id)!.should.containEql({ name: 'as it ran at night', description: 'after the shift' })
        await choose('as it ran at night', 'Edit…')
        await editor.dialog.getByLabel('Name').fill('as it ran')
        await submit('Save “as it ran”').click()
        await closed()
    })

    it('one becomes the device target, once its Node-RED is agreed to', async () => {
        await choose('v1', 'Set as device target…')
        await editor.dialog.getByText('edge-inst').waitFor()
        ;(await submit('Set as target of 1 device').isEnabled()).should.be.false()
        await editor.dialog.getByRole('checkbox', { name: /Which Node-RED it runs now is not known/ }).check()
        await editor.picture('actions-device-target')
        await submit('Set as target of 1 device').click()
        await closed()
        await editor.page.locator('.ffs-row', { hasText: 'v1' }).getByText('device target').waitFor()
        should(fake.targetOf(filler)).equal(fake.snapshotsOf(filler).find(({ name }) => name === 'v1')?.id)
    })

    it('one is restored by the name of its instance, captured before, with the modules that it lacks, also while nobody looks', async () => {
        await choose('v1', 'Restore on filler…')
        await editor.dialog.getByText('The variable KEEP of filler goes.').waitFor()
        await editor.dialog.getByText(/^[^.]*become those of the snapshot\.$/).waitFor()
        await editor.dialog.getByText(/^filler now: *running$/).waitFor()
        ;(await submit('Restore “v1”').isEnabled()).should.be.false()
        await editor.dialog.getByRole('checkbox', { name: /Add 1 module to the palette/ }).check()
        await editor.dialog.getByLabel(/Type the name/).fill('filler')
        await editor.picture('actions-restore')
        await submit('Restore “v1”').click()
        await submit('Hide').click()
        await editor.page.locator('.ffs-push-line').getByText('“v1” was restored on filler.').waitFor()
        await editor.button('Show').click()
        await editor.dialog.getByText('Added to the palette of filler: node-red-contrib-x.').waitFor()
        await editor.dialog.getByText('“Before restore of “v1”” holds the instance as it ran before.').waitFor()
        await editor.picture('actions-restored')
        await submit('Close').click()
        await closed()
        fake.instance(filler).should.containDeep({ flows, env: [], modules: [{ name: 'node-red-contrib-x' }] })
    })

    it('the devices that a deletion stops are named, and one more stops nothing unseen', async () => {
        await choose('v1', 'Delete…')
        await editor.dialog.getByText('edge-inst').waitFor()
        const id = fake.snapshotsOf(filler).find(({ name }) => name === 'v1')!.id
        fake.setDevice(fake.ids.devices.edgeApp, { targetSnapshotId: id })
        await submit('Delete “v1” and stop 1 device').click()
        await editor.dialog.getByText('is no longer as you were shown it').waitFor()
        await submit('Look again').click()
        await editor.dialog.getByText('edge-app').waitFor()
        await editor.picture('actions-delete')
        await submit('Delete “v1” and stop 2 devices').click()
        await closed()
        await editor.page.locator('.ffs-row', { hasText: /^v1/ }).waitFor({ state: 'detached' })
        fake.snapshotsOf(filler).some(({ name }) => name === 'v1').should.be.false()
    })

    it('their dialogs are opened and left by keys alone: the focus is where nothing is lost, and comes back', async () => {
        const menu = 'Actions for “as it ran”'
        for (const [item, first] of [[/^Restore on/, 'Cancel'], [/^Set as device target/, 'Cancel'], [/^Edit/, 'as it ran'], [/^Delete/, 'Cancel']] as const) {
            await editor.button(menu).press('Enter')
            await editor.page.getByRole('menuitem', { name: item }).press('Enter')
            await editor.page.waitForFunction(text => {
                const { activeElement } = document
                return activeElement?.closest('.ffs-dialog') !== null && (activeElement instanceof HTMLInputElement ? activeElement.value : activeElement?.textContent) === text
            }, first)
            await editor.page.keyboard.press('Escape')
            await closed()
            await editor.page.waitForFunction(label => document.activeElement?.getAttribute('aria-label') === label, menu)
        }
    })

    it('what FlowFuse refused is off afterwards, with the reason', async () => {
        fake.respondWith({ method: 'DELETE', path: /\/snapshots\// }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } })
        await choose('as it ran', 'Delete…')
        await submit('Delete “as it ran”').click()
        await editor.dialog.getByText('does not permit this').waitFor()
        await submit('Cancel').click()
        await closed()
        await editor.button('Actions for “as it ran”').click()
        const item = editor.page.getByRole('menuitem', { name: /^Delete/ })
        await editor.page.waitForSelector('[role=menuitem][aria-disabled=true]')
        should(await item.getAttribute('title')).match(/does not permit this/)
        await item.click({ force: true })
        ;(await editor.page.locator('.ffs-dialog').count()).should.equal(0)
        await editor.page.keyboard.press('Escape')
    })

    it('a Member can’t edit or delete, and reads why', async () => {
        fake.setRole('alice', 30)
        await editor.button('Look again').click()
        await editor.page.locator('.ffs-abilities').getByText('You are Member of “Bottling Plant”').first().waitFor({ state: 'attached' })
        await editor.button('Actions for “as it ran”').click()
        const off = await editor.page.locator('[role=menuitem][aria-disabled=true]').allTextContents()
        off.map(text => text.split('…')[0]).should.eql(['Edit', 'Delete'])
        await editor.picture('actions-member')
        await editor.page.keyboard.press('Escape')
        editor.errors.should.eql([])
    })
})
