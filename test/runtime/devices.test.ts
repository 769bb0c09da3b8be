import should from 'should'
import type { DeviceCaptureAnswer, TargetDevices } from '../../src/shared/devices'
import type { TargetAnswer } from '../../src/shared/requests'
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
