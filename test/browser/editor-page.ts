import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'

/** Pictures of every run, for people to look at; not in git. */
const pictures = resolve(__dirname, '../output/pictures')

/** The Node-RED editor in a browser, with the panel shown. */
export class EditorPage {
    /** Errors that the page itself raised, beside requests that failed on purpose. */
    readonly errors: string[] = []

    private constructor (readonly page: Page) {
        page.on('pageerror', error => this.errors.push(error.message))
    }

    static async open (browser: Browser, url: string, viewport = { width: 1280, height: 800 }): Promise<EditorPage> {
        const page = await browser.newPage({ viewport })
        const editor = new EditorPage(page)
        await page.goto(url)
        await page.waitForFunction(() => Boolean((globalThis as unknown as { RED?: { nodes?: { version(): string | null } } }).RED?.nodes?.version()))
        await page.evaluate("RED.sidebar.show('flowfuse-snapshots')")
        return editor
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
