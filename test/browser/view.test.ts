import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import 'should'
import type { Json } from '../fake/json'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { ensureNodeRed5 } from '../node-red/five/install'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'

const versions = ['4.1', '5.0'] as const
const markup = '<img src="//elsewhere.example/x" onerror="globalThis.taken = true">'
const rightToLeft = 'خط الإنتاج'

type Node = { id: string, type: string, [property: string]: Json }
const at = (x: number, y: number, wires: string[][] = [[]]) => ({ x, y, wires })

/** Ordinary flows. */
const running: Node[] = [
    { id: 'line1', type: 'tab', label: 'Line 1', disabled: false, info: '' },
    { id: 'line2', type: 'tab', label: rightToLeft, disabled: true, info: '' },
    { id: 'scale', type: 'subflow', name: 'Scale it', info: '', in: [{ x: 60, y: 80, wires: [{ id: 'times' }] }], out: [{ x: 400, y: 80, wires: [{ id: 'times', port: 0 }] }], color: '#DDAA99' },
    { id: 'times', type: 'function', z: 'scale', name: 'times', func: 'return msg', outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [], ...at(220, 80) },
    { id: 'broker', type: 'mqtt-broker', name: 'plant broker', broker: 'old.example', port: '1883', clientid: '', autoConnect: false, usetls: false, protocolVersion: '4', keepalive: '60', cleansession: true },
    { id: 'start', type: 'inject', z: 'line1', name: '', props: [{ p: 'payload' }], repeat: '', crontab: '', once: false, payload: '', payloadType: 'date', ...at(140, 80, [['code']]) },
    { id: 'code', type: 'function', z: 'line1', name: 'read press', func: 'const scale = 2\nreturn msg', outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [], ...at(340, 80, [['use']]) },
    { id: 'use', type: 'subflow:scale', z: 'line1', name: '', ...at(540, 80, [['press']]) },
    { id: 'press', type: 'mqtt out', z: 'line1', name: 'press', topic: 'press', qos: '', retain: '', broker: 'broker', ...at(740, 80, []) },
    { id: 'oven', type: 'comment', z: 'line2', name: markup, info: '', ...at(200, 40, []) }
]

/** What a file may hold that no editor makes. */
const hostile = [
    { id: 'bad', type: 'tab', label: markup },
    { id: 'group', type: 'group', z: 'bad', name: markup, style: { label: true, onclick: 'globalThis.taken = true', style: 'fill: url(//elsewhere.example/y)', fill: 'url(//elsewhere.example/z)' }, nodes: ['constructor', 'gone'], x: 20, y: 20, w: 300, h: 200 },
    { id: 'constructor', type: 'constructor', z: 'bad', name: '', x: 100, y: 80, wires: [['__proto__']] },
    { id: '__proto__', type: 'toString', z: 'bad', name: markup, x: 1e308, y: -1e308, wires: [] },
    { id: 'sub', type: 'subflow:gone', z: 'bad', name: { toString: 1 }, x: 200, y: 160, wires: [[]] },
    { id: 'sub', type: 'change', z: 'bad', rules: [null, 4], x: 300, y: 160, wires: [['group']] },
    { id: 'odd', type: 'inject', z: 'bad', props: [null], payload: 5, x: 100, y: 240, wires: [[]] },
    { id: 'noflow', type: 'subflow', name: null, in: [], out: [{ wires: [{ id: 'noflow', port: 'x' }] }] }
]

for (const version of versions) describe(`looking at snapshots in the editor of Node-RED ${version}`, function () {
    this.timeout(3 * 60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage
    /** Addresses that the page asked for. */
    const asked: string[] = []

    const picture = (name: string) => editor.picture(`${version}-view-${name}`)
    const place = (name: string) => editor.dialog.getByRole('button', { name }).first()
    const drawn = (label: string) => editor.dialog.locator('.ffs-drawn').filter({ hasText: label })
    const here = async (item: string) => {
        await editor.page.getByRole('tab', { name: /^Local/ }).click()
        await editor.button('More about this Node-RED').click()
        await editor.page.getByRole('menuitem', { name: item }).click()
    }
    const choose = async (name: string, content: string) => {
        await editor.dialog.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) })
    }
    const openFile = async (name: string, content: string) => {
        await here('Open a file…')
        await choose(name, content)
    }
    const close = async () => {
        const open = await editor.page.locator('.ffs-dialog').count()
        await editor.page.keyboard.press('Escape')
        await editor.page.waitForFunction(count => document.querySelectorAll('.ffs-dialog').length < count, open)
    }
    const wide = async (selector: string) => Number(await editor.page.evaluate(`(() => { const [at] = [...document.querySelectorAll('${selector}')].reverse(); return at.scrollWidth - at.clientWidth })()`))

    before(async function () {
        this.timeout(10 * 60_000)
        folder = await mkdtemp(join(tmpdir(), 'ffs-view-'))
        const binary = version === '5.0' ? await ensureNodeRed5(line => process.stderr.write(`${line}\n`)) : undefined
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        fake.addSnapshot(fake.ids.instances.filler, {
            name: 'v1 of the plant', description: 'Faster press', user: 'alice', flows: running, credentials: { broker: { user: 'press', password: 'not to be seen' } },
            env: { PLC_HOST: 'plc.local' }, modules: { 'node-red': '4.0.9', 'node-red-node-random': '0.4.1' }
        })
        local = await startNodeRed({ userDir: folder, binary })
        const deployed = await local.call('POST', 'flows', { flows: running }, { 'Node-RED-API-Version': 'v2' })
        deployed.status.should.be.below(300)
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
        editor.page.on('request', request => asked.push(request.url()))
        await editor.connect(fake.url, fake.tokens.alice)
        await editor.choose('filler')
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await fake?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    it('loads nothing that draws or looks before somebody looks', async () => {
        asked.filter(url => /flow-drawing|view-dialog|open-file|compare-/.test(url)).should.eql([])
    })

    it('draws what runs here, flow by flow, and shows on demand what a node holds', async () => {
        await here('View what runs here')
        await drawn('read press').waitFor()
        await drawn('Scale it').waitFor()
        await picture('drawn')
        await drawn('read press').click()
        await editor.dialog.getByRole('region', { name: 'Properties of “read press”' }).getByText('const scale = 2').waitFor()
        await picture('node')
        await place('Scale it').click()
        await drawn('times').waitFor()
        await place(rightToLeft).click()
        await drawn(markup).waitFor()
        await picture('names')
        asked.filter(url => url.includes('flow-drawing')).should.have.length(1)
    })

    it('finds a node wherever it is, with the keyboard alone', async () => {
        const field = editor.dialog.getByLabel('Find a node')
        /** What a key led to. */
        const found = (name = '') => editor.dialog.locator('.ffs-place:focus').filter({ hasText: name })
        await field.pressSequentially('broker plant')
        await field.press('Tab')
        await found('plant broker').press('Enter')
        await editor.dialog.getByRole('region', { name: 'Properties of “plant broker”' }).getByText('old.example').waitFor()
        await field.fill('press out')
        await field.press('Tab')
        await found('press').press('Enter')
        await editor.dialog.locator('.ffs-drawn-selected').filter({ hasText: 'press' }).waitFor()
        await editor.dialog.getByText('plant broker').waitFor()
        await field.fill('')
        await field.press('Tab')
        await found().press('End')
        await found().press('Enter')
        await editor.dialog.getByText('Credentials are never shown').waitFor()
        await close()
    })

    it('opens a snapshot of FlowFuse with all that a drawing does not show, and no secret', async () => {
        await editor.page.getByRole('tab', { name: /^Instance/ }).click()
        await editor.button('Actions for “v1 of the plant”').click()
        await editor.page.getByRole('menuitem', { name: 'View', exact: true }).click()
        await drawn('read press').waitFor()
        await editor.dialog.getByText('instance filler').waitFor()
        await place('Variables').click()
        await editor.dialog.getByText('plc.local').waitFor()
        await place('Modules').click()
        await editor.dialog.getByText('0.4.1').waitFor()
        await place('Credentials').click()
        await editor.dialog.getByRole('row', { name: /plant broker mqtt-broker present/ }).waitFor()
        await picture('credentials')
        ;(await editor.page.content()).should.not.containEql('not to be seen')
        await close()
    })

    it('says to whom the flows are closed why that is so', async () => {
        fake.setRole('alice', 10)
        await editor.button('Look again').first().click()
        await editor.page.waitForFunction('document.querySelector(".ffs-abilities") !== null')
        await editor.button('Actions for “v1 of the plant”').click()
        const item = editor.page.getByRole('menuitem', { name: /^View/ })
        await editor.page.waitForFunction('document.querySelector(".ffs-menu-items [role=menuitem]")?.getAttribute("aria-disabled") === "true"')
        ;(await item.getAttribute('title') ?? '').should.containEql('needs Member')
        await picture('refused')
        await item.click({ force: true })
        ;(await editor.page.locator('.ffs-dialog').count()).should.equal(0)
        await editor.page.keyboard.press('Escape')
        fake.setRole('alice', 50)
    })

    it('opens flows that were exported from Node-RED', async () => {
        await openFile('line.json', `\ufeff${JSON.stringify(running)}`)
        await editor.dialog.getByText('These are flows alone').waitFor()
        await picture('file')
        await editor.dialog.getByRole('button', { name: /^View “/ }).click()
        await drawn('read press').waitFor()
        await close()
        await editor.dialog.getByText('These are flows alone').waitFor()
    })

    it('is used by keys alone: the focus goes with the pages of the dialog', async () => {
        const isFocused = async (selector: string) => await editor.focused(selector)
        const press = async (key: string) => { await editor.page.keyboard.press(key) }
        await isFocused('button')
        await editor.dialog.getByRole('button', { name: 'Other file' }).focus()
        await press('Enter')
        await isFocused('input[type=file]')
        const [chooser] = await Promise.all([editor.page.waitForEvent('filechooser'), press('Enter')])
        await chooser.setFiles({ name: 'line.json', mimeType: 'application/json', buffer: Buffer.from('no file of flows') })
        await editor.dialog.getByRole('alert').waitFor()
        await isFocused('input[type=file]')
        await choose('line.json', JSON.stringify(running))
        await isFocused('button.primary')
        await editor.dialog.getByRole('button', { name: 'Keep here…' }).focus()
        await press('Enter')
        await isFocused('input[type=text]')
        await editor.dialog.getByRole('button', { name: 'Back' }).focus()
        await press('Enter')
        await isFocused('button.primary')
    })

    it('asks before it draws a flow that is very large', async () => {
        await close()
        const many = Array.from({ length: 5001 }, (_, at) => ({ id: `n${at}`, type: 'comment', z: 'large', name: `n${at}`, x: 100 + 160 * (at % 50), y: 40 + 40 * Math.floor(at / 50), wires: [] }))
        await openFile('large.json', JSON.stringify([{ id: 'large', type: 'tab', label: 'Large' }, ...many]))
        await editor.dialog.getByRole('button', { name: /^View “/ }).click()
        await editor.dialog.getByRole('button', { name: 'Draw 5001 nodes' }).waitFor()
        await picture('large')
        ;(await editor.dialog.locator('.ffs-drawing svg').count()).should.equal(0)
        await editor.dialog.getByRole('button', { name: 'Draw 5001 nodes' }).click()
        await editor.dialog.locator('.ffs-drawing svg .ffs-drawn').nth(5000).waitFor({ state: 'attached', timeout: 2 * 60_000 })
        await close()
        await close()
        await openFile('line.json', JSON.stringify(running))
        await editor.dialog.getByText('These are flows alone').waitFor()
    })

    it('keeps them here, and shows them then as any local snapshot', async () => {
        await editor.dialog.getByRole('button', { name: 'Keep here…' }).click()
        await editor.dialog.getByLabel('Name').fill('kept from a file')
        await editor.dialog.getByRole('button', { name: 'Keep “kept from a file”' }).click()
        await editor.page.locator('.ffs-dialog').waitFor({ state: 'hidden' })
        await editor.button('Actions for “kept from a file”').click()
        await editor.page.getByRole('menuitem', { name: 'View', exact: true }).click()
        await drawn('read press').waitFor()
        await close()
    })

    it('pulls them, with what the drawing lacks as it is here', async () => {
        await openFile('one.json', JSON.stringify([...running, { id: 'line3', type: 'tab', label: 'Line 3' }]))
        await editor.dialog.getByRole('button', { name: 'Pull…' }).click()
        await editor.dialog.getByText(/of the file one\.json/).waitFor()
        await picture('pull')
        await editor.dialog.getByRole('button', { name: 'Bring', exact: false }).or(editor.dialog.getByRole('button', { name: /^Replace/ })).first().waitFor()
        await close()
        await close()
    })

    for (const [name, content, sentence] of [
        ['broken', '{ "name": ', 'This file is not JSON'],
        ['other', '{"name": "package", "version": "1.0.0"}', 'holds neither a snapshot nor flows'],
        ['deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'nested too deep'],
        ['sly', '{"__proto__": {"polluted": 1}, "flows": {"flows": []}}', 'not safe to read'],
        ['empty', '', 'This file is empty']
    ] as const) {
        it(`says of a file that is ${name} what is wrong with it`, async () => {
            await openFile(`${name}.json`, content)
            await editor.dialog.getByText(sentence).waitFor()
            await close()
        })
    }

    it('does not send a file that is too large', async () => {
        const before = asked.length
        await here('Open a file…')
        await editor.page.locator('.ffs-drop input').waitFor({ state: 'attached' })
        await editor.page.evaluate(() => {
            const field = document.querySelector<HTMLInputElement>('.ffs-drop input')!
            const files = new DataTransfer()
            files.items.add(new File([new Uint8Array(60 * 1024 * 1024)], 'large.json'))
            field.files = files.files
            field.dispatchEvent(new Event('change', { bubbles: true }))
        })
        await editor.dialog.getByText('more than 32 MB').waitFor()
        asked.slice(before).filter(url => url.includes('views/file')).should.eql([])
        await close()
    })

    it('draws what no editor makes as text, without running or loading anything of it', async () => {
        await openFile('hostile.json', JSON.stringify(hostile))
        await editor.dialog.getByRole('button', { name: /^View “/ }).click()
        await editor.dialog.locator('.ffs-drawn').first().waitFor()
        await picture('hostile')
        for (const shape of await editor.dialog.locator('.ffs-drawn').all()) {
            await shape.dispatchEvent('click')
        }
        ;(await editor.page.evaluate<boolean>('globalThis.taken === undefined')).should.be.true()
        const attributes = await editor.page.evaluate<string[]>('[...document.querySelectorAll(".ffs-drawing *")].flatMap(each => each.getAttributeNames())')
        attributes.filter(name => name.startsWith('on')).should.eql([])
        asked.filter(url => !url.startsWith(local.url) && !url.startsWith('data:')).should.eql([])
        await close()
        await close()
    })

    it('leaves the colours of the editor as they are', async () => {
        (await editor.page.evaluate<number>('document.querySelectorAll("style[id^=flow-renderer]").length')).should.equal(0)
        ;(await editor.page.evaluate<string>('typeof globalThis.FlowRenderer')).should.equal('undefined')
    })

    it('fits a small window, and the dark colours of Node-RED 5', async () => {
        await editor.page.setViewportSize({ width: 360, height: 700 })
        // What Node-RED 5 does when its dark theme is chosen; 4.1 has none.
        await editor.page.evaluate("document.documentElement.classList.add('nr-theme-dark')")
        await here('View what runs here')
        await drawn('read press').waitFor()
        await picture('narrow-dark')
        ;(await wide('.ffs-dialog-body')).should.equal(0)
        await editor.page.setViewportSize({ width: 1280, height: 800 })
        await drawn('read press').click()
        await editor.dialog.getByText('const scale = 2').waitFor()
        await picture('dark')
        await close()
        await openFile('line.json', JSON.stringify(running))
        await editor.dialog.getByText('These are flows alone').waitFor()
        await picture('dark-file')
        await close()
    })

    it('the page raised no error of its own', () => {
        editor.errors.should.eql([])
    })
})
