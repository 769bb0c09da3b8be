import { setTimeout as delay } from 'node:timers/promises'
import should from 'should'
import { deployExample } from '../../scripts/local-flows'
import type { DeletionPlan, DeviceTargetPlan, RestoreTherePlan } from '../../src/shared/actions'
import type { RestoreThereJob, SnapshotSummary } from '../../src/shared/requests'
import { versions } from '../node-red/versions'
import type { Instance, Named } from '../platform/platform'
import { pressAnswers, useWorld } from './platform-world'

for (const nodeRed of versions) describe(`snapshots of a real FlowFuse, from Node-RED ${nodeRed}`, function () {
    this.timeout(120_000)
    const world = useWorld(nodeRed)
    let instance: Instance

    before(async () => {
        instance = world().platform.instance
        await world().connect(instance)
    })

    const path = (snapshot: Named, action = '') => `instances/${instance.id}/snapshots/${snapshot.id}${action}`
    const restore = async (snapshot: Named, change: object = {}): Promise<RestoreThereJob> => {
        const plan = await world().ask<RestoreTherePlan>('GET', path(snapshot, '/restore'))
        const request = { seen: plan.seen, instanceName: instance.name, captureBefore: true, addModules: [], ...change }
        let job = await world().ask<RestoreThereJob>('POST', path(snapshot, '/restore'), request)
        while (job.state === 'running') {
            await delay(50)
            job = await world().ask<RestoreThereJob>('GET', `jobs/${job.id}`)
        }
        return job
    }

    it('captures the instance as it runs, and restores that, so that the instance answers as the snapshot says', async () => {
        const [first, second] = [world().drawAnswers(), world().drawAnswers()]
        const variables = { rule: 'mine' as const, names: ['PLANT_NAME'] }
        await deployExample(world().local, first)
        await world().push(instance, { name: 'first', variables, restore: { captureBefore: false } })
        ;(await pressAnswers(instance.url, first)).should.deepEqual(first)

        const made = await world().ask<SnapshotSummary>('POST', `instances/${instance.id}/snapshots`, { name: 'as it runs', description: 'from there' })
        made.should.containEql({ name: 'as it runs', description: 'from there' })
        ;(await world().snapshots(instance))[0]!.should.containEql({ id: made.id, name: 'as it runs' })

        await deployExample(world().local, second)
        await world().push(instance, { name: 'second', variables, restore: { captureBefore: false } })
        ;(await pressAnswers(instance.url, second)).should.deepEqual(second)

        const plan = await world().ask<RestoreTherePlan>('GET', path(made, '/restore'))
        plan.should.containDeep({ snapshot: { name: 'as it runs' }, instance: { name: instance.name, state: 'running' }, notes: [] })
        plan.contents!.should.eql({ modulesMissing: [], modulesGone: [], variablesGone: [], variablesNew: [] })
        const job = await restore(made)
        job.should.containDeep({ state: 'done', error: null, result: { restored: true, stateAfter: 'running', before: { name: 'Before restore of “as it runs”' } } })
        ;(await pressAnswers(instance.url, first)).should.deepEqual(first)

        // And back again, by what was captured before.
        const back = await restore(job.result.before!, { captureBefore: false })
        back.should.containDeep({ state: 'done', result: { before: null, restored: true } })
        ;(await pressAnswers(instance.url, second)).should.deepEqual(second)
    })

    it('restores nothing under another name, or once the instance was deployed since', async () => {
        const [snapshot] = await world().snapshots(instance)
        const count = (await world().snapshots(instance)).length
        const wrong = await world().ask<object>('POST', path(snapshot!, '/restore'), {
            seen: (await world().ask<RestoreTherePlan>('GET', path(snapshot!, '/restore'))).seen, instanceName: 'another', captureBefore: true, addModules: []
        })
        wrong.should.containEql({ code: 'confirmation-differs' })
        const { seen } = await world().ask<RestoreTherePlan>('GET', path(snapshot!, '/restore'))
        await world().setVariables(instance, { PLANT_NAME: 'changed there', LINE: '9' })
        const moved = await world().ask<object>('POST', path(snapshot!, '/restore'), { seen, instanceName: instance.name, captureBefore: true, addModules: [] })
        moved.should.containEql({ code: 'action-moved' })
        ;(await world().snapshots(instance)).should.have.length(count)
    })

    it('makes one the device target, names the device that would stop, and deletes it', async () => {
        const { platform } = world()
        const device = await platform.api<Named>('POST', '/api/v1/devices', { name: `edge of ${nodeRed}`, type: 'x', team: platform.team.id })
        try {
            await platform.api('PUT', `/api/v1/devices/${device.id}`, { instance: instance.id })
            const made = await world().ask<SnapshotSummary>('POST', `instances/${instance.id}/snapshots`, { name: `for ${nodeRed}`, description: '' })
            const target = await world().ask<DeviceTargetPlan>('GET', path(made, '/device-target'))
            target.should.containDeep({ isDeviceTarget: false, devices: [{ id: device.id, name: device.name }], needsConsent: true })
            const unagreed = await world().ask<object>('PUT', path(made, '/device-target'), { seen: target.seen, majorStep: false })
            unagreed.should.containEql({ code: 'target-version-unagreed' })
            ;(await world().ask<object>('PUT', path(made, '/device-target'), { seen: target.seen, majorStep: true })).should.eql({})
            const shown = await platform.api<{ targetSnapshot: Named }>('GET', `/api/v1/devices/${device.id}`)
            shown.targetSnapshot.id.should.equal(made.id)

            const plan = await world().ask<DeletionPlan>('GET', path(made, '/deletion'))
            plan.should.containDeep({ isDeviceTarget: true, devices: [{ name: device.name }], complete: true })
            await platform.api('PUT', `/api/v1/devices/${device.id}`, { name: `renamed ${nodeRed}` })
            ;(await world().ask<object>('POST', path(made, '/deletion'), { seen: plan.seen })).should.eql({})
            ;(await world().snapshots(instance)).some(({ id }) => id === made.id).should.be.false()
            const after = await platform.api<{ targetSnapshot: Named | null }>('GET', `/api/v1/devices/${device.id}`)
            should(after.targetSnapshot ?? null).be.null()
        } finally {
            await platform.api('DELETE', `/api/v1/devices/${device.id}`)
        }
    })

    it('says that this version can’t edit one, without asking it', async () => {
        const [snapshot] = await world().snapshots(instance)
        const refused = await world().ask<object>('PUT', path(snapshot!), { name: 'other', from: { name: snapshot!.name, description: snapshot!.description } })
        refused.should.containDeep({ code: 'needs-version', params: { needed: '2.7.0' } })
    })
})
