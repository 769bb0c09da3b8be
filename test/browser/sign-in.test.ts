import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import 'should'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'
import type { Platform } from '../platform/platform'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'
import { sharedPlatform } from './shared-platform'

for (const nodeRed of versions) describe(`signing in with FlowFuse, on a real one, from Node-RED ${nodeRed}`, function () {
    this.timeout(3 * 60_000)
    let folder: string
    let platform: Platform
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage
    const picture = (name: string) => editor.picture(`${nodeRed}-${name}`)

    before(async function () {
        this.timeout(20 * 60_000)
        folder = await mkdtemp(join(tmpdir(), 'ffs-sign-in-'))
        platform = await sharedPlatform()
        local = await startNodeRed({ userDir: join(folder, 'user'), settings: "httpAdminRoot: '/admin'", binary: binaryOf(nodeRed) })
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, `${local.url}/admin/`)
        // FlowFuse's pages ask strangers for pictures of people.
        await editor.page.context().route(url => url.hostname !== '127.0.0.1' && url.hostname !== 'localhost', route => route.abort())
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    /** Presses the button in the connect dialog and gives the window that opens. */
    const openWindow = async (): Promise<Page> => {
        const opening = editor.page.waitForEvent('popup')
        await editor.dialog.getByRole('button', { name: 'Sign in with FlowFuse' }).click()
        return await opening
    }
    const closed = async (window: Page) => {
        if (!window.isClosed()) {
            await window.waitForEvent('close')
        }
    }

    it('opens FlowFuse’s own login in a window, and waits', async () => {
        await editor.button('Connect to FlowFuse').click()
        await editor.dialog.getByLabel('Server').fill(platform.url)
        await picture('sign-in-begin')
        const window = await openWindow()
        await window.waitForURL(url => url.origin === platform.url)
        await editor.dialog.getByText('Waiting for your sign-in').waitFor()
        await picture('sign-in-waiting')
        const opener = await window.evaluate('String(window.opener)')
        opener!.should.equal('null')
        await editor.dialog.getByRole('button', { name: 'Cancel' }).click()
        await window.close()
        await editor.dialog.getByRole('button', { name: 'Sign in with FlowFuse' }).waitFor()
    })

    it('says what to do when the window was closed', async () => {
        const window = await openWindow()
        await window.waitForURL(url => url.origin === platform.url)
        await window.close()
        await editor.dialog.getByText('The sign-in window is closed').waitFor()
        await picture('sign-in-closed')
        await editor.dialog.getByRole('button', { name: 'Cancel' }).click()
    })

    it('says that access was denied', async () => {
        const window = await openWindow()
        const user = window.getByLabel(/username|email/i).or(window.locator('input').first()).first()
        await user.fill(platform.admin.username)
        await user.press('Enter')
        await window.locator('input[type=password]').fill(platform.admin.password)
        await window.locator('input[type=password]').press('Enter')
        await window.getByRole('button', { name: 'Allow' }).or(window.getByRole('link', { name: 'Allow' })).waitFor()
        await window.screenshot({ path: join(__dirname, `../output/pictures/${nodeRed}-sign-in-allow.png`) })
        await window.getByText(/^\s*(Deny|Cancel|Reject)/).first().click()
        await editor.dialog.getByText(`Access was denied on ${platform.url}`).waitFor()
        await closed(window)
        await picture('sign-in-denied')
    })

    it('shows who has signed in, and uses that only when told to', async () => {
        const window = await openWindow()
        await window.getByRole('button', { name: 'Allow' }).or(window.getByRole('link', { name: 'Allow' })).click()
        await editor.dialog.getByText(`as ${platform.admin.username}`).first().waitFor()
        await closed(window)
        await picture('sign-in-ready')
        const before = await local.call('GET', 'admin/flowfuse-snapshots/state')
        before.body!.should.have.property('connection', null)
        await editor.dialog.getByRole('button', { name: `Continue as ${platform.admin.username}` }).click()
        await editor.page.getByText(`${platform.admin.username} @`).waitFor()
        await picture('sign-in-connected')
    })

    it('pushes with it, sets the device target at the same time, and says why a restore needs a token', async () => {
        const device = await platform.api<{ id: string }>('POST', '/api/v1/devices', { name: 'edge', type: 'gateway', team: platform.team.id })
        await platform.api('PUT', `/api/v1/devices/${device.id}`, { instance: platform.instance.id })
        await editor.choose(platform.instance.name)
        await editor.button('Push snapshot').click()
        await editor.dialog.getByText('Restore now is off').waitFor()
        await picture('sign-in-push')
        await editor.dialog.getByLabel('Name').fill('by OAuth')
        await editor.dialog.getByRole('checkbox', { name: 'Set as device target (1 device)' }).check()
        await editor.dialog.getByRole('checkbox', { name: /Which Node-RED it runs now is not known/ }).check()
        await editor.dialog.getByRole('button', { name: 'Push “by OAuth”' }).click()
        await editor.dialog.getByText('was created').first().waitFor()
        await editor.dialog.getByText(`The devices of ${platform.instance.name} run it`).waitFor()
        const { targetSnapshot } = await platform.api<{ targetSnapshot: { name: string } }>('GET', `/api/v1/devices/${device.id}`)
        targetSnapshot.name.should.equal('by OAuth')
        await editor.dialog.getByRole('button', { name: 'Close' }).click()
        // The platform is shared with the other Node-RED.
        await platform.api('DELETE', `/api/v1/devices/${device.id}`)
    })

    it('is there again after a restart of Node-RED', async () => {
        const port = Number(new URL(local.url).port)
        await local.stop()
        local = await startNodeRed({ userDir: join(folder, 'user'), settings: "httpAdminRoot: '/admin'", port, binary: binaryOf(nodeRed) })
        const { status } = await local.call('GET', 'admin/flowfuse-snapshots/target')
        status.should.equal(200)
    })

    it('the page raised no error of its own', () => {
        editor.errors.should.eql([])
    })
})
