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

/** A small module of nodes from npm. */
const random = { module: 'node-red-node-random', version: '0.4.1' }

type Node = { id: string, type: string, [property: string]: Json }
interface Flows { flows: Node[], rev: string }

const at = (x: number, y: number) => ({ x, y, wires: [[]] })
const func = ['const scale = 2', 'msg.payload = msg.payload * scale', 'return msg'].join('\n')

/** What runs here: two flows that share a config node. */
const here: Node[] = [
    { id: 'line1', type: 'tab', label: 'Line 1', disabled: false, info: '' },
    { id: 'line2', type: 'tab', label: 'Line 2', disabled: false, info: '' },
    { id: 'broker', type: 'mqtt-broker', name: 'plant broker', broker: 'old.example', port: '1883', clientid: '', autoConnect: false, usetls: false, protocolVersion: '4', keepalive: '60', cleansession: true },
    { id: 'scale', type: 'function', z: 'line1', name: 'scale', func, outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [], ...at(260, 80) },
    { id: 'out1', type: 'mqtt out', z: 'line1', name: 'press', topic: 'press', qos: '', retain: '', broker: 'broker', x: 460, y: 80, wires: [] },
    { id: 'out2', type: 'mqtt out', z: 'line2', name: 'oven', topic: 'oven', qos: '', retain: '', broker: 'broker', x: 460, y: 80, wires: [] },
    { id: 'note2', type: 'comment', z: 'line2', name: 'night shift', info: '', x: 200, y: 40, wires: [] }
]

/** The same in a snapshot: other code and broker, another flow, one comment gone. */
const there: Node[] = [
    ...here.filter(({ id }) => id !== 'note2').map(node => {
        switch (node.id) {
        case 'scale': return { ...node, func: func.replace('scale = 2', 'scale = 10') }
        case 'broker': return { ...node, broker: 'new.example' }
        default: return node
        }
    }),
    { id: 'line4', type: 'tab', label: 'Line 4', disabled: false, info: '' },
    { id: 'reboot', type: 'exec', z: 'line4', name: 'reboot', command: 'reboot', addpay: '', append: '', useSpawn: 'false', timer: '', winHide: false, oldrc: false, x: 300, y: 80, wires: [[], [], []] }
]
const dice: Node = { id: 'dice', type: 'random', z: 'line4', name: 'dice', low: '1', high: '6', inte: 'true', property: 'payload', ...at(300, 160) }

for (const version of versions) describe(`a pull in the editor of Node-RED ${version}`, function () {
    this.timeout(3 * 60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage
    let filler: string

    const picture = (name: string) => editor.picture(`${version}-pull-${name}`)
    const v2 = { 'Node-RED-API-Version': 'v2' }
    const running = async () => (await local.call('GET', 'flows', undefined, v2)).body as Flows
    const runs = async (flows: Node[]) => { (await local.call('POST', 'flows', { flows }, v2)).status.should.be.below(300) }
    const node = async (id: string) => (await running()).flows.find(each => each.id === id)
    const tab = (name: string) => editor.dialog.getByRole('checkbox', { name: `Take “${name}”` })
    const submit = (name: string | RegExp) => editor.dialog.getByRole('button', { name, exact: true })
    /** Escape closes it, wherever one is in it. */
    const close = async () => {
        await editor.page.keyboard.press('Escape')
        await editor.page.locator('.ffs-dialog').waitFor({ state: 'hidden' })
    }
    const reload = async () => {
        await editor.reload()
        await editor.button('Pull…').waitFor()
    }
    /** From the panel to the preview of a snapshot. */
    const look = async (name: string) => {
        await editor.button('Pull…').click()
        await editor.dialog.getByRole('radio', { name }).check()
        await editor.dialog.getByRole('button', { name: `Look at “${name}”` }).click()
        await editor.dialog.getByText(`“${name}” of filler`).waitFor()
        await editor.dialog.locator('button[type=submit]').filter({ hasText: /^(Replace|Bring)/ }).waitFor()
    }

    before(async function () {
        this.timeout(10 * 60_000)
        folder = await mkdtemp(join(tmpdir(), 'ffs-pull-'))
        const binary = version === '5.0' ? await ensureNodeRed5(line => process.stderr.write(`${line}\n`)) : undefined
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        filler = fake.ids.instances.filler
        fake.addSnapshot(filler, {
            name: 'v1', description: 'New broker, faster press', user: 'alice', flows: there, credentials: { broker: { user: 'press', password: 'not to be seen' } },
            env: { PLC_HOST: 'plc.local', FF_INSTANCE_ID: 'x' }, modules: { 'node-red': '4.0.9' }
        })
        local = await startNodeRed({ userDir: folder, binary })
        await runs(here)
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

    it('is opened from the main menu, at the target and its newest snapshot', async () => {
        await editor.page.locator('#red-ui-header-button-sidemenu').click()
        await editor.page.getByText('Import from FlowFuse instance').click()
        await editor.dialog.getByRole('radio', { name: 'v1', exact: false }).waitFor()
        await editor.dialog.getByRole('radio', { name: /^filler/, checked: true }).waitFor()
        await picture('picker')
        await editor.dialog.getByRole('button', { name: 'Look at “v1”' }).click()
        await submit('Replace 2 flows of this Node-RED').waitFor()
    })

    it('shows counts first, and the code that would run here', async () => {
        await editor.dialog.getByText('2 nodes or flows would run code that is new here, or was disabled').waitFor()
        await editor.dialog.getByText('function “scale” (Line 1), exec “reboot” (Line 4)').waitFor()
        await editor.dialog.getByText('PLC_HOST').waitFor()
        await picture('preview')
    })

    it('shows on demand what differs, code line by line, and no secret', async () => {
        await editor.dialog.getByRole('button', { name: 'What differs in “Line 1”' }).click()
        await editor.dialog.getByRole('button', { name: /scale function/ }).click()
        await editor.dialog.getByText('- const scale = 2').waitFor()
        await editor.dialog.getByText('+ const scale = 10').waitFor()
        await editor.dialog.getByRole('button', { name: 'What differs in “plant broker”' }).click()
        await editor.dialog.getByRole('button', { name: /plant broker mqtt-broker/ }).click()
        await editor.dialog.getByText('old.example').waitFor()
        await editor.dialog.getByText('Credentials: the snapshot has some').waitFor()
        ;(await editor.page.content()).should.not.containEql('not to be seen')
        await picture('details')
    })

    it('replaces everything, and is undone, however late the list with the way back comes', async () => {
        let come = () => undefined as void
        const late = new Promise<void>(resolve => { come = resolve })
        await editor.page.route(/flowfuse-snapshots\/local(\?|$)/, async route => {
            await late
            await route.fallback()
        })
        await submit('Replace 2 flows of this Node-RED').click()
        await editor.dialog.getByText('“v1” was pulled').waitFor()
        await editor.dialog.locator('.ffs-form[aria-busy=false] button.primary:focus').waitFor()
        should(await editor.dialog.getByRole('button', { name: 'Undo' }).count()).equal(0)
        come()
        await editor.dialog.getByRole('button', { name: 'Undo' }).waitFor()
        await editor.page.unroute(/flowfuse-snapshots\/local(\?|$)/)
        await picture('done')
        ;(await running()).flows.should.eql(there)
        ;(await editor.page.evaluate('RED.nodes.dirty()'))!.should.be.false()
        await editor.dialog.getByRole('button', { name: 'Undo' }).click()
        await editor.dialog.getByText('What ran before runs again').waitFor()
        ;(await running()).flows.should.eql(here)
        await close()
    })

    it('takes one flow and keeps the rest; what both use has to be decided', async () => {
        await reload()
        await look('v1')
        await editor.dialog.getByRole('checkbox', { name: /^All / }).uncheck()
        await submit('Set the variables of this Node-RED').waitFor()
        await editor.dialog.getByLabel('Variables').selectOption('Keep those here')
        await editor.dialog.getByText('Nothing would be different').waitFor()
        await tab('Line 1').check()
        await editor.dialog.getByText('Decide about 1 part').waitFor()
        await editor.off(submit(/^Replace/))
        await picture('conflict')
        await editor.dialog.getByRole('button', { name: 'Keep the one here' }).click()
        await editor.dialog.getByText('Decide about').waitFor({ state: 'hidden' })
        await picture('mixed')
        await submit('Replace 1 flow of this Node-RED').click()
        await editor.dialog.getByText('“v1” was pulled').waitFor()
        should(await node('scale')).have.property('func', func.replace('scale = 2', 'scale = 10'))
        should(await node('broker')).have.property('broker', 'old.example')
        should(await node('note2')).not.be.undefined()
        should(await node('line4')).be.undefined()
        await close()
    })

    it('compares anew when somebody deploys meanwhile', async () => {
        await reload()
        await look('v1')
        await editor.dialog.getByText('PLC_HOST').first().waitFor()
        await runs([...here, { id: 'line9', type: 'tab', label: 'Line 9', disabled: false, info: '' }])
        await submit('Replace 3 flows of this Node-RED').waitFor()
        await editor.dialog.getByText('only here, is removed').waitFor()
        await close()
    })

    it('copies a flow into the workspace, which waits to be deployed', async () => {
        await reload()
        const before = await running()
        await look('v1')
        await editor.dialog.getByRole('button', { name: 'Copy “Line 4” into the workspace' }).click()
        await editor.page.waitForFunction("RED.nodes.dirty() && RED.nodes.workspace(RED.workspaces.active())?.label === 'Line 4'")
        ;(await editor.page.evaluate<boolean>("RED.nodes.node('reboot') == null")).should.be.true()
        ;(await running()).should.eql(before)
        await picture('copied')
    })

    it('says that undeployed edits would go', async () => {
        await look('v1')
        await editor.dialog.getByText('The editor has undeployed edits').waitFor()
        await close()
        await reload()
    })

    it('installs a missing module on consent', async function () {
        this.timeout(180_000)
        fake.addSnapshot(filler, { name: 'with dice', user: 'alice', flows: [...there, dice], modules: { [random.module]: random.version, '@flowfuse/nr-project-nodes': '0.8.0' } })
        await reload()
        await look('with dice')
        await editor.dialog.getByRole('checkbox', { name: `Install ${random.module}`, checked: true }).waitFor()
        await editor.dialog.getByText('FlowFuse’s own, of no use here: @flowfuse/nr-project-nodes').waitFor()
        await picture('module')
        await editor.dialog.getByRole('button', { name: 'Take all from the snapshot' }).click()
        await editor.dialog.getByRole('button', { name: /^Replace .* install 1 module$/ }).click()
        await editor.dialog.getByText(`Installed: ${random.module}`).waitFor({ timeout: 120_000 })
        ;(await running()).flows.should.eql([...there, dice])
        await close()
    })

    it('is decided about with keys alone: from one decision to the next, and from the last to the button', async () => {
        const second = { ...here.find(({ id }) => id === 'broker')!, id: 'broker2', name: 'second broker' }
        const lines = ['line1', 'line2'].map((z): Node => ({ id: `${z}-2`, type: 'mqtt out', z, name: '', topic: z, broker: second.id, x: 460, y: 160, wires: [] }))
        await runs([...here, second, ...lines])
        fake.addSnapshot(filler, { name: 'two brokers', user: 'alice', flows: [...there, { ...second, broker: 'new.example' }, ...lines] })
        await reload()
        await look('two brokers')
        await editor.dialog.getByRole('checkbox', { name: /^All / }).uncheck()
        await tab('Line 1').check()
        const keep = editor.dialog.getByRole('button', { name: 'Keep the one here' })
        await editor.dialog.getByText('Decide about 2 parts').waitFor()
        const asked = await editor.dialog.locator('.ffs-decisions li').allTextContents()
        await keep.first().press('Enter')
        await editor.dialog.getByText('Decide about 1 part').waitFor()
        await editor.focused('.ffs-decisions li button')
        asked.slice(1).should.eql(await editor.dialog.locator('.ffs-decisions li').allTextContents())
        await editor.page.keyboard.press('Enter')
        await editor.dialog.getByText('Decide about').waitFor({ state: 'hidden' })
        await submit(/^Replace /).and(editor.page.locator(':focus')).waitFor()
        await close()
    })

    it('fits a small window', async () => {
        await editor.page.setViewportSize({ width: 360, height: 700 })
        await reload()
        await editor.page.evaluate(() => {
            document.querySelector<HTMLElement>('.ffs-root')!.style.width = '180px'
        })
        const wider = await editor.page.evaluate('document.querySelector(".ffs-panel").scrollWidth - document.querySelector(".ffs-panel").clientWidth')
        Number(wider).should.equal(0)
        await picture('narrow-panel')
        await look('v1')
        await picture('narrow')
        const body = await editor.page.evaluate('document.querySelector(".ffs-dialog-body").scrollWidth - document.querySelector(".ffs-dialog-body").clientWidth')
        Number(body).should.equal(0)
        await close()
        await editor.page.setViewportSize({ width: 1280, height: 800 })
        await reload()
    })

    it('brings a snapshot of a device', async () => {
        fake.addSnapshot(fake.ids.devices.edgeApp, { name: 'from the line', user: 'alice', flows: there })
        await editor.button('Pull…').click()
        await editor.dialog.getByRole('radio', { name: /^edge-app/ }).check()
        await editor.dialog.getByRole('button', { name: 'Look at “from the line”' }).click()
        await editor.dialog.getByText('“from the line” of edge-app').waitFor()
        await submit(/^Replace /).click()
        await editor.dialog.getByText('“from the line” was pulled').waitFor()
        ;(await running()).flows.should.eql(there)
        await close()
    })

    it('says to a viewer beforehand why it would be refused', async () => {
        fake.setRole('alice', 10)
        await reload()
        await editor.button('Pull…').click()
        await editor.dialog.getByText('Snapshots of this team can be listed, but not pulled').waitFor()
        await editor.dialog.getByRole('radio', { name: 'v1' }).waitFor()
        await editor.off(editor.dialog.getByRole('button', { name: /^Look at/ }))
        await picture('refused')
        fake.setRole('alice', 50)
        await close()
    })

    it('the page raised no error of its own', () => {
        editor.errors.should.eql([])
    })
})
