import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import should from 'should'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'

const flows = (name: string, x = 100) => [{ id: 't', type: 'tab', label: 'Line 4' }, { id: 'n', type: 'comment', z: 't', x, y: 40, name, wires: [] }]

describe('status and automatic push, in the editor', function () {
    this.timeout(60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'ffs-status-'))
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        local = await startNodeRed({ userDir: join(folder, 'user') })
        await deploy('scale')
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
        await editor.connect(fake.url, fake.tokens.alice)
        await editor.choose('labeller')
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await fake?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    async function deploy (name: string, x?: number): Promise<void> {
        const { status } = await local.call('POST', 'flows', { flows: flows(name, x) }, { 'Node-RED-API-Version': 'v2' })
        should(status).equal(200)
    }

    const line = () => editor.page.locator('.ffs-status')
    const automatic = () => editor.page.locator('.ffs-auto-push')
    const rows = () => editor.page.locator('.ffs-snapshots .ffs-row')
    const snapshots = () => fake.snapshotsOf(fake.ids.instances.labeller)

    it('says why the automatic push can’t be switched on before there is a link', async () => {
        await automatic().getByText('Automatic push: off').waitFor()
        await editor.off(automatic().getByRole('button', { name: 'Switch on…' }))
        await editor.page.getByText('Push once by hand, or pull, before it can be switched on.').waitFor()
        should(await line().count()).equal(0)
    })

    it('says that both are the same after a push, and follows each deploy without being asked', async () => {
        await editor.button('Push snapshot').click()
        await editor.dialog.getByLabel('Name').fill('v1.4')
        await editor.dialog.getByRole('button', { name: 'Push “v1.4”' }).click()
        await editor.dialog.getByRole('button', { name: 'Close' }).click()
        await line().getByText('Same as “v1.4”').waitFor()
        await deploy('other')
        await line().getByText('1 change since “v1.4”').waitFor()
        await deploy('scale', 700)
        await line().getByText('Same as “v1.4”').waitFor()
        await editor.picture('status')
    })

    it('says that the instance has something newer', async () => {
        fake.advance(60_000)
        fake.addSnapshot(fake.ids.instances.labeller, { name: 'hotfix <b>of bob</b>', user: 'bob' })
        await editor.button('Look again').click()
        await line().getByText('The instance has a newer snapshot “hotfix <b>of bob</b>”').waitFor()
        await editor.picture('status-newer')
    })

    it('says what the automatic push does before it is switched on, by the keyboard alone', async () => {
        await automatic().getByRole('button', { name: 'Switch on…' }).press('Enter')
        await editor.focused('[data-first]')
        await editor.dialog.getByText('The variables of this computer never do').waitFor()
        await editor.dialog.getByText('The newest 10 of these snapshots are kept').waitFor()
        await editor.picture('automatic-push')
        await editor.page.keyboard.press('Enter')
        await automatic().getByText('Automatic push: on (0 kept)').waitFor()
        await automatic().getByRole('button', { name: 'Switch off' }).and(editor.page.locator(':focus')).waitFor()
    })

    it('pushes after a deploy, marks the snapshot, and finds it among the automatic ones', async () => {
        await deploy('by itself')
        await automatic().getByText('Automatic push: on (1 kept)').waitFor()
        const [newest] = snapshots()
        should(newest!.name).match(/^Local Auto Snapshot - /)
        await line().getByText(`Same as “${newest!.name}”`).waitFor()
        await rows().first().getByText('automatic push').waitFor()
        await editor.page.getByLabel('Which snapshots are shown').selectOption('auto')
        await rows().nth(1).waitFor({ state: 'detached' })
        should(await rows().count()).equal(1)
        await editor.page.getByLabel('Which snapshots are shown').selectOption('all')
    })

    it('stops where the role is gone, says so, and is switched on again or off from there', async () => {
        fake.setRole('alice', 10)
        await deploy('too late')
        await editor.page.getByText('The automatic push has stopped. You are Viewer of').waitFor()
        await editor.picture('automatic-push-stopped')
        fake.setRole('alice', 50)
        await editor.button('Switch on again').click()
        // What was due when it stopped is pushed now.
        await automatic().getByText('Automatic push: on (2 kept)').waitFor()
        await automatic().getByRole('button', { name: 'Switch off' }).and(editor.page.locator(':focus')).waitFor()
        await editor.page.keyboard.press('Enter')
        await automatic().getByText('Automatic push: off').waitFor()
        await automatic().getByRole('button', { name: 'Switch on…' }).and(editor.page.locator(':focus')).waitFor()
    })

    it('an open menu keeps the focus where the editor takes it away as others deploy', async () => {
        await editor.page.getByRole('button', { name: /^Actions for/ }).first().click()
        await editor.page.getByRole('menuitem').first().and(editor.page.locator(':focus')).waitFor()
        await editor.page.evaluate('document.activeElement.blur()')
        await deploy('while a menu is open')
        await editor.page.getByRole('menuitem').first().and(editor.page.locator(':focus')).waitFor()
        await editor.page.keyboard.press('Escape')
    })

    it('fits into a panel of 180 pixels', async () => {
        await editor.page.addStyleTag({ content: '.ffs-panel { width: 180px !important; }' })
        const overflow = await editor.page.evaluate<string[]>(`[...document.querySelectorAll('.ffs-status, .ffs-status *, .ffs-auto-push, .ffs-auto-push *')]
            .filter(element => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0).map(element => element.outerHTML.slice(0, 100))`)
        should(overflow).eql([])
        await editor.picture('status-narrow')
        should(editor.errors).eql([])
    })
})
