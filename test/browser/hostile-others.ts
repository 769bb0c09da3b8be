import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startNodeRed } from '../node-red/local'
import { binaryOf } from '../node-red/versions'
import { settings, type HostileEditor } from './hostile-editor'
import { hostileFlows, markup } from './hostile-world'

const fileOf = (word: string, credentials: object = {}) => ({
    name: markup(word), description: markup(`${word}Description`), user: { username: markup('Author') }, flows: { flows: hostileFlows(word), credentials },
    settings: { env: {}, modules: { [markup('Lacking')]: '1.0.0', 'node-red-contrib-lacking': markup('Version') } }
})

/** What is on the screen only where the editor holds edits, or something is copied into it. */
export function othersAreText ({ at, page, dialog, button, shown, close, reload }: HostileEditor): void {
    it('is text beside edits that are not deployed', async () => {
        await page().evaluate('RED.nodes.dirty(true)')
        await at.editor.button('Push snapshot').click()
        await dialog().getByText('undeployed edits').waitFor()
        await shown('Instance')
        await close()
        await page().evaluate('RED.nodes.dirty(false)')
    })

    it('is text in what is copied into the workspace', async () => {
        await at.editor.button('Pull…').click()
        await dialog().getByRole('radio', { name: /^Two / }).check()
        await button(/^Look at “Two/).click()
        await dialog().getByRole('button', { name: /^Copy “TwoTab/ }).first().click()
        await page().waitForFunction('RED.nodes.dirty() && /^TwoTab/.test(RED.nodes.workspace(RED.workspaces.active())?.label)')
        await reload()
    })
}

/** Files on this computer beside those that are opened as they are. */
export function filesAreText ({ page, dialog, button, shown, act, here, tab, close, openFile }: HostileEditor): void {
    it('is text of a sealed file, where its secret is asked for', async () => {
        await openFile('sealed.json', fileOf('Sealed', { $: '0123456789abcdef'.repeat(4) }))
        await shown('Sealed')
        await dialog().getByLabel('Secret of the file').fill(markup('Secret'))
        await button('Check').click()
        await dialog().getByText('This secret does not open').waitFor()
        await close()
    })

    it('is text of modules that are not here', async () => {
        await openFile('lacking.json', fileOf('Lacks'))
        await button(/^Keep here/).click()
        await dialog().locator('button[type=submit]').click()
        await page().locator('.ffs-dialog').waitFor({ state: 'hidden' })
        await act('Lacks', /^Restore/)
        await shown('Lacking')
        await close()
        await openFile('lacking.json', fileOf('Lacks'))
        await button('Pull…').click()
        await shown('Lacking')
        await close()
    })

    it('is text where a snapshot is made here, and in what runs here', async () => {
        await tab('Local')
        await page().locator('.ffs-panel').getByRole('button', { name: 'Snapshot now' }).click()
        await dialog().getByLabel('Name').fill(markup('Made'))
        await dialog().locator('button[type=submit]').click()
        await page().locator('.ffs-dialog').waitFor({ state: 'hidden' })
        await shown('Made', page().locator('.ffs-panel'))
        await here('View what runs here')
        await shown('HereTab')
        await close()
    })

    it('is text of a file that is compared', async () => {
        await tab('Instance')
        await act('Two', 'Compare…')
        await dialog().getByRole('listbox', { name: 'What is different' }).getByRole('option').first().waitFor()
        await button(/newer side/).click()
        await dialog().locator('#ffs-compare-kind').selectOption('file')
        await dialog().locator('input[type=file]').setInputFiles({ name: 'compared.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(fileOf('Compared'))) })
        await shown('Compared')
        await dialog().locator('button[type=submit]').click()
        await dialog().getByRole('listbox', { name: 'What is different' }).getByRole('option').filter({ hasText: 'ComparedTab' }).first().waitFor()
        await close()
    })
}

/** What the panel says of what went wrong at a start of Node-RED. */
export function noticesAreText ({ at, version, page, shown, reload }: HostileEditor): void {
    const panel = () => page().locator('.ffs-panel')

    for (const [outcome, because] of [
        ['rolled-back', null], ['nothing-changed', null], ['other-process', null],
        ['failed', { code: 'journal-unusable', params: { aside: markup('Aside') } }], ['failed', { code: 'store-write-failed', params: { reason: markup('Reason') } }]
    ] as const) {
        it(`is text in what is told of a repair: ${because?.code ?? outcome}`, async () => {
            const notice = { outcome, kind: 'restore', name: markup('Repaired'), at: new Date().toISOString(), modulesLeft: [markup('Left')], because }
            await writeFile(join(at.folder, 'flowfuse-snapshots', 'notice.json'), JSON.stringify(notice))
            await reload()
            for (const where of ['Repaired', 'Left']) { await shown(where, panel()) }
            await at.editor.button('I have read it').click()
            await panel().getByText('Repaired').first().waitFor({ state: 'hidden' })
        })
    }

    it('is text of what is locked under a former credential secret', async () => {
        await at.watch.isSilent(at.editor)
        const port = Number(new URL(at.local.url).port)
        await at.local.stop()
        at.local = await startNodeRed({ userDir: at.folder, binary: binaryOf(version), port, settings: `${settings} credentialSecret: 'another',` })
        await reload()
        await page().getByLabel('Former credential secret').fill(markup('Former'))
        await at.editor.button('Unlock').click()
        await page().locator('.ffs-secret [role=alert]').waitFor()
        await shown('Local', panel())
    })
}
