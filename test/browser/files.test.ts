import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import should from 'should'
import { open } from '../../src/snapshot/credentials'
import type { SealedCredentials } from '../../src/snapshot/model'
import type { JsonObject } from '../fake/json'
import { startFakeFlowFuse, type FakeFlowFuse, type OpenSnapshot } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'
import type { Platform } from '../platform/platform'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'
import { sharedPlatform } from './shared-platform'

interface SnapshotFile {
    name: string
    flows: { flows: object[], credentials: SealedCredentials }
    settings: { env: JsonObject, modules: JsonObject }
}
interface Flows { flows: object[], rev: string }

/** Markup, and Hebrew letters, which are read from the right. */
const odd = '<b>Line 1</b> קו'
const broker = {
    id: 'broker', type: 'mqtt-broker', name: odd, broker: 'localhost', port: '1', clientid: '', autoConnect: false, usetls: false, protocolVersion: '4',
    keepalive: '60', cleansession: true
}
const flows: JsonObject[] = [
    { id: 'line1', type: 'tab', label: odd, disabled: false, info: '' },
    broker,
    { id: 'out1', type: 'mqtt out', z: 'line1', name: 'press', topic: 'press', qos: '', retain: '', broker: 'broker', x: 460, y: 80, wires: [] }
]
const credentials = { broker: { user: 'press', password: 'not to be seen' } }
const v2 = { 'Node-RED-API-Version': 'v2' }

for (const version of versions) describe(`snapshot files in the editor of Node-RED ${version}`, function () {
    this.timeout(3 * 60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage
    /** The file that was saved last, with its secret. */
    let saved: { path: string, secret: string, file: SnapshotFile }

    const picture = async (name: string) => {
        await editor.picture(`${version}-files-${name}`)
        if (version === '5.0') {
            await editor.page.evaluate("document.documentElement.classList.add('nr-theme-dark')")
            await editor.picture(`${version}-files-${name}-dark`)
            await editor.page.evaluate("document.documentElement.classList.remove('nr-theme-dark')")
        }
    }
    const button = (name: string | RegExp) => editor.dialog.getByRole('button', { name, exact: true })
    const press = async (...keys: string[]) => {
        for (const key of keys) {
            await editor.page.keyboard.press(key)
        }
    }
    const running = async () => (await local.call('GET', 'flows', undefined, v2)).body as Flows
    const runs = async (set: object[], secrets: object = {}) => {
        (await local.call('POST', 'flows', { flows: set, credentials: secrets }, v2)).status.should.be.below(300)
    }
    const act = async (name: string, item: string) => {
        await editor.button(`Actions for “${name}”`).first().click()
        await editor.page.getByRole('menuitem', { name: item }).click()
    }
    /** What the browser is given to save, when `start` makes it. */
    const download = async (start: () => Promise<void>) => {
        const [given] = await Promise.all([editor.page.waitForEvent('download'), start()])
        const path = join(folder, given.suggestedFilename())
        await given.saveAs(path)
        return { name: given.suggestedFilename(), path, text: await readFile(path, 'utf8') }
    }
    /** Closes the dialog on top, and those below it. */
    const close = async () => {
        const dialogs = editor.page.locator('.ffs-dialog')
        for (let left = await dialogs.count(); left > 0; left--) {
            await press('Escape')
            await dialogs.nth(left - 1).waitFor({ state: 'hidden' })
        }
    }
    const chooseFile = async (path: string) => {
        await editor.page.getByRole('tab', { name: /^Local/ }).click()
        await editor.button('More about this Node-RED').click()
        await editor.page.getByRole('menuitem', { name: 'Open a file…' }).click()
        await editor.dialog.locator('input[type=file]').setInputFiles(path)
    }

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'ffs-files-'))
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        fake.addSnapshot(fake.ids.instances.filler, {
            name: 'v1', description: 'From the plant', user: 'alice', flows, credentials, env: { PLC_HOST: 'plc.local', SHIFT: 'night' }, modules: { 'node-red': '4.0.9' }
        })
        local = await startNodeRed({ userDir: join(folder, 'user'), settings: "'flowfuse-snapshots': { localAuto: false }", binary: binaryOf(version) })
        await runs(flows, credentials)
        await local.call('PUT', 'flowfuse-snapshots/variables', { variables: [{ name: 'PLC_HOST', value: 'plc.local', hidden: false }, { name: 'PIN', value: '4711', hidden: true }] })
        await local.call('POST', 'flowfuse-snapshots/local', { name: odd, description: '' })
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
        await editor.connect(fake.url, fake.tokens.alice)
        await editor.choose('filler')
        await editor.page.getByRole('tab', { name: /^Local/ }).click()
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await fake?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    it('a local snapshot is saved with the keyboard alone, sealed under a secret that is shown once', async () => {
        await editor.button(`Actions for “${odd}”`).press('Enter')
        await editor.page.getByRole('menuitem', { name: 'Download…' }).press('Enter')
        await editor.dialog.getByText(odd).waitFor()
        await editor.dialog.getByRole('radio', { name: /^Snapshot file/ }).and(editor.page.locator(':focus')).waitFor()
        await picture('download')
        ;(await editor.dialog.getByLabel('Secret of the file').count()).should.equal(0)
        const { name, path, text } = await download(async () => await press('Enter'))
        name.should.match(/^snapshot-.+-\d{8}-\d{6}\.json$/)
        const secret = await editor.dialog.getByLabel('Secret of the file').inputValue()
        secret.should.match(/^[0-9a-f]{32}$/)
        await editor.focused('#ffs-saved-secret')
        await picture('saved')
        saved = { path, secret, file: JSON.parse(text) as SnapshotFile }
        text.should.not.containEql('not to be seen').and.not.containEql('4711')
        saved.file.should.containEql({ name: odd })
        saved.file.flows.flows.should.eql(flows)
        should(open(saved.file.flows.credentials, secret)).eql(credentials)
    })

    it('one key too many does not lose the secret: it is asked first, until it was copied', async () => {
        await editor.focused('#ffs-saved-secret')
        await press('Enter', 'Escape')
        await editor.dialog.getByText('The secret was not copied yet').waitFor()
        await picture('not-copied')
        ;(await editor.dialog.getByLabel('Secret of the file').inputValue()).should.equal(saved.secret)
        await editor.focused('#ffs-saved-secret')
        await press('Control+c')
        await editor.dialog.getByText('The secret was not copied yet').waitFor({ state: 'hidden' })
        await press('Escape')
        await editor.page.locator('.ffs-dialog').waitFor({ state: 'hidden' })
    })

    it('its secret is copied by one button', async () => {
        await editor.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
        await act(odd, 'Download…')
        await download(async () => await button('Save the file').click())
        await button('Copy').click()
        await editor.dialog.getByText('Copied.').waitFor()
        const copied = await editor.page.evaluate<string>('navigator.clipboard.readText()')
        copied.should.equal(await editor.dialog.getByLabel('Secret of the file').inputValue())
        await close()
    })

    it('a secret that is typed has eight characters at least', async () => {
        await act(odd, 'Download…')
        await editor.dialog.getByRole('radio', { name: 'One of mine' }).check()
        await editor.dialog.getByRole('textbox', { name: 'One of mine' }).fill('1234567')
        await editor.dialog.getByText('needs at least 8 characters').waitFor()
        await editor.off(button('Save the file'))
        await picture('secret-too-short')
        await editor.dialog.getByRole('textbox', { name: 'One of mine' }).fill('12345678')
        await editor.dialog.getByLabel('Variables', { exact: true }).selectOption('Names only')
        const { text } = await download(async () => await button('Save the file').click())
        const file = JSON.parse(text) as SnapshotFile
        should(open(file.flows.credentials, '12345678')).eql(credentials)
        file.settings.env.should.eql({ PLC_HOST: '', PIN: '' })
        await close()
    })

    it('a snapshot on FlowFuse is saved the same way, named as FlowFuse names it', async () => {
        await editor.page.getByRole('tab', { name: /^Instance/ }).click()
        await act('v1', 'Download…')
        const { name, path, text } = await download(async () => await button('Save the file').click())
        const [{ id }] = fake.snapshotsOf(fake.ids.instances.filler) as [OpenSnapshot]
        name.should.match(new RegExp(`^snapshot-${id}-\\d{8}-\\d{6}\\.json$`))
        saved = { path, secret: await editor.dialog.getByLabel('Secret of the file').inputValue(), file: JSON.parse(text) as SnapshotFile }
        saved.file.flows.flows.should.eql(flows)
        should(open(saved.file.flows.credentials, saved.secret)).eql(credentials)
        await button('Close').click()
        await button('Close without a copy').click()
        await editor.page.locator('.ffs-dialog').waitFor({ state: 'hidden' })
    })

    it('its modules are saved as a package.json', async () => {
        await act('v1', 'Download…')
        await editor.dialog.getByRole('radio', { name: /^package.json/ }).check()
        const { name, text } = await download(async () => await button('Save the file').click())
        name.should.equal('package.json')
        const made = JSON.parse(text) as object
        made.should.containEql({ name: 'filler', private: true, dependencies: { 'node-red': '4.0.9' } })
        await editor.focused('button.primary')
        ;(await editor.dialog.getByLabel('Secret of the file').count()).should.equal(0)
        await close()
    })

    it('its variables are saved as an .env, their values only after a warning', async () => {
        await act('v1', 'Download…')
        await editor.dialog.getByRole('radio', { name: /^\.env/ }).check()
        const names = await download(async () => await button('Save the file').click())
        names.text.should.containEql('PLC_HOST').and.not.containEql('plc.local')
        await close()
        await act('v1', 'Download…')
        await editor.dialog.getByRole('radio', { name: /^\.env/ }).check()
        await editor.dialog.getByRole('radio', { name: 'Names and values' }).check()
        await editor.dialog.getByText('holds the values in clear').waitFor()
        await picture('environment')
        const values = await download(async () => await button('Save the values in clear').click())
        values.text.should.containEql('plc.local')
        await close()
    })

    it('a wrong secret does not open the file, and the right one does', async () => {
        await chooseFile(saved.path)
        await editor.dialog.getByLabel('Secret of the file').fill('another secret')
        await button('Check').click()
        await editor.dialog.getByText('This secret does not open').waitFor()
        await picture('wrong-secret')
        await editor.dialog.getByLabel('Secret of the file').fill(saved.secret)
        await editor.dialog.getByLabel('Secret of the file').press('Enter')
        await editor.dialog.getByLabel('Secret of the file').waitFor({ state: 'hidden' })
        await picture('opened')
    })

    it('is kept as a local snapshot also without its secret, which says that it has no credentials', async () => {
        await close()
        await chooseFile(saved.path)
        await editor.dialog.getByLabel('Secret of the file').waitFor()
        await button('Keep here…').click()
        await editor.dialog.getByText('what is sealed in it is not kept').waitFor()
        await editor.dialog.getByLabel('Name', { exact: true }).fill('kept shut')
        await button('Keep “kept shut”').click()
        await editor.page.locator('.ffs-dialog').waitFor({ state: 'hidden' })
        await editor.page.locator('.ffs-row', { hasText: 'kept shut' }).getByText('without credentials').waitFor()
        await chooseFile(saved.path)
        await editor.dialog.getByLabel('Secret of the file').fill(saved.secret)
        await editor.dialog.getByLabel('Secret of the file').press('Enter')
        await editor.dialog.getByLabel('Secret of the file').waitFor({ state: 'hidden' })
    })

    it('the file is uploaded to another instance, whole', async () => {
        await editor.dialog.getByRole('button', { name: /^Upload/ }).click()
        await editor.dialog.getByRole('radio', { name: 'labeller' }).check()
        await editor.dialog.getByLabel('Name', { exact: true }).fill('v1 of the file')
        await button('Upload “v1 of the file” to labeller').waitFor()
        await editor.dialog.getByText(/ of at most /).waitFor()
        await picture('upload')
        await button('Upload “v1 of the file” to labeller').click()
        await editor.dialog.getByText('“v1 of the file” is on labeller now').waitFor()
        await picture('uploaded')
        const [there] = fake.snapshotsOf(fake.ids.instances.labeller)
        there!.should.containEql({ name: 'v1 of the file', description: 'From the plant', flows, credentials })
        there!.env.should.eql({ PLC_HOST: 'plc.local', SHIFT: 'night' })
        await press('Enter')
        await editor.dialog.getByText('“v1 of the file” is on labeller now').waitFor({ state: 'hidden' })
    })

    it('and to a device, in parts, once its secret was given in the upload itself', async () => {
        await close()
        await chooseFile(saved.path)
        await editor.dialog.getByRole('button', { name: /^Upload/ }).click()
        await editor.dialog.getByRole('radio', { name: 'edge-app' }).check()
        await editor.dialog.getByText(/ of at most /).waitFor()
        await editor.off(button(/^Upload “v1” to edge-app/))
        await editor.dialog.getByLabel('Secret of the file').fill(saved.secret)
        await button('Check').click()
        await editor.dialog.getByLabel('Secret of the file').waitFor({ state: 'hidden' })
        await editor.dialog.getByLabel('Variables', { exact: true }).selectOption('None')
        // Told in the turn in which the outcome appears: the next key goes there.
        const focused = editor.page.evaluate(async () => await new Promise<string | undefined>(resolve => {
            const watch = new MutationObserver(() => {
                if (document.body.textContent.includes('deploy it to the device')) {
                    watch.disconnect()
                    resolve(document.activeElement?.textContent)
                }
            })
            watch.observe(document.body, { childList: true, subtree: true })
        }))
        await button(/^Upload “v1” to edge-app/).click()
        await editor.dialog.getByText('deploy it to the device').waitFor()
        ;(await focused)!.should.equal('Close')
        const [there] = fake.snapshotsOf(fake.ids.devices.edgeApp)
        there!.should.containEql({ flows, credentials, env: {} })
        await press('Enter')
        await editor.dialog.getByText('deploy it to the device').waitFor({ state: 'hidden' })
    })

    it('the file is pulled back: the flows are those that were saved', async () => {
        await close()
        await runs([{ id: 'other', type: 'tab', label: 'Other', disabled: false, info: '' }])
        await chooseFile(saved.path)
        await editor.dialog.getByLabel('Secret of the file').fill(saved.secret)
        await button('Check').click()
        await editor.dialog.getByLabel('Secret of the file').waitFor({ state: 'hidden' })
        await button('Pull…').click()
        await button(/^Replace/).click()
        await editor.dialog.getByText('was pulled').waitFor()
        ;(await running()).flows.should.eql(flows)
        JSON.stringify((await running()).flows).should.equal(JSON.stringify(flows))
        await close()
    })

    it('pulled without its secret it says that its credentials are not known, and does not offer to take those here away', async () => {
        await chooseFile(saved.path)
        await button('Pull…').click()
        await editor.dialog.getByText('Not known, since they could not be read').waitFor()
        ;(await editor.dialog.getByRole('option', { name: 'Only the snapshot’s' }).count()).should.equal(0)
        await picture('pull-shut')
        await close()
    })

    it('the file is compared with what runs by then', async () => {
        await runs(flows.map(node => node.id === 'out1' ? { ...node, topic: 'oven' } : node))
        await chooseFile(saved.path)
        await button('Compare…').click()
        await editor.dialog.getByRole('option').filter({ hasText: 'press' }).click()
        await editor.dialog.getByText('oven').first().waitFor()
        await picture('compared')
        await close()
    })

    const hostile: Array<[name: string, content: string, sentence: string | RegExp]> = [
        ['empty', '', 'This file is empty'],
        ['no JSON', 'flows: []', 'is not JSON'],
        ['JSON of something else', '{"some":"thing"}', 'neither a snapshot nor flows'],
        ['nested too deep', '['.repeat(100_000), /not JSON|not safe to read/],
        ['a prototype', '{"name":"x","flows":{"flows":[]},"settings":{},"__proto__":{"polluted":true}}', 'not safe to read']
    ]
    it('files that are none are refused in a sentence', async () => {
        for (const [name, content, sentence] of hostile) {
            const path = join(folder, `${name}.json`)
            await writeFile(path, content)
            await chooseFile(path)
            await editor.dialog.getByText(sentence).waitFor()
            await close()
        }
        const large = join(folder, 'large.json')
        await writeFile(large, Buffer.alloc(60 * 1024 * 1024, ' '))
        await chooseFile(large)
        await editor.dialog.getByText('has more than 32 MB').waitFor()
        await picture('too-large')
        await close()
    })

    it('fits a small window', async () => {
        await editor.page.setViewportSize({ width: 360, height: 700 })
        await editor.page.evaluate(() => {
            document.querySelector<HTMLElement>('.ffs-root')!.style.width = '180px'
        })
        await act(odd, 'Download…')
        await button('Save the file').waitFor()
        const wider = await editor.page.evaluate('document.querySelector(".ffs-dialog-body").scrollWidth - document.querySelector(".ffs-dialog-body").clientWidth')
        Number(wider).should.equal(0)
        await picture('narrow')
        await close()
    })

    it('no secret and no password was in the page', async () => {
        (await editor.page.content()).should.not.containEql('not to be seen').and.not.containEql(saved.secret)
        editor.errors.should.eql([])
    })
})

describe('uploads to a FlowFuse that takes no files', function () {
    this.timeout(3 * 60_000)
    let folder: string
    let local: LocalNodeRed
    let browser: Browser
    let editor: EditorPage
    let platform: Platform

    before(async function () {
        this.timeout(20 * 60_000)
        folder = await mkdtemp(join(tmpdir(), 'ffs-old-'))
        platform = await sharedPlatform()
        local = await startNodeRed({ userDir: join(folder, 'user') })
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, local.url)
        await editor.connect(platform.url, platform.token)
        await editor.choose(platform.instance.name)
    })

    after(async () => {
        await browser?.close()
        await local?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    const open = async () => {
        const settings = { settings: { timeZone: 'Asia/Tokyo' }, env: { SHIFT: 'night' }, modules: {} }
        const path = join(folder, 'snapshot.json')
        await writeFile(path, JSON.stringify({ name: 'old v1', description: '', flows: { flows, credentials: {} }, settings }))
        await editor.page.getByRole('tab', { name: /^Local/ }).click()
        await editor.button('More about this Node-RED').click()
        await editor.page.getByRole('menuitem', { name: 'Open a file…' }).click()
        await editor.dialog.locator('input[type=file]').setInputFiles(path)
        await editor.dialog.getByRole('button', { name: /^Upload/ }).click()
    }

    it('become pushes to an instance, and what does not arrive is said before', async () => {
        await open()
        await editor.dialog.getByText('It is sent as a push instead').waitFor()
        await editor.dialog.getByText('Its runtime settings do not travel').waitFor()
        await editor.picture('files-old-server')
        await editor.dialog.getByRole('button', { name: `Upload “old v1” to ${platform.instance.name}` }).click()
        await editor.dialog.getByText(`“old v1” is on ${platform.instance.name} now`).waitFor()
        ;(await editor.dialog.getByText('It is sent as a push instead').count()).should.equal(0)
        const { snapshots } = await platform.api<{ snapshots: Array<{ id: string, name: string }> }>('GET', `/api/v1/projects/${platform.instance.id}/snapshots`)
        const there = snapshots.find(({ name }) => name === 'old v1')
        const content = await platform.api<SnapshotFile>('GET', `/api/v1/snapshots/${there!.id}/full`)
        content.flows.flows.should.eql(flows)
        content.settings.env.should.containEql({ SHIFT: 'night' })
        await platform.api('DELETE', `/api/v1/projects/${platform.instance.id}/snapshots/${there!.id}`)
    })
})
