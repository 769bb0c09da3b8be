import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import type { ErrorAnswer } from '../../src/shared/errors'
import type { PanelState } from '../../src/shared/requests'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { freePort } from '../node-red/free-port'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'
import { binaryOf, versions } from '../node-red/versions'
import { httpProxy, privateCa, reverseProxy, tlsServer, type Between } from './way-there'

for (const nodeRed of versions) describe(`the way to a Node-RED ${nodeRed} and from there to FlowFuse`, function () {
    this.timeout(5 * 60_000)
    const folder = mkdtempSync(join(tmpdir(), 'ffs-way-'))
    const adminRoot = 'deep/admin'
    let fake: FakeFlowFuse
    let tls: Between
    let company: Between
    let front: Between
    let local: LocalNodeRed

    const start = (name: string, own: string, environment: Record<string, string>) => startNodeRed({
        userDir: join(folder, name),
        settings: `httpAdminRoot: '/${adminRoot}', 'flowfuse-snapshots': { allowHttp: true, ${own} },`,
        environment,
        binary: binaryOf(nodeRed)
    })
    const call = async <T>(red: LocalNodeRed, method: string, path: string, body?: unknown) => {
        const answer = await red.call(method, `${adminRoot}/flowfuse-snapshots/${path}`, body)
        return { status: answer.status, body: answer.body as T }
    }
    const connect = (red: LocalNodeRed, server: string) => call<PanelState & ErrorAnswer>(red, 'POST', 'connection', { server, token: fake.tokens.alice })

    before(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        tls = await tlsServer(fake.url)
        company = await httpProxy({ http: Number(new URL(fake.url).port), https: tls.port })
        const proxy = `http://127.0.0.1:${company.port}`
        local = await start('whole', 'trustProxy: true, allowedHosts: [\'127.0.0.1\'], team: \'Bottling Plant\', instance: \'filler\', lockTarget: true', {
            HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: 'direct.test', NODE_EXTRA_CA_CERTS: privateCa
        })
        front = await reverseProxy('/plant/4', `${local.url}/${adminRoot}`)
    })

    after(async () => {
        await local?.stop()
        await Promise.all([front, company, tls, fake].map(server => server?.stop()))
        rmSync(folder, { recursive: true, force: true })
    })

    it('goes through a private certificate authority and never through a proxy on this machine', async () => {
        const { body } = await connect(local, `https://localhost:${tls.port}`)
        should(body.connection?.user.username).equal('alice')
        should(tls.lines.length).be.above(0)
        should(company.lines).eql([])
    })

    it('goes through the proxy of the company: tunnelled where it is encrypted', async () => {
        tls.lines.length = 0
        should((await connect(local, 'https://flowfuse.test')).body.connection?.server).equal('https://flowfuse.test')
        should(company.lines.filter(line => line !== 'CONNECT flowfuse.test:443')).eql([])
        should(tls.lines.length).be.above(0)
        company.lines.length = 0
        should((await connect(local, 'http://flowfuse.test')).body.connection?.server).equal('http://flowfuse.test')
        should(company.lines.length).be.above(0)
        should(company.lines.filter(line => !line.includes('http://flowfuse.test/'))).eql([])
    })

    it('finds the target that the operator has locked, and takes no other', async () => {
        await connect(local, fake.url)
        const { body: state } = await call<PanelState>(local, 'GET', 'state')
        should(state).containDeep({ target: null, preset: { team: 'Bottling Plant', instance: 'filler', lockedBy: 'settings.js' } })
        should((await call<{ instance: object }>(local, 'GET', 'target')).body.instance).containEql({ name: 'filler' })
        should((await call<PanelState>(local, 'GET', 'state')).body.target?.instance.name).equal('filler')
        const other = { teamId: fake.ids.teams.bottlingPlant, instanceId: fake.ids.instances.labeller }
        should(await call(local, 'PUT', 'target', other)).eql({ status: 403, body: { code: 'target-locked', params: { by: 'settings.js' } } })
    })

    it('comes through a reverse proxy with a prefix, where the operator trusts it', async () => {
        const url = `http://127.0.0.1:${front.port}`
        const send = (origin: string) => fetch(`${url}/plant/4/flowfuse-snapshots/connection`, {
            method: 'DELETE', headers: { 'content-type': 'application/json', origin }, body: '{}'
        })
        should((await send(url)).status).equal(200)
        should((await send('https://evil.example')).status).equal(403)
        const editor = await (await fetch(`${url}/plant/4/plugins`, { headers: { accept: 'text/html' } })).text()
        should(editor).containEql('flowfuse-snapshots')
    })

    it('says in true words what stands in between', async () => {
        const wantsSignIn = await httpProxy({ http: 1, https: 1 }, 407)
        const nobody = await freePort()
        const other = await start('half', '', { HTTP_PROXY: `http://127.0.0.1:${nobody}`, HTTPS_PROXY: `http://127.0.0.1:${wantsSignIn.port}`, NODE_EXTRA_CA_CERTS: '' })
        try {
            should((await connect(other, 'http://flowfuse.test')).body).containDeep({ code: 'proxy-unreachable', params: { proxy: `127.0.0.1:${nobody}` } })
            should((await connect(other, 'https://flowfuse.test')).body.code).equal('proxy-failed')
            should((await connect(other, `https://localhost:${tls.port}`)).body.code).equal('server-tls')
            const behind = await reverseProxy('/plant/4', `${other.url}/${adminRoot}`)
            const url = `http://127.0.0.1:${behind.port}`
            const answer = await fetch(`${url}/plant/4/flowfuse-snapshots/connection`, {
                method: 'DELETE', headers: { 'content-type': 'application/json', origin: url }, body: '{}'
            })
            await behind.stop()
            should(await answer.json()).containEql({ code: 'origin-refused' })
            should(other.output()).not.containEql(fake.tokens.alice)
        } finally {
            await other.stop()
            await wantsSignIn.stop()
        }
    })
})
