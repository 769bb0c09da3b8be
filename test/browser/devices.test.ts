import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import should from 'should'
import type { Json } from '../fake/json'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'

const flows: Json = [{ id: 't', type: 'tab', label: 'Line 4' }, { id: 'n', type: 'comment', z: 't', x: 80, y: 40, name: 'from the device', wires: [] }]
const automaticPush = 'Local Auto Snapshot - 2026-01-02 03:04:05'
const live = { flows, credentials: {}, modules: { 'node-red': '4.0.9' } }

/** As a dark theme sets them. */
const dark = `(() => {
    const colours = { 'view-background': '#222', 'primary-background': '#333', 'secondary-background': '#2b2b2b', 'tertiary-background': '#303030', 'form-text-color': '#ddd',
        'primary-text-color': '#ddd', 'secondary-text-color-focus': '#bbb', 'list-item-background': '#262626', 'list-item-color': '#ddd', 'list-item-background-selected': '#454545',
        'list-item-background-hover': '#3a3a3a', 'form-background': '#2b2b2b', 'form-input-background': '#333', 'secondary-border-color': '#555', 'primary-border-color': '#555', 'link-color': '#aaa' }
    const style = document.createElement('style')
    style.id = 'dark'
    style.textContent = ':root {' + Object.entries(colours).map(([name, value]) => '--red-ui-' + name + ':' + value + ';').join('') + '}' +
        '.ui-dialog-content, .ui-dialog-titlebar, .ui-dialog-buttonpane { background: #2b2b2b !important }'
    document.head.append(style)
})()`

for (const version of versions) describe(`devices, in the editor of Node-RED ${version}`, function () {
    this.timeout(60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage
    let app: string
    let inst: string
    let filler: string

    before(async function () {
        this.timeout(120_000)
        folder = await mkdtemp(join(tmpdir(), 'ffs-devices-'))
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        ;({ edgeApp: app, edgeInst: inst } = fake.ids.devices)
        filler = fake.ids.instances.filler
        const seen = { mode: 'developer' as const, status: 'running', lastSeenAt: new Date().toISOString() }
        // Seen again and again for as long as the test takes.
        fake.setDevice(app, { ...seen, lastSeenAt: new Date(Date.now() + 30 * 60_000).toISOString(), live })
        fake.setDevice(inst, { ...seen, lastSeenAt: new Date(Date.now() + 30 * 60_000).toISOString() })
        for (let each = 1; each <= 40; each++) {
            fake.createDevice(`press ${String(each).padStart(2, '0')}`, { type: 'application', id: fake.ids.applications.line1 })
        }
        fake.addSnapshot(filler, { name: 'v1', flows, modules: { 'node-red': '4.0.9' } })
        local = await startNodeRed({ userDir: folder, binary: binaryOf(version) })
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

    const row = (device: string) => editor.page.locator('.ffs-panel .ffs-row').filter({ hasText: device })
    const choose = async (of: string, item: string | RegExp) => {
        await editor.button(`Actions for “${of}”`).click()
        await editor.page.getByRole('menuitem', { name: item, exact: true }).click()
    }
    const search = () => editor.page.getByLabel('Search names, types and snapshots of the devices')
    const submit = (name: string | RegExp) => editor.dialog.getByRole('button', { name })
    const closed = () => editor.page.locator('.ffs-dialog').waitFor({ state: 'hidden' })
    const refusalOf = async (device: string, item: RegExp) => {
        await editor.button(`Actions for “${device}”`).click()
        const found = editor.page.getByRole('menuitem', { name: item })
        await found.waitFor()
        const title = await found.getAttribute('title')
        await editor.page.keyboard.press('Escape')
        await found.waitFor({ state: 'hidden' })
        return title
    }

    it('are asked for once their tab is shown, and found among many', async () => {
        const asked = () => fake.requests.filter(({ path }) => /\/(projects|applications)\/[^/]+\/devices\?/.test(path)).length
        should(asked()).equal(0)
        await editor.page.getByRole('tab', { name: 'Local', exact: false }).focus()
        await editor.page.keyboard.press('End')
        await editor.page.getByRole('tab', { name: 'Devices (42)' }).waitFor()
        await row('edge-app').getByText('developer mode').waitFor()
        await row('edge-app').getByText('Runs no snapshot.').waitFor()
        should(await editor.page.locator('.ffs-panel .ffs-row').count()).equal(20)
        await editor.page.getByText('FlowFuse makes no snapshots by itself here', { exact: false }).waitFor()
        await editor.picture(`devices-${version}`)
        await editor.button('Show more').click()
        await row('press 30').waitFor()
        await search().fill('edge')
        await editor.page.getByText('2 of 42 devices').waitFor()
        should(await editor.page.locator('.ffs-panel .ffs-row').count()).equal(2)
    })

    it('say why they can’t be asked for what they run', async () => {
        await search().fill('press 07')
        await row('press 07').waitFor()
        should(await refusalOf('press 07', /^Create snapshot/)).match(/not in developer mode/)
        await search().fill('edge')
        await row('edge-inst').waitFor()
        should(await refusalOf('edge-inst', /^Choose what it runs/)).match(/belongs to filler/)
    })

    it('give a snapshot, which is kept on the device and can be looked at, and set as what it runs', async () => {
        await choose('edge-app', 'Create snapshot from it…')
        await editor.dialog.getByLabel('Name').fill('as it ran')
        await submit('Create “as it ran”').click()
        await editor.dialog.getByText('“as it ran” was made of edge-app.').waitFor()
        await submit('Close').click()
        await closed()

        await choose('edge-app', 'Snapshots…')
        await editor.dialog.getByText('as it ran', { exact: true }).waitFor()
        await editor.picture(`devices-snapshots-${version}`)
        await editor.dialog.getByRole('button', { name: 'Actions for “as it ran”' }).click()
        await editor.page.getByRole('menuitem', { name: 'View' }).click()
        await editor.dialog.getByText('Line 4').first().waitFor()
        await editor.page.keyboard.press('Escape')
        await closed()

        fake.addSnapshot(filler, { name: automaticPush, flows })
        await choose('edge-app', 'Choose what it runs…')
        // Keys have somewhere to go while the list is on its way.
        await submit('Cancel').and(editor.page.locator(':focus')).waitFor()
        await editor.dialog.getByRole('radio', { name: /^v1/ }).waitFor()
        // What is pushed by itself can be put aside.
        const kinds = editor.dialog.getByLabel('Which snapshots are shown')
        await editor.dialog.getByRole('radio', { name: /^Local Auto/ }).waitFor()
        await kinds.selectOption('Mine')
        await editor.dialog.getByRole('radio', { name: /^Local Auto/ }).waitFor({ state: 'detached' })
        await kinds.selectOption('Automatic')
        await editor.dialog.getByRole('radio', { name: /^v1/ }).waitFor({ state: 'detached' })
        await editor.dialog.getByRole('radio', { name: /^Local Auto/ }).waitFor()
        await editor.picture(`devices-target-choice-${version}`)
        await kinds.selectOption('All')
        await editor.dialog.getByPlaceholder('Search').fill('ran')
        await editor.dialog.getByRole('radio', { name: /^as it ran/ }).check()
        await submit('Next').click()
        await editor.dialog.getByText('what was edited on it and is in no snapshot is lost', { exact: false }).waitFor()
        await editor.picture(`devices-target-${version}`)
        await submit('Run “as it ran” on edge-app').click()
        await closed()
        await row('edge-app').getByText('Shall run “as it ran”.').waitFor()
        should(fake.targetOf(app)).equal(fake.snapshotsOf(app)[0]!.id)
    })

    it('give nothing, which is said, and its deletion offered', async () => {
        await choose('edge-inst', 'Create snapshot from it…')
        await editor.dialog.getByLabel('Name').fill('nothing')
        await submit('Create “nothing”').click()
        await editor.dialog.getByText('“nothing” is not from edge-inst.').waitFor()
        await editor.picture(`devices-nothing-${version}`)
        await submit('Delete “nothing”…').click()
        await submit('Delete “nothing”').click()
        await closed()
        should(fake.snapshotsOf(filler).map(({ name }) => name)).eql([automaticPush, 'v1'])
    })

    it('get what runs here, with the Node-RED that is agreed to', async () => {
        await choose('edge-app', 'Push to it…')
        await editor.dialog.getByLabel('Name').fill('pushed')
        const run = editor.dialog.getByRole('checkbox', { name: /^Run it on edge-app/ })
        await run.check()
        const consent = editor.dialog.getByRole('checkbox', { name: /^Yes/ })
        // From 4.0 to 4.1 is no step that anybody must agree to.
        if (version === '5.0') {
            await submit('Push “pushed”').and(editor.page.locator(':disabled')).waitFor()
            await consent.check()
        }
        await editor.picture(`devices-push-${version}`)
        await submit('Push “pushed”').click()
        await editor.dialog.getByText('“pushed” was created on edge-app.').waitFor()
        await editor.dialog.getByText('edge-app runs it when it next checks in.').waitFor()
        await submit('Close').click()
        await closed()
        await row('edge-app').getByText('Shall run “pushed”.').waitFor()
        const [made] = fake.snapshotsOf(app)
        should(made).containEql({ name: 'pushed' })
        should(made!.modules['node-red']).match(version === '5.0' ? /^5\./ : /^4\.1\./)
    })

    it('of the instance lead to the push to it, with the device target ticked', async () => {
        await choose('edge-inst', 'Push to filler for its devices…')
        const target = editor.dialog.getByRole('checkbox', { name: /^Set as device target/ })
        await target.waitFor()
        should(await target.isChecked()).be.true()
        await submit('Cancel').click()
        await closed()
    })

    it('say that the licence has no automatic snapshots of devices, and are switched where it has', async () => {
        await choose('edge-app', 'Automatic snapshots…')
        await editor.dialog.getByText('This FlowFuse has no licence for automatic snapshots of devices.').waitFor()
        await editor.dialog.getByText('It has no effect as long as that is so.', { exact: false }).waitFor()
        await submit('Close').click()
        await closed()
        fake.setFeatures({ instanceAutoSnapshot: true, deviceAutoSnapshot: true })
        await editor.button('Look again').click()
        await editor.page.getByText('FlowFuse makes snapshots of filler, and of devices in developer mode', { exact: false }).waitFor()
        await choose('edge-app', 'Automatic snapshots…')
        await editor.dialog.getByRole('checkbox', { name: 'Make a snapshot after each deploy on edge-app' }).uncheck()
        await submit('Save').click()
        await closed()
        should(fake.device(app).autoSnapshot).be.false()
    })

    it('can be told apart in a narrow panel, and in dark colours', async () => {
        await editor.page.evaluate("document.querySelector('.ffs-panel').style.width = '180px'")
        await row('edge-app').scrollIntoViewIfNeeded()
        await editor.picture(`devices-narrow-${version}`)
        const wide = await editor.page.locator('.ffs-panel').evaluate((panel: { scrollWidth: number, clientWidth: number }) => panel.scrollWidth > panel.clientWidth)
        should(wide).be.false()
        await editor.page.evaluate("document.querySelector('.ffs-panel').style.width = ''")
        await editor.page.evaluate(dark)
        await editor.button('Actions for “edge-app”').click()
        await editor.page.getByRole('menuitem', { name: 'Snapshots…', exact: true }).waitFor()
        await editor.picture(`devices-dark-${version}`)
        editor.errors.should.eql([])
    })
})
