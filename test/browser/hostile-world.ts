import type { Browser, BrowserContext } from 'playwright-core'
import should from 'should'
import type { Json, JsonObject } from '../fake/json'
import type { FakeFlowFuse } from '../fake/platform'
import type { EditorPage } from './editor-page'

/** A text that is markup and script wherever it is taken for more than text; `where` names it, in the page and in what it would do. */
export function markup (where: string): string {
    return `${where} "'><img src=x-${where} data-canary=${where} onerror="pwned='${where}'"><script data-canary>pwned='${where}'</script>`
}

const link = "javascript:globalThis.pwned='link'//"
const at = (x: number, y: number, wires: string[][] = [[]]) => ({ x, y, wires })

/** Flows whose every text is markup. `word` tells two sets apart. */
export function hostileFlows (word: string): Array<JsonObject & { id: string }> {
    const text = (what: string) => markup(`${word}${what}`)
    return [
        { id: 'tab', type: 'tab', label: text('Tab'), disabled: false, info: text('Info'), env: [{ name: 'HOSTILE', value: text('Env'), type: 'str' }] },
        { id: 'sub', type: 'subflow', name: text('Subflow'), info: text('Info'), category: text('Category'), in: [], out: [], env: [], color: 'red"><img data-canary=1 src=x onerror="pwned=1">' },
        { id: 'broker', type: 'mqtt-broker', name: text('Config'), broker: text('Host'), port: '1', clientid: '', autoConnect: false, usetls: false, protocolVersion: '4', keepalive: '60', cleansession: true },
        { id: 'note', type: 'comment', z: 'tab', name: text('Node'), info: text('Info'), ...at(200, 40) },
        { id: 'code', type: 'function', z: 'tab', name: text('Function'), func: `// ${text('Code')}\nreturn msg`, outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [], ...at(200, 100) },
        { id: 'publish', type: 'mqtt out', z: 'tab', name: text('Mqtt'), topic: `\${HOSTILE} ${text('Topic')}`, qos: '', retain: '', broker: 'broker', ...at(400, 100, []) },
        { id: 'use', type: 'subflow:sub', z: 'tab', name: text('Instance'), ...at(400, 160) },
        { id: 'group', type: 'group', z: 'tab', name: text('Group'), style: { label: true, stroke: text('Style') }, nodes: ['note'], x: 100, y: 20, w: 300, h: 60 }
    ]
}

/** Where the platform tells names that are looked up by nobody, they become markup on their way out. */
function marked (value: Json, of = ''): Json {
    if (Array.isArray(value)) {
        return value.map(each => marked(each, of))
    }
    if (typeof value !== 'object' || value === null) {
        return value
    }
    return Object.fromEntries(Object.entries(value).map(([key, each]): [string, Json] => {
        const named = { name: /^(?:team|application)s?$/.test(of), description: of === 'applications', username: true, type: of === 'devices' }[key] ?? false
        return [key, named && typeof each === 'string' ? markup(key === 'username' ? 'User' : `${of}-${key}`) : marked(each, key)]
    }))
}

/** A platform that has markup in whatever it can tell. @returns `refused`: the paths that a test answers itself */
export function makeHostile (fake: FakeFlowFuse): { refused: Set<string> } {
    const refused = new Set<string>()
    const { filler, labeller } = fake.ids.instances
    const { edgeApp, edgeInst } = fake.ids.devices
    const lastSeenAt = new Date(Date.now() + 30 * 60_000).toISOString()
    const rest = {
        description: markup('Description'), credentials: { broker: { user: markup('Credential') } }, env: { HOSTILE: markup('Value'), 'A"><img data-canary=1>': 'x' },
        modules: { 'node-red': '4.0.9', [markup('Module')]: markup('Version'), 'node-red-contrib-x': markup('Version') },
        settings: { header: { title: markup('Header') }, page: { title: markup('Page') }, theme: markup('Theme'), codeEditor: markup('Setting') }
    }
    fake.setInstance(filler, { name: markup('Instance'), url: link, modules: [{ name: markup('Palette'), version: markup('Version'), local: true }], env: [{ name: 'KEEP', value: markup('Value') }] })
    fake.setInstance(labeller, { name: markup('Other'), url: link })
    fake.restartsWith(filler, ['running'])
    fake.setDevice(edgeInst, { name: markup('Gauge'), status: markup('Status'), lastSeenAt })
    fake.setDevice(edgeApp, { name: markup('Device'), mode: 'developer', status: 'running', lastSeenAt, live: { flows: hostileFlows('Live'), credentials: {}, modules: {} } })
    fake.addSnapshot(filler, { ...rest, name: markup('One'), flows: hostileFlows('One') })
    fake.addSnapshot(filler, { ...rest, name: markup('Two'), flows: hostileFlows('Two'), user: 'bob' })
    fake.setDevice(edgeApp, { activeSnapshotId: fake.addSnapshot(edgeApp, { ...rest, name: markup('OfDevice'), flows: hostileFlows('Two') }) })
    fake.respondWith(({ method, path }) => method === 'GET' && path.startsWith('/api/v1/') && !refused.has(path), (_request, response, _recorded, normally) => {
        const { status, json, text, contentType } = normally()
        const told = json === undefined ? text ?? '' : JSON.stringify(marked(json as Json))
        response.writeHead(status, { 'content-type': json === undefined ? contentType ?? 'text/plain' : 'application/json' }).end(told)
    }, Infinity)
    return { refused }
}

/** What was made of texts in the page, and what ran. */
export class Watch {
    readonly heard: string[] = []
    /** Of the dialogs that were open. */
    readonly titles = new Set<string>()

    private constructor (readonly context: BrowserContext) {
        context.on('dialog', dialog => {
            this.heard.push(`a dialog: ${dialog.message()}`)
            void dialog.dismiss()
        })
        context.on('console', message => { if (/pwned|canary/i.test(message.text())) { this.heard.push(`the console: ${message.text()}`) } })
        context.on('request', request => { if (/\/x(?:-(?!\w+Info$)\w+)?$|canary/.test(request.url())) { this.heard.push(`a request: ${request.url()}`) } })
        context.on('page', page => { this.heard.push(`a page was opened: ${page.url()}`) })
    }

    /** A browser for `EditorPage.open`, in which every element with the mark, or script in an attribute, is noted, however short that was. */
    static async start (browser: Browser): Promise<{ watch: Watch, browser: Browser }> {
        const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
        await context.addInitScript(`
            globalThis.canaries = []
            {
            const titles = new Set()
            const mayRun = /^on|^(?:xlink:)?href$|^src|^style$|action$/i
            const isScript = ({ name, value }) => name === 'data-canary' ? value !== null : mayRun.test(name) && /pwned|canary/i.test(value)
            const look = (element, attributes = [...element.attributes]) => {
                // The editor itself shows this as Markdown, without what would run.
                if (/Info$/.test(element.getAttribute('data-canary')) && element.closest('[class*=ffs-]') === null) return
                if (attributes.some(isScript)) {
                    canaries.push(element.outerHTML.slice(0, 300) + ' in ' + (element.parentElement?.outerHTML ?? '').slice(0, 300))
                }
            }
            new MutationObserver(all => {
                for (const { type, target, addedNodes, attributeName, oldValue } of all) {
                    if (type === 'attributes') look(target, [...target.attributes, { name: attributeName, value: oldValue }])
                    for (const node of addedNodes) if (node.querySelectorAll) [node, ...node.querySelectorAll('*')].forEach(element => look(element))
                }
                for (const { parentElement } of document.querySelectorAll('.ffs-dialog')) {
                    const title = parentElement?.querySelector('.ui-dialog-title')?.textContent
                    if (title && !titles.has(title)) dialogShown(title, titles.add(title))
                }
            }).observe(document, { childList: true, subtree: true, attributes: true, attributeOldValue: true })
            }
        `)
        const watch = new Watch(context)
        await context.exposeFunction('dialogShown', (title: string) => { watch.titles.add(title) })
        const page = await context.newPage()
        return { watch, browser: { newPage: async () => page } as unknown as Browser }
    }

    /** Fails when anything was taken for more than a text since the page was loaded. */
    async isSilent ({ page }: EditorPage): Promise<void> {
        should(await page.evaluate<unknown>('globalThis.pwned ?? null')).be.null()
        should(await page.evaluate<string[]>('globalThis.canaries')).eql([])
        should(await page.locator('[data-canary]:not([data-canary$=Info]), [class*=ffs-] [data-canary]').count()).equal(0)
        should(this.heard).eql([])
    }
}
