import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import 'should'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { ensureNodeRed5 } from '../node-red/five/install'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'

const versions = ['4.1', '5.0'] as const

interface Shown { tabs: string[], nodes: string[], active: string, dirty: boolean, revision: string }
/** Node-RED's editor, as far as nodes are put into it here. */
interface Workspace {
    workspaces: { active (): string }
    view: { importNodes (nodes: object[], options: object): void }
    nodes: { dirty (dirty: boolean): void }
}
interface Flows { flows: Array<{ type: string, name?: string }>, rev: string }

/** A small module of nodes from npm. */
const random = { module: 'node-red-node-random', version: '0.4.1' }

for (const version of versions) describe(`local snapshots in the editor of Node-RED ${version}, without FlowFuse`, function () {
    this.timeout(3 * 60_000)
    let folder: string
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage

    const picture = (name: string) => editor.picture(`${version}-local-${name}`)
    const rowsOf = (name: string | RegExp) => editor.page.locator('.ffs-row').filter({ hasText: name })
    const act = async (name: string, item: string) => {
        await editor.button(`Actions for “${name}”`).click()
        await editor.page.getByRole('menuitem', { name: item }).click()
    }
    /** What the editor shows: labels of tabs, names of nodes, and whether there is anything to deploy. */
    const shown = async () => await editor.page.evaluate<Shown>(`({
        tabs: RED.nodes.getWorkspaceOrder().map(id => RED.nodes.workspace(id).label),
        nodes: RED.nodes.filterNodes({}).map(node => node.name || node.type).sort(),
        active: RED.nodes.workspace(RED.workspaces.active())?.label,
        dirty: RED.nodes.dirty(), revision: RED.nodes.version()
    })`)
    const running = async () => (await local.call('GET', 'flows', undefined, { 'Node-RED-API-Version': 'v2' })).body as Flows
    /** Puts a node on the first tab, as a user would by importing it. */
    const addNode = async (id: string, type: string, name: string, properties = {}) => {
        await editor.page.evaluate(node => {
            const { RED } = globalThis as unknown as { RED: Workspace }
            RED.view.importNodes([{ ...node, z: RED.workspaces.active(), x: 200, y: 80, wires: [[]] }], { generateIds: false, touchImport: true })
            RED.nodes.dirty(true)
        }, { id, type, name, ...properties })
    }
    const deploy = async () => {
        await editor.page.locator('#red-ui-header-button-deploy').click()
        await editor.page.waitForFunction('!RED.nodes.dirty()')
    }
    const notices = () => editor.page.getByText('have been updated').count()

    before(async function () {
        this.timeout(10 * 60_000)
        folder = await mkdtemp(join(tmpdir(), 'ffs-local-'))
        const binary = version === '5.0' ? await ensureNodeRed5(line => process.stderr.write(`${line}\n`)) : undefined
        local = await startNodeRed({ userDir: folder, binary })
        const flows = [
            { id: 'line1', type: 'tab', label: 'Line 1' }, { id: 'line2', type: 'tab', label: 'Line 2' },
            { id: 'n1', type: 'comment', z: 'line1', name: 'first', x: 200, y: 40, wires: [] }, { id: 'n2', type: 'comment', z: 'line2', name: 'second', x: 200, y: 40, wires: [] }
        ]
        await local.call('POST', 'flows', { flows }, { 'Node-RED-API-Version': 'v2' })
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    it('a newcomer reads what is made after each deploy, and does without FlowFuse', async () => {
        await editor.page.getByText('A snapshot is made after each deploy').waitFor()
        await picture('first-run')
        await editor.button('Work locally without FlowFuse').click()
        await editor.page.getByText('Local snapshots (1)').waitFor()
        await rowsOf(/^Auto Snapshot/).getByText('same flows as here').waitFor()
    })

    it('the choice is remembered by the browser', async () => {
        await editor.reload()
        await editor.page.getByText('Local snapshots (1)').waitFor()
    })

    it('a snapshot is made now, under a name of one’s own', async () => {
        await editor.button('Snapshot now').click()
        await editor.dialog.getByLabel('Name').fill('v1.4')
        await editor.dialog.getByLabel('Name').press('Enter')
        await rowsOf('v1.4').waitFor()
        await editor.button('Snapshot now').click()
        ;(await editor.dialog.getByLabel('Name').inputValue()).should.equal('v1.5')
        await editor.page.keyboard.press('Escape')
    })

    it('a deploy from the editor is followed by an automatic one', async () => {
        await addNode('n3', 'comment', 'third')
        await deploy()
        await editor.page.getByText('Local snapshots (3)').waitFor()
        await rowsOf('v1.4').getByText('same flows as here').waitFor({ state: 'hidden' })
        await picture('list')
    })

    it('the restore dialog names what is replaced, and what becomes of undeployed edits', async () => {
        await editor.page.evaluate("RED.workspaces.show('line2')")
        await addNode('n4', 'comment', 'never deployed')
        await act('v1.4', 'Restore')
        await editor.dialog.getByText('undeployed edits').waitFor()
        await editor.dialog.getByText('1 removed').waitFor()
        await editor.dialog.getByRole('button', { name: 'Replace 2 flows of this Node-RED' }).and(editor.page.locator(':enabled')).waitFor()
        await picture('restore')
    })

    it('the editor follows the restore without a notice, and stays on its tab', async () => {
        // So low that the list has to be scrolled.
        const scrolled = await editor.page.evaluate(() => {
            document.querySelector<HTMLElement>('.ffs-root')!.style.height = '120px'
            document.querySelector('.ffs-panel')!.scrollTop = 10_000
            return document.querySelector('.ffs-panel')!.scrollTop
        })
        scrolled.should.be.above(100)
        // The list with the way back arrives only once the dialog is closed.
        let letList = () => {}
        const closed = new Promise<void>(resolve => { letList = resolve })
        await editor.page.route(/flowfuse-snapshots\/local(\?|$)/, async route => {
            await closed
            await route.fallback()
        })
        await editor.dialog.getByRole('button', { name: 'Replace 2 flows' }).click()
        await editor.dialog.getByText('“v1.4” was restored').waitFor()
        await picture('restored')
        const now = await shown()
        now.should.containEql({ nodes: ['first', 'second'], active: 'Line 2', dirty: false, revision: (await running()).rev })
        await editor.dialog.getByRole('button', { name: 'Close' }).click()
        await editor.dialog.waitFor({ state: 'hidden' })
        letList()
        ;(await notices()).should.equal(0)
    })

    it('the way back is in sight then, however far the list was scrolled', async () => {
        const line = editor.page.locator('.ffs-undo-line')
        await line.waitFor()
        await editor.page.waitForFunction(() => {
            const [top, view] = ['.ffs-undo-line', '.ffs-panel'].map(selector => document.querySelector(selector)!.getBoundingClientRect().top)
            return top! >= view!
        })
        await editor.page.evaluate(() => { document.querySelector<HTMLElement>('.ffs-root')!.style.height = '' })
    })

    it('the next deploy is in no conflict', async () => {
        await editor.page.getByText('Restored “v1.4”').waitFor()
        await addNode('n5', 'comment', 'fifth')
        await deploy()
        ;(await running()).flows.map(({ name }) => name).should.containEql('fifth')
        ;(await notices()).should.equal(0)
    })

    it('a restore is undone, after a word about undeployed edits', async () => {
        await editor.page.getByText('Restored “v1.4”').waitFor({ state: 'hidden' })
        await act('v1.4', 'Restore')
        await editor.dialog.getByRole('button', { name: 'Replace 2 flows' }).click()
        await editor.dialog.getByText('“v1.4” was restored').waitFor()
        await editor.page.keyboard.press('Escape')
        await addNode('n6', 'comment', 'sixth')
        await editor.button('Undo').click()
        await editor.dialog.getByText('undeployed edits').waitFor()
        await picture('undo')
        await editor.button('Undo and drop edits').click()
        await editor.dialog.getByText('What ran before runs again').waitFor()
        ;(await shown()).should.containEql({ nodes: ['fifth', 'first', 'second'], dirty: false, revision: (await running()).rev })
        await editor.page.keyboard.press('Escape')
        await editor.page.getByText('Restored “v1.4”').waitFor({ state: 'hidden' })
        ;(await notices()).should.equal(0)
    })

    it('a missing module is installed on consent', async function () {
        this.timeout(180_000)
        ;(await local.call('POST', 'nodes', random)).status.should.equal(200)
        await editor.page.waitForFunction("RED.nodes.getType('random')")
        await addNode('n7', 'random', 'dice', { low: '1', high: '6', inte: 'true', property: 'payload' })
        await deploy()
        await editor.button('Snapshot now').click()
        await editor.dialog.getByLabel('Name').fill('with dice')
        await editor.dialog.getByLabel('Name').press('Enter')
        await rowsOf('with dice').waitFor()
        await editor.page.evaluate("RED.nodes.remove('n7'); RED.nodes.dirty(true)")
        await deploy()
        ;(await local.call('DELETE', `nodes/${random.module}`)).status.should.equal(204)

        await act('with dice', 'Restore')
        ;(await editor.dialog.getByRole('checkbox', { name: `Install ${random.module}` }).isChecked()).should.be.true()
        await picture('missing-module')
        await editor.dialog.getByRole('button', { name: 'Replace 2 flows of this Node-RED, install 1 module' }).click()
        await editor.dialog.getByText(`Installed: ${random.module}`).waitFor({ timeout: 120_000 })
        ;(await running()).flows.map(({ type }) => type).should.containEql('random')
        const now = await shown()
        now.should.containEql({ dirty: false, revision: (await running()).rev })
        now.nodes.should.containEql('dice')
        await editor.dialog.getByRole('button', { name: 'Close' }).click()
    })

    it('a restore that came too late is refused, and the editor keeps its edits', async () => {
        await addNode('n8', 'comment', 'eighth')
        await act('v1.4', 'Restore')
        await editor.dialog.getByRole('button', { name: 'Replace 2 flows' }).waitFor()
        await editor.page.route('**/local/*/restore', async route => {
            const { flows } = await running()
            await local.call('POST', 'flows', { flows: [...flows, { id: 'other', type: 'tab', label: 'Of somebody else' }] }, { 'Node-RED-API-Version': 'v2' })
            await route.continue()
        }, { times: 1 })
        await editor.dialog.getByRole('button', { name: 'Replace 2 flows' }).click()
        await editor.dialog.getByText('“v1.4” was not restored.').waitFor()
        await picture('refused')
        const now = await shown()
        now.nodes.should.containEql('eighth')
        now.dirty.should.be.true()
        await editor.page.keyboard.press('Escape')
    })

    it('a variable is set, and an automatic snapshot renamed and kept', async () => {
        await editor.button('More about this Node-RED').click()
        await editor.page.getByRole('menuitem', { name: 'Variables' }).click()
        await editor.button('Add variable').click()
        await editor.dialog.locator('input.ffs-kept-name:focus').waitFor()
        await editor.page.keyboard.type('PLC_HOST')
        await editor.dialog.getByLabel('Value of PLC_HOST', { exact: true }).fill('plc.local')
        await editor.dialog.getByRole('button', { name: 'Save' }).click()
        await editor.dialog.waitFor({ state: 'hidden' })
        const { body } = await local.call('GET', 'flowfuse-snapshots/variables')
        ;(body as { variables: Array<{ name: string }> }).variables.map(({ name }) => name).should.eql(['PLC_HOST'])

        const name = await rowsOf(/^Auto Snapshot/).last().locator('.ffs-row-name').textContent() ?? ''
        await act(name, 'Rename')
        await editor.dialog.getByLabel('Name').fill('the very first')
        await editor.dialog.getByRole('button', { name: 'Rename to' }).click()
        await rowsOf('the very first').getByText('pinned').waitFor()
        await act('the very first', 'Delete')
        await editor.dialog.getByRole('button', { name: 'Delete “the very first”' }).click()
        await rowsOf('the very first').waitFor({ state: 'hidden' })
    })

    it('it all fits a panel of 180 pixels', async () => {
        await editor.page.evaluate(() => {
            document.querySelector<HTMLElement>('.ffs-root')!.style.width = '180px'
        })
        const wider = await editor.page.evaluate('document.querySelector(".ffs-panel").scrollWidth - document.querySelector(".ffs-panel").clientWidth')
        Number(wider).should.equal(0)
        await picture('narrow')
    })

    it('the page raised no error of its own', () => {
        editor.errors.should.eql([])
    })
})

describe('local snapshots beside those of an instance', function () {
    this.timeout(3 * 60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage

    /** Presses ArrowDown until the item of the open menu has the focus: once for each item at the most. */
    const arrowDownTo = async (name: string) => {
        const items = editor.page.getByRole('menuitem')
        const focused = editor.page.locator('[role=menuitem]:focus')
        await focused.waitFor()
        for (let left = await items.count(); left > 0 && !(await focused.innerText()).includes(name); left--) {
            await editor.page.keyboard.press('ArrowDown')
        }
        ;(await focused.innerText()).should.containEql(name)
    }

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'ffs-local-push-'))
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        local = await startNodeRed({ userDir: folder })
        await local.call('POST', 'flows', { flows: [{ id: 'line1', type: 'tab', label: 'Line 1' }] }, { 'Node-RED-API-Version': 'v2' })
        await local.call('POST', 'flowfuse-snapshots/local', { name: 'v1.4', description: '' })
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
        await editor.connect(fake.url, fake.tokens.alice)
        await editor.choose('filler')
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await fake?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    it('are a tab of their own, reached by an arrow key', async () => {
        await editor.page.getByRole('tab', { name: 'Instance (0)' }).press('ArrowRight')
        await editor.page.getByRole('tab', { name: 'Local', selected: true }).waitFor()
        await editor.button('Actions for “v1.4”').waitFor()
        await editor.picture('local-tab')
    })

    it('are pushed with the keyboard alone, under a name that is not the platform’s', async () => {
        await editor.button('Actions for “v1.4”').press('Enter')
        await arrowDownTo('Push to FlowFuse')
        await editor.page.keyboard.press('Enter')
        await editor.dialog.getByText('Local snapshot “v1.4”').waitFor()
        await editor.dialog.getByText('1 flow').waitFor()
        await editor.picture('push-later')
        await editor.page.waitForSelector('button[type=submit]:not([disabled]):has-text("v1.4")')
        await editor.focused('input')
        await editor.page.keyboard.press('Enter')
        await editor.dialog.getByText('“v1.4” was created on filler').waitFor()
        await editor.page.keyboard.press('Enter')
        await editor.page.getByRole('tab', { name: 'Instance (1)' }).waitFor()

        await editor.button(/^Actions for “Auto/).click()
        await editor.page.getByRole('menuitem', { name: 'Push' }).click()
        ;(await editor.dialog.getByLabel('Name').inputValue()).should.equal('v1.5')
        await editor.page.keyboard.press('Escape')
    })

    it('the page raised no error of its own', () => {
        editor.errors.should.eql([])
    })
})
