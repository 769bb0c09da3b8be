import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import express from 'express'
import should from 'should'
import { Jobs } from '../../src/runtime/jobs'
import { makeRouter, type Router } from '../../src/runtime/routes/router'
import type { Services } from '../../src/runtime/services'
import { AutoPushTrial } from '../runtime/auto-push-trial'
import { redDouble } from '../runtime/red-double'
import { openPipes } from '../runtime/store/pipes'
import { filled, PluginWorld } from './plugin-world'

const ownFiles = ['connections.json', 'data-key.json', 'journal.json', 'variables.json', 'notice.json', 'last-restore.json']

describe('Guarantee 2: nothing that is sent here ends the process', () => {
    const loose: unknown[] = []
    const note = (error: unknown) => { loose.push(error) }
    let former: NodeJS.UnhandledRejectionListener[]

    before(() => {
        // What would end Node-RED: nothing may come here.
        former = process.listeners('unhandledRejection')
        process.removeAllListeners('unhandledRejection')
        process.on('unhandledRejection', note)
    })
    beforeEach(() => { loose.length = 0 })
    afterEach(async () => {
        await new Promise(resolve => setImmediate(resolve))
        should(loose).eql([])
    })
    after(() => {
        process.removeListener('unhandledRejection', note)
        former.forEach(listener => process.on('unhandledRejection', listener))
    })

    describe('by a handler that fails with what nobody thought of', () => {
        const kinds: Array<[string, string, (router: Router, fail: () => never) => void]> = [
            ['a route', 'GET', (router, fail) => router.add('get', 'x', 'see', fail)],
            ['a route that changes something', 'POST', (router, fail) => router.add('post', 'x', 'act', async () => { await Promise.resolve(); fail() })],
            ['a route that answers in pieces', 'GET', (router, fail) => router.addPieces('x', 'see', fail)],
            ['a route that takes a file', 'POST', (router, fail) => router.addFile('x', 'act', fail)],
            ['a route that gives a file', 'POST', (router, fail) => router.addDownload('x', 'act', fail)],
            ['a page', 'GET', (router, fail) => router.addPage('x', {}, fail, () => '{"code":"internal"}')]
        ]
        for (const [name, method, add] of kinds) {
            it(`${name} answers that something went wrong, and nothing of what`, async () => {
                const { nodeRed, log } = redDouble()
                const admin = express()
                const services = { nodeRed, settings: { trustProxy: false, allowedHosts: [] }, isActive: () => true } as unknown as Services
                const router = makeRouter(admin, () => (_request, _response, next) => next(), services)
                add(router, () => { throw new TypeError('canary: undefined is not a function') })
                router.end()
                const server: Server = createServer(admin)
                await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
                try {
                    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
                    const response = await fetch(`${origin}/flowfuse-snapshots/x`, { method, headers: { origin, 'content-type': 'application/json' }, signal: AbortSignal.timeout(1000) })
                    const text = await response.text()
                    should(response.status).equal(500)
                    should(JSON.parse(text)).containEql({ code: 'internal' })
                    should(text).not.containEql('canary')
                    should(log.join()).containEql('canary')
                } finally {
                    server.closeAllConnections()
                    server.close()
                }
            })
        }
    })

    describe('by a request', () => {
        let world: PluginWorld
        before(async () => { world = await PluginWorld.start() })
        after(() => world.stop())

        const coded = ({ code, text }: { code: string | undefined, text: string }) => {
            should(code).be.a.String()
            should(text).not.match(/ at .*\.(?:ts|js)|<pre>/)
        }

        it('of any route with a body of any kind', async () => {
            const bodies = ['{', 'null', '[]', '7', '"x"', '{"__proto__":{"x":1}}', `${'['.repeat(2000)}${']'.repeat(2000)}`, '{"source":{"kind":{}},"variables":[null],"modules":[{}],"name":{}}']
            for (const { method, path } of world.routes().filter(route => route.method !== 'GET')) {
                for (const body of bodies) {
                    const answer = await world.call(method, filled(path), body)
                    should(answer.code === 'internal' || answer.status >= 500).be.false(`${method} ${path} ${body.slice(0, 50)}: ${answer.text.slice(0, 200)}`)
                }
            }
            should(world.red.log).eql([])
        })

        it('of any route with a broken address', async () => {
            for (const { method, path } of world.routes().filter(route => route.path.includes(':'))) {
                const answer = await world.call(method, filled(path, '%ZZ'))
                should([answer.status, answer.code]).eql([400, 'id-invalid'])
            }
        })

        it('that is no JSON, or is too large, or goes nowhere', async () => {
            for (const [body, headers, status] of [
                ['{"a":', {}, 400], ['x'.repeat(6_000_000), {}, 413], ['{}', { 'content-encoding': 'br' }, 400],
                ['{}', { 'content-encoding': 'gzip' }, 400], ['{}', { 'content-encoding': 'deflate' }, 400], ['{}', { 'content-encoding': 'gzip', 'content-type': 'text/plain' }, 415],
                ['{}', { 'content-type': 'application/json; charset=utf-7' }, 400]
            ] as const) {
                const answer = await world.call('POST', 'variables/import', body, headers)
                coded(answer)
                should(answer.status).equal(status)
            }
            coded(await world.call('GET', 'nowhere'))
        })
    })

    it('by work that fails', async () => {
        const reported: unknown[] = []
        const jobs = new Jobs(error => reported.push(error))
        const result = { snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: 'i', name: 'press', url: '' } }
        const { id } = jobs.start('ann', ['capture'], result, async () => { await Promise.resolve(); throw new TypeError('canary') })
        await jobs.ended(id)
        should(jobs.get('ann', id)).containDeep({ state: 'failed', error: { code: 'internal' } })
        should(reported).have.length(1)
        const { id: next } = jobs.start('ann', ['capture'], result, () => { throw new TypeError('at once') })
        await jobs.ended(next)
        should(jobs.get('ann', next).state).equal('failed')
    })

    it('by files of its own that are rubbish when it starts', async () => {
        const world = await PluginWorld.start({
            prepare: userDir => {
                const store = join(userDir, 'flowfuse-snapshots')
                mkdirSync(join(store, 'local'), { recursive: true })
                for (const name of [...ownFiles, 'local/0123456789abcdef0123.json']) {
                    writeFileSync(join(store, name), '{"version":1,"users":[[[')
                }
            }
        })
        try {
            for (const path of ['state', 'local', 'variables']) {
                should((await world.call('GET', path)).code).not.equal('internal')
            }
        } finally {
            await world.stop()
        }
    })

    it('by a pipe in the place of a file of its own, which nobody writes to', async function () {
        if (process.platform === 'win32') { this.skip() }
        let opened: ReturnType<typeof openPipes> | undefined
        const world = await PluginWorld.start({
            prepare: userDir => {
                mkdirSync(join(userDir, 'flowfuse-snapshots/local'), { recursive: true })
                const files = [...ownFiles, 'local/index.json', 'local/0123456789abcdef0123.json'].map(name => join(userDir, 'flowfuse-snapshots', name))
                execFileSync('mkfifo', files)
                opened = openPipes(files)
            }
        })
        try {
            for (const path of ['state', 'local', 'variables']) {
                should((await world.call('GET', path)).code).be.oneOf('store-read-failed', undefined)
            }
            should((await world.call('GET', 'variables')).code).equal('store-read-failed')
        } finally {
            await world.stop({ keepFolder: true })
            opened?.end()
            rmSync(world.userDir, { recursive: true, force: true, maxRetries: 5 })
        }
    })

    it('by a folder of its own that can’t be read when it starts', async () => {
        const world = await PluginWorld.start({ prepare: userDir => writeFileSync(join(userDir, 'flowfuse-snapshots'), 'a file in the place of the folder') })
        try {
            for (const path of ['state', 'local', 'variables']) {
                should((await world.call('GET', path)).code).be.oneOf('store-read-failed', undefined)
            }
        } finally {
            await world.stop()
        }
    })

    it('by an automatic push that fails with what nobody thought of', async () => {
        const trial = await AutoPushTrial.start()
        try {
            await trial.signIn()
            await trial.switchOn()
            const { connections, content } = trial.services
            const { runningAutoPushes } = connections
            connections.runningAutoPushes = async () => { throw new TypeError('canary') }
            await trial.deploy('one')
            connections.runningAutoPushes = runningAutoPushes
            content.get = async () => { throw new TypeError('canary') }
            await trial.deploy('two')
            should(trial.red.log.filter(line => line.includes('canary'))).have.length(2)
            should((await trial.state()).failure).containEql({ code: 'internal' })
        } finally {
            await trial.stop()
        }
    })

    it('by an automatic snapshot that can’t be made', async () => {
        const world = await PluginWorld.start()
        try {
            world.red.api.nodes.getCredentials = () => { throw new TypeError('canary') }
            world.red.start([{ id: 'other', type: 'tab' }])
            let failure: unknown = null
            while (failure === null) {
                failure = (await world.json<{ automatic: { failure: unknown } }>('GET', 'local')).automatic.failure
            }
            should(failure).containEql({ code: 'internal' })
        } finally {
            await world.stop()
        }
    })
})
