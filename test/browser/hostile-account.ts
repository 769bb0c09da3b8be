import should from 'should'
import type { HostileEditor } from './hostile-editor'
import { hostileFlows, markup } from './hostile-world'

/** Before anybody is connected, and nobody is afterwards. */
export function accountIsText ({ at, page, dialog, button, shown }: HostileEditor): void {
    it('is text of who has signed in by browser, until the sign-in is forgotten', async () => {
        await at.editor.button('Connect to FlowFuse').click()
        await dialog().getByLabel('Server').fill(at.fake.url)
        const opening = page().waitForEvent('popup')
        await button('Sign in with FlowFuse').click()
        const window = await opening
        await window.waitForURL(/account\/request/)
        await window.context().addCookies([{ name: 'sid', value: encodeURIComponent(at.fake.cookies.alice), url: at.fake.url }])
        await window.goto(window.url().replace('/request/', '/complete/')).catch(() => undefined)
        await shown('User')
        // The sign-in's own window, and no other.
        should(at.watch.heard.splice(0)).match([/^a page was opened: /])
        await button(/^Continue as /).click()
        await page().locator('.ffs-dialog').waitFor({ state: 'hidden' })
        await shown('User', page().locator('.ffs-panel'))
        await at.editor.button('Connection settings').click()
        await page().getByRole('menuitem', { name: 'Disconnect…' }).click()
        await button('Disconnect').click()
        await at.editor.button('Connect to FlowFuse').waitFor()
    })
}

/** With a target to which was pushed. */
export function automaticPushIsText ({ at, page, button, shown }: HostileEditor): void {
    const panel = () => page().locator('.ffs-panel')
    const deploy = async (word: string) => { await at.local.call('POST', 'flows', { flows: hostileFlows(word) }, { 'Node-RED-API-Version': 'v2' }) }

    it('is text in what the sign-in may do, and in the search', async () => {
        await page().locator('.ffs-panel').getByRole('tab', { name: /^Instance/ }).click()
        const list = page().locator('.ffs-abilities')
        await list.locator('summary').click()
        await shown('teams?-name', list)
        at.fake.setRole('alice', 10)
        await at.editor.button('Look again').click()
        await list.getByText('You are Viewer of').first().waitFor()
        await shown('teams?-name', list.getByText('You are Viewer of'))
        at.fake.setRole('alice', 50)
        await at.editor.button('Look again').click()
        await list.getByText('You are Viewer of').first().waitFor({ state: 'hidden' })
        const search = page().getByLabel('Search names, descriptions and authors of the snapshots')
        await search.fill(markup('Sought'))
        await panel().getByText(/^None of /).waitFor()
        await search.press('Escape')
    })

    it('is text where the automatic push is switched on, and where it fails', async () => {
        const line = page().locator('.ffs-auto-push')
        await line.getByRole('button', { name: 'Switch on…' }).click()
        for (const where of ['Instance', 'User']) { await shown(where) }
        await button('Switch on automatic push').click()
        await line.getByText('Automatic push: on').waitFor()
        at.fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, { status: 400, body: { code: 'x', error: markup('Automatic') } })
        await deploy('Changed')
        await shown('Automatic', panel())
        await line.getByRole('button', { name: 'Switch off' }).click()
        await line.getByText('Automatic push: off').waitFor()
        await deploy('Here')
    })
}
