import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import should from 'should'
import type { RestoreJob } from '../../src/shared/requests'
import { askChild } from '../bench/messages'
import { ensureNodeRed5 } from '../node-red/five/install'
import { fewFlows, plantFlows } from '../node-red/flow-sets'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { LocalWorld } from '../node-red/local-world'
import { launchBrowser } from './chromium'
import { EditorPage } from './editor-page'

/** Node-RED's own dark theme on 5.0; what a dark theme plugin sets on 4.1. */
const darken = `(() => {
    document.documentElement.classList.add('nr-theme-dark')
    const colours = { 'primary-background': '#1e1e1e', 'secondary-background': '#252526', 'primary-text-color': '#d4d4d4', 'secondary-text-color': '#9d9d9d',
        'form-background': '#252526', 'form-input-background': '#3c3c3c', 'form-text-color': '#d4d4d4', 'form-input-border-color': '#555555',
        'secondary-border-color': '#444444', 'primary-border-color': '#555555', 'tertiary-background': '#2d2d2d',
        'workspace-button-background': '#333333', 'workspace-button-color': '#d4d4d4' }
    const style = document.head.appendChild(document.createElement('style'))
    style.id = 'dark'
    style.textContent = ':root, .nr-theme-dark { ' + Object.entries(colours).map(([name, colour]) => '--red-ui-' + name + ': ' + colour + ' !important').join('; ') + ' }'
})()`
const lighten = "document.documentElement.classList.remove('nr-theme-dark'); document.querySelector('#dark').remove()"

for (const version of ['4.1', '5.0'] as const) describe(`an end of Node-RED ${version} in the middle of a restore`, function () {
    this.timeout(3 * 60_000)
    let folder: string
    let binary: { node: string, red: string } | undefined
    let browser: Browser
    let world: LocalWorld
    let editor: EditorPage
    const started: LocalNodeRed[] = []

    const start = async (more: { settings?: string, nodeArguments?: string[], environment?: Record<string, string> } = {}) => {
        const nodeRed = await startNodeRed({ userDir: folder, binary, ...more })
        started.push(nodeRed)
        world = new LocalWorld(nodeRed)
    }
    /** In light and dark colours; `width`: of the panel, in pixels. */
    const pictures = async (name: string, width?: number) => {
        const wide = width === undefined ? '' : `${width}px`
        await editor.page.evaluate(value => { document.querySelector<HTMLElement>('.ffs-root')!.style.width = value }, wide)
        await editor.picture(`${version}-local-${name}`)
        await editor.page.evaluate(darken)
        await editor.picture(`${version}-local-${name}-dark`)
        await editor.page.evaluate(lighten)
        await editor.page.evaluate(() => { document.querySelector<HTMLElement>('.ffs-root')!.style.width = '' })
    }
    const locked = () => editor.page.locator('.ffs-row').getByText('locked')
    const openEditor = async () => {
        editor = await EditorPage.open(browser, world.nodeRed.url)
    }
    /** The editor is closed first: it would say that its connection is lost. */
    const restart = async (settings: string) => {
        await editor.page.close()
        await world.nodeRed.stop()
        await start({ settings })
        await openEditor()
    }

    before(async function () {
        this.timeout(10 * 60_000)
        folder = await mkdtemp(join(tmpdir(), 'ffs-local-repair-'))
        binary = version === '5.0' ? await ensureNodeRed5(line => process.stderr.write(`${line}\n`)) : undefined
        browser = await launchBrowser()
        const preloaded = ['--require', join(__dirname, '../node-red/kill-point.cjs')]
        await start({ settings: "'flowfuse-snapshots': { localAuto: false }", nodeArguments: preloaded, environment: { KILL_BELOW: folder, KILL_NOTE: `${folder}.note` } })
        await world.deploy(plantFlows())
        const { id } = await world.keep('v1.4')
        await world.deploy(fewFlows())
        const { process: child } = world.nodeRed
        await askChild(child, { from: { point: 'event flows:stopped', nth: 1 } }, 'counting')
        const ended = new Promise(resolve => child.once('exit', resolve))
        await world.ask('POST', `flowfuse-snapshots/local/${id}/restore`, await world.planned(id))
        await ended
        await start()
        await openEditor()
    })

    after(async () => {
        await browser?.close()
        await Promise.all(started.map(async nodeRed => await nodeRed.stop()))
        await Promise.all([folder, `${folder}.note`].map(async path => await rm(path, { recursive: true, force: true })))
    })

    it('is told in the panel, with what the next start did about it', async () => {
        await editor.page.getByText('Node-RED ended while “v1.4” was being restored').waitFor()
        await editor.page.getByText('everything was put back as it was before, before any flow ran').waitFor()
        should((await world.running()).flows).have.length(fewFlows().flows.length)
        await pictures('repaired')
        await pictures('repaired-narrow', 180)
    })

    it('is told until somebody has read it', async () => {
        await editor.button('I have read it').click()
        await editor.page.getByText('Node-RED ended while').waitFor({ state: 'hidden' })
        should((await world.list()).notice).be.null()
    })

    it('is not what a change of the credential secret is: that locks, and asks once for the former one', async () => {
        await restart("credentialSecret: 'another'")
        await editor.button('Work locally without FlowFuse').click()
        await editor.page.getByText('locked under a credential secret that this Node-RED had before').waitFor()
        await locked().nth(1).waitFor()
        should(await locked().count()).equal(2)
        await pictures('former-secret')
        await pictures('former-secret-narrow', 180)
        await editor.page.getByLabel('Former credential secret').fill('wrong')
        await editor.page.getByLabel('Former credential secret').press('Enter')
        await editor.page.locator('.ffs-secret [role=alert]').waitFor()
        await pictures('former-secret-wrong')
        await editor.page.getByLabel('Former credential secret').fill('local')
        await editor.button('Unlock').click()
        await editor.page.getByText('locked under a credential secret').waitFor({ state: 'hidden' })
        await locked().first().waitFor({ state: 'hidden' })
    })

    it('and the snapshot of what ran before is deleted only after a word about it', async () => {
        await editor.button(/^Actions for “Before restore/).click()
        await editor.page.getByRole('menuitem', { name: 'Delete' }).click()
        await editor.dialog.getByText('There is no way to get it back').waitFor()
        await editor.dialog.getByText('It holds what ran before a restore, a pull or an undo.').waitFor()
        await pictures('delete')
        // The way out has the focus.
        await editor.focused('button')
        await editor.page.keyboard.press('Enter')
        await editor.dialog.waitFor({ state: 'hidden' })
        should((await world.list()).snapshots.some(({ kind }) => kind === 'safety')).be.true()
        await editor.button(/^Actions for “Before restore/).click()
        await editor.page.getByRole('menuitem', { name: 'Delete' }).click()
        await editor.dialog.getByRole('button', { name: /^Delete “Before restore/ }).click()
        await editor.dialog.waitFor({ state: 'hidden' })
        should((await world.list()).snapshots.some(({ kind }) => kind === 'safety')).be.false()
    })

    it('the page raised no error of its own', () => {
        editor.errors.should.eql([])
    })
})

describe('a deploy in the middle of a restore', function () {
    this.timeout(3 * 60_000)
    const random = 'node-red-node-random'
    const others = { flows: [{ id: 'others', type: 'tab', label: 'Of somebody else' }], credentials: {} }
    let folder: string
    let browser: Browser
    let world: LocalWorld
    let editor: EditorPage

    const modulesHere = async () => (await world.ask<Array<{ module: string }>>('GET', 'nodes', undefined, { accept: 'application/json' })).map(({ module }) => module)
    const untilInstalling = async ({ id }: RestoreJob) => {
        for (;;) {
            const { state, steps } = await world.ask<RestoreJob>('GET', `flowfuse-snapshots/jobs/${id}`)
            should(state).equal('running')
            if (steps.some(step => step.id === 'install' && step.state === 'running')) {
                return
            }
            await delay(10)
        }
    }

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'ffs-local-overtaken-'))
        world = new LocalWorld(await startNodeRed({ userDir: folder, settings: "'flowfuse-snapshots': { localAuto: false }" }))
        await world.ask('POST', 'nodes', { module: random, version: '0.4.1' })
        await world.deploy({ flows: [{ id: 't', type: 'tab' }, { id: 'r', type: 'random', z: 't', low: 1, high: 10, inte: 'true', property: 'payload', wires: [[]] }], credentials: {} })
        await world.keep('with dice')
        await world.deploy(fewFlows())
        await world.nodeRed.call('DELETE', `nodes/${random}`)
        browser = await launchBrowser()
        editor = await EditorPage.open(browser, world.nodeRed.url)
        await editor.button('Work locally without FlowFuse').click()
    })

    after(async () => {
        await browser?.close()
        await world?.nodeRed.stop()
        await rm(folder, { recursive: true, force: true })
    })

    it('is what stays, and the dialog says so', async () => {
        await editor.page.route('**/restore-with-modules', async route => {
            const started = await route.fetch()
            await untilInstalling(await started.json() as RestoreJob)
            await world.deploy(others)
            await route.fulfill({ response: started })
        })
        await editor.button('Actions for “with dice”').click()
        await editor.page.getByRole('menuitem', { name: 'Restore' }).click()
        await editor.dialog.getByRole('button', { name: /install 1 module$/ }).click()
        await editor.dialog.getByText('“with dice” was not restored.').waitFor({ timeout: 120_000 })
        await editor.dialog.getByText('Others have deployed since, so that their flows stay.').waitFor()
        await editor.picture('4.1-local-overtaken')
        should((await world.running()).flows).eql(others.flows)
    })

    it('leaves nothing of the restore behind, and the editor shows what runs', async () => {
        should(await modulesHere()).not.containEql(random)
        await editor.page.keyboard.press('Escape')
        await editor.page.waitForFunction(rev => {
            const { RED } = globalThis as unknown as { RED: { nodes: { version (): string, dirty (): boolean } } }
            return RED.nodes.version() === rev && !RED.nodes.dirty()
        }, (await world.running()).rev)
        editor.errors.should.eql([])
    })
})
