import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import should from 'should'
import catalog from '../../locales/en-US/plugin.json'
import { versions } from '../node-red/versions'
import { accountIsText, automaticPushIsText } from './hostile-account'
import { hostileEditor } from './hostile-editor'
import { filesAreText, noticesAreText, othersAreText } from './hostile-others'
import { hostileFlows, markup } from './hostile-world'

for (const version of versions) describe(`markup and script in every text, in the editor of Node-RED ${version}`, function () {
    this.timeout(2 * 60_000)
    const hostile = hostileEditor(version)
    const { at, page, dialog, button, shown, act, here, tab, close, openFile } = hostile

    accountIsText(hostile)

    it('is text in a refusal of the platform', async () => {
        at.refused.add('/api/v1/user')
        at.fake.respondWith({ path: '/api/v1/user' }, { status: 400, body: { code: markup('Code'), error: markup('Refusal'), message: markup('Message') } })
        await at.editor.connect(at.fake.url, at.fake.tokens.alice)
        await shown('Message')
        at.refused.clear()
        await at.editor.fillConnection(at.fake.url, at.fake.tokens.alice)
        await page().locator('.ffs-dialog').waitFor({ state: 'hidden' })
        await shown('User', page().locator('.ffs-panel'))
    })

    it('is text where the target is chosen, and in the panel', async () => {
        await at.editor.button('Choose an instance').click()
        for (const where of ['Instance', 'Other', 'applications-name', 'Device', 'Gauge']) { await shown(where) }
        await dialog().getByRole('radio', { name: /^Instance / }).check()
        await button(/^Use Instance/).click()
        await page().locator('.ffs-dialog').waitFor({ state: 'hidden' })
        for (const where of ['Instance', 'One', 'Two', 'Description']) { await shown(where, page().locator('.ffs-panel')) }
        should(await page().locator('.ffs-panel a[href^="javascript" i]').count()).equal(0)
    })

    it('is text in the push, its outcome and the status', async () => {
        await at.editor.button('Push snapshot').click()
        await shown('Instance')
        await dialog().getByLabel('Name').fill(markup('Pushed'))
        await dialog().getByLabel('Description').fill(markup('About'))
        await dialog().locator('summary').nth(2).waitFor()
        for (const fold of await dialog().locator('summary').all()) { await fold.click() }
        await dialog().getByRole('radio', { name: 'Send mine' }).check()
        await button(/^Push “Pushed/).click()
        await button('Close').waitFor()
        await shown('Pushed')
        await close()
        await shown('Pushed', page().locator('.ffs-status'))
        at.fake.advance(60_000)
        at.fake.addSnapshot(at.fake.ids.instances.filler, { name: markup('Newer'), flows: hostileFlows('Newer'), user: 'bob' })
        await at.editor.button('Look again').click()
        await shown('Newer', page().locator('.ffs-status'))
    })

    it('is text in a push that the platform refuses', async () => {
        at.fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, { status: 400, body: { code: 'x', error: markup('Refused') } })
        await at.editor.button('Push snapshot').click()
        await dialog().getByLabel('Name').fill(markup('Never'))
        await button(/^Push “Never/).click()
        await shown('Refused')
        await close()
    })

    it('is text in what is done with snapshots there', async () => {
        await act('One', 'Edit…')
        await dialog().getByLabel('Name').waitFor()
        await close()
        await act('One', 'Set as device target…')
        await shown('Gauge')
        await close()
        await act('One', 'Delete…')
        await shown('One')
        await close()
        await act('One', /^Restore on/)
        for (const where of ['Instance', 'Palette']) { await shown(where) }
        await dialog().getByLabel(/Type the name/).fill(markup('Instance'))
        await button(/^Restore “One/).click()
        await button('Close').waitFor()
        await shown('One')
        await close()
        await at.editor.button('Create snapshot…').click()
        await dialog().getByLabel('Name').fill(markup('Captured'))
        await button(/^Create “Captured/).click()
        await page().locator('.ffs-dialog').waitFor({ state: 'hidden' })
        await shown('Captured', page().locator('.ffs-panel'))
    })

    it('is text in a snapshot that is looked at', async () => {
        await act('Two', 'View')
        await dialog().locator('.ffs-drawn').filter({ hasText: 'TwoNode' }).waitFor()
        for (const shape of await dialog().locator('.ffs-drawn').all()) { await shape.dispatchEvent('click') }
        for (const place of ['Variables', 'Modules', 'Runtime settings', 'Credentials', 'Config nodes']) {
            await dialog().locator('.ffs-place').filter({ hasText: place }).click()
            await shown('Two')
        }
        await dialog().getByLabel('Find a node').fill('TwoFunction')
        await dialog().locator('.ffs-place').filter({ hasText: 'TwoFunction' }).click()
        await dialog().getByText('TwoCode').first().waitFor()
        await close()
    })

    it('is text in a comparison', async () => {
        await act('Two', 'Compare…')
        const list = dialog().getByRole('listbox', { name: 'What is different' })
        await list.getByRole('option').first().waitFor()
        await list.focus()
        for (let step = 0; step < 40; step++) { await page().keyboard.press('ArrowDown') }
        await page().keyboard.press('Home')
        await list.getByRole('option').filter({ hasText: /(?:Two|Here)Function/ }).first().click()
        await dialog().getByText('TwoCode').first().waitFor()
        await dialog().getByRole('tab', { name: 'In the flow' }).click()
        await dialog().locator('.ffs-drawing .ffs-drawn').first().waitFor()
        await close()
    })

    it('is text in the picker, the preview and the outcome of a pull, and in its undo', async () => {
        await at.editor.button('Pull…').click()
        await dialog().getByRole('radio', { name: /^Two / }).check()
        await button(/^Look at “Two/).click()
        await button(/^(?:Replace|Bring)/).waitFor()
        for (const where of ['Two', 'TwoFunction', 'Module', 'TwoTab']) { await shown(where) }
        await dialog().getByRole('button', { name: /^What differs in/ }).first().waitFor()
        const differing = await dialog().getByRole('button', { name: /^What differs in/ }).all()
        for (const more of differing) { await more.click() }
        should(differing.length).be.above(1)
        const changes = dialog().locator('.ffs-change-open')
        await changes.first().waitFor()
        for (const change of (await changes.all()).slice(0, 40)) {
            await change.click()
            // What it holds is asked for.
            await change.and(page().locator('[aria-expanded=true]')).waitFor()
        }
        await button(/^(?:Replace|Bring)/).click()
        await button('Undo').waitFor()
        await shown('Two')
        await button('Undo').click()
        await dialog().getByText('What ran before runs again').waitFor()
        await close()
    })

    it('is text in the local snapshots, their restore and the variables', async () => {
        await tab('Local')
        await shown('Local', page().locator('.ffs-panel'))
        await shown('LocalDescription', page().locator('.ffs-panel'))
        await act('Local', /^Restore/)
        await shown('Local')
        await close()
        for (const item of ['Rename', 'Delete', 'Download…', 'Push'] as const) {
            await act('Local', new RegExp(`^${item}`))
            await dialog().locator('button:visible, input:visible').first().waitFor()
            await close()
        }
        await here('Variables')
        await dialog().getByLabel('Value of HOSTILE', { exact: true }).waitFor()
        await close()
    })

    it('is text of a file, by its name and by what it holds, and where it is uploaded', async () => {
        const file = {
            name: markup('File'), description: markup('FileDescription'), user: { username: markup('Author') }, flows: { flows: hostileFlows('File'), credentials: {} },
            settings: { env: { HOSTILE: markup('Value'), [markup('Variable')]: 'x' }, modules: { [markup('Module')]: markup('Version') }, settings: { header: { title: markup('Header') } } }
        }
        await openFile(`${markup('FileName').replaceAll('/', '')}.json`, file)
        for (const where of ['File', 'Author']) { await shown(where) }
        await button(/^Keep here/).click()
        await dialog().getByLabel('Name').waitFor()
        await button('Back').click()
        await button(/^Upload/).click()
        await dialog().getByRole('radio', { name: /^Other / }).check()
        await dialog().getByText(/ of at most /).waitFor()
        await button(/^Upload “File/).click()
        await dialog().getByText('is on Other').first().waitFor()
        await close()
        for (const broken of [{ name: markup('Broken') }, [{ id: 'a', type: 'tab' }, markup('Broken')], { flows: [null, markup('Broken')] }]) {
            await openFile(`${markup('Broken').replaceAll('/', '')}.json`, broken)
            await dialog().getByRole('alert').waitFor()
            await close()
        }
    })

    it('is text in the devices, and in all that is done with them', async () => {
        await tab('Devices')
        for (const where of ['Device', 'Gauge', 'OfDevice']) { await shown(where, page().locator('.ffs-panel')) }
        await act('Device', 'Snapshots…')
        await shown('OfDevice')
        await close()
        await act('Device', 'Create snapshot from it…')
        await dialog().getByLabel('Name').fill(markup('FromDevice'))
        await button(/^Create “FromDevice/).click()
        await button('Close').waitFor()
        await shown('FromDevice')
        await close()
        await act('Device', 'Choose what it runs…')
        await dialog().getByRole('radio', { name: /^OfDevice/ }).check()
        await button('Next').click()
        await button(/^Run “OfDevice/).waitFor()
        await close()
        await act('Device', 'Automatic snapshots…')
        await shown('Device')
        await close()
        await act('Device', 'Push to it…')
        await dialog().getByLabel('Name').fill(markup('ToDevice'))
        await button(/^Push “ToDevice/).click()
        await button('Close').waitFor()
        await shown('ToDevice')
        await close()
    })

    automaticPushIsText(hostile)
    othersAreText(hostile)
    filesAreText(hostile)
    noticesAreText(hostile)

    it('was looked at in every dialog that there is', () => {
        const folder = join(__dirname, '../../src/editor')
        // The line that opens it, and the title where that has a line of its own.
        const lines = readdirSync(folder).flatMap(file => readFileSync(join(folder, file), 'utf8').match(/^ +(?:openDialog|open)\(\s*.*t\(.*$|^ +const title = .*$/gm) ?? [])
        const keys = lines.map(line => [...line.matchAll(/'(\w+)\.(title\w*|\w+Title|create)'/g)].map(([, section, key]) => [section!, key!] as const))
        should(keys.flat().length).be.above(25)
        const texts = catalog as unknown as Record<string, Record<string, string>>
        const unseen = keys.flat().map(([section, key]) => texts[section]?.[key] ?? `${section}.${key}`).filter(title => {
            const like = new RegExp(`^${title.split(/__\w+__/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*')}$`)
            return ![...at.watch.titles].some(each => like.test(each))
        })
        should(unseen).eql([])
    })

    it('the page raised no error of its own', () => {
        should(at.editor.errors).eql([])
    })

    it('would be noticed where it is taken for more than text', async () => {
        await page().evaluate(html => { document.body.insertAdjacentHTML('beforeend', `<p id="taken">${html}</p>`) }, markup('Taken'))
        await page().waitForFunction("globalThis.pwned === 'Taken'")
        await page().evaluate("document.querySelector('#taken').remove(); delete globalThis.pwned")
        await should(at.watch.isSilent(at.editor)).be.rejected()
        should(await page().evaluate<string[]>('globalThis.canaries.splice(0)')).matchAny(/data-canary="Taken"/)
        should(at.watch.heard.splice(0)).matchAny(/request: .*x-Taken/)
    })

    for (const [name, value] of [['href', 'javascript:globalThis.pwned=1'], ['onclick', 'pwned=1'], ['style', '--of: pwned'], ['data-canary', '1']] as const) {
        it(`would be noticed where what was there already is given a ${name}`, async () => {
            await page().evaluate(([of, text]) => {
                const element = document.querySelector('.ffs-panel')!
                const before = element.getAttribute(of)
                element.setAttribute(of, text)
                return before === null ? element.removeAttribute(of) : element.setAttribute(of, before)
            }, [name, value] as const)
            await should(at.watch.isSilent(at.editor)).be.rejected()
            should(await page().evaluate<string[]>('globalThis.canaries.splice(0)')).not.be.empty()
        })
    }
})
