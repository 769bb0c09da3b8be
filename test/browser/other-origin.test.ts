import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import should from 'should'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'
import { launchBrowser } from './chromium'

/** One request of the page's: `count` headers that mean nothing, beside those that mean something. */
interface Attempt { method: string, path: string, body?: unknown, count: number, bearer: boolean }

for (const nodeRed of versions) describe(`a page of another origin, in a real browser, beside an open Node-RED ${nodeRed}`, function () {
    this.timeout(3 * 60_000)
    let folder: string
    let fake: FakeFlowFuse
    let local: LocalNodeRed
    let elsewhere: Server
    let browser: Browser
    let page: Page

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'ffs-other-origin-'))
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        local = await startNodeRed({ userDir: join(folder, 'user'), binary: binaryOf(nodeRed) })
        elsewhere = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<p>A page'))
        await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
        browser = await launchBrowser()
        page = await browser.newPage()
        await page.goto(`http://localhost:${(elsewhere.address() as AddressInfo).port}/`)
        await own('POST', 'connection', { server: fake.url, token: fake.tokens.alice })
    })

    after(async () => {
        await browser?.close()
        elsewhere?.close()
        await local?.stop()
        await fake?.stop()
        await rm(folder, { recursive: true, force: true })
    })

    const own = async (method: string, path: string, body?: unknown) => {
        const headers = { origin: new URL(local.url).origin, 'content-type': 'application/json' }
        const response = await fetch(`${local.url}/flowfuse-snapshots/${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
        return await response.json() as Record<string, unknown>
    }
    /** What could have been changed: who is signed in, what is kept. */
    const kept = async () => {
        const { connection } = await own('GET', 'state') as { connection: { user: { username: string } } | null }
        return { user: connection?.user.username, snapshots: await own('GET', 'local'), variables: await own('GET', 'variables') }
    }
    /** Sent by the page itself. @returns what the page could read of the answer */
    const attempt = ({ method, path, body, count, bearer }: Attempt) => page.evaluate(async ({ url, method, body, count, bearer }) => {
        const letters = 'abcdefghijklmnopqrstuvwxyz0123456789!#$&\'*+-.^_|~'
        const headers: Record<string, string> = { 'content-type': 'application/json', ...(bearer && { authorization: 'Bearer x' }) }
        for (let at = 0; at < count; at++) {
            headers[letters[Math.floor(at / letters.length)]! + letters[at % letters.length]!] = ''
        }
        try {
            return await (await fetch(url, { method, headers, body })).text()
        } catch {
            return null
        }
    }, { url: `${local.url}/flowfuse-snapshots/${path}`, method, body: body === undefined ? undefined : JSON.stringify(body), count, bearer })

    it('changes nothing and reads nothing, also where its headers leave no room for those of the browser', async () => {
        const before = await kept()
        should(before.user).equal('alice')
        for (const count of [0, 985, 995, 1000, 1200]) {
            for (const bearer of [true, false]) {
                for (const [method, path, body] of [
                    ['POST', 'connection', { server: fake.url, token: fake.tokens.mallory }], ['PUT', 'variables', { variables: [{ name: 'EVIL', hidden: false, value: '1' }] }],
                    ['POST', 'local', { name: 'evil', description: '' }], ['GET', 'state'], ['DELETE', 'connection', {}]
                ] as const) {
                    should(await attempt({ method, path, body, count, bearer })).equal(null, `${method} ${path} with ${count} headers`)
                    should(await kept()).eql(before, `${method} ${path} with ${count} headers`)
                }
            }
        }
    })
})
