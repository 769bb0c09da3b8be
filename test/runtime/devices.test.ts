import should from 'should'
import type { DeletionPlan } from '../../src/shared/actions'
import type {
    DeviceAutomatic, DeviceCaptureAnswer, DevicePushPreview, DevicePushRequest, DevicesPage, DeviceTargets, OneDeviceTargetPlan, PlatformSnapshots,
    TargetDevices
} from '../../src/shared/devices'
import type { DevicePushJob, Named, TargetAnswer } from '../../src/shared/requests'
import type { Json } from '../fake/json'
import { DevicesTrial } from './devices-trial'

const flows: Json = [{ id: 't', type: 'tab', label: 'Line 4' }, { id: 'n', type: 'inject', z: 't' }]
const live = { flows, credentials: { n: { password: 'p4ss' } }, modules: { 'node-red': '4.0.9' } }
const named = { name: 'live', description: 'from there' }

for (const version of ['2.33.2', '2.4.0'] as const) describe(`the devices of the target (${version})`, () => {
    let trial: DevicesTrial

    beforeEach(async () => { trial = await DevicesTrial.start(version) })
    afterEach(() => trial.stop())

    const refused = (answer: object, code: string) => should(answer).containEql({ code })

    describe('in the list', () => {
        it('are those of the instance and of its application, with state, mode, when they were seen and what they run', async () => {
            const { fake, app, inst } = trial
            const v1 = fake.addSnapshot(app, { name: 'v1', flows })
            fake.setDevice(app, { targetSnapshotId: v1, status: 'running', mode: 'developer', lastSeenAt: new Date(Date.now() - 90_000).toISOString() })
            const { devices, complete } = await trial.ask<TargetDevices>('GET', 'devices')
            should(complete).be.true()
            should(devices.map(({ name, owner }) => [name, owner])).eql([['edge-app', 'application'], ['edge-inst', 'instance']])
            should(devices[0]).containDeep({ id: app, type: 'gateway', state: 'running', isDeveloper: true, target: { id: v1, name: 'v1' }, active: null, snapshotsTold: true })
            should(devices[0]!.seenAgo).be.within(90_000, 95_000)
            should(devices[1]).containDeep({ id: inst, isDeveloper: false, lastSeenAt: null, seenAgo: null, target: null })
        })

        it('are hundreds, asked for in pages, both owners at the same time', async () => {
            const { fake, filler } = trial
            const line1 = fake.ids.applications.line1
            for (let each = 0; each < 230; each++) {
                fake.createDevice(`press ${String(each).padStart(3, '0')}`, each % 2 === 0 ? { type: 'instance', id: filler } : { type: 'application', id: line1 })
            }
            const { devices, complete } = await trial.ask<TargetDevices>('GET', 'devices')
            should(devices).have.length(232)
            should(complete).be.true()
            should(devices.map(({ name }) => name)).eql(devices.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b)))
            should(fake.requests.filter(({ path }) => path.includes('/devices')).length).equal(4)
        })

        it('are of the target only: another window that shows another one is told so', async () => {
            const { status, body } = await trial.call('GET', `instances/${trial.fake.ids.instances.labeller}/devices`)
            should(status).equal(409)
            refused(body as object, 'target-changed')
        })

        it('are given a page at a time, of the target only, by no other list than those that there are', async () => {
            const { app, inst, fake: { ids } } = trial
            const page = async (query: string) => (await trial.ask<DevicesPage>('GET', `devices/page?${query}`))
            should((await page('part=instance')).devices.map(({ id, owner }) => [id, owner])).eql([[inst, 'instance']])
            should((await page('part=application')).devices.map(({ id, owner }) => [id, owner])).eql([[app, 'application']])
            should((await page('part=team')).devices.map(({ id, snapshotsTold }) => [id, snapshotsTold])).eql([[app, false]])
            refused(await page('part=other'), 'body-invalid')
            refused(await page('part=instance&cursor=..%2F..'), 'id-invalid')
            const { body } = await trial.call('GET', `instances/${ids.instances.labeller}/devices/page?part=instance`)
            refused(body as object, 'target-changed')
        })
    })

    describe('a snapshot of what runs on one', () => {
        const capture = (device: string) => trial.call<DeviceCaptureAnswer>('POST', `instances/${trial.filler}/devices/${device}/snapshots`, named)

        it('of the application is made on the device, and looked into', async () => {
            const { fake, app } = trial
            trial.live(app, { live })
            const { status, body } = await capture(app)
            should(status).equal(201)
            should(body).containDeep({ snapshot: named, owner: { kind: 'application', id: app, name: 'edge-app' }, doubt: null, deleteRefused: null, left: null })
            should(fake.snapshotsOf(app)[0]).containDeep({ id: body.snapshot.id, flows, credentials: live.credentials })
            should(trial.writes()).eql([`POST /devices/${app}/snapshots`])
        })

        it('of the instance is made on the instance, and held against what that runs', async () => {
            const { fake, inst, filler } = trial
            fake.setInstance(filler, { flows: [{ id: 'other', type: 'tab' }] })
            trial.live(inst, { live })
            const { body } = await capture(inst)
            should(body).containDeep({ snapshot: named, owner: { kind: 'instance', id: filler, name: 'filler' }, doubt: null, left: null })
            // What was made to compare with is gone again.
            should(fake.snapshotsOf(filler).map(({ name }) => name)).eql(['live'])
            should(trial.writes().map(write => write.split(' ')[0])).eql(['POST', 'POST', 'DELETE'])
        })

        it('that is empty is not from the device, although FlowFuse says 200', async () => {
            const { inst, fake, filler } = trial
            trial.live(inst)
            const { status, body } = await capture(inst)
            should(status).equal(201)
            should(body).containDeep({ doubt: 'empty', deleteRefused: null, left: null })
            should(fake.snapshotsOf(filler)).have.length(1)
        })

        it('that holds what the instance runs is not from the device', async () => {
            const { fake, inst, filler } = trial
            fake.setInstance(filler, { flows })
            trial.live(inst, { live })
            should((await capture(inst)).body).containDeep({ doubt: 'instance', left: null })
            should(fake.snapshotsOf(filler).map(({ name }) => name)).eql(['live'])
        })

        it('is known to hold what the instance runs from its newest snapshot, without making another', async () => {
            const { fake, inst, filler } = trial
            fake.addSnapshot(filler, { name: 'v1', flows })
            trial.live(inst, { live })
            should((await capture(inst)).body.doubt).equal('instance')
            should(trial.writes()).eql([`POST /devices/${inst}/snapshot`])
        })

        it('says so when what it made to compare with could not be deleted again', async () => {
            const { fake, inst } = trial
            trial.live(inst, { live })
            fake.respondWith({ method: 'DELETE' }, { status: 500, body: { statusCode: 500, error: 'Internal Server Error', message: 'kaboom' } })
            const { body } = await capture(inst)
            should(body).containDeep({ doubt: null, left: { name: 'For comparison with “live”' } })
        })

        it('deletes nothing but what it made to compare with, whatever FlowFuse says that it made', async () => {
            const { fake, inst, filler } = trial
            const v1 = fake.addSnapshot(filler, { name: 'v1', flows: [{ id: 'other', type: 'tab' }] })
            trial.live(inst, { live })
            fake.respondWith({ method: 'POST', path: /\/projects\/[^/]+\/snapshots$/ }, { body: { id: v1, name: 'v1', createdAt: '2026-01-01T00:00:00.000Z' } })
            should((await capture(inst)).body).containDeep({ doubt: 'uncompared' })
            should(fake.snapshotsOf(filler).map(({ name }) => name)).eql(['live', 'v1'])
        })

        it('is never taken for an older one that FlowFuse names in its place', async () => {
            const { fake, app } = trial
            const v1 = fake.addSnapshot(app, { name: 'live', flows })
            trial.live(app, { live })
            fake.respondWith({ method: 'POST' }, { body: { id: v1, name: 'live', createdAt: '2026-01-01T00:00:00.000Z' } })
            refused((await capture(app)).body, 'device-snapshot-not-seen')
        })

        it('is said to be made where the look at the list was refused, which is no refusal of making it', async () => {
            const { fake, app } = trial
            trial.live(app, { live })
            fake.respondWith({ method: 'GET', path: /\/devices\/[^/]+\/snapshots/ }, { handled: true })
            fake.respondWith({ method: 'GET', path: /\/devices\/[^/]+\/snapshots/ }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } })
            should((await capture(app)).body).containDeep({ code: 'device-snapshot-not-seen', because: { code: 'not-permitted' } })
            should(fake.snapshotsOf(app)).have.length(1)
            const { abilities } = (await trial.call<TargetAnswer>('GET', 'target')).body
            should(abilities.find(({ action }) => action === 'captureDevice')?.refused).be.null()
        })

        it('is not asked for outside of developer mode, or of a device that was not seen within a minute', async () => {
            const { app, inst, fake } = trial
            for (const device of [app, inst]) {
                trial.live(device, { live, mode: 'autonomous' })
                refused((await capture(device)).body, 'device-not-developer')
                trial.live(device, { live }, 61_000)
                refused((await capture(device)).body, 'device-not-seen')
                fake.setDevice(device, { lastSeenAt: null })
                refused((await capture(device)).body, 'device-never-seen')
            }
            should(trial.writes()).eql([])
        })

        it('is said not to be there when the device of an application gave nothing', async () => {
            trial.live(trial.app)
            const { status, body } = await capture(trial.app)
            should(status).equal(502)
            refused(body, 'device-gave-nothing')
        })

        it('of a device that was deleted meanwhile, or belongs to something else now, is not asked for', async () => {
            const { fake, app, inst } = trial
            fake.deleteDevice(app)
            refused((await capture(app)).body, 'device-gone')
            trial.live(inst, { owner: { type: 'instance', id: fake.ids.instances.labeller } })
            refused((await capture(inst)).body, 'device-elsewhere')
            refused((await capture(fake.ids.devices.edgeSpare)).body, 'device-elsewhere')
            should(trial.writes()).eql([])
        })

        it('is off once FlowFuse has refused it although nothing was known against it', async () => {
            const { fake, app } = trial
            trial.live(app, { live })
            fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } })
            refused((await capture(app)).body, 'not-permitted')
            const { abilities } = (await trial.call<TargetAnswer>('GET', 'target')).body
            should(abilities.find(({ action }) => action === 'captureDevice')!.refused).containEql({ code: 'not-permitted' })
        })
    })

    describe('what one of the application shall run', () => {
        const here = { name: 'v1', flows, modules: { 'node-red': '4.0.9' } }
        const plan = (device: string, snapshot: string, kind: 'instance' | 'device', owner: string) =>
            trial.ask<OneDeviceTargetPlan>('GET', `devices/${device}/target?snapshot=${snapshot}&kind=${kind}&owner=${owner}`)
        const set = (device: string, body: object) => trial.ask<object>('PUT', `devices/${device}/target`, body)

        it('is chosen from every snapshot of the application, a page at a time, with whose it is', async () => {
            const { fake, app, filler } = trial
            const { labeller } = fake.ids.instances
            const ids = [[filler, 'of filler'], [labeller, 'of labeller'], [app, 'of edge']].map(([owner, name]) => fake.addSnapshot(owner!, { name: name!, flows }))
            const first = await trial.ask<DeviceTargets>('GET', `devices/${app}/targets?limit=2`)
            should(first.snapshots.map(({ name, owner }) => [name, owner.kind, owner.name])).eql([['of edge', 'device', 'edge-app'], ['of labeller', 'instance', 'labeller']])
            should(first.next).equal(ids[1])
            const second = await trial.ask<DeviceTargets>('GET', `devices/${app}/targets?limit=2&cursor=${first.next!}`)
            should(second).containDeep({ snapshots: [{ id: ids[0], owner: { kind: 'instance', id: filler } }], next: null })
        })

        it('is set, once it was said which Node-RED it installs, and read back', async () => {
            const { fake, app, filler } = trial
            const id = fake.addSnapshot(filler, here)
            const shown = await plan(app, id, 'instance', filler)
            // It runs nothing yet, so that there is nothing to lose.
            should(shown).containDeep({ snapshot: { id, name: 'v1' }, device: { id: app }, isTarget: false, nodeRedNow: null, nodeRedThen: '4.0.9', needsConsent: false, developer: null })
            should(await set(app, { snapshot: id, from: { kind: 'instance', id: filler }, seen: shown.seen, majorStep: false })).eql({})
            should(fake.targetOf(app)).equal(id)
            should(trial.writes()).eql([`PUT /devices/${app}`])
            should((await plan(app, id, 'instance', filler)).isTarget).be.true()
        })

        it('needs consent to another major version of Node-RED', async () => {
            const { fake, app } = trial
            const from = { kind: 'device', id: app }
            const [old, next] = [fake.addSnapshot(app, here), fake.addSnapshot(app, { ...here, name: 'v2', modules: { 'node-red': '5.0.0' } })]
            fake.setDevice(app, { targetSnapshotId: old })
            const shown = await plan(app, next, 'device', app)
            should(shown).containDeep({ nodeRedNow: '4.0.9', nodeRedThen: '5.0.0', needsConsent: true })
            refused(await set(app, { snapshot: next, from, seen: shown.seen, majorStep: false }), 'target-version-unagreed')
            should(await set(app, { snapshot: next, from, seen: shown.seen, majorStep: true })).eql({})
            should(fake.targetOf(app)).equal(next)
        })

        it('is said to be lost on, or ignored by, a device in developer mode', async () => {
            const { fake, app } = trial
            trial.live(app)
            const id = fake.addSnapshot(app, here)
            should((await plan(app, id, 'device', app)).developer).equal(version === '2.4.0' ? 'ignored' : 'overridden')
        })

        it('is not set when it is another by now', async () => {
            const { fake, app } = trial
            const [one, other] = [fake.addSnapshot(app, here), fake.addSnapshot(app, { ...here, name: 'other' })]
            const { seen } = await plan(app, one, 'device', app)
            fake.setDevice(app, { targetSnapshotId: other })
            refused(await set(app, { snapshot: one, from: { kind: 'device', id: app }, seen, majorStep: true }), 'action-moved')
            should(fake.targetOf(app)).equal(other)
        })

        it('is never what stops a device: one of an instance, a snapshot of elsewhere, one that is gone', async () => {
            const { fake, app, inst, filler } = trial
            const id = fake.addSnapshot(filler, here)
            refused(await plan(inst, id, 'instance', filler), 'device-has-instance')
            refused(await set(inst, { snapshot: id, from: { kind: 'instance', id: filler }, seen: '', majorStep: true }), 'device-has-instance')
            const elsewhere = fake.createInstance('press', fake.ids.applications.line9)
            refused(await plan(app, fake.addSnapshot(elsewhere, here), 'instance', elsewhere), 'device-snapshot-elsewhere')
            refused(await plan(app, id, 'device', inst), 'device-snapshot-elsewhere')
            // Said to be where it is not.
            refused(await plan(app, id, 'instance', fake.ids.instances.labeller), 'snapshot-gone')
            refused(await plan(app, 'zzzzzzzzzz', 'device', app), 'snapshot-gone')
            should(trial.writes()).eql([])
        })

        it('is looked for when the answer was lost, and never sent twice', async () => {
            const { fake, app } = trial
            const id = fake.addSnapshot(app, here)
            const { seen } = await plan(app, id, 'device', app)
            fake.respondWith({ method: 'PUT' }, { handled: true, cut: 'at-once' })
            should(await set(app, { snapshot: id, from: { kind: 'device', id: app }, seen, majorStep: false })).eql({})
            should(trial.writes()).eql([`PUT /devices/${app}`])
        })

        it('is not said to be set when FlowFuse shows another', async () => {
            const { fake, app } = trial
            const id = fake.addSnapshot(app, here)
            const { seen } = await plan(app, id, 'device', app)
            fake.respondWith({ method: 'PUT' }, { body: { id: app } })
            refused(await set(app, { snapshot: id, from: { kind: 'device', id: app }, seen, majorStep: false }), 'device-target-not-seen')
        })
    })

    describe('the snapshots of one of the application', () => {
        it('are deleted as those of an instance are, with the devices that stop by it', async () => {
            const { fake, app } = trial
            const id = fake.addSnapshot(app, { name: 'v1', flows })
            fake.setDevice(app, { targetSnapshotId: id })
            const path = `devices/${app}/snapshots/${id}/deletion`
            const { seen, ...plan } = await trial.ask<DeletionPlan>('GET', path)
            should(plan).containDeep({ snapshot: { id, name: 'v1' }, isDeviceTarget: false, devices: [{ id: app, name: 'edge-app' }], complete: true })
            should(await trial.ask('POST', path, { seen })).eql({})
            should(fake.snapshotsOf(app)).eql([])
            refused(await trial.ask('POST', path, { seen }), 'snapshot-gone')
        })
    })

    describe('automatic snapshots', () => {
        const features = { instanceAutoSnapshot: true, deviceAutoSnapshot: true }
        const automatic = (device: string) => trial.ask<DeviceAutomatic>('GET', `devices/${device}/automatic`)
        const turn = (device: string, on: boolean) => trial.ask<DeviceAutomatic>('PUT', `devices/${device}/automatic`, { on })

        it('are named as missing where the licence or the type of the team has none', async () => {
            should(await trial.ask<PlatformSnapshots>('GET', 'automatic')).eql({ instance: false, devices: false })
            trial.live(trial.app)
            should(await automatic(trial.app)).containDeep({ on: true, heeded: false, refused: { code: 'automatic-not-licensed' } })
            refused(await turn(trial.app, false), 'automatic-not-licensed')
            trial.fake.setFeatures(features)
            should(await trial.ask<PlatformSnapshots>('GET', 'automatic')).eql({ instance: true, devices: true })
            trial.fake.respondWith({ path: /^\/api\/v1\/teams\/[^/]+$/ }, { body: { type: { properties: { features: {} } } } })
            should((await automatic(trial.app)).refused).containEql({ code: 'automatic-not-in-team' })
            should(trial.writes()).eql([])
        })

        it('are switched for a device in developer mode, and read back', async () => {
            const { fake, app } = trial
            fake.setFeatures(features)
            should((await automatic(app)).refused).containEql({ code: 'device-not-developer' })
            trial.live(app)
            should(await automatic(app)).containDeep({ on: true, heeded: true, refused: null })
            should(await turn(app, false)).containDeep({ on: false, refused: null })
            should(fake.device(app).autoSnapshot).be.false()
            // Nothing else of its settings is sent.
            should(fake.requests.find(({ method }) => method === 'PUT')?.body).eql({ autoSnapshot: false })
            fake.respondWith({ method: 'PUT' }, { body: { status: 'okay' } })
            refused(await turn(app, true), 'device-switch-not-kept')
        })

        it('are not told of where the platform does not tell', async () => {
            trial.fake.respondWith({ path: '/api/v1/settings' }, { status: 500, body: { error: 'kaboom' } }, Infinity)
            trial.fake.respondWith({ path: /^\/api\/v1\/teams\/[^/]+$/ }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }, Infinity)
            should(await trial.ask<PlatformSnapshots>('GET', 'automatic')).eql({ instance: null, devices: null })
        })
    })

    describe('a push of what runs here', () => {
        const request: DevicePushRequest = { name: 'v1', description: 'from here', variables: [], nodeRed: '', target: null }
        const push = async (device: string, change: Partial<DevicePushRequest> = {}): Promise<DevicePushJob> => {
            const { nodeRedHere } = await trial.ask<DevicePushPreview>('GET', `devices/${device}/push`)
            let job = await trial.ask<DevicePushJob>('POST', `devices/${device}/push`, { ...request, nodeRed: nodeRedHere, ...change })
            while (job.state === 'running') {
                job = (await trial.call<DevicePushJob>('GET', `jobs/${job.id}`)).body
            }
            return job
        }

        beforeEach(() => {
            process.env.FFS_DEVICE_LINE = '4'
            trial.red.deploy([{ id: 't', type: 'tab', label: 'Line 4' }, { id: 'n', type: 'inject', z: 't', topic: '${FFS_DEVICE_LINE}' }], { n: { password: 'p4ss' } })
        })
        afterEach(() => { delete process.env.FFS_DEVICE_LINE })

        if (version === '2.4.0') {
            it('is named as missing on this version, before anything is asked', async () => {
                refused(await trial.ask('GET', `devices/${trial.app}/push`), 'needs-version')
                refused(await trial.ask('POST', `devices/${trial.app}/push`, { ...request, nodeRed: '4.0.9' }), 'needs-version')
                should(trial.writes()).eql([])
            })
            return
        }

        it('becomes a snapshot of the device with every module, Node-RED among them, and is not run yet', async () => {
            const { fake, app } = trial
            const preview = await trial.ask<DevicePushPreview>('GET', `devices/${app}/push`)
            should(preview).containDeep({ device: { id: app }, counts: { flows: 1, nodes: 1, nodesWithCredentials: 1 }, nodeRedNow: null, tooLarge: null, variables: { offered: ['FFS_DEVICE_LINE'] } })
            const job = await push(app, { variables: ['FFS_DEVICE_LINE'] })
            const [made] = fake.snapshotsOf(app)
            should(job).containDeep({ state: 'done', error: null, result: { device: { id: app, name: 'edge-app' }, snapshot: { id: made!.id, name: 'v1' }, targeted: false } })
            should(job.steps.map(({ id }) => id)).eql(['capture', 'check', 'create'])
            should(made).containDeep({
                name: 'v1', description: 'from here', credentials: { n: { password: 'p4ss' } }, env: { FFS_DEVICE_LINE: '4' }, modules: { 'node-red': preview.nodeRedHere }
            })
            should((made!.flows as unknown[]).length).equal(2)
            should(fake.targetOf(app)).be.null()
            should(trial.writes()).eql(['POST /snapshots/import'])
            should(fake.requests.find(({ method }) => method === 'POST')?.body).containDeep({ ownerId: app, ownerType: 'device' })
            should(JSON.stringify([job, trial.red.log])).not.match(/p4ss|ffpat/)
        })

        it('is run by the device on request, and remembered as what both sides have in common', async () => {
            const { fake, app } = trial
            const job = await push(app, { target: { majorStep: false } })
            should(job).containDeep({ state: 'done', result: { targeted: true } })
            should(fake.targetOf(app)).equal(job.result.snapshot!.id)
            should(await trial.services.connections.link(fake.url, app)).containDeep({ snapshotId: job.result.snapshot!.id, name: 'v1' })
        })

        it('gives the device the Node-RED that it has, where that is wanted, and no other', async () => {
            const { fake, app } = trial
            fake.setDevice(app, { targetSnapshotId: fake.addSnapshot(app, { name: 'v0', flows, modules: { 'node-red': '3.1.0' } }) })
            refused((await push(app, { target: { majorStep: false } })).error!, 'device-version-unagreed')
            refused((await push(app, { nodeRed: '2.0.0', target: { majorStep: true } })).error!, 'device-version-unfit')
            should(fake.snapshotsOf(app)).have.length(1)
            should(await push(app, { nodeRed: '3.1.0', target: { majorStep: false } })).containDeep({ state: 'done', result: { targeted: true } })
            should(fake.snapshotsOf(app)[0]!.modules).containEql({ 'node-red': '3.1.0' })
        })

        it('is never put onto a device of an instance, where an agent would wipe its project', async () => {
            refused(await trial.ask('GET', `devices/${trial.inst}/push`), 'device-has-instance')
            refused(await trial.ask('POST', `devices/${trial.inst}/push`, { ...request, nodeRed: '4.0.9' }), 'device-has-instance')
            should(trial.writes()).eql([])
        })

        it('says what is certain when the target could not be set', async () => {
            const { fake, app } = trial
            fake.respondWith({ method: 'PUT', path: /\/devices\// }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } })
            const job = await push(app, { target: { majorStep: false } })
            should(job).containDeep({ state: 'failed', error: { code: 'not-permitted' }, result: { snapshot: { name: 'v1' }, targeted: false } })
            should(job.steps.map(({ state }) => state)).eql(['done', 'done', 'done', 'failed'])
            const { abilities } = (await trial.call<TargetAnswer>('GET', 'target')).body
            should(abilities.filter(({ refused: why }) => why !== null).map(({ action }) => action)).eql(['setDeviceTarget'])
        })

        it('makes nothing on a device that was deleted, or moved to an instance, meanwhile', async () => {
            const { fake, app, filler } = trial
            fake.setDevice(app, { owner: { type: 'instance', id: filler } })
            refused(await trial.ask('POST', `devices/${app}/push`, { ...request, nodeRed: '4.0.9' }), 'device-has-instance')
            fake.deleteDevice(app)
            refused(await trial.ask('POST', `devices/${app}/push`, { ...request, nodeRed: '4.0.9' }), 'device-gone')
            should(trial.writes()).eql([])
        })
    })

    it('are left alone where the operator has kept pushes to one instance', async () => {
        const { fake, app, inst, filler } = trial
        const id = fake.addSnapshot(filler, { name: 'v1', flows })
        trial.services.targets.lockRefusal = (_team: Named, { kind }) => kind === 'device' ? { code: 'target-locked', params: { by: 'settings.js' } } : null
        trial.live(app, { live })
        trial.live(inst, { live })
        refused(await trial.ask('GET', `devices/${app}/target?snapshot=${id}&kind=instance&owner=${filler}`), 'target-locked')
        refused(await trial.ask('POST', `devices/${app}/snapshots`, named), 'target-locked')
        should(trial.writes()).eql([])
        // Its snapshots are those of the instance.
        should(await trial.ask('POST', `devices/${inst}/snapshots`, named)).have.property('snapshot')
    })

    it('are asked for by ids of the platform’s own kind only', async () => {
        const { app } = trial
        for (const path of ['devices/a%2Fb/targets', `devices/${app}/target?snapshot=..&kind=device&owner=${app}`, `devices/${app}/target?snapshot=${app}&kind=device&owner=a%2Fb`]) {
            refused(await trial.ask('GET', path), 'id-invalid')
        }
        refused(await trial.ask('GET', `devices/${app}/target?snapshot=${app}&kind=team&owner=${app}`), 'body-invalid')
        refused(await trial.ask('PUT', `devices/${app}/automatic`, { on: 'yes' }), 'body-invalid')
        should(trial.fake.requests).eql([])
    })
})

describe('the devices of the target, for a sign-in that may not list devices', () => {
    let trial: DevicesTrial

    beforeEach(async () => { trial = await DevicesTrial.start('2.33.2', 'oauth') })
    afterEach(() => trial.stop())

    it('are listed all the same, those of the application without their snapshots', async () => {
        const { devices } = await trial.ask<TargetDevices>('GET', 'devices')
        should(devices.map(({ name, snapshotsTold }) => [name, snapshotsTold])).eql([['edge-app', false], ['edge-inst', true]])
    })

    it('give a snapshot, of which nobody can tell whether it is from there', async () => {
        trial.live(trial.inst, { live })
        const answer = await trial.ask<DeviceCaptureAnswer>('POST', `devices/${trial.inst}/snapshots`, named)
        should(answer).containDeep({ doubt: 'unread', deleteRefused: { code: 'needs-token' } })
        refuse(await trial.ask('POST', `devices/${trial.app}/snapshots`, named))
    })

    const refuse = (answer: object) => should(answer).containEql({ code: 'device-not-developer' })
})
