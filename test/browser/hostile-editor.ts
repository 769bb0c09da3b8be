import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator } from 'playwright-core'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, type NodeRedVersion } from '../node-red/versions'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'
import { hostileFlows, makeHostile, markup, Watch } from './hostile-world'

/** What there is from before the first test on. `refused`: the paths at the platform that a test answers itself. */
interface There {
    folder: string
    fake: FakeFlowFuse
    local: LocalNodeRed
    browser: Browser
    watch: Watch
    refused: Set<string>
    editor: EditorPage
}

export const settings = "'flowfuse-snapshots': { localAuto: false },"

/** The editor of one Node-RED with markup in every text, looked at after each test for what was taken for more; and what users do in it. */
export function hostileEditor (version: NodeRedVersion) {
    const at = {} as There
    const page = () => at.editor.page
    const dialog = () => at.editor.dialog
    const button = (name: RegExp | string) => dialog().getByRole('button', { name, exact: typeof name === 'string' })
    /** Waits until the text that is called so is on the screen, as text. */
    const shown = async (where: string, within: Locator = dialog()) => { await within.getByText(new RegExp(`${where} ..><img src=x`)).first().waitFor({ state: 'attached' }) }
    const act = async (of: string, item: RegExp | string) => {
        await page().getByRole('button', { name: new RegExp(`^Actions for “${of} `) }).last().click()
        await page().getByRole('menuitem', { name: item, exact: typeof item === 'string' }).click()
    }
    const here = async (item: string) => {
        await tab('Local')
        await at.editor.button('More about this Node-RED').click()
        await page().getByRole('menuitem', { name: item }).click()
    }
    const tab = (name: string) => page().locator('.ffs-panel').getByRole('tab', { name: new RegExp(`^${name}`) }).click()
    const close = async () => {
        const dialogs = page().locator('.ffs-dialog')
        for (let left = await dialogs.count(); left > 0; left = await dialogs.count()) {
            await page().keyboard.press('Escape')
            await page().waitForFunction(count => document.querySelectorAll('.ffs-dialog').length < count, left)
        }
    }
    const openFile = async (name: string, content: unknown) => {
        await here('Open a file…')
        await dialog().locator('input[type=file]').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(content)) })
    }
    /** Opens the editor anew, with what was not deployed forgotten, once what was shown until then is looked at. */
    const reload = async () => {
        await at.watch.isSilent(at.editor)
        await page().evaluate('RED.nodes.dirty(false)')
        await at.editor.reload()
    }

    before(async () => {
        at.folder = await mkdtemp(join(tmpdir(), 'ffs-hostile-'))
        at.fake = await startFakeFlowFuse({ version: '2.33.2' })
        at.refused = makeHostile(at.fake).refused
        at.local = await startNodeRed({ userDir: at.folder, binary: binaryOf(version), settings })
        await at.local.call('POST', 'flows', { flows: hostileFlows('Here') }, { 'Node-RED-API-Version': 'v2' })
        await at.local.call('PUT', 'flowfuse-snapshots/variables', { variables: [{ name: 'HOSTILE', value: markup('Kept'), hidden: false }] })
        await at.local.call('POST', 'flowfuse-snapshots/local', { name: markup('Local'), description: markup('LocalDescription') })
        at.browser = await launchBrowser()
        const { watch, browser } = await Watch.start(at.browser)
        at.watch = watch
        at.editor = await EditorPage.open(browser, at.local.url)
    })

    afterEach(async function () {
        if (this.currentTest?.state === 'failed') { await at.editor?.picture(`${version}-hostile-${this.currentTest.title.slice(0, 20)}`) }
        await at.watch.isSilent(at.editor)
    })

    after(async () => {
        await at.browser?.close()
        await at.local?.stop()
        await at.fake?.stop()
        await rm(at.folder, { recursive: true, force: true })
    })

    return { at, version, page, dialog, button, shown, act, here, tab, close, openFile, reload }
}

export type HostileEditor = ReturnType<typeof hostileEditor>
