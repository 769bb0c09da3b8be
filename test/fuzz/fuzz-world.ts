import should from 'should'
import { pushTimes } from '../../src/runtime/push-times'
import { errorCodes } from '../../src/shared/errors'
import { fileType } from '../../src/shared/files'
import { seal } from '../../src/snapshot/credentials'
import { filled, PluginWorld, type Answer, type Route } from '../guarantees/plugin-world'

/** A call of a route as it should be. */
export interface GoodCall { path: string, body: unknown, headers: Record<string, string> }

const version = '4.1.15'
const parts = { flows: true, credentials: true, variables: 'all' }
const names = { name: 'v1', description: 'about' }
const secret = 'a secret of 25 characters'

export const someFile = {
    id: 'f', name: 'from a file', description: '', createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z', user: { username: 'eve' }, ownerType: 'instance',
    exportedBy: { username: 'eve' },
    flows: {
        flows: [
            { id: 't1', type: 'tab', label: 'A', env: [{ name: 'E', value: '1', type: 'str' }] }, { id: 's1', type: 'subflow', name: 'S', in: [{ x: 1, y: 1, wires: [{ id: 'i1' }] }], out: [] },
            { id: 'i1', type: 'function', z: 's1', func: 'return msg', libs: [{ var: 'os', module: 'os' }], wires: [[]] }, { id: 'g1', type: 'group', z: 't1', nodes: ['n1'], style: { label: true } },
            { id: 'n1', type: 'subflow:s1', z: 't1', g: 'g1', x: 10, y: 10, wires: [['n2']], env: [] }, { id: 'n2', type: 'link out', z: 't1', links: ['n3'], topic: '${LINE}', wires: [] },
            { id: 'c1', type: 'mqtt-broker', name: 'b', broker: 'x' }, { id: 'gc', type: 'global-config', env: [{ name: 'G', value: '1', type: 'str' }], modules: {} }
        ],
        credentials: { c1: { user: 'u', password: 'p' } }
    },
    settings: { settings: { palette: { modules: [] } }, env: { LINE: '4', HIDDEN: { hidden: true, value: '' } }, modules: { 'node-red': version, 'node-red-contrib-x': '1.0.0' } }
}

const sealedFile = { ...someFile, flows: { ...someFile.flows, credentials: seal(someFile.flows.credentials, secret) } }

/**
 * The whole plugin in memory, signed in and with a target, and a good call of each of its routes, which others are made of. Ids are taken
 * from what it holds at that moment.
 */
export class FuzzWorld {
    /** What would have ended the process. */
    readonly loose: string[] = []
    private readonly formerTimes = { ...pushTimes }
    private readonly formerVariables = { ...process.env }
    private readonly hear = (error: unknown) => { this.loose.push(error instanceof Error ? error.stack ?? error.message : String(error)) }
    private former: Record<string, Array<(...args: unknown[]) => void>> = {}
    private readonly ids: Record<string, string> = {}
    private told = 0

    private constructor (readonly world: PluginWorld) {
        for (const event of ['unhandledRejection', 'uncaughtException']) {
            this.former[event] = process.rawListeners(event) as Array<(...args: unknown[]) => void>
            process.removeAllListeners(event)
            process.on(event, this.hear)
        }
        // Nobody waits here for what the platform did not say.
        Object.assign(pushTimes, { lostAnswer: 20, restoreAnswer: 2000, untilRunning: 20, poll: 1 })
    }

    static async start (): Promise<FuzzWorld> {
        const world = await PluginWorld.start({ flows: someFile.flows.flows, credentials: someFile.flows.credentials, settings: { 'flowfuse-snapshots': { localAuto: false, allowHttp: true } }, onlyFake: true })
        const fuzzed = new FuzzWorld(world)
        world.fake.setFeatures({ deviceAutoSnapshot: true })
        world.fake.restartsWith(world.fake.ids.instances.filler, ['running'])
        world.fake.setInstance(world.fake.ids.instances.filler, { flows: someFile.flows.flows as never, credentials: someFile.flows.credentials })
        await fuzzed.refresh()
        await world.json('PUT', 'variables', { variables: [{ name: 'LINE', hidden: false, value: '4' }] })
        return fuzzed
    }

    async stop (): Promise<void> {
        Object.assign(pushTimes, this.formerTimes)
        // Variables that the plugin keeps are put into the process.
        Object.keys(process.env).filter(name => !(name in this.formerVariables)).forEach(name => { delete process.env[name] })
        Object.assign(process.env, this.formerVariables)
        for (const [event, listeners] of Object.entries(this.former)) {
            process.removeListener(event, this.hear)
            listeners.forEach(listener => process.on(event, listener))
        }
        await this.world.stop()
    }

    /** Makes good what a case has undone: the sign-in, the target, and the things that calls are about. */
    async refresh (): Promise<void> {
        const { world, ids } = this
        const { fake } = world
        ids.instance = fake.ids.instances.filler
        ids.device = fake.ids.devices.edgeApp
        ids.team = fake.ids.teams.bottlingPlant
        const { connection, target } = await world.json<{ connection: unknown, target: unknown }>('GET', 'state')
        if (connection === null) { await world.connect() }
        if (target === null) { await world.json('PUT', 'target', { teamId: ids.team, instanceId: ids.instance }) }
        if (fake.snapshotsOf(ids.instance).every(({ id }) => id !== ids.snapshot)) {
            ids.snapshot = fake.addSnapshot(ids.instance, { name: 'v0', flows: someFile.flows.flows as never, credentials: someFile.flows.credentials, env: { LINE: '4' }, modules: { 'node-red': version } })
        }
        if (fake.snapshotsOf(ids.device).every(({ id }) => id !== ids.deviceSnapshot)) {
            ids.deviceSnapshot = fake.addSnapshot(ids.device, { name: 'd0', flows: someFile.flows.flows as never })
        }
        fake.setDevice(ids.device, { status: 'running', lastSeenAt: new Date().toISOString(), mode: 'developer', live: { flows: someFile.flows.flows as never, credentials: {}, modules: { 'node-red': version } } })
    }

    /** What a path's place stands for, as it is at the moment. */
    async idFor (path: string, place: string): Promise<string> {
        const { world, ids } = this
        if (place === 'snapshot' && path.includes('devices/')) { return ids.deviceSnapshot ?? '' }
        if (place !== 'id' && place !== 'job' && place !== 'ticket') { return ids[place] ?? 'x' }
        const kind = /flowfuse-snapshots\/(\w+(?:-\w+)?)/.exec(path)?.[1] ?? ''
        const id = async (method: string, to: string, body: unknown, headers = {}) => (JSON.parse((await world.call(method, to, body, headers)).text || '{}') as { id?: string }).id ?? 'x'
        switch (kind) {
        case 'local': return await id('POST', 'local', names)
        case 'views': return await id('POST', 'views/file', path.endsWith('/secret') ? sealedFile : someFile, { 'content-type': fileType })
        case 'pull': return await id('POST', 'pull', this.body('/pull'))
        case 'sign-in': {
            const { id: started, page } = await world.json<{ id: string, page: string }>('POST', 'sign-in', this.body('/sign-in'))
            return place === 'ticket' ? page.split('/').at(-1)! : started
        }
        default: return ids.job ?? 'x'
        }
    }

    /** A body as the editor sends it to a route. */
    body (path: string): unknown {
        const { fake } = this.world
        const { instance = '', team = '', snapshot = '', device = '' } = this.ids
        const from = { kind: 'device', id: device }
        const source = { kind: 'remote', owner: { kind: 'instance', id: instance }, snapshot }
        const { rev } = this.world.red
        const bodies: Array<[RegExp, unknown]> = [
            [/\/connection$/, { server: fake.url, token: fake.tokens.alice }],
            [/\/sign-in$/, { server: fake.url, editorUrl: `http://${this.world.host}/` }],
            [/flowfuse-snapshots\/target$/, { teamId: team, instanceId: instance }],
            [/\/automatic-push$/, { instanceId: instance, on: false }],
            [/:device\/push$/, { ...names, variables: [], nodeRed: version, target: { majorStep: true } }],
            [/\/push$/, {
                ...names, instanceId: instance, variables: { rule: 'mine', names: ['LINE'], keysOnly: [], hidden: [] }, addModules: [], settings: [],
                deviceTarget: { nodeRed: version, majorStep: true }, restore: { captureBefore: true }
            }],
            [/:device\/target$/, { snapshot: this.ids.deviceSnapshot, from, seen: 'x', majorStep: true }],
            [/:device\/automatic$/, { on: true }],
            [/\/deletion$/, { seen: 'x' }],
            [/\/device-target$/, { seen: 'x', majorStep: true }],
            [/:instance.*\/restore$/, { seen: 'x', instanceName: 'filler', captureBefore: true, addModules: [] }],
            [/:instance\/snapshots\/:snapshot$/, { ...names, from: { name: 'v0', description: '' } }],
            [/\/pull$/, { owner: source.owner, snapshot }],
            [/\/replace(?:-with-modules)?$/, { rev, parts: { flows: true, credentials: 'theirs', variables: 'all' }, mine: ['t1'], theirs: [], otherwise: 'theirs', modules: [] }],
            [/\/restore(?:-with-modules)?$/, { rev, credentialMark: '', modules: [], withoutCredentials: true }],
            [/\/undo$/, { id: 'x', rev }],
            [/\/former-secret$/, { secret }],
            [/\/local\/:id$/, { ...names, pinned: true }],
            [/\/variables$/, { variables: [{ name: 'LINE', hidden: false, value: '4' }, { name: 'H', hidden: true, value: 'h' }] }],
            [/\/import$/, { text: 'LINE=4\nexport B="x y"\n# c\n' }],
            [/\/views$/, { source }],
            [/\/file$/, someFile],
            [/:id\/secret$/, { secret }],
            [/\/files\/snapshot$/, { source, parts, secret }],
            [/\/files\/package$/, { source }],
            [/\/files\/environment$/, { source, values: true }],
            [/\/uploads\/plan$/, { view: 'x', to: source.owner }],
            [/\/uploads$/, { ...names, view: 'x', to: source.owner, parts }]
        ]
        return bodies.find(([pattern]) => pattern.test(path))?.[1] ?? names
    }

    async goodCall ({ path }: Route): Promise<GoodCall> {
        const found: Record<string, string> = {}
        for (const [, place = ''] of path.matchAll(/:(\w+)/g)) { found[place] = await this.idFor(path, place) }
        const body = structuredClone(this.body(path)) as Record<string, unknown>
        if (/\/uploads/.test(path)) { body.view = await this.idFor('/flowfuse-snapshots/views', 'id') }
        if ('seen' in body) { body.seen = (await this.plan(path, found)).seen }
        if ('credentialMark' in body) { body.credentialMark = (await this.plan('/flowfuse-snapshots/local/:id/plan', found)).credentialMark }
        if (path.endsWith('/undo')) { body.id = (await this.world.json<{ undo: { id: string } | null }>('GET', 'local')).undo?.id ?? 'x' }
        const query = { '/status': '?look=instance', '/devices/page': '?part=application', '/target': `?snapshot=${this.ids.deviceSnapshot}&kind=device&owner=${this.ids.device}` }
        const asked = Object.entries(query).find(([ending]) => path.endsWith(ending))?.[1] ?? ''
        return { path: filled(path, name => found[name] ?? 'x') + asked, body, headers: path.endsWith('/file') ? { 'content-type': fileType } : {} }
    }

    /** What an action says of itself beforehand, which it wants back. */
    private async plan (path: string, found: Record<string, string>): Promise<{ seen?: string, credentialMark?: string }> {
        const query = path.endsWith('/target') ? `?snapshot=${this.ids.deviceSnapshot}&kind=device&owner=${this.ids.device}` : ''
        return { seen: 'x', credentialMark: 'x', ...JSON.parse((await this.world.call('GET', filled(path, name => found[name] ?? 'x') + query)).text) as object }
    }

    /** Fails unless this is how a route may answer: in words that the user can be told, and that took nothing down. */
    async check (route: Route, answer: Answer): Promise<void> {
        const { path } = route
        const isPage = path.endsWith('/sign-in/:ticket') || path.endsWith('/callback')
        should(answer.headers).not.have.property('access-control-allow-origin')
        should(answer.text).not.match(/ at .*\.(?:ts|js):\d|<pre>/)
        should(answer.status).be.within(200, 599)
        should(answer.status).not.equal(500)
        if (!isPage && answer.status >= 400) {
            const { code, params } = JSON.parse(answer.text) as { code: string, params: unknown }
            should(errorCodes).containEql(code)
            should(code).not.equal('internal')
            should(params).be.an.Object()
        }
        if (answer.status === 202) {
            const job = JSON.parse(answer.text) as { id: string }
            this.ids.job = job.id
            const { error } = await this.world.ended(job.id)
            should(error === null || (error.code !== 'internal' && errorCodes.some(code => code === error.code))).be.true(`the work failed with ${error?.code}`)
        }
        await new Promise(resolve => setImmediate(resolve))
        const failures = this.world.red.log.slice(this.told).filter(line => line.includes('log.failed'))
        this.told = this.world.red.log.length
        should(failures).eql([])
        should(this.loose.splice(0)).eql([])
    }
}
