import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import should from 'should'
import { serverOrigin, webUrl } from '../../src/editor/addresses'
import { drawnFlow } from '../../src/editor/drawn-nodes'
import { undirected } from '../../src/editor/text'
import { signInPage } from '../../src/runtime/sign-in-page'
import { PluginWorld } from './plugin-world'

const markup = '<img src=x onerror="window.pwned=1">'

describe('Guarantee 6: text from anywhere is shown as text', () => {
    const folder = join(__dirname, '../../src/editor')
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => /\.tsx?$/.test(file))
        .map(file => ({ file, text: readFileSync(join(folder, file), 'utf8').replace(/\/\*[^]*?\*\/|(?<!:)\/\/.*/g, '') }))

    /** The files in which something is found that may not be. */
    const found = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file)

    it('nothing in the editor makes elements, or scripts, out of a text', () => {
        should(sources.length).be.above(100)
        should(found(/dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|setHTML|document\.write|srcdoc|\beval\b|new Function/)).eql([])
        should(found(/\.html\(|\.(?:append|prepend|after|before|wrap)\(\s*[`'"]\s*</)).eql([])
        should(found(/javascript:|set(?:Timeout|Interval)\(\s*['"`]/)).eql([])
    })

    it('an address is a link only where it leads to the web', () => {
        should(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x', '//x', '', 'http://'].map(webUrl).filter(url => url !== null)).eql([])
        should(serverOrigin('javascript://x/%0aalert(1)')).be.null()
        const links = sources.flatMap(({ file, text }) => [...text.matchAll(/\b(?:href|src)=\{([^}]*)\}/g)].map(([, value = '']) => ({ file, text, value })))
        // What the button hands on comes from the others; a server's address was made by `serverOrigin` in the runtime.
        const isSafe = ({ file, text, value }: typeof links[number]) => value.startsWith('tokenPage(') ||
            (value === 'url.href' && /const url = webUrl\(/.test(text)) || (file === 'button.tsx' && value === 'href') || (file === 'target-dialog.tsx' && value === 'server')
        should(links.length).be.above(5)
        should(links.filter(link => !isSafe(link)).map(({ file, value }) => `${file}: ${value}`)).eql([])
    })

    it('Node-RED’s passing messages get an element with the text in it, never a text that it would take for markup', async () => {
        const shown: Array<{ textContent: string }> = []
        const page = globalThis as unknown as Record<string, unknown>
        page.document = { createElement: (name: string) => ({ name, textContent: '' }) }
        page.RED = { notify: (message: { textContent: string }) => { shown.push(message) } }
        try {
            const { notify } = await import('../../src/editor/node-red')
            notify(markup, 'error')
            should(shown).eql([{ name: 'p', textContent: markup }])
        } finally {
            delete page.document
            delete page.RED
        }
    })

    it('what the drawing gets of a node is made anew, with a name of its own in place of its id', () => {
        const hostile = { id: markup, type: 'function', z: 'f', x: 1, y: 2, wires: [[]], onload: markup, href: 'javascript:1', icon: markup, color: 'url(//evil)' }
        const group = { id: 'g', type: 'group', z: 'f', x: 1, y: 2, w: 1, h: 1, nodes: [markup], style: { fill: 'url(//evil)', stroke: markup, onclick: markup, 'fill-opacity': markup, 'label-position': markup } }
        const { nodes } = drawnFlow([{ id: 'f', type: 'tab' }, hostile, group, { id: 's', type: 'subflow', color: markup }, { id: 'u', type: 'subflow:s', z: 'f', x: 1, y: 1 }], 'f')
        should(JSON.stringify(nodes)).not.match(/onerror|evil|javascript|onclick|onload/)
    })

    it('characters that turn a text around are marked', () => {
        should(undirected('a\u202Eb\u2066c')).equal('a\uFFFDb\uFFFDc')
    })

    it('the page of the sign-in window shows its words as text', () => {
        should(signInPage(markup, `'"&${markup}`)).not.containEql('<img')
    })

    it('no answer of a route is taken for a page, and no file is opened by the browser', async () => {
        const world = await PluginWorld.start({ flows: [{ id: 't', type: 'tab', label: markup }] })
        try {
            for (const { method, path } of world.routes().filter(route => !/sign-in\/:ticket|callback/.test(route.path))) {
                const { headers } = await world.call(method, path.replace(/:\w+/g, 'x'))
                should(headers['content-type'] ?? '').match(/^application\/(?:json|octet-stream)/, `${method} ${path}`)
                should(headers['x-content-type-options']).equal('nosniff')
            }
            const { id } = await world.json<{ id: string }>('POST', 'local', { name: markup, description: '' })
            const file = await world.call('POST', 'files/snapshot', { source: { kind: 'local', id }, parts: { flows: true, credentials: false, variables: 'none' }, secret: '' })
            should(file.status).equal(200, file.text.slice(0, 200))
            should(file.headers['content-disposition']).match(/^attachment; filename="[\w.-]*"$/)
            should(file.headers).containEql({ 'content-type': 'application/octet-stream', 'x-content-type-options': 'nosniff' })
        } finally {
            await world.stop()
        }
    })
})
