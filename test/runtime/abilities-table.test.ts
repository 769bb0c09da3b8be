import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import should from 'should'
import { newDraft, requestOf, type PushDraft } from '../../src/editor/push-draft'
import { isBlocked } from '../../src/editor/target'
import { addActionRoutes } from '../../src/runtime/routes/actions'
import { addDeviceRoutes } from '../../src/runtime/routes/devices'
import { addConnectionRoutes } from '../../src/runtime/routes/connection'
import { addPushRoutes } from '../../src/runtime/routes/push'
import { makeRouter } from '../../src/runtime/routes/router'
import type { Services } from '../../src/runtime/services'
import { addTargetRoutes } from '../../src/runtime/routes/targets'
import type { StoredSignIn } from '../../src/runtime/store/connections-file'
import { offeredActions, type Ability, type SignInKind } from '../../src/shared/abilities'
import { roles } from '../../src/shared/permissions'
import type { DeletionPlan, DeviceTargetPlan, RestoreTherePlan } from '../../src/shared/actions'
import type { ErrorAnswer } from '../../src/shared/errors'
import type { DevicePushPreview, OneDeviceTargetPlan, TargetDevices } from '../../src/shared/devices'
import type { DeviceList, DevicePushJob, Job, PanelState, PushPreview, PushRequest, RestoreThereJob, SnapshotList, TargetAnswer } from '../../src/shared/requests'
import type { Json } from '../fake/json'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { redDouble } from './red-double'
import { testServices } from './test-services'

type Offered = Ability['action']

const versions = ['2.33.2', '2.4.0'] as const
const people = { viewer: 'carol', member: 'bob', owner: 'alice' } as const
/** Read-only tokens are younger than 2.4.0. */
const kinds: Record<(typeof versions)[number], SignInKind[]> = { '2.33.2': ['token', 'oauth', 'read-only-token'], '2.4.0': ['token', 'oauth'] }
const identities: Record<SignInKind, string> = { token: 'pat', oauth: 'oauth', 'read-only-token': 'readonly-pat' }
/** The row of the recordings' matrix that an action is in. */
const rows: Record<Offered, string> = {
    listSnapshots: 'list-snapshots', export: 'export', push: 'create', setTargetOnPush: 'create-set-as-target', restore: 'rollback', editVariables: 'put-instance-env',
    capture: 'create', setTarget: 'set-instance-target', edit: 'edit', delete: 'delete',
    editPalette: 'put-instance-modules', import: 'import-onto-instance', listDevices: 'get-team-devices',
    captureDevice: 'device-live-snapshot-instance', setDeviceTarget: 'set-device-target', editDevice: 'put-device-settings'
}
const flows = [{ id: 't', type: 'tab', label: '${FFS_TABLE_LINE}' }, { id: 'n', type: 'random', z: 't', topic: '${FFS_TABLE_LINE}' }]
const nodes = { 'node-red-node-random': { version: '0.4.1', nodes: { random: { types: ['random'] } } } }

for (const version of versions) for (const kind of kinds[version]) for (const role of Object.keys(people) as Array<keyof typeof people>) {
    describe(`what the ${role} of a team may do with ${kind} (${version})`, () => {
        let fake: FakeFlowFuse
        let filler: string
        let folder: string
        let local: Server
        let services: Services

        before(() => { process.env.FFS_TABLE_LINE = '4' })
        after(() => { delete process.env.FFS_TABLE_LINE })

        beforeEach(async () => {
            fake = await startFakeFlowFuse({ version })
            filler = fake.ids.instances.filler
            fake.setInstance(filler, { env: [{ name: 'KEEP', value: 'kept' }] })
            fake.restartsWith(filler, ['running'])
            fake.setRole('alice', roles[role])
            folder = mkdtempSync(join(tmpdir(), 'ffs-table-'))
            services = await signedIn()
            const admin = express()
            admin.use(express.json())
            const router = makeRouter(admin, () => (_request, _response, next) => next(), services)
            addConnectionRoutes(router, services)
            addTargetRoutes(router, services)
            addPushRoutes(router, services)
            addActionRoutes(router, services)
            addDeviceRoutes(router, services)
            local = admin.listen(0, '127.0.0.1')
            await new Promise(resolve => local.once('listening', resolve))
            await call('PUT', 'target', { teamId: fake.ids.teams.bottlingPlant, instanceId: filler })
            fake.requests.length = 0
        })

        afterEach(async () => {
            local.closeAllConnections()
            await new Promise(resolve => local.close(resolve))
            await fake.stop()
            rmSync(folder, { recursive: true })
        })

        async function signedIn (): Promise<Services> {
            const red = redDouble({ nodes, apiMaxLength: '7mb' })
            red.deploy(flows)
            const services = testServices(red.nodeRed, folder, error => { throw error })
            const secrets = { token: fake.tokens.alice, 'read-only-token': fake.tokens.aliceReadOnly, oauth: fake.signIn('alice').refreshToken }
            const signIns: Record<SignInKind, { signIn?: StoredSignIn }> = {
                token: {}, 'read-only-token': { signIn: { kind: 'read-only-token' } }, oauth: { signIn: { kind: 'oauth', id: 'one', signedOut: false } }
            }
            const user = { id: fake.ids.users.alice, username: 'alice', name: 'Alice' }
            await services.connections.connect('', { server: fake.url, user, target: null, ...signIns[kind] }, secrets[kind])
            return services
        }

        const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
            const url = `http://127.0.0.1:${(local.address() as AddressInfo).port}`
            const response = await fetch(`${url}/flowfuse-snapshots/${path}`, {
                method, headers: { origin: url, 'content-type': 'application/json' }, ...(method !== 'GET' && { body: JSON.stringify(body) })
            })
            return await response.json() as T
        }
        /** A push with one wish, to its end. */
        const push = async (change: Partial<PushRequest>): Promise<Job> => {
            const request: PushRequest = { instanceId: filler, name: 'v1', description: '', variables: { rule: 'keep' }, restore: null, ...change }
            let job = await call<Job>('POST', 'push', request)
            while (job.state === 'running') {
                job = await call<Job>('GET', `jobs/${job.id}`)
            }
            return job
        }
        const shown = async () => {
            const [target, preview, state] = [await call<TargetAnswer>('GET', 'target'), await call<PushPreview>('GET', 'push/preview'), await call<PanelState>('GET', 'state')]
            const refused = (action: Offered) => target.abilities.find(ability => ability.action === action)!.refused
            return { target, preview, state, refused }
        }
        /** Requests that change something on the platform; a sign-in that renews itself is none. */
        const writes = () => fake.requests.filter(({ method, path }) => method !== 'GET' && path !== '/account/token')

        it('is told by the panel as the platform was recorded to answer', async () => {
            const { state, target, refused } = await shown()
            should(state.connection).containEql({ signIn: kind, platformVersion: version })
            should(target.abilities.map(({ action }) => action)).eql([...offeredActions])
            const { matrix } = JSON.parse(readFileSync(`${__dirname}/../contract/flowfuse-${version}.json`, 'utf8')) as { matrix: Record<string, Record<string, string>> }
            for (const action of offeredActions) {
                const answer = matrix[rows[action]]![`${people[role]}-${identities[kind]}`]
                // Of read-only tokens, an Owner's alone was recorded; what others lack is in the cells of their full ones.
                should([action, answer !== undefined]).eql([action, kind !== 'read-only-token' || role === 'owner'])
                if (answer !== undefined) {
                    should([action, refused(action) === null]).eql([action, answer === '200'])
                }
            }
        })

        it('is the same in the push dialog and behind the button that opens it', async () => {
            const { target, preview, refused } = await shown()
            should(isBlocked({ value: target, loading: false, failure: null })).equal(refused('push') !== null)
            should(preview.target).containEql({ pushRefused: refused('push'), restoreRefused: refused('restore') })
            should(preview.devices).containEql({ count: 1, targetRefused: refused('setTargetOnPush'), setWithPush: kind === 'oauth' && refused('push') === null })
            should(preview.variables).containEql({ offered: ['FFS_TABLE_LINE'], addRefused: refused('editVariables') })
            should(preview.addModulesRefused).eql(refused('editPalette'))
            should(preview.settingsRefused).eql(refused('import'))
            const everything: PushDraft = {
                ...newDraft('v1'), rule: 'add', ticked: new Set(['FFS_TABLE_LINE']), addModules: true, deviceTarget: true
            }
            const request = requestOf(everything, filler, preview)
            should(request.deviceTarget !== null).equal(refused('setTargetOnPush') === null)
            should(request.variables).eql(refused('editVariables') === null ? { rule: 'add', names: ['FFS_TABLE_LINE'] } : { rule: 'keep' })
            should(request.addModules).eql(refused('editPalette') === null ? ['node-red-node-random'] : [])
        })

        const wishes: Array<[Offered, Partial<PushRequest>, () => unknown]> = [
            ['push', {}, () => fake.snapshotsOf(filler)[0]?.flows],
            ['setTargetOnPush', { deviceTarget: { nodeRed: '4.1.15', majorStep: true } }, () => fake.targetOf(filler)],
            ['restore', { restore: { captureBefore: true } }, () => (fake.instance(filler).flows as unknown[]).length === flows.length],
            ['editVariables', { variables: { rule: 'add', names: ['FFS_TABLE_LINE'] } }, () => fake.instance(filler).env.some(({ name }) => name === 'FFS_TABLE_LINE')],
            ['editPalette', { addModules: ['node-red-node-random'] }, () => fake.instance(filler).modules.some(({ name }) => name === 'node-red-node-random')],
            ['import', { settings: ['apiMaxLength'] }, () => fake.snapshotsOf(filler).some(({ name }) => name === 'v1')]
        ]
        for (const [action, wish, done] of wishes) {
            it(`is what a push with that wish is answered: ${action}`, async () => {
                const { refused } = await shown()
                // Who may not push at all reads that first.
                const expected = refused('push') ?? refused(action)
                should(expected === null).equal(refused(action) === null)
                const job = await push(wish)
                if (expected === null) {
                    should(job).containDeep({ state: 'done', error: null })
                    should(done()).be.ok()
                } else {
                    should(job).containDeep({ state: 'failed', error: expected, result: { snapshot: null } })
                    should(writes()).eql([])
                    should(done()).not.be.ok()
                }
            })
        }

        /** What an action of the panel is answered; null once it was done. */
        const act: Record<'capture' | 'edit' | 'delete' | 'setTarget' | 'restore', (path: string) => Promise<ErrorAnswer | null>> = {
            capture: async () => refusalIn(await call<object>('POST', `instances/${filler}/snapshots`, { name: 'captured', description: '' })),
            edit: async path => refusalIn(await call<object>('PUT', path, { name: 'edited', from: { name: 'v0', description: '' } })),
            delete: async path => {
                const plan = await call<DeletionPlan>('GET', `${path}/deletion`)
                return refusalIn(plan) ?? refusalIn(await call<object>('POST', `${path}/deletion`, { seen: plan.seen }))
            },
            setTarget: async path => {
                const plan = await call<DeviceTargetPlan>('GET', `${path}/device-target`)
                return refusalIn(plan) ?? refusalIn(await call<object>('PUT', `${path}/device-target`, { seen: plan.seen, majorStep: true }))
            },
            restore: async path => {
                const plan = await call<RestoreTherePlan>('GET', `${path}/restore`)
                if (refusalIn(plan) !== null) {
                    return refusalIn(plan)
                }
                let job = await call<RestoreThereJob>('POST', `${path}/restore`, { seen: plan.seen, instanceName: 'filler', captureBefore: true, addModules: [] })
                while (job.state === 'running') {
                    job = await call<RestoreThereJob>('GET', `jobs/${job.id}`)
                }
                return job.error
            }
        }
        const refusalIn = (answer: object): ErrorAnswer | null => 'code' in answer ? answer as ErrorAnswer : null
        const isDone: Record<keyof typeof act, (id: string) => boolean> = {
            capture: () => fake.snapshotsOf(filler).some(({ name }) => name === 'captured'),
            edit: id => fake.snapshotsOf(filler).some(snapshot => snapshot.id === id && snapshot.name === 'edited'),
            delete: id => fake.snapshotsOf(filler).every(snapshot => snapshot.id !== id),
            setTarget: id => fake.targetOf(filler) === id,
            restore: () => (fake.instance(filler).flows as unknown[]).length === flows.length
        }
        for (const action of Object.keys(act) as Array<keyof typeof act>) {
            it(`is what the panel’s action is answered: ${action}`, async () => {
                const id = fake.addSnapshot(filler, { name: 'v0', flows: flows as unknown as Json, modules: { 'node-red': '4.1.0' } })
                const { refused } = await shown()
                should(await act[action](`instances/${filler}/snapshots/${id}`)).eql(refused(action))
                should(isDone[action](id)).equal(refused(action) === null)
                if (refused(action) !== null) {
                    should(writes()).eql([])
                }
            })
        }

        const deviceActions: Record<'captureDevice' | 'setDeviceTarget' | 'editDevice' | 'importOnDevice', { action: Offered, act: () => Promise<ErrorAnswer | null>, done: () => boolean }> = {
            captureDevice: {
                action: 'captureDevice',
                act: async () => refusalIn(await call<object>('POST', `instances/${filler}/devices/${fake.ids.devices.edgeInst}/snapshots`, { name: 'live', description: '' })),
                done: () => fake.snapshotsOf(filler).some(({ name }) => name === 'live')
            },
            setDeviceTarget: {
                action: 'setDeviceTarget',
                act: async () => {
                    const device = `instances/${filler}/devices/${fake.ids.devices.edgeApp}`
                    const id = fake.addSnapshot(filler, { name: 'v0', flows: flows as unknown as Json, modules: { 'node-red': '4.1.0' } })
                    const plan = await call<OneDeviceTargetPlan>('GET', `${device}/target?snapshot=${id}&kind=instance&owner=${filler}`)
                    const request = { snapshot: id, from: { kind: 'instance', id: filler }, seen: plan.seen, majorStep: true }
                    return refusalIn(plan) ?? refusalIn(await call<object>('PUT', `${device}/target`, request))
                },
                done: () => fake.targetOf(fake.ids.devices.edgeApp) !== null
            },
            editDevice: {
                action: 'editDevice',
                act: async () => refusalIn(await call<object>('PUT', `instances/${filler}/devices/${fake.ids.devices.edgeInst}/automatic`, { on: false })),
                done: () => !fake.device(fake.ids.devices.edgeInst).autoSnapshot
            },
            importOnDevice: {
                action: 'import',
                act: async () => {
                    const push = `instances/${filler}/devices/${fake.ids.devices.edgeApp}/push`
                    const preview = await call<DevicePushPreview>('GET', push)
                    if (refusalIn(preview) !== null) {
                        return refusalIn(preview)
                    }
                    const request = { name: 'v1', description: '', variables: [], nodeRed: preview.nodeRedHere, target: { majorStep: true } }
                    let job = await call<DevicePushJob>('POST', push, request)
                    while (job.state === 'running') {
                        job = await call<DevicePushJob>('GET', `jobs/${job.id}`)
                    }
                    return job.error
                },
                done: () => fake.snapshotsOf(fake.ids.devices.edgeApp).some(({ name }) => name === 'v1')
            }
        }
        for (const [name, { action, act: run, done }] of Object.entries(deviceActions)) {
            it(`is what an action on a device is answered: ${name}`, async () => {
                fake.setFeatures({ deviceAutoSnapshot: true })
                const live = { flows: flows as unknown as Json, credentials: {}, modules: {} }
                fake.setDevice(fake.ids.devices.edgeInst, { mode: 'developer', lastSeenAt: new Date().toISOString(), live })
                const { refused } = await shown()
                should(await run()).eql(refused(action))
                should(done()).equal(refused(action) === null)
                if (refused(action) !== null) {
                    should(writes()).eql([])
                }
            })
        }

        it('is what the lists are answered', async () => {
            const { refused } = await shown()
            const snapshots = await call<SnapshotList>('GET', `instances/${filler}/snapshots`)
            should(Array.isArray(snapshots.snapshots)).equal(refused('listSnapshots') === null)
            const own = await call<TargetDevices>('GET', `instances/${filler}/devices`)
            should(own.devices.map(({ name }) => name)).eql(['edge-app', 'edge-inst'])
            should(own.devices.map(({ snapshotsTold }) => snapshotsTold)).eql([refused('listDevices') === null, true])
            const devices = await call<DeviceList>('GET', `teams/${fake.ids.teams.bottlingPlant}/devices`)
            should(devices.complete).equal(refused('listDevices') === null)
        })
    })
}
