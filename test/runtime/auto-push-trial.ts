import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AutoPush } from '../../src/runtime/auto-push'
import type { Services } from '../../src/runtime/services'
import { lookAt, standing } from '../../src/runtime/status'
import { openSession } from '../../src/runtime/sessions'
import type { Look } from '../../src/shared/status'
import type { FlowNode } from '../../src/snapshot/model'
import { startFakeFlowFuse, type FakeFlowFuse, type FlowFuseVersion } from '../fake/platform'
import { redDouble, type RedDouble } from './red-double'
import { testServices } from './test-services'

type User = 'alice' | 'bob'

/** An automatic push from a Node-RED in memory to a fake platform, in a time that only goes on when it is told to. */
export class AutoPushTrial {
    now = Date.parse('2026-03-01T10:00:00Z')
    readonly reported: unknown[] = []
    readonly folder = mkdtempSync(join(tmpdir(), 'ffs-auto-'))
    readonly instance: string
    services: Services
    red: RedDouble
    /** What is due later. */
    private timers: Array<{ at: number, run: () => void }> = []

    private constructor (readonly fake: FakeFlowFuse) {
        this.instance = fake.ids.instances.labeller
        this.red = redDouble({ userDir: this.folder })
        this.services = this.start()
    }

    static async start (version: FlowFuseVersion = '2.33.2'): Promise<AutoPushTrial> {
        return new AutoPushTrial(await startFakeFlowFuse({ version }))
    }

    async stop (): Promise<void> {
        await this.services.autoPush.settled()
        await this.fake.stop()
        rmSync(this.folder, { recursive: true })
    }

    /** A Node-RED that ended and starts again on the same store. */
    async restart (flows: FlowNode[]): Promise<void> {
        await this.services.autoPush.settled()
        this.timers = []
        this.red = redDouble({ userDir: this.folder })
        this.services = this.start()
        this.services.autoPush.start()
        this.red.deploy(flows)
        await this.services.autoPush.settled()
    }

    /** Signs `ann` of this Node-RED in, with the instance as her target. */
    async signIn (user: User = 'alice', token: string = this.fake.tokens[user]): Promise<void> {
        const { connections } = this.services
        await connections.connect('ann', { server: this.fake.url, user: { id: this.fake.ids.users[user], username: user, name: user }, target: this.target() }, token)
    }

    /** Signs `ann` in with FlowFuse instead of a token. */
    async signInByOAuth (id = 'one'): Promise<void> {
        const { connections } = this.services
        const user = { id: this.fake.ids.users.alice, username: 'alice', name: 'alice' }
        const signIn = { kind: 'oauth', id, signedOut: false } as const
        await connections.connect('ann', { server: this.fake.url, user, target: this.target(), signIn }, this.fake.signIn('alice').refreshToken)
    }

    /** As after a push by hand: linked to what runs now, and switched on. */
    async switchOn (flows: FlowNode[] = [{ id: 't', type: 'tab', label: 'Line 4' }]): Promise<void> {
        this.services.autoPush.start()
        this.red.deploy(flows)
        const { connections, autoPush } = this.services
        await connections.setLink(this.fake.url, this.instance, { snapshotId: 'linked', name: 'by hand', pushedAt: '2026-01-01T00:00:00.000Z' })
        await autoPush.set('ann', this.instance, true)
        await autoPush.settled()
    }

    async deploy (...names: string[]): Promise<void> {
        this.red.deploy([{ id: 't', type: 'tab', label: 'Line 4' }, ...names.map((name, at) => ({ id: `n${at}`, type: 'x', z: 't', x: 1, y: 1, name }))])
        await this.services.autoPush.settled()
    }

    /** Lets time pass; what is due meanwhile happens. */
    async pass (ms: number): Promise<void> {
        const until = this.now + ms
        for (;;) {
            const next = this.timers.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0]
            if (next === undefined) { break }
            this.now = next.at
            this.timers = this.timers.filter(timer => timer !== next)
            next.run()
            await this.services.autoPush.settled()
        }
        this.now = until
    }

    /** When something is due, in milliseconds from now. */
    get due (): number[] {
        return this.timers.map(({ at }) => at - this.now)
    }

    state () {
        return this.services.autoPush.state(this.fake.url, this.instance, 'ann')
    }

    async standing () {
        return await standing(this.services, this.fake.url, this.instance, await this.services.connections.link(this.fake.url, this.instance))
    }

    async look (look: Look) {
        return await lookAt(await openSession(this.services, 'ann'), this.instance, look, await this.services.connections.link(this.fake.url, this.instance))
    }

    /** Names of the instance's snapshots, newest first. */
    names (): string[] {
        return this.fake.snapshotsOf(this.instance).map(({ name }) => name)
    }

    target () {
        return { team: { id: this.fake.ids.teams.bottlingPlant, name: 'Bottling Plant' }, application: { id: 'a', name: 'Line 1' }, instance: { id: this.instance, name: 'labeller', url: '' } }
    }

    private start (): Services {
        const services = testServices(this.red.nodeRed, this.folder, error => this.reported.push(error))
        const clock = {
            now: () => this.now,
            later: (ms: number, run: () => void) => {
                const timer = { at: this.now + ms, run }
                this.timers.push(timer)
                return () => { this.timers = this.timers.filter(each => each !== timer) }
            },
            random: () => 0.5
        }
        return Object.assign(services, { autoPush: new AutoPush(() => services, { clock, pauseMs: 0 }) })
    }
}
