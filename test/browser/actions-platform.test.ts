import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import should from 'should'
import { askPress, deployExample, drawAnswers, environmentFor } from '../../scripts/local-flows'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import type { Platform } from '../platform/platform'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'
import { sharedPlatform } from './shared-platform'

describe('snapshots on a real FlowFuse, in the editor', function () {
    this.timeout(120_000)
    let folder: string
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage
    let platform: Platform
    const answers = drawAnswers()
    /** Opens the menu of a snapshot and chooses an item of it. */
    const choose = async (snapshot: string, item: string | RegExp) => {
        await editor.button(`Actions for “${snapshot}”`).click()
        await editor.page.getByRole('menuitem', { name: item }).click()
    }
    const submit = (name: string | RegExp) => editor.dialog.getByRole('button', { name })
    const closed = () => editor.page.locator('.ffs-dialog').waitFor({ state: 'hidden' })

    before(async function () {
        this.timeout(20 * 60_000)
        platform = await sharedPlatform()
        folder = await mkdtemp(join(tmpdir(), 'ffs-actions-'))
        local = await startNodeRed({ userDir: folder, environment: environmentFor(answers) })
        await deployExample(local, answers)
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
        await editor.connect(platform.url, platform.token)
        await editor.choose(platform.instance.name)
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    it('are made, restored so that the instance answers as one says, set as device target and deleted', async () => {
        const { name, url, id } = platform.instance
        await editor.button('Push snapshot').click()
        await editor.dialog.getByLabel('Name').fill('press')
        await editor.dialog.getByRole('radio', { name: 'Send mine' }).check()
        await editor.dialog.getByRole('checkbox', { name: 'PLANT_NAME' }).check()
        await submit('Push “press”').click()
        await editor.dialog.getByText('was created').first().waitFor()
        await submit('Close').click()

        await editor.button('Create snapshot…').click()
        await editor.dialog.getByLabel('Name').fill('as it ran')
        await submit('Create “as it ran”').click()
        await closed()
        await editor.page.getByText('as it ran', { exact: true }).waitFor()

        await choose('press', `Restore on ${name}…`)
        await editor.dialog.getByRole('checkbox', { name: /Capture the instance/ }).uncheck()
        await editor.dialog.getByLabel(/Type the name/).fill(name)
        await submit('Restore “press”').click()
        await editor.dialog.getByText(`${name} runs it`).waitFor({ timeout: 60_000 })
        await submit('Close').click()
        ;(await askPress(url)).should.have.property('plant', answers.plant)

        const device = await platform.api<{ id: string }>('POST', '/api/v1/devices', { name: 'edge-of-press', type: 'x', team: platform.team.id })
        try {
            await platform.api('PUT', `/api/v1/devices/${device.id}`, { instance: id })
            await choose('as it ran', 'Set as device target…')
            await editor.dialog.getByText('edge-of-press').waitFor()
            await editor.dialog.getByRole('checkbox').check()
            await submit('Set as target of 1 device').click()
            await closed()
            await editor.page.locator('.ffs-row', { hasText: 'as it ran' }).getByText('device target').waitFor()
            await choose('as it ran', 'Delete…')
            await submit('Delete “as it ran” and stop 1 device').click()
            await closed()
            const { targetSnapshot } = await platform.api<{ targetSnapshot: unknown }>('GET', `/api/v1/devices/${device.id}`)
            should(targetSnapshot ?? null).be.null()
        } finally {
            await platform.api('DELETE', `/api/v1/devices/${device.id}`)
        }
    })

    it('can’t be edited on this version, which is said', async () => {
        await editor.button('Actions for “press”').click()
        const item = editor.page.getByRole('menuitem', { name: /^Edit/ })
        should(await item.getAttribute('title')).match(/This server runs FlowFuse 2\.4\.0; this needs 2\.7\.0/)
        await editor.page.keyboard.press('Escape')
        editor.errors.should.eql([])
    })
})
