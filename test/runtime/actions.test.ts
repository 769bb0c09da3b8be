import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import should from 'should'
import { addActionRoutes } from '../../src/runtime/routes/actions'
import { addPushRoutes } from '../../src/runtime/routes/push'
import { makeRouter } from '../../src/runtime/routes/router'
import type { Services } from '../../src/runtime/services'
import { addTargetRoutes } from '../../src/runtime/routes/targets'
import type { DeletionPlan, DeviceTargetPlan, RestoreTherePlan, RestoreThereRequest } from '../../src/shared/actions'
import type { RestoreThereJob, SnapshotSummary, TargetAnswer } from '../../src/shared/requests'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { redDouble } from './red-double'
import { testServices } from './test-services'

const flows = [{ id: 't', type: 'tab', label: 'Line 4' }]
const unauthorized = { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }

for (const version of ['2.33.2', '2.4.0'] as const) describe(`what is done with snapshots on FlowFuse ${version}`, () => {
    let fake: FakeFlowFuse
    let filler: string
    let folder: string
    let local: Server
    let services: Services

    beforeEach(async () => {
        fake = await startFakeFlowFuse({ version })
        filler = fake.ids.instances.filler
        fake.setInstance(filler, { env: [{ name: 'KEEP', value: 'kept' }], flows: [], modules: [{ name: 'node-red-contrib-old', version: '1.0.0', local: true }] })
        fake.restartsWith(filler, ['restarting', 'running'])
        folder = mkdtempSync(join(tmpdir(), 'ffs-actions-'))
        services = testServices(redDouble().nodeRed, folder, error => { throw error })
        const user = { id: fake.ids.users.alice, username: 'alice', name: 'Alice' }
        await services.connections.connect('', { server: fake.url, user, target: null }, fake.tokens.alice)
        const admin = express()
        admin.use(express.json())
        const router = makeRouter(admin, () => (_request, _response, next) => next(), services)
        addTargetRoutes(router, services)
        addPushRoutes(router, services)
        addActionRoutes(router, services)
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

    const call = async <T>(method: string, path: string, body?: object): Promise<{ status: number, body: T }> => {
        const url = `http://127.0.0.1:${(local.address() as AddressInfo).port}`
        const response = await fetch(`${url}/flowfuse-snapshots/${path}`, {
            method, headers: { origin: url, 'content-type': 'application/json' }, ...(method !== 'GET' && { body: JSON.stringify(body) })
        })
        return { status: response.status, body: await response.json() as T }
    }
    const act = <T>(method: string, snapshot: string, body?: object) => call<T>(method, `instances/${filler}/snapshots${snapshot}`, body)
    const add = (name: string, content: object = {}) => fake.addSnapshot(filler, { name, flows, modules: { 'node-red': '4.1.0' }, ...content })
    /** Requests that change something on the platform. */
    const writes = () => fake.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/export')).map(({ method, path }) => `${method} ${path.split('/').slice(-1)[0]}`)
    const refused = (answer: { status: number, body: unknown }, code: string, status?: number) => {
        should(answer.body).containEql({ code })
        should(status === undefined || answer.status === status).be.true()
    }
    const abilityOf = async (action: string) => (await call<TargetAnswer>('GET', 'target')).body.abilities.find(ability => ability.action === action)?.refused ?? null

    describe('a snapshot of the instance as it runs', () => {
        it('is made by a create without flows, and read back', async () => {
            fake.setInstance(filler, { flows })
            const { status, body } = await act<SnapshotSummary>('POST', '', { name: ' v1 ', description: 'as it runs' })
            should(status).equal(201)
            should(body).containEql({ name: 'v1', description: 'as it runs', user: { username: 'alice' }, pushedFromHere: false })
            should(fake.snapshotsOf(filler)[0]).containEql({ id: body.id, flows })
            should(fake.requests.find(({ method }) => method === 'POST')?.body).eql({ name: 'v1', description: 'as it runs' })
            should(writes()).eql(['POST snapshots'])
        })

        it('never has a name that the platform would clean up', async () => {
            refused(await act('POST', '', { name: 'Auto Snapshot - 2026-01-01 00:00:00', description: '' }), 'name-automatic', 400)
            refused(await act('POST', '', { name: ' ', description: '' }), 'name-empty', 400)
            refused(await act('POST', '', { name: 'v1' }), 'body-invalid', 400)
            should(fake.requests).eql([])
        })

        it('is not said to be there when the list does not show it', async () => {
            fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, { body: { id: 'another', name: 'v1', createdAt: '2026-01-01T00:00:00.000Z' } })
            refused(await act('POST', '', { name: 'v1', description: '' }), 'capture-not-seen', 502)
        })
    })

    describe('another name and description', () => {
        const from = { name: 'v1', description: '' }

        if (version === '2.4.0') {
            it('is named as missing on this version, before anything is asked', async () => {
                const id = add('v1')
                refused(await act('PUT', `/${id}`, { name: 'v2', from }), 'needs-version', 403)
                should(writes()).eql([])
            })

            it('is found missing where the version is not told, and off from then on', async () => {
                services.platforms.get = async origin => ({ origin, version: null })
                services.platforms.versionOf = () => null
                const id = add('v1')
                should(await abilityOf('edit')).be.null()
                fake.respondWith({ method: 'PUT', path: /\/snapshots\// }, { status: 404, body: '', contentType: undefined as never })
                refused(await act('PUT', `/${id}`, { name: 'v2', from }), 'edit-not-there', 502)
                should(await abilityOf('edit')).containEql({ code: 'edit-not-there' })
            })
            return
        }

        it('is given, and read back', async () => {
            const id = add('v1', { description: 'old' })
            const { body } = await act('PUT', `/${id}`, { name: 'v2', description: 'new', from: { name: 'v1', description: 'old' } })
            should(body).eql({ id, name: 'v2' })
            should(fake.snapshotsOf(filler)[0]).containEql({ name: 'v2', description: 'new' })
        })

        it('leaves alone what was not changed, also an automatic name', async () => {
            const name = 'Auto Snapshot - 2026-01-01 00:00:00'
            const id = add(name)
            await act('PUT', `/${id}`, { description: 'kept', from: { name, description: '' } })
            should(fake.snapshotsOf(filler)[0]).containEql({ name, description: 'kept' })
            should(fake.requests.find(({ method }) => method === 'PUT')?.body).eql({ description: 'kept' })
        })

        it('is refused when somebody else gave one meanwhile', async () => {
            const id = add('by another')
            refused(await act('PUT', `/${id}`, { name: 'v2', from }), 'action-moved', 409)
            should(writes()).eql([])
        })

        it('is not said to be kept when it is not', async () => {
            const id = add('v1')
            fake.respondWith({ method: 'PUT', path: /\/snapshots\// }, { body: { id, name: 'v2' } })
            refused(await act('PUT', `/${id}`, { name: 'v2', from }), 'edit-not-kept', 502)
        })

        it('of one that is gone says so', async () => {
            refused(await act('PUT', '/zzzzzzzzzz', { name: 'v2', from }), 'snapshot-gone')
            const id = add('v1')
            fake.respondWith({ method: 'PUT', path: /\/snapshots\// }, { handled: false, status: 404, body: { code: 'not_found' } } as never)
            refused(await act('PUT', `/${id}`, { name: 'v2', from }), 'edit-not-there')
        })
    })

    describe('deleting', () => {
        const planOf = async (id: string) => (await act<DeletionPlan>('GET', `/${id}/deletion`)).body

        it('takes away what was shown, and is seen', async () => {
            const id = add('v1')
            const plan = await planOf(id)
            should(plan).containEql({ snapshot: { id, name: 'v1' }, isDeviceTarget: false, devices: [], complete: true })
            should((await act('POST', `/${id}/deletion`, { seen: plan.seen })).body).eql({})
            should(fake.snapshotsOf(filler)).eql([])
            refused(await act('POST', `/${id}/deletion`, { seen: plan.seen }), 'snapshot-gone')
        })

        it('names every device that stops by it, also of an application', async () => {
            const id = add('v1')
            const { edgeApp, edgeInst } = fake.ids.devices
            fake.setDevice(edgeApp, { targetSnapshotId: id })
            fake.setDevice(edgeInst, { targetSnapshotId: id })
            should((await planOf(id)).devices.map(({ name }) => name)).eql(['edge-app', 'edge-inst'])
        })

        it('is refused when more devices stop by it than were shown', async () => {
            const id = add('v1')
            const { seen } = await planOf(id)
            fake.setDevice(fake.ids.devices.edgeInst, { targetSnapshotId: id })
            refused(await act('POST', `/${id}/deletion`, { seen }), 'action-moved', 409)
            should(fake.snapshotsOf(filler)).have.length(1)
            should(writes()).eql([])
        })

        it('is never done without what was seen, nor beside the target', async () => {
            const id = add('v1')
            refused(await act('POST', `/${id}/deletion`, {}), 'body-invalid', 400)
            refused(await act('POST', `/${id}/deletion`, { seen: '' }), 'action-moved', 409)
            refused(await call('GET', `instances/${fake.ids.instances.labeller}/snapshots/${id}/deletion`), 'target-changed', 409)
            refused(await act('GET', '/..%2Fx/deletion'), 'id-invalid', 400)
            const other = fake.addSnapshot(fake.ids.instances.labeller, { name: 'of another', flows })
            refused(await act('GET', `/${other}/deletion`), 'snapshot-gone')
            should(writes()).eql([])
        })

        it('is not said to be done when it is still there', async () => {
            const id = add('v1')
            const { seen } = await planOf(id)
            fake.respondWith({ method: 'DELETE', path: /\/snapshots\// }, { body: { status: 'okay' } })
            refused(await act('POST', `/${id}/deletion`, { seen }), 'deletion-not-seen', 502)
        })

        it('that is refused against what role and version said is off from then on', async () => {
            const id = add('v1')
            const { seen } = await planOf(id)
            should(await abilityOf('delete')).be.null()
            fake.respondWith({ method: 'DELETE', path: /\/snapshots\// }, unauthorized)
            refused(await act('POST', `/${id}/deletion`, { seen }), 'not-permitted', 502)
            should(await abilityOf('delete')).containEql({ code: 'not-permitted' })
            should(await abilityOf('setTarget')).be.null()
        })
    })

    describe('one that somebody else has deleted meanwhile', () => {
        const gone = async (id: string) => {
            await fetch(`${fake.url}/api/v1/snapshots/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${fake.tokens.alice}` } })
            fake.requests.length = 0
        }

        it('can’t be deleted, made the device target, restored or edited any more, and each says why', async () => {
            const id = add('v1')
            const deletion = (await act<DeletionPlan>('GET', `/${id}/deletion`)).body
            const target = (await act<DeviceTargetPlan>('GET', `/${id}/device-target`)).body
            const restore = (await act<RestoreTherePlan>('GET', `/${id}/restore`)).body
            await gone(id)
            refused(await act('POST', `/${id}/deletion`, { seen: deletion.seen }), 'snapshot-gone')
            refused(await act('PUT', `/${id}/device-target`, { seen: target.seen, majorStep: true }), 'snapshot-gone')
            refused(await act('POST', `/${id}/restore`, { seen: restore.seen, instanceName: 'filler', captureBefore: true, addModules: [] }), 'snapshot-gone')
            refused(await act('PUT', `/${id}`, { name: 'v2', from: { name: 'v1', description: '' } }), version === '2.4.0' ? 'needs-version' : 'snapshot-gone')
            for (const plan of ['deletion', 'device-target', 'restore']) {
                refused(await act('GET', `/${id}/${plan}`), 'snapshot-gone')
            }
            should(writes()).eql([])
        })
    })

    describe('two editors at once', () => {
        /** Which of them comes first is not certain. */
        const codes = (answers: Array<{ body: { code?: string } }>) => answers.map(({ body }) => body.code ?? '').sort()

        it('delete one only once, and the second is told that it is gone', async () => {
            const id = add('v1')
            const { seen } = (await act<DeletionPlan>('GET', `/${id}/deletion`)).body
            const answers = await Promise.all([1, 2].map(() => act<{ code?: string }>('POST', `/${id}/deletion`, { seen })))
            should(codes(answers)).eql(['', 'snapshot-gone'])
            should(writes()).have.length(1)
        })

        it('never overwrite each other’s name or device target unseen', async () => {
            const [one, other] = [add('v1'), add('other')]
            if (version !== '2.4.0') {
                const names = await Promise.all(['mine', 'yours'].map(name => act<{ code?: string }>('PUT', `/${one}`, { name, from: { name: 'v1', description: '' } })))
                should(codes(names)).eql(['', 'action-moved'])
                const kept = names[0]!.body.code === undefined ? 'mine' : 'yours'
                should(fake.snapshotsOf(filler).map(({ name }) => name)).containEql(kept)
            }
            const plans = await Promise.all([one, other].map(async id => (await act<DeviceTargetPlan>('GET', `/${id}/device-target`)).body))
            const targets = await Promise.all(plans.map(({ snapshot, seen }) => act<{ code?: string }>('PUT', `/${snapshot.id}/device-target`, { seen, majorStep: true })))
            should(codes(targets)).eql(['', 'action-moved'])
            should(fake.targetOf(filler)).equal(targets[0]!.body.code === undefined ? one : other)
        })

        if (version !== '2.4.0') {
            it('are told, and nothing is done, while what the first has asked for is not answered', async () => {
                const id = add('v1')
                const { seen } = (await act<RestoreTherePlan>('GET', `/${id}/restore`)).body
                let answer = () => {}
                const answered = new Promise<void>(resolve => { answer = resolve })
                const asked = new Promise<void>(resolve => fake.respondWith({ method: 'PUT', path: /\/snapshots\// }, async (_request, response, _recorded, normally) => {
                    resolve()
                    await answered
                    normally()
                    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
                }))
                const first = act('PUT', `/${id}`, { name: 'mine', from: { name: 'v1', description: '' } })
                await asked
                const [edit, restore] = await Promise.all([
                    act('PUT', `/${id}`, { name: 'yours', from: { name: 'v1', description: '' } }),
                    act('POST', `/${id}/restore`, { seen, instanceName: 'filler', captureBefore: false, addModules: [] })
                ])
                refused(edit, 'changes-waiting', 409)
                refused(restore, 'changes-waiting', 409)
                answer()
                await first
                should(fake.snapshotsOf(filler).map(({ name }) => name)).eql(['mine'])
                should(writes()).eql([`PUT ${id}`])
            })
        }

        it('restore one after the other only', async () => {
            const id = add('v1')
            const { seen } = (await act<RestoreTherePlan>('GET', `/${id}/restore`)).body
            const request = { seen, instanceName: 'filler', captureBefore: false, addModules: [] }
            const answers = await Promise.all([1, 2].map(() => act<RestoreThereJob & { code?: string }>('POST', `/${id}/restore`, request)))
            // Where the first was quick, the instance is no longer as the second was shown it.
            should(codes(answers)[0]).equal('')
            should(['job-running', 'action-moved']).containEql(codes(answers)[1])
            const { body } = answers.find(({ status }) => status === 202)!
            await services.jobs.ended(body.id)
            should(writes()).eql(['POST rollback'])
        })
    })

    it('whose plan FlowFuse already refuses is off from then on', async () => {
        const id = add('v1')
        fake.respondWith({ method: 'GET', path: /\/snapshots\/[^/]+$/ }, unauthorized)
        refused(await act('GET', `/${id}/restore`), 'not-permitted', 502)
        should(await abilityOf('restore')).containEql({ code: 'not-permitted' })
    })

    describe('the device target', () => {
        const planOf = async (id: string) => (await act<DeviceTargetPlan>('GET', `/${id}/device-target`)).body

        it('is set for the devices that were shown, and read back', async () => {
            const id = add('v1')
            const plan = await planOf(id)
            should(plan).containEql({ isDeviceTarget: false, nodeRedNow: null, nodeRedThen: '4.1.0', needsConsent: true, complete: true })
            should(plan.devices.map(({ name }) => name)).eql(['edge-inst'])
            refused(await act('PUT', `/${id}/device-target`, { seen: plan.seen, majorStep: false }), 'target-version-unagreed', 409)
            should(writes()).eql([])
            should((await act('PUT', `/${id}/device-target`, { seen: plan.seen, majorStep: true })).body).eql({})
            should(fake.targetOf(filler)).equal(id)
            should((await planOf(id)).isDeviceTarget).be.true()
        })

        it('needs no consent for the same major version, and one where none is named', async () => {
            const [one, two, none] = [add('v1'), add('v2', { modules: { 'node-red': '4.0.9' } }), add('v3', { modules: {} })]
            await act('PUT', `/${one}/device-target`, { seen: (await planOf(one)).seen, majorStep: true })
            should(await planOf(two)).containEql({ nodeRedNow: '4.1.0', nodeRedThen: '4.0.9', needsConsent: false })
            should(await planOf(none)).containEql({ nodeRedThen: null, needsConsent: true })
        })

        it('is refused when another one was set meanwhile', async () => {
            const [one, two] = [add('v1'), add('v2')]
            const { seen } = await planOf(one)
            await act('PUT', `/${two}/device-target`, { seen: (await planOf(two)).seen, majorStep: true })
            refused(await act('PUT', `/${one}/device-target`, { seen, majorStep: true }), 'action-moved', 409)
            should(fake.targetOf(filler)).equal(two)
        })

        it('is not said to be set when it is not', async () => {
            const id = add('v1')
            const { seen } = await planOf(id)
            fake.respondWith({ method: 'POST', path: /\/devices\/settings$/ }, { body: { status: 'okay' } })
            refused(await act('PUT', `/${id}/device-target`, { seen, majorStep: true }), 'target-not-seen', 502)
        })
    })

    describe('a restore', () => {
        const planOf = async (id: string) => (await act<RestoreTherePlan>('GET', `/${id}/restore`)).body
        const whole = (plan: RestoreTherePlan, change: Partial<RestoreThereRequest> = {}) => ({ seen: plan.seen, instanceName: 'filler', captureBefore: true, addModules: [], ...change })
        const restore = async (id: string, body: object) => {
            let { body: job } = await act<RestoreThereJob>('POST', `/${id}/restore`, body)
            while (job.state === 'running') {
                job = (await call<RestoreThereJob>('GET', `jobs/${job.id}`)).body
            }
            return job
        }
        const withModules = { modules: { 'node-red': '4.1.0', 'node-red-contrib-x': '1.2.3', '@flowfuse/nr-project-nodes': '0.8.0' }, env: { NEW: '1' } }

        it('says what comes and goes, and does what was shown', async () => {
            const id = add('v1', withModules)
            const plan = await planOf(id)
            should(plan).containDeep({ snapshot: { id, name: 'v1' }, instance: { name: 'filler', state: 'running' }, notes: [], addModulesRefused: null })
            should(plan.contents).eql({
                modulesMissing: [{ name: 'node-red-contrib-x', version: '1.2.3' }], modulesGone: ['node-red-contrib-old'], variablesGone: ['KEEP'], variablesNew: ['NEW']
            })
            const job = await restore(id, whole(plan))
            should(job).containDeep({ state: 'done', error: null, result: { restored: true, stateAfter: 'running', before: { name: 'Before restore of “v1”' }, addedModules: [] } })
            should(job.steps.map(step => step.id)).eql(['capture-before', 'restore', 'follow'])
            should(fake.instance(filler)).containDeep({ flows, env: [{ name: 'NEW', value: '1' }], modules: [] })
        })

        it('can add to the palette afterwards what the instance would not install, and restarts it', async () => {
            const id = add('v1', withModules)
            fake.restartsWith(filler, ['running'])
            const job = await restore(id, whole(await planOf(id), { captureBefore: false, addModules: ['node-red-contrib-x'] }))
            should(job).containDeep({ state: 'done', error: null, result: { restored: true, before: null, addedModules: ['node-red-contrib-x'] } })
            should(fake.instance(filler).modules).containDeep([{ name: 'node-red-contrib-x', version: '1.2.3' }])
            should(writes()).eql(['POST rollback', `PUT ${filler}`, 'POST restart'])
            refused(await act('POST', `/${id}/restore`, whole(await planOf(id), { addModules: ['left-pad'] })), 'module-not-addable', 409)
        })

        it('does nothing without the name of the instance', async () => {
            const id = add('v1')
            refused(await act('POST', `/${id}/restore`, whole(await planOf(id), { instanceName: 'labeller' })), 'confirmation-differs', 409)
            refused(await act('POST', `/${id}/restore`, { ...whole(await planOf(id)), instanceName: undefined }), 'body-invalid', 400)
            should(writes()).eql([])
        })

        it('does nothing when the instance was deployed since it was looked at', async () => {
            const id = add('v1')
            const plan = await planOf(id)
            fake.setInstance(filler, { flowLastUpdatedAt: '2030-01-01T00:00:00.000Z' })
            refused(await act('POST', `/${id}/restore`, whole(plan)), 'action-moved', 409)
            should(writes()).eql([])
        })

        it('does not follow a capture that failed', async () => {
            const id = add('v1')
            const plan = await planOf(id)
            fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, { status: 500, body: { message: 'kaboom' } })
            should(await restore(id, whole(plan))).containDeep({ state: 'failed', error: { code: 'there-capture-failed', because: { code: 'server-error' } }, result: { restored: false } })
            should(writes()).eql(['POST snapshots'])
        })

        it('says what is worth knowing before', async () => {
            const id = add('v1')
            fake.setInstance(filler, {
                settings: { httpNodeAuth: { type: 'basic', user: 'u', pass: 'p' } }, env: [{ name: 'H', value: 'x', hidden: true }],
                flowLastUpdatedAt: '2030-01-01T00:00:00.000Z', state: 'suspended'
            })
            await services.connections.setLink(fake.url, filler, { snapshotId: id, name: 'v1', pushedAt: '2026-01-01T00:00:00.000Z' })
            const old = version === '2.4.0' ? ['restore-breaks-basic-auth', 'restore-shows-hidden'] : []
            should((await planOf(id)).notes.map(({ code }) => code)).eql(['instance-suspended', 'restore-deployed-since', ...old])
        })

        it('is remembered as a deploy of our own', async () => {
            const id = add('v1')
            await services.connections.setLink(fake.url, filler, { snapshotId: id, name: 'v1', pushedAt: '2026-01-01T00:00:00.000Z' })
            fake.setInstance(filler, { flowLastUpdatedAt: '2030-01-01T00:00:00.000Z' })
            await restore(id, whole(await planOf(id)))
            should((await planOf(id)).notes).eql([])
        })

        it('that did not take place leaves the warning of somebody else’s deploy', async () => {
            const id = add('v1')
            await services.connections.setLink(fake.url, filler, { snapshotId: id, name: 'v1', pushedAt: '2026-01-01T00:00:00.000Z' })
            fake.setInstance(filler, { flowLastUpdatedAt: '2030-01-01T00:00:00.000Z' })
            for (const [status, code] of [[400, 'there-refused'], [403, 'there-refused'], [500, 'there-failed']] as const) {
                fake.respondWith({ method: 'POST', path: /rollback$/ }, { status, body: { code: 'invalid_snapshot', error: 'Invalid snapshot' } })
                should(await restore(id, whole(await planOf(id), { captureBefore: false }))).containDeep({ state: 'failed', error: { code } })
                should((await planOf(id)).notes.map(note => note.code)).eql(['restore-deployed-since'])
            }
        })

        it('of a snapshot that FlowFuse can’t read itself is not offered', async () => {
            const made = await fetch(`${fake.url}/api/v1/projects/${filler}/snapshots`, {
                method: 'POST', headers: { authorization: `Bearer ${fake.tokens.alice}`, 'content-type': 'application/json' }, body: JSON.stringify({ name: 'broken', flows: {} })
            })
            const { id } = await made.json() as { id: string }
            refused(await act('GET', `/${id}/restore`), 'contents-not-read', 502)
        })

        it('whose instance does not run again says so, and what was done', async () => {
            const id = add('v1')
            fake.restartsWith(filler, ['restarting', 'crashed'])
            const job = await restore(id, whole(await planOf(id)))
            should(job).containDeep({ state: 'failed', error: { code: 'there-not-running', params: { state: 'crashed' } }, result: { before: { name: 'Before restore of “v1”' } } })
        })

        it('that is refused is off from then on', async () => {
            const id = add('v1')
            fake.respondWith({ method: 'POST', path: /rollback$/ }, unauthorized)
            should(await restore(id, whole(await planOf(id)))).containDeep({ error: { code: 'there-refused' } })
            should(await abilityOf('restore')).not.be.null()
        })

        it('of which only the capture before was refused stays on, and is done without it', async () => {
            const id = add('v1')
            fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, unauthorized)
            should(await restore(id, whole(await planOf(id)))).containDeep({ error: { code: 'there-capture-failed', because: { code: 'not-permitted' } } })
            should(await abilityOf('restore')).be.null()
            should(await abilityOf('capture')).containEql({ code: 'not-permitted' })
            should(await restore(id, whole(await planOf(id), { captureBefore: false }))).containEql({ state: 'done' })
        })

        it('after which only the palette was refused stays on', async () => {
            const id = add('v1', withModules)
            fake.respondWith({ method: 'PUT', path: /\/projects\/[^/]+$/ }, unauthorized)
            const job = await restore(id, whole(await planOf(id), { captureBefore: false, addModules: ['node-red-contrib-x'] }))
            should(job).containDeep({ state: 'failed', error: { code: 'there-modules-not-added' }, result: { restored: true } })
            should(await abilityOf('restore')).be.null()
            should(await abilityOf('editPalette')).containEql({ code: 'not-permitted' })
        })

        it('is told by nothing but names', async () => {
            const id = add('v1', { env: { NEW: 'value-of-new' } })
            should(JSON.stringify(await planOf(id))).not.match(/value-of-new|kept/)
        })
    })

    const below: Array<[string, number, Array<[string, string, object]>]> = [
        ['a Viewer', 10, [['POST', '', { name: 'v', description: '' }], ['GET', '/ID/restore', {}], ['GET', '/ID/device-target', {}], ['GET', '/ID/deletion', {}]]],
        ['a Member', 30, [['GET', '/ID/deletion', {}], ['POST', '/ID/deletion', { seen: '' }]]]
    ]
    for (const [who, role, calls] of below) {
        it(`is refused to ${who} before anything is asked for`, async () => {
            const id = add('v1')
            fake.setRole('alice', role)
            for (const [method, path, body] of calls) {
                refused(await act(method, path.replace('ID', id), body), 'role-too-low', 403)
            }
            should(writes()).eql([])
        })
    }
})
