import 'should'
import { spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ensurePlatform } from './install'
import { startPlatform, type Platform } from './platform'
import { listenersOf, processesIn } from './processes'

const HELLO = [
    { id: '1a2b3c4d5e6f7001', type: 'tab', label: 'Hello' },
    { id: '1a2b3c4d5e6f7002', type: 'http in', z: '1a2b3c4d5e6f7001', url: '/hello', method: 'get', wires: [['1a2b3c4d5e6f7003']] },
    { id: '1a2b3c4d5e6f7003', type: 'function', z: '1a2b3c4d5e6f7001', func: "msg.payload = env.get('LINE'); return msg", outputs: 1, wires: [['1a2b3c4d5e6f7004']] },
    { id: '1a2b3c4d5e6f7004', type: 'http response', z: '1a2b3c4d5e6f7001', wires: [] }
]

describe('the FlowFuse platform of the tests', function () {
    this.timeout(5 * 60_000)
    let home: string
    let data: string
    let platform: Platform
    /** What the first start took, which makes more, in milliseconds: a measure of how fast this machine is. */
    let firstTook: number

    before(async function () {
        // Reads /proc to see what the platform's processes really do.
        if (process.platform !== 'linux') this.skip()
        this.timeout(20 * 60_000)
        home = (await ensurePlatform(line => process.stdout.write(`    ${line}\n`))).home
        data = realpathSync(mkdtempSync(join(tmpdir(), 'flowfuse-platform-')))
        const began = performance.now()
        platform = await startPlatform({ home, data })
        firstTook = performance.now() - began
    })

    after(async () => {
        await platform?.stop()
        if (data) rmSync(data, { recursive: true, force: true })
    })

    it('runs an instance whose editor asks for a FlowFuse sign-in', async () => {
        const page = await fetch(platform.instance.url)
        page.status.should.equal(200)
        ;(await page.text()).should.containEql('<title>FlowFuse</title>')
        ;(await fetch(`${platform.instance.url}/flows`)).status.should.equal(401)
    })

    it('listens on 127.0.0.1 alone: platform, launcher and Node-RED', () => {
        const listeners = listenersOf(processesIn(data))
        const port = Number(new URL(platform.instance.url).port)
        listeners.sort().should.deepEqual([new URL(platform.url).port, port, port + 1000].map(each => `127.0.0.1:${each}`).sort())
    })

    it('has an administrator who can sign in and whose token owns the team', async () => {
        const session = await platform.login(platform.admin.username, platform.admin.password)
        const user = await platform.api<{ admin: boolean }>('GET', '/api/v1/user', undefined, session)
        user.admin.should.be.true()
        const { teams } = await platform.api<{ teams: { name: string, role: number }[] }>('GET', '/api/v1/user/teams')
        teams.map(({ name, role }) => ({ name, role })).should.deepEqual([{ name: 'Plant A', role: 50 }])
    })

    it('keeps its passwords to its owner', () => {
        (statSync(join(data, 'world.json')).mode & 0o777).should.equal(0o600)
    })

    it('makes users with a role, and the same user for the same name', async () => {
        const viewer = await platform.createUser('vera', 'viewer')
        const { teams } = await platform.api<{ teams: { role: number }[] }>('GET', '/api/v1/user/teams', undefined, viewer)
        teams.map(team => team.role).should.deepEqual([10])
        await platform.api('POST', `/api/v1/projects/${platform.instance.id}/snapshots`, { name: 'not allowed' }, viewer).should.be.rejectedWith({ status: 403 })
        ;(await platform.createUser('vera', 'viewer')).should.deepEqual(viewer)
        await platform.createUser('vera', 'member').should.be.rejectedWith(/already there as viewer/)
    })

    it('says so when a route does not exist', async () => {
        await platform.api('POST', '/api/v1/no/such/route', {}).should.be.rejectedWith(/without JSON/)
    })

    it('runs the flows and variables of a snapshot that is restored', async () => {
        const instance = `/api/v1/projects/${platform.instance.id}`
        const snapshot = await platform.api<{ id: string }>('POST', `${instance}/snapshots`, { name: 'hello', flows: HELLO, settings: { env: { LINE: 'Line 1' } } })
        await platform.api('POST', `${instance}/actions/rollback`, { snapshot: snapshot.id })
        await platform.waitForState(platform.instance.id, 'running')
        ;(await (await fetch(`${platform.instance.url}/hello`)).text()).should.equal('Line 1')
    })

    it('makes another instance, and takes it again for the same name', async () => {
        const instance = await platform.createInstance('oven')
        instance.url.should.not.equal(platform.instance.url)
        ;(await fetch(instance.url)).status.should.equal(200)
        ;(await platform.createInstance('oven')).should.deepEqual(instance)
    })

    it('refuses a data folder that is in use', async () => {
        await startPlatform({ home, data }).should.be.rejectedWith(/held by the running process/)
    })

    it('runs beside another platform', async () => {
        const otherData = mkdtempSync(join(tmpdir(), 'flowfuse-platform-'))
        const other = await startPlatform({ home, data: otherData })
        try {
            ;(await fetch(other.instance.url)).status.should.equal(200)
            await platform.api('GET', `/api/v1/projects/${other.instance.id}`).should.be.rejectedWith({ status: 404 })
        } finally {
            await other.stop()
            rmSync(otherData, { recursive: true, force: true })
        }
    })

    it('stops with all its instances and is back within 30 seconds, and on a slow machine sooner than at first, with its token and even a suspended instance', async () => {
        await platform.api('POST', `/api/v1/projects/${platform.instance.id}/actions/suspend`)
        await platform.waitForState(platform.instance.id, 'suspended')
        processesIn(data).should.not.be.empty()
        await platform.stop()
        processesIn(data).should.be.empty()

        const { token, instance } = platform
        const began = performance.now()
        platform = await startPlatform({ home, data })
        ;(performance.now() - began).should.be.below(Math.max(30_000, firstTook))
        platform.token.should.equal(token)
        platform.instance.should.deepEqual(instance)
        ;(await (await fetch(`${instance.url}/hello`)).text()).should.equal('Line 1')
    })

    it('takes other ports when its own were taken meanwhile', async () => {
        const port = Number(new URL(platform.instance.url).port)
        await platform.stop()
        const intruder = createServer()
        await new Promise<void>(resolve => intruder.listen(port, '127.0.0.1', resolve))
        try {
            platform = await startPlatform({ home, data })
        } finally {
            intruder.close()
        }
        Number(new URL(platform.instance.url).port).should.not.equal(port)
        ;(await (await fetch(`${platform.instance.url}/hello`)).text()).should.equal('Line 1')
    })

    it('ends with its owner, even when that is killed', async () => {
        await platform.stop()
        const code = `require(${JSON.stringify(join(__dirname, 'platform.ts'))}).startPlatform(${JSON.stringify({ home, data })})
            .then(() => console.log('started'), error => { console.error(error); process.exit(1) })`
        const owner = spawn(process.execPath, ['--import', 'tsx', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
        await new Promise((resolve, reject) => {
            owner.stdout.once('data', resolve)
            owner.once('exit', reject)
        })
        const orphans = processesIn(data)
        orphans.should.not.be.empty()
        owner.kill('SIGKILL')
        const deadline = Date.now() + 60_000
        while (processesIn(data).length > 0 && Date.now() < deadline) await delay(100)
        processesIn(data).should.be.empty()
        // Its lock is one of a dead process now, which must keep nobody out.
        platform = await startPlatform({ home, data })
    })
})
