import { get, type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { PushResult } from '../../src/shared/requests'
import type { Status } from '../../src/shared/status'
import type { FlowNode } from '../../src/snapshot/model'
import { module, theirFlows, Told, variable, type FaultWorld } from './fault-world'
import { deviceRoads } from './fault-roads-devices'

/** What a user does, as the editor asks for it. */
export interface Road {
    name: string
    /** Sets the world up; what it returns goes the road for the `nth` time, from 0, and throws Told where the plugin says that it failed. */
    begin (world: FaultWorld): Promise<(nth: number) => Promise<void>>
}

const parts = { flows: true, credentials: true, variables: 'all' }
const content = { flows: theirFlows, credentials: { n: { password: 'theirs' } }, env: { [variable]: 'theirs' }, modules: { 'node-red': '4.1.15' } }

/** Names of the facets that a push says are so. */
export function toldOfPush (name: string) {
    return (result: Record<string, unknown>): string[] => {
        const { snapshot, before, targeted, added, restored } = result as unknown as PushResult
        return [
            ...(snapshot ? [`snapshot filler: ${name}`, 'link'] : []), ...(before ? [`snapshot filler: ${before.name}`] : []), ...(targeted ? ['target filler'] : []),
            // Sent there: what became of it may not have been told any more.
            ...(added?.variables.length ? ['perhaps env filler'] : []), ...(added?.modules.length ? ['perhaps modules filler'] : []), ...(restored ? ['flows filler', 'settings filler'] : [])
        ]
    }
}

/** The browser's way through a sign-in on the platform, past the proxy: it is the plugin's calls that faults are for. */
async function signInByBrowser (world: FaultWorld): Promise<string> {
    const { plugin: { host }, fake, proxy } = world
    const editor = `http://${host}`
    const direct = (url: string) => url.replace(proxy.url, fake.url)
    // Not by fetch, which says of itself that it is no navigation.
    const visit = async (url: string, headers: Record<string, string> = {}) => {
        const response = await new Promise<IncomingMessage>((resolve, reject) => { get(url, { headers, agent: false }, resolve).once('error', reject) })
        response.resume()
        return response.headers
    }
    const { id, page } = await world.ask<{ id: string, page: string }>('POST', 'sign-in', { server: proxy.url, editorUrl: `${editor}/` }, { origin: editor })
    const opened = await visit(`${editor}/${page}`)
    const there = { cookie: `sid=${encodeURIComponent(fake.cookies.alice)}` }
    const consent = (await visit(direct(opened.location ?? ''), there)).location ?? ''
    const back = (await visit(`${fake.url}/account/complete/${consent.split('/').pop()}`, there)).location ?? ''
    await visit(back, { cookie: (opened['set-cookie']?.[0] ?? '').split(';')[0]! })
    const state = await world.ask<{ phase: string, error?: Told['error'] }>('GET', `sign-in/${id}/state`)
    if (state.phase !== 'ready') {
        throw new Told(state.error ?? { code: 'sign-in-unknown', params: {} })
    }
    return id
}

async function acceptSignIn (world: FaultWorld): Promise<void> {
    await world.ask('POST', `sign-in/${await signInByBrowser(world)}/accept`)
}

/** A snapshot of the filler for each try. */
const snapshots = ({ fake, filler }: FaultWorld) => [0, 1].map(nth => fake.addSnapshot(filler, { name: `there ${nth}`, ...content }))

/** A road of the signed-in user. */
export function connected (name: string, begin: Road['begin']): Road {
    return { name, begin: async world => {
        await world.connect()
        return await begin(world)
    } }
}

const reading = (name: string, read: (world: FaultWorld, snapshot: string) => Promise<unknown>): Road => connected(name, async world => {
    const there = snapshots(world)
    return async nth => { await read(world, there[nth]!) }
})

const push = (name: string, body: object): Road => connected(name, async world => async nth => {
    const pushed = nth === 0 ? 'v1' : 'v2'
    const job = await world.ask<{ id: string }>('POST', 'push', {
        instanceId: world.filler, name: pushed, description: '', variables: { rule: 'keep' }, addModules: [], deviceTarget: null, restore: null, ...body
    })
    await world.work(job, toldOfPush(pushed))
})

const there = (world: FaultWorld) => `instances/${world.filler}/snapshots`
const owner = ({ filler }: FaultWorld) => ({ kind: 'instance', id: filler })

const signingIn: Road[] = [
    { name: 'signing in with a token', begin: async world => async () => {
        await world.ask('POST', 'connection', { server: world.proxy.url, token: world.fake.tokens.alice })
    } },
    { name: 'signing in with FlowFuse', begin: async world => async () => acceptSignIn(world) },
    { name: 'renewing a sign-in', begin: async world => {
        await acceptSignIn(world)
        await world.choose()
        return async nth => {
            if (nth > 0) {
                await acceptSignIn(world)
            }
            // Half of an hour: less is left of the access token than any call may begin with.
            const now = performance.now
            performance.now = () => now.call(performance) + (nth + 1) * 26 * 60_000
            try {
                await Promise.all([world.ask('GET', 'target'), world.ask('GET', 'teams')])
            } finally {
                performance.now = now
            }
        }
    } },
    connected('choosing the target', async world => async () => {
        const { fake: { ids: { teams, instances } } } = world
        await world.ask('GET', 'teams')
        await world.ask('GET', `teams/${teams.bottlingPlant}/applications`)
        await world.ask('PUT', 'target', { teamId: teams.bottlingPlant, instanceId: instances.labeller })
        await world.ask('GET', 'target').catch((error: unknown) => { throw error instanceof Told ? new Told(error.error, ['chosen']) : error })
    })
]

const looking: Road[] = [
    connected('listing snapshots', async world => {
        const { devices: { edgeApp }, teams: { bottlingPlant } } = world.fake.ids
        snapshots(world)
        world.fake.addSnapshot(edgeApp, { name: 'of the device', ...content })
        return async () => {
            await world.ask('GET', there(world))
            await world.ask('GET', `devices/${edgeApp}/snapshots`)
            await world.ask('GET', `teams/${bottlingPlant}/devices`)
        }
    }),
    reading('looking at the status', async world => {
        for (const look of ['nothing', 'snapshots', 'instance']) {
            await world.ask('GET', `status?look=${look}`)
        }
    }),
    reading('viewing a snapshot', async (world, snapshot) => {
        await world.ask('POST', 'views', { source: { kind: 'remote', owner: owner(world), snapshot } })
    }),
    reading('viewing a snapshot by the instance’s own route', async (world, snapshot) => {
        const end = world.fake.respondWith({ method: 'POST', path: /^\/api\/v1\/snapshots\/[^/]+\/export$/ }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }, Infinity)
        await world.ask('POST', 'views', { source: { kind: 'remote', owner: owner(world), snapshot } }).finally(end)
    }),
    reading('downloading a snapshot', async (world, snapshot) => {
        const source = { kind: 'remote', owner: owner(world), snapshot }
        await world.ask('POST', 'files/snapshot', { source, parts, secret: 'a secret of 24 letters.' })
    }),
    reading('previewing a push', async world => { await world.ask('GET', 'push/preview') })
]

const pushing: Road[] = [
    push('pushing with every option', {
        variables: { rule: 'add', names: [variable] }, addModules: [module], deviceTarget: { nodeRed: '4.1.15', majorStep: true }, restore: { captureBefore: true }
    }),
    push('pushing with settings', { settings: ['apiMaxLength'], addModules: [module], restore: { captureBefore: true } }),
    connected('taking out what a push added', async world => {
        /** A push that the platform itself refuses when it has added something. */
        const failed = async (name: string) => {
            const { id } = await world.ask<{ id: string }>('POST', 'push', {
                instanceId: world.filler, name, description: '', variables: { rule: 'add', names: [variable] }, addModules: [module], deviceTarget: null, restore: null
            })
            const told = await world.work({ id }, toldOfPush(name)).then(() => null, (error: unknown) => error)
            if (!(told instanceof Told) || !told.told.includes('perhaps modules filler')) {
                throw told
            }
            return id
        }
        const refuse = () => world.fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } })
        refuse()
        let id = await failed('v0')
        return async nth => {
            if (nth > 0) {
                world.fake.setInstance(world.filler, { env: [{ name: 'KEEP', value: 'kept' }], modules: [] })
                refuse()
                id = await failed('v1')
            }
            try {
                await world.ask('DELETE', `jobs/${id}/additions`)
            } catch (error) {
                const { result: { added } } = await world.ask<{ result: { added: { variables: string[], modules: string[] } } }>('GET', `jobs/${id}`)
                const out = [...(added.variables.length === 0 ? ['env filler'] : ['perhaps env filler']), ...(added.modules.length === 0 ? ['modules filler'] : ['perhaps modules filler'])]
                throw error instanceof Told ? new Told(error.error, out) : error
            }
        }
    }),
    connected('pushing by itself', async world => {
        const { plugin: { red } } = world
        const job = await world.ask<{ id: string }>('POST', 'push', {
            instanceId: world.filler, name: 'by hand', description: '', variables: { rule: 'keep' }, restore: null
        })
        await world.work(job)
        await world.ask('PUT', 'status/automatic-push', { instanceId: world.filler, on: true })
        return async nth => {
            if (nth > 0) {
                await world.ask('PUT', 'status/automatic-push', { instanceId: world.filler, on: true })
            }
            const { kept } = (await world.ask<Status>('GET', 'status?look=nothing')).automatic
            const flows: FlowNode[] = [...red.flows!, { id: `new${nth}`, type: 'x', z: 't', wires: [] }]
            red.start(flows, red.credentials)
            for (;;) {
                const { automatic: { stopped, failure, ...automatic } } = await world.ask<Status>('GET', 'status?look=nothing')
                if (automatic.kept > kept) {
                    return
                }
                if (stopped ?? failure) {
                    // What runs here is the user's own deploy, whatever became of the push.
                    throw new Told((stopped ?? failure)!, ['flows', 'running'])
                }
                await delay(2)
            }
        }
    }),
    connected('uploading', async world => async nth => {
        const view = await world.ask<{ id: string }>('POST', 'views', { source: { kind: 'running' } })
        await world.ask('POST', 'uploads/plan', { view: view.id, to: owner(world) })
        await world.ask('POST', 'uploads', { view: view.id, to: owner(world), name: `uploaded ${nth}`, description: '', parts: { ...parts, variables: 'none' } })
    })
]

const acting: Road[] = [
    connected('pulling', async world => {
        const there = snapshots(world)
        return async nth => {
            const { id } = await world.ask<{ id: string }>('POST', 'pull', { owner: owner(world), snapshot: there[nth] })
            const body = { rev: world.plugin.red.rev, parts: { flows: true, credentials: 'exactly', variables: 'all' }, mine: [], theirs: ['t'], otherwise: 'theirs', modules: [] }
            await world.work(await world.ask<{ id: string }>('POST', `pull/${id}/replace`, body))
        }
    }),
    connected('making a snapshot', async world => async nth => {
        await world.ask('POST', there(world), { name: `made ${nth}`, description: '' })
    }),
    reading('editing a snapshot', async (world, snapshot) => {
        const from = await world.ask('GET', `${there(world)}/${snapshot}/names`)
        await world.ask('PUT', `${there(world)}/${snapshot}`, { name: `${String(from.name)}, edited`, from })
    }),
    reading('deleting a snapshot', async (world, snapshot) => {
        const { seen } = await world.ask('GET', `${there(world)}/${snapshot}/deletion`)
        await world.ask('POST', `${there(world)}/${snapshot}/deletion`, { seen })
    }),
    reading('setting the device target', async (world, snapshot) => {
        const { seen } = await world.ask('GET', `${there(world)}/${snapshot}/device-target`)
        await world.ask('PUT', `${there(world)}/${snapshot}/device-target`, { seen, majorStep: true })
    }),
    connected('restoring there', async world => {
        const there = [0, 1].map(nth => world.fake.addSnapshot(world.filler, { name: `there ${nth}`, ...content, modules: { 'node-red': '4.1.15', [module]: '1.0.4' } }))
        return async nth => {
            const { seen } = await world.ask('GET', `instances/${world.filler}/snapshots/${there[nth]!}/restore`)
            const job = await world.ask<{ id: string }>('POST', `instances/${world.filler}/snapshots/${there[nth]!}/restore`, { seen, instanceName: 'filler', captureBefore: true, addModules: [module] })
            await world.work(job, result => [
                ...toldOfPush('none')({ ...result, snapshot: null }), ...((result.addedModules as string[]).length > 0 ? ['perhaps modules filler'] : []), ...(result.restored ? ['env filler'] : [])
            ])
        }
    })
]

export const roads: Road[] = [...signingIn, ...looking, ...pushing, ...acting, ...deviceRoads(connected)]
