import should from 'should'
import type { DeviceAutomatic, DeviceTargets, OneDeviceTargetPlan, PlatformSnapshots, TargetDevices } from '../../src/shared/devices'
import type { SnapshotSummary } from '../../src/shared/requests'
import { versions } from '../node-red/versions'
import type { Instance, Named } from '../platform/platform'
import { useWorld } from './platform-world'

for (const nodeRed of versions) describe(`devices of a real FlowFuse, from Node-RED ${nodeRed}`, function () {
    this.timeout(120_000)
    const world = useWorld(nodeRed)
    let instance: Instance
    let made: SnapshotSummary
    const devices: Named[] = []
    const newDevice = async (name: string, owner: object): Promise<Named> => {
        const { platform } = world()
        const device = await platform.api<Named>('POST', '/api/v1/devices', { name: `${name} ${nodeRed}`, type: 'gateway', team: platform.team.id })
        devices.push(device)
        await platform.api('PUT', `/api/v1/devices/${device.id}`, owner)
        return device
    }
    let own: Named
    let shared: Named
    const ask = <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object) => world().ask<T>(method, `instances/${instance.id}/${path}`, body)

    before(async () => {
        const { platform } = world()
        instance = platform.instance
        await world().connect(instance)
        const { application } = await platform.api<{ application: Named }>('GET', `/api/v1/projects/${instance.id}`)
        own = await newDevice('of the instance', { instance: instance.id })
        shared = await newDevice('of the application', { application: application.id })
        made = await world().ask<SnapshotSummary>('POST', `instances/${instance.id}/snapshots`, { name: `for a device ${nodeRed}`, description: '' })
    })

    after(async () => {
        const { platform } = world()
        for (const { id } of devices) {
            await platform.api('DELETE', `/api/v1/devices/${id}`)
        }
        await (made === undefined ? undefined : platform.api('DELETE', `/api/v1/projects/${instance.id}/snapshots/${made.id}`))
    })

    it('are listed with whose they are, and were never seen', async () => {
        const { devices: listed, complete } = await ask<TargetDevices>('GET', 'devices')
        complete.should.be.true()
        should(listed.find(({ id }) => id === own.id)).containEql({ owner: 'instance', type: 'gateway', state: 'offline', isDeveloper: false, seenAgo: null, target: null })
        should(listed.find(({ id }) => id === shared.id)).containEql({ owner: 'application', snapshotsTold: true, target: null, active: null })
        should(await ask<PlatformSnapshots>('GET', 'automatic')).eql({ instance: false, devices: false })
    })

    it('of the application run any snapshot of it that is chosen, and the platform says so', async () => {
        const { snapshots } = await ask<DeviceTargets>('GET', `devices/${shared.id}/targets?limit=20`)
        const choice = snapshots.find(({ id }) => id === made.id)
        should(choice).containDeep({ owner: { kind: 'instance', id: instance.id } })
        const first = await ask<DeviceTargets>('GET', `devices/${shared.id}/targets?limit=1`)
        should(first.next).equal(first.snapshots[0]!.id)
        const path = `devices/${shared.id}/target`
        const plan = await ask<OneDeviceTargetPlan>('GET', `${path}?snapshot=${made.id}&kind=instance&owner=${instance.id}`)
        plan.should.containDeep({ snapshot: { id: made.id }, isTarget: false, nodeRedNow: null, needsConsent: false, developer: null })
        should(await ask<object>('PUT', path, { snapshot: made.id, from: { kind: 'instance', id: instance.id }, seen: plan.seen, majorStep: false })).eql({})
        const { targetSnapshot } = await world().platform.api<{ targetSnapshot: Named }>('GET', `/api/v1/devices/${shared.id}`)
        targetSnapshot.id.should.equal(made.id)
        const again = await ask<OneDeviceTargetPlan>('GET', `${path}?snapshot=${made.id}&kind=instance&owner=${instance.id}`)
        again.isTarget.should.be.true()
    })

    it('of the instance are not given one by themselves', async () => {
        const refused = await ask<object>('GET', `devices/${own.id}/target?snapshot=${made.id}&kind=instance&owner=${instance.id}`)
        refused.should.containEql({ code: 'device-has-instance' })
    })

    it('are not asked for what they run while no agent was seen, nor pushed to on this version, nor made automatic without a licence', async () => {
        ;(await ask<object>('POST', `devices/${shared.id}/snapshots`, { name: 'live', description: '' })).should.containEql({ code: 'device-not-developer' })
        ;(await ask<object>('GET', `devices/${shared.id}/push`)).should.containDeep({ code: 'needs-version', params: { needed: '2.5.0' } })
        ;(await ask<DeviceAutomatic>('GET', `devices/${shared.id}/automatic`)).should.containDeep({ on: true, refused: { code: 'automatic-not-licensed' } })
    })
})
