import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { addActionRoutes } from '../../src/runtime/routes/actions'
import { addConnectionRoutes } from '../../src/runtime/routes/connection'
import { addDeviceRoutes } from '../../src/runtime/routes/devices'
import { addPushRoutes } from '../../src/runtime/routes/push'
import { makeRouter } from '../../src/runtime/routes/router'
import type { Services } from '../../src/runtime/services'
import { addStatusRoutes } from '../../src/runtime/routes/status'
import { addTargetRoutes } from '../../src/runtime/routes/targets'
import type { StoredSignIn } from '../../src/runtime/store/connections-file'
import type { SignInKind } from '../../src/shared/abilities'
import { startFakeFlowFuse, type DeviceChange, type FakeFlowFuse, type FlowFuseVersion } from '../fake/platform'
import { redDouble, type RedDouble } from './red-double'
import { testServices } from './test-services'

/** A Node-RED in memory whose target is the filler of a fake platform, with its devices. */
export class DevicesTrial {
    readonly app: string
    readonly inst: string
    readonly filler: string

    private constructor (
        readonly fake: FakeFlowFuse, readonly red: RedDouble, readonly services: Services,
        private readonly folder: string, private readonly local: Server
    ) {
        this.app = fake.ids.devices.edgeApp
        this.inst = fake.ids.devices.edgeInst
        this.filler = fake.ids.instances.filler
    }

    static async start (version: FlowFuseVersion, kind: SignInKind = 'token'): Promise<DevicesTrial> {
        const fake = await startFakeFlowFuse({ version })
        const folder = mkdtempSync(join(tmpdir(), 'ffs-devices-'))
        const red = redDouble()
        const services = testServices(red.nodeRed, folder, error => { throw error })
        const secrets = { token: fake.tokens.alice, 'read-only-token': fake.tokens.aliceReadOnly, oauth: fake.signIn('alice').refreshToken }
        const signIns: Record<SignInKind, { signIn?: StoredSignIn }> = {
            token: {}, 'read-only-token': { signIn: { kind: 'read-only-token' } }, oauth: { signIn: { kind: 'oauth', id: 'one', signedOut: false } }
        }
        const user = { id: fake.ids.users.alice, username: 'alice', name: 'Alice' }
        await services.connections.connect('', { server: fake.url, user, target: null, ...signIns[kind] }, secrets[kind])
        const admin = express()
        admin.use(express.json())
        const router = makeRouter(admin, () => (_request, _response, next) => next(), services)
        addConnectionRoutes(router, services)
        addStatusRoutes(router, services)
        addTargetRoutes(router, services)
        addPushRoutes(router, services)
        addActionRoutes(router, services)
        addDeviceRoutes(router, services)
        const local = admin.listen(0, '127.0.0.1')
        await new Promise(resolve => local.once('listening', resolve))
        const trial = new DevicesTrial(fake, red, services, folder, local)
        await trial.call('PUT', 'target', { teamId: fake.ids.teams.bottlingPlant, instanceId: trial.filler })
        fake.requests.length = 0
        return trial
    }

    async stop (): Promise<void> {
        this.local.closeAllConnections()
        await new Promise(resolve => this.local.close(resolve))
        await this.fake.stop()
        rmSync(this.folder, { recursive: true })
    }

    async call<T> (method: string, path: string, body?: object): Promise<{ status: number, body: T }> {
        const url = `http://127.0.0.1:${(this.local.address() as AddressInfo).port}`
        const response = await fetch(`${url}/flowfuse-snapshots/${path}`, {
            method, headers: { origin: url, 'content-type': 'application/json' }, ...(method !== 'GET' && { body: JSON.stringify(body) })
        })
        return { status: response.status, body: await response.json() as T }
    }

    async ask<T> (method: string, path: string, body?: object): Promise<T> {
        return (await this.call<T>(method, `instances/${this.filler}/${path}`, body)).body
    }

    /** In developer mode, and seen so many milliseconds ago. */
    live (device: string, change: DeviceChange = {}, ago = 5000): void {
        this.fake.setDevice(device, { mode: 'developer', status: 'running', lastSeenAt: new Date(Date.now() - ago).toISOString(), ...change })
    }

    /** What was told to change on the platform, in order; a sign-in that renews itself is none, nor is reading by an export. */
    writes (): string[] {
        return this.fake.requests.filter(({ method, path }) => method !== 'GET' && path !== '/account/token' && !path.endsWith('/export'))
            .map(({ method, path }) => `${method} ${path.replace(/^\/api\/v1/, '')}`)
    }
}
