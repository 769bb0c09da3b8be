import should from 'should'
import { filterDevices } from '../../src/editor/device-filter'
import { DeviceStates } from '../../src/editor/device-states'
import { RequestFailure } from '../../src/editor/node-red-requests'
import { askRefusal, type DeviceState, type PlatformSnapshots, type TargetDevices } from '../../src/shared/devices'
import { Answers, settled } from './answers'

const device = (name: string, change: Partial<DeviceState> = {}): DeviceState => ({
    id: name, name, owner: 'application', type: '', state: 'running', isDeveloper: true, lastSeenAt: '2026-01-01T00:00:00.000Z', seenAgo: 1000, target: null, active: null,
    snapshotsTold: true, ...change
})

function states () {
    const [lists, automatic] = [new Answers<TargetDevices>(), new Answers<PlatformSnapshots>()]
    let changes = 0
    const devices = new DeviceStates({ list: id => lists.ask(id), platformSnapshots: id => automatic.ask(id) }, () => changes++)
    return { devices, lists, automatic, changes: () => changes }
}

describe('the devices of the panel', () => {
    it('are asked for when they come onto the screen, and not before or after', async () => {
        const { devices, lists, automatic } = states()
        devices.turnTo('i1')
        await devices.refreshShown()
        should(lists.asked).eql([])
        const end = devices.show()
        should(lists.asked).eql(['i1'])
        await automatic.answer(0, { instance: false, devices: false })
        await lists.answer(0, { devices: [device('a')], complete: true })
        should(devices.value!.devices.map(({ name }) => name)).eql(['a'])
        // Whether the platform makes snapshots by itself is asked once.
        void devices.refreshShown()
        await settled()
        should([lists.asked.length, automatic.asked.length]).eql([2, 1])
        end()
        await devices.refreshShown()
        should(lists.asked).have.length(2)
    })

    it('are never those of another instance', async () => {
        const { devices, lists, automatic } = states()
        devices.turnTo('i1')
        devices.show()
        await automatic.answer(0, { instance: false, devices: false })
        devices.turnTo('i2')
        await lists.answer(0, { devices: [device('of i1')], complete: true })
        should(devices.value).be.null()
        should(lists.asked).eql(['i1', 'i2'])
    })

    it('stay when the server was not reached, and go when they may not be seen any more', async () => {
        const { devices, lists, automatic } = states()
        devices.turnTo('i1')
        devices.show()
        await automatic.answer(0, { instance: false, devices: false })
        await lists.answer(0, { devices: [device('a')], complete: true })
        void devices.refresh()
        await lists.refuse(1, new RequestFailure(502, { code: 'server-timeout', params: {} }))
        should(devices.value!.devices).have.length(1)
        void devices.refresh()
        await lists.refuse(2, new RequestFailure(502, { code: 'instance-gone', params: {} }))
        should(devices.value).be.null()
    })

    it('are found by every word in name, type and the names of their snapshots, and by whose they are', () => {
        const all = [
            device('press 1', { type: 'Gateway' }), device('press 2', { owner: 'instance', target: { id: 's', name: 'v1.4' } }), device('oven', { active: { id: 's', name: 'V1.4' } })
        ]
        const found = (search: string, kind: 'all' | 'instance' | 'application' = 'all') => filterDevices(all, { search, kind }).map(({ name }) => name)
        should(found('')).eql(['press 1', 'press 2', 'oven'])
        should(found('GATE press')).eql(['press 1'])
        should(found('v1.4')).eql(['press 2', 'oven'])
        should(found('', 'instance')).eql(['press 2'])
        should(found('oven', 'instance')).eql([])
    })

    it('are asked for what they run only in developer mode, and for a minute after they were seen', () => {
        should(askRefusal(device('a'))).be.null()
        should(askRefusal(device('a', { seenAgo: 60_000 }))).be.null()
        should(askRefusal(device('a', { seenAgo: 59_000 }), 2000)).eql({ code: 'device-not-seen', params: { device: 'a' } })
        should(askRefusal(device('a', { seenAgo: null }))).containEql({ code: 'device-never-seen' })
        should(askRefusal(device('a', { isDeveloper: false, seenAgo: null }))).containEql({ code: 'device-not-developer' })
    })
})
