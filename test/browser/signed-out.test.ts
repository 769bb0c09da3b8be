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

for (const nodeRed of versions) describe(`signed out by the server, in the editor of Node-RED ${nodeRed}`, function () {
    this.timeout(3 * 60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage
    const picture = (name: string) => editor.picture(`${nodeRed}-${name}`)

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'ffs-signed-out-'))
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        local = await startNodeRed({ userDir: join(folder, 'user'), binary: binaryOf(nodeRed) })
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await fake?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    const signIn = async () => {
        const opening = editor.page.waitForEvent('popup')
        await editor.dialog.getByRole('button', { name: 'Sign in with FlowFuse' }).click()
        const window = await opening
        await window.waitForURL(/account\/request/)
        await window.context().addCookies([{ name: 'sid', value: encodeURIComponent(fake.cookies.alice), url: fake.url }])
        await window.goto(window.url().replace('/request/', '/complete/')).catch(() => undefined)
        await editor.dialog.getByRole('button', { name: 'Continue as alice' }).click()
        await editor.page.getByText('alice @').waitFor()
    }

    it('is said once in the panel, with one button, and nothing can be pushed', async () => {
        await editor.button('Connect to FlowFuse').click()
        await editor.dialog.getByLabel('Server').fill(fake.url)
        await signIn()
        await editor.choose('filler')
        fake.respondWith({ path: /\/api\/v1\// }, { status: 401, body: { code: 'unauthorized', error: 'unauthorized' } })
        await editor.button('Look again').click()
        await editor.page.getByText('has ended your sign-in').waitFor()
        const said = await editor.page.getByText('has ended your sign-in').count()
        said.should.equal(1)
        await editor.off(editor.button('Push snapshot'))
        await picture('signed-out')
    })

    it('is over after signing in again, and the target is still chosen', async () => {
        await editor.button('Connect again').click()
        await signIn()
        await editor.button('Push snapshot').and(editor.page.locator(':enabled')).waitFor()
        await editor.page.getByText('has ended your sign-in').waitFor({ state: 'hidden' })
        editor.errors.should.eql([])
    })
})
