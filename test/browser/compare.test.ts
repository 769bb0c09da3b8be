import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import should from 'should'
import type { Json } from '../fake/json'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { ensureNodeRed5 } from '../node-red/five/install'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'

const versions = ['4.1', '5.0'] as const

type Node = { id: string, type: string, [property: string]: Json }

const func = ['const scale = 2', 'msg.payload = msg.payload * scale', 'return msg'].join('\n')
/** Written from right to left, with what would be markup. */
const odd = '‮<b>גריל</b> & "oven"'

const here: Node[] = [
    { id: 'line1', type: 'tab', label: 'Line 1', disabled: false, info: '' },
    { id: 'line2', type: 'tab', label: odd, disabled: false, info: '' },
    { id: 'broker', type: 'mqtt-broker', name: 'plant broker', broker: 'old.example', port: '1883', clientid: '', autoConnect: false, usetls: false, protocolVersion: '4', keepalive: '60', cleansession: true },
    { id: 'scale', type: 'function', z: 'line1', name: 'scale', func, outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [], x: 260, y: 80, wires: [['out1']] },
    { id: 'out1', type: 'mqtt out', z: 'line1', name: 'press', topic: 'press', qos: '', retain: '', respTopic: '', contentType: '', userProps: '', correl: '', expiry: '', broker: 'broker', x: 460, y: 80, wires: [] },
    { id: 'note1', type: 'comment', z: 'line1', name: 'day shift', info: '', x: 200, y: 40, wires: [] },
    { id: 'note2', type: 'comment', z: 'line2', name: '<img src=x onerror=alert(1)>', info: '', x: 200, y: 40, wires: [] }
]
const there: Node[] = [
    ...here.filter(({ id }) => id !== 'note2').map(node => {
        switch (node.id) {
        case 'scale': return { ...node, func: func.replace('scale = 2', 'scale = 10') }
        case 'broker': return { ...node, broker: 'new.example' }
        case 'note1': return { ...node, x: 240 }
        default: return node
        }
    }),
    { id: 'line4', type: 'tab', label: 'Line 4', disabled: false, info: '' },
    { id: 'note4', type: 'comment', z: 'line4', name: 'new line', info: '', x: 200, y: 40, wires: [] }
]

/** As a dark theme sets them. */
const dark = `(() => {
    const colours = { 'view-background': '#222', 'primary-background': '#333', 'secondary-background': '#2b2b2b', 'tertiary-background': '#303030', 'form-text-color': '#ddd',
        'primary-text-color': '#ddd', 'secondary-text-color-focus': '#bbb', 'list-item-background': '#262626', 'list-item-color': '#ddd', 'list-item-background-selected': '#454545',
        'list-item-background-hover': '#3a3a3a', 'form-background': '#2b2b2b', 'form-input-background': '#333', 'secondary-border-color': '#555', 'primary-border-color': '#555', 'link-color': '#aaa' }
    const style = document.createElement('style')
    style.id = 'dark'
    style.textContent = ':root {' + Object.entries(colours).map(([name, value]) => '--red-ui-' + name + ':' + value + ';').join('') + '}' +
        '.ui-dialog-content, .ui-dialog-titlebar, .ui-dialog-buttonpane { background: #2b2b2b !important }'
    document.head.append(style)
})()`

for (const version of versions) describe(`a comparison in the editor of Node-RED ${version}`, function () {
    this.timeout(3 * 60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage
    const requested: string[] = []

    const picture = (name: string) => editor.picture(`${version}-compare-${name}`)
    const v2 = { 'Node-RED-API-Version': 'v2' }
    const runs = async (flows: Node[]) => { (await local.call('POST', 'flows', { flows }, v2)).status.should.be.below(300) }
    const button = (name: string | RegExp) => editor.dialog.getByRole('button', { name, exact: true })
    const list = () => editor.dialog.getByRole('listbox', { name: 'What is different' })
    const chosen = () => list().locator('[aria-selected=true]')
    const rows = () => list().getByRole('option')
    /** Waits until the line with that text is the chosen one. */
    const isChosen = async (text: RegExp) => await chosen().filter({ hasText: text }).waitFor()
    /** Waits until keys go to the list. */
    const isListed = async () => {
        await rows().first().waitFor()
        await editor.focused('.ffs-compare-rows')
    }
    const close = async () => {
        await editor.page.keyboard.press('Escape')
        await editor.page.locator('.ffs-dialog').waitFor({ state: 'hidden' })
    }
    const open = async () => {
        await editor.page.getByRole('tab', { name: /^Local/ }).click()
        await editor.button('More about this Node-RED').click()
        await editor.page.getByRole('menuitem', { name: 'Compare…' }).click()
        await editor.dialog.getByText('Compare (the older side)').waitFor()
    }
    const choose = async (kind: string, more?: () => Promise<void>) => {
        await editor.dialog.locator('#ffs-compare-kind').selectOption(kind)
        await more?.()
        await editor.dialog.locator('button[type=submit]').click()
    }
    const remote = (name: string) => async () => { await editor.dialog.getByRole('radio', { name }).check() }

    before(async function () {
        this.timeout(10 * 60_000)
        folder = await mkdtemp(join(tmpdir(), 'ffs-compare-'))
        const binary = version === '5.0' ? await ensureNodeRed5(line => process.stderr.write(`${line}\n`)) : undefined
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        const { filler } = fake.ids.instances
        const content = { user: 'alice' as const, modules: { 'node-red': '4.0.9' } }
        fake.addSnapshot(filler, { ...content, name: 'v1', flows: here, env: { PLC_HOST: 'plc.local', GONE: '1' }, credentials: { broker: { user: 'press', password: 'not to be seen' } } })
        fake.addSnapshot(filler, { ...content, name: 'v2', flows: there, env: { PLC_HOST: 'plc2.local' }, credentials: { broker: { user: 'press', password: 'another one' } }, modules: { 'node-red': '4.1.0' } })
        local = await startNodeRed({ userDir: folder, binary })
        await runs(here)
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
        editor.page.on('request', request => requested.push(request.url()))
        await editor.connect(fake.url, fake.tokens.alice)
        await editor.choose('filler')
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await fake?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    it('loads nothing of it before it is asked for', async () => {
        const loaded = await editor.page.evaluate<string[]>("performance.getEntriesByType('resource').map(({ name }) => name)")
        loaded.filter(url => url.includes('dist/panel.js')).should.have.length(1)
        loaded.filter(url => /compare|flow-drawing|drawing-pane|view-dialog/.test(url)).should.eql([])
    })

    it('asks for both sides, and compares two snapshots on FlowFuse', async () => {
        await open()
        await choose('remote', remote('v1'))
        await editor.dialog.getByText('Newer side, compared with “v1”').waitFor()
        await picture('picker')
        const worker = editor.page.waitForRequest(/compare-worker/)
        await choose('remote', remote('v2'))
        await worker
        await isListed()
        await picture('list')
        await editor.dialog.getByText('4 changed · 2 added · 2 removed · 1 only moved').waitFor({ state: 'attached' })
        requested.filter(url => url.includes('flow-drawing')).should.eql([])
    })

    it('goes from change to change by key, and shows what exactly is different', async () => {
        await editor.page.keyboard.press('ArrowDown')
        await editor.dialog.getByText('1 of 9').waitFor()
        await isChosen(/scale/)
        await editor.dialog.getByText('- const scale = 2').waitFor()
        await editor.dialog.getByText('+ const scale = 10').waitFor()
        await picture('details')
        await editor.page.keyboard.press('End')
        await isChosen(/node-red.*4\.0\.9 → 4\.1\.0/)
        await editor.page.keyboard.press('Home')
        await button('Next change').click()
        await isChosen(/scale/)
    })

    it('shows names as text, and no secret', async () => {
        await list().getByText('<img src=x onerror=alert(1)>').waitFor()
        await list().getByText(odd).waitFor()
        const row = rows().filter({ hasText: 'plant broker' }).last()
        await row.click()
        await editor.dialog.getByText('Credentials: it has other ones').waitFor()
        const page = await editor.page.content()
        page.should.not.containEql('not to be seen')
        page.should.not.containEql('another one')
    })

    it('hides on request what only moved, and lists one kind alone', async () => {
        await editor.dialog.getByRole('checkbox', { name: '1 only moved' }).uncheck()
        await rows().filter({ hasText: 'day shift' }).waitFor({ state: 'hidden' })
        await editor.dialog.getByLabel('Kind').selectOption('Variables')
        await rows().nth(3).waitFor({ state: 'hidden' })
        ;(await rows().count()).should.equal(3)
        await editor.dialog.getByLabel('Kind').selectOption('All kinds')
        await editor.dialog.getByRole('checkbox', { name: '1 only moved' }).check()
    })

    it('draws the flow of both sides, with what differs highlighted', async () => {
        await rows().filter({ hasText: 'scale' }).click()
        await editor.dialog.getByRole('tab', { name: 'In the flow' }).click()
        const drawings = editor.dialog.locator('.ffs-drawing')
        // One after the other is drawn.
        await drawings.locator('.ffs-drawn-selected').nth(1).waitFor()
        await drawings.locator('.ffs-drawn-moved').nth(1).waitFor()
        ;(await drawings.count()).should.equal(2)
        ;(await drawings.locator('.ffs-drawn-changed').count()).should.equal(2)
        ;(await drawings.locator('.ffs-drawn-moved').count()).should.equal(2)
        await picture('drawing')
        await drawings.last().locator('.ffs-drawn-moved').click()
        await isChosen(/day shift/)
        await rows().filter({ hasText: 'new line' }).click()
        await editor.dialog.getByText('It is not in here').waitFor()
        await editor.dialog.getByRole('tab', { name: 'What changed' }).click()
    })

    it('is copied as text', async () => {
        await editor.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
        await button('Copy all as text').click()
        await editor.dialog.getByText('Copied.').waitFor()
        const copied = await editor.page.evaluate<string>('navigator.clipboard.readText()')
        copied.should.match(/“v1” compared with “v2”/)
        copied.should.match(/Line 1 – .*\n {4}changed: scale – function · func\n {8}func:\n {12}- const scale = 2\n {12}\+ const scale = 10/)
        copied.should.match(/changed: PLC_HOST – plc\.local → plc2\.local/)
        copied.should.not.match(/not to be seen|another one/)
    })

    it('swaps the sides, folds a flow, and fits a small window', async () => {
        await button('Swap the two sides').click()
        await rows().filter({ hasText: /GONE added/ }).waitFor()
        await isListed()
        await editor.page.keyboard.press('Home')
        await editor.page.keyboard.press('ArrowLeft')
        await rows().filter({ hasText: 'scale' }).waitFor({ state: 'hidden' })
        await editor.page.keyboard.press('ArrowRight')
        await rows().filter({ hasText: 'scale' }).waitFor()
        await editor.page.setViewportSize({ width: 360, height: 700 })
        await picture('narrow')
        const wider = await editor.page.evaluate('document.querySelector(".ffs-dialog-body").scrollWidth - document.querySelector(".ffs-dialog-body").clientWidth')
        Number(wider).should.equal(0)
        await editor.page.setViewportSize({ width: 1280, height: 800 })
    })

    it('can be read in dark colours', async () => {
        await editor.page.evaluate(dark)
        await rows().filter({ hasText: 'scale' }).click()
        await editor.dialog.getByText('- const scale = 10').waitFor()
        await picture('dark')
        await editor.dialog.getByRole('tab', { name: 'In the flow' }).click()
        await editor.dialog.locator('.ffs-drawn-selected').first().waitFor()
        await picture('dark-drawing')
        await editor.page.evaluate("document.querySelector('#dark').remove()")
        await close()
    })

    it('begins at a snapshot’s own menu, with what runs here, by keys alone', async () => {
        await editor.page.getByRole('tab', { name: /^Instance/ }).click()
        await editor.button('Actions for “v1”').press('Enter')
        await editor.page.locator('[role=menuitem]:focus').press('ArrowDown')
        await editor.page.locator('[role=menuitem]:focus').filter({ hasText: 'Compare…' }).press('Enter')
        await editor.dialog.getByText('What runs here').waitFor()
        // The list has the focus as soon as it is there.
        await rows().first().waitFor()
        await editor.page.keyboard.press('ArrowDown')
        await isChosen(/plant broker/)
        await editor.dialog.getByText(/1 of \d/).waitFor()
        await rows().filter({ hasText: 'plant broker' }).last().click()
        await editor.dialog.getByText('Credentials: it had some before, and has none now').waitFor()
        await rows().filter({ hasText: 'scale' }).waitFor({ state: 'hidden' })
        await close()
    })

    it('says that both sides are the same snapshot, or equal', async () => {
        await open()
        await choose('running')
        await editor.dialog.getByText(/^Newer side, compared with/).waitFor()
        await choose('running')
        await editor.dialog.getByText('Both sides are the same snapshot').waitFor()
        await button(/newer side/).click()
        await choose('workspace')
        await editor.dialog.getByText('Nothing is different in what could be compared').waitFor()
        await picture('equal')
    })

    it('compares edits that are not deployed', async () => {
        await editor.page.evaluate("RED.nodes.workspace('line1').label = 'Line 1 edited ' + 'x'.repeat(300); RED.nodes.dirty(true)")
        await button(/newer side/).click()
        await choose('workspace')
        await rows().filter({ hasText: 'Line 1 edited' }).first().waitFor()
        await editor.dialog.getByText('Not compared, since not both sides tell of them').waitFor()
        const isCounted = await rows().filter({ hasText: 'Line 1 edited' }).first().evaluate(row => {
            const counts = row.querySelector('.ffs-secondary')!.getBoundingClientRect()
            return counts.width > 20 && counts.right <= row.getBoundingClientRect().right
        })
        isCounted.should.be.true()
        await picture('workspace')
    })

    it('compares a file, whatever it is called', async () => {
        const file = { name: `${odd.slice(1)}.json`, mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(there)) }
        await button(/newer side/).click()
        await editor.dialog.locator('#ffs-compare-kind').selectOption('file')
        await editor.dialog.locator('input[type=file]').setInputFiles(file)
        await editor.dialog.getByRole('button', { name: 'Other file' }).waitFor()
        await editor.dialog.locator('button[type=submit]').click()
        await rows().filter({ hasText: 'new line' }).waitFor()
        await editor.dialog.getByText(file.name).first().waitFor()
        await picture('file')
    })

    it('says when other flows run by then, and compares again', async () => {
        await runs(there)
        await editor.dialog.getByText('Other flows run here since this was compared').waitFor()
        await button('Compare again').click()
        await editor.dialog.getByText('Nothing is different in what could be compared').waitFor()
        await close()
    })

    it('the page raised no error of its own', () => {
        editor.errors.should.eql([])
        should(requested.filter(url => !url.startsWith(local.url) && !url.startsWith('data:') && !url.startsWith('blob:'))).eql([])
    })
})
