import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { launchBrowser } from '../browser/chromium'
import { EditorPage } from '../browser/editor-page'
import { deploy } from './canary-drive'
import type { CanaryWorld } from './canary-world'

/** A user with the editor: types tokens and secrets, looks at all, and closes every dialog. What the page was told, and still has, is kept. */
export async function inTheBrowser (world: CanaryWorld): Promise<void> {
    await world.must('DELETE', 'connection')
    await deploy(world, 'in the browser')
    await world.must('POST', 'local', { name: 'for the browser', description: '' })
    const browser = await launchBrowser()
    try {
        await drive(world, browser)
    } finally {
        await browser.close()
    }
}

async function drive (world: CanaryWorld, browser: Browser): Promise<void> {
    const { fake, canaries } = world
    const editor = await EditorPage.open(browser, world.local.url)
    const told = listen(world, editor.page)
    await editor.reload()
    const user = new User(editor)

    await editor.button('Connect to FlowFuse').click()
    const useToken = editor.dialog.getByRole('button', { name: 'Use a token' })
    if (await useToken.isVisible()) {
        await useToken.click()
    }
    await editor.dialog.getByLabel('Server').fill('http://127.0.0.1:9')
    await user.types(editor.dialog.getByLabel('Token'), `ffpat_${canaries.make('a token that was typed and refused', { plain: true })}`)
    await editor.dialog.getByRole('button', { name: 'Connect', exact: true }).click()
    await editor.dialog.getByText('Nothing is listening').waitFor()
    await editor.dialog.getByLabel('Server').fill(fake.url)
    await user.types(editor.dialog.getByLabel('Token'), fake.tokens.alice)
    await editor.dialog.getByRole('button', { name: 'Connect', exact: true }).click()
    await editor.dialog.waitFor({ state: 'hidden' })
    if (await editor.button('Choose an instance').isVisible()) {
        await editor.choose('filler')
    }

    const secret = canaries.make('the secret of a file that was typed', { plain: true })
    await editor.page.getByRole('tab', { name: /^Local/ }).click()
    await editor.button('Actions for “for the browser”').click()
    await editor.page.getByRole('menuitem', { name: 'Download…' }).click()
    await editor.dialog.getByRole('radio', { name: 'One of mine' }).check()
    await user.types(editor.dialog.getByRole('textbox', { name: 'One of mine' }), secret)
    const [saved] = await Promise.all([
        editor.page.waitForEvent('download'), editor.dialog.getByRole('button', { name: 'Save the file', exact: true }).click()
    ])
    const path = join(world.userDir, 'saved.json')
    await saved.saveAs(path)
    await user.closes()

    await user.onThis('Open a file…')
    await editor.dialog.locator('input[type=file]').setInputFiles(path)
    const asked = editor.dialog.getByLabel('Secret of the file')
    await user.types(asked, `${canaries.make('a wrong secret that was typed', { plain: true })}`)
    await editor.dialog.getByRole('button', { name: 'Check', exact: true }).click()
    await editor.dialog.getByText('This secret does not open').waitFor()
    await user.types(asked, secret)
    await editor.dialog.getByRole('button', { name: 'Check', exact: true }).click()
    await asked.waitFor({ state: 'hidden' })
    await user.closes()

    await user.onThis('Variables')
    await editor.dialog.getByRole('button', { name: 'Add variable' }).click()
    await editor.dialog.getByLabel('Name of new variable').fill('FFS_TYPED')
    await editor.dialog.getByRole('checkbox', { name: 'Keep the value of FFS_TYPED hidden' }).check()
    await user.types(editor.dialog.getByLabel('Value of FFS_TYPED', { exact: true }), canaries.make('a hidden variable that was typed', { plain: true }))
    await editor.dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await editor.page.locator('.ffs-dialog').waitFor({ state: 'hidden' })

    for (const item of ['View what runs here', 'Compare…']) {
        await user.onThis(item)
        await editor.dialog.getByRole('button').first().waitFor()
        await user.closes()
    }
    await editor.button('Push snapshot').click()
    await editor.dialog.getByLabel('Name').waitFor()
    await user.closes()
    await told()
    await keepPage(world, editor.page)
    writeFileSync(path, '')
}

/** What a person does with keys: nothing of it comes into the page in any other way. */
class User {
    constructor (private readonly editor: EditorPage) {}

    async types (field: Locator, text: string): Promise<void> {
        await field.click()
        await this.editor.page.keyboard.press('Control+a')
        await this.editor.page.keyboard.insertText(text)
    }

    async onThis (item: string): Promise<void> {
        await this.editor.page.getByRole('tab', { name: /^Local/ }).click()
        await this.editor.button('More about this Node-RED').click()
        await this.editor.page.getByRole('menuitem', { name: item }).click()
    }

    /** Every dialog that is open. */
    async closes (): Promise<void> {
        const dialogs = this.editor.page.locator('.ffs-dialog')
        for (let left = await dialogs.count(); left > 0; left--) {
            await this.editor.page.keyboard.press('Escape')
            await dialogs.nth(left - 1).waitFor({ state: 'hidden' })
        }
    }
}

/** @returns ends when all that was told so far is kept */
function listen ({ places }: CanaryWorld, page: Page): () => Promise<unknown> {
    const bodies: Array<Promise<unknown>> = []
    page.on('console', message => { places.push({ where: 'the browser’s console', content: message.text() }) })
    page.on('websocket', socket => {
        socket.on('framereceived', ({ payload }) => { places.push({ where: 'a message to editors', content: payload }) })
    })
    page.on('response', response => {
        const { pathname } = new URL(response.url())
        // A file that is saved holds what it shall, sealed; and the page gets it all the same, so that its memory is looked at too.
        bodies.push(response.body().then(content => { places.push({ where: `what the browser got from ${pathname}`, content }) }, () => undefined))
    })
    return () => Promise.all(bodies)
}

/** What the page shows, keeps and remembers once every dialog is closed. */
async function keepPage ({ places }: CanaryWorld, page: Page): Promise<void> {
    const keep = (where: string, content: string) => { places.push({ where, content }) }
    keep('the page', await page.content())
    keep('the fields of the page', await page.evaluate<string>('JSON.stringify([...document.querySelectorAll("input, textarea, select")].map(field => field.value))'))
    keep('the storage of the page', await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])'))
    keep('the cookies of the browser', JSON.stringify(await page.context().cookies()))
    const session = await page.context().newCDPSession(page)
    const pieces: string[] = []
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => { pieces.push(chunk) })
    await session.send('HeapProfiler.collectGarbage')
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
    if (pieces.length === 0) {
        throw new Error('The browser gave no snapshot of its memory.')
    }
    keep('the memory of the page', pieces.join(''))
}
