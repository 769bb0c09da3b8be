import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { slowDown } from './chromium'

/** Pictures of every run, for people to look at; not in git. */
const pictures = resolve(__dirname, '../output/pictures')

/** Milliseconds for what comes at once on a fast machine; waiting costs nothing where it is there. */
const patience = 60_000

/** The Node-RED editor in a browser, with the panel shown. */
export class EditorPage {
    /** Errors that the page itself raised, with where, beside requests that failed on purpose. */
    readonly errors: string[] = []

    private constructor (readonly page: Page) {
        page.on('pageerror', error => this.errors.push(error.stack ?? error.message))
        // From the first listener on the page hands file choosers over, but the key that opens one may overtake that. So there always is one.
        page.on('filechooser', () => {})
    }

    static async open (browser: Browser, url: string, viewport = { width: 1280, height: 800 }): Promise<EditorPage> {
        const page = await browser.newPage({ viewport })
        const editor = new EditorPage(page)
        page.context().setDefaultTimeout(patience)
        await slowDown(page)
        await withoutTips(url)
        await page.goto(url)
        await editor.showPanel()
        return editor
    }

    async reload (): Promise<void> {
        await this.page.reload()
        await this.showPanel()
    }

    private async showPanel (): Promise<void> {
        await this.page.waitForFunction('Boolean(globalThis.RED?.nodes?.version?.())')
        await this.page.evaluate("RED.sidebar.show('flowfuse-snapshots')")
        await this.page.locator('.ffs-panel').waitFor()
    }

    /** Waits until what matches in the open dialog has the focus, and so the next key. */
    async focused (selector: string): Promise<void> {
        await this.dialog.locator(selector).and(this.page.locator(':focus')).waitFor()
    }

    /** Waits until a button or field is off. */
    async off (control: Locator): Promise<void> {
        await control.and(this.page.locator(':disabled')).waitFor()
    }

    button (name: string | RegExp): Locator {
        return this.page.getByRole('button', { name, exact: typeof name === 'string' })
    }

    /** The open dialog. */
    get dialog (): Locator {
        return this.page.getByRole('dialog').last()
    }

    async connect (server: string, token: string): Promise<void> {
        await this.button('Connect to FlowFuse').click()
        await this.fillConnection(server, token)
    }

    async fillConnection (server: string, token: string): Promise<void> {
        const useToken = this.dialog.getByRole('button', { name: 'Use a token' })
        await this.dialog.getByLabel('Server').waitFor()
        if (await useToken.isVisible()) {
            await useToken.click()
        }
        await this.dialog.getByLabel('Server').fill(server)
        await this.dialog.getByLabel('Token').fill(token)
        await this.dialog.getByRole('button', { name: 'Connect', exact: true }).click()
    }

    async choose (instance: string): Promise<void> {
        await this.button('Choose an instance').click()
        await this.dialog.getByRole('radio', { name: instance }).check()
        await this.dialog.getByRole('button', { name: `Use ${instance}` }).click()
        await this.dialog.waitFor({ state: 'hidden' })
    }

    async picture (name: string): Promise<void> {
        await mkdir(pictures, { recursive: true })
        await this.page.screenshot({ path: join(pictures, `${name}.png`) })
    }
}

/** Node-RED's tips come a second after the editor's start, on a slow machine before there is a place for them, which is an error in the page. */
async function withoutTips (url: string): Promise<void> {
    const answer = await fetch(`${url.replace(/\/$/, '')}/settings/user`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ editor: { view: { 'view-show-tips': false } } })
    })
    if (!answer.ok) {
        throw new Error(`Node-RED did not take a setting of the editor: ${answer.status}`)
    }
}
