import should from 'should'
import { filterDevices } from '../../src/editor/device-filter'
import { DeviceStates } from '../../src/editor/device-states'
import { RequestFailure } from '../../src/editor/node-red-requests'
import { askRefusal, type DevicesPage, type DeviceState, type PlatformSnapshots, type TargetDevices } from '../../src/shared/devices'
import { Answers, settled } from './answers'

const device = (name: string, change: Partial<DeviceState> = {}): DeviceState => ({
    id: name, name, owner: 'application', type: '', state: 'running', isDeveloper: true, lastSeenAt: '2026-01-01T00:00:00.000Z', seenAgo: 1000, target: null, active: null,
    snapshotsTold: true, ...change
})

function states () {
    const [lists, pages, automatic] = [new Answers<TargetDevices>(), new Answers<DevicesPage>(), new Answers<PlatformSnapshots>()]
    let changes = 0
    const devices = new DeviceStates({ list: id => lists.ask(id), page: (_, part, cursor) => pages.ask(`${part} ${cursor ?? ''}`), platformSnapshots: id => automatic.ask(id) }, () => changes++)
    return { devices, lists, pages, automatic, changes: () => changes }
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
        await lists.answer(0, { devices: [device('a')], complete: true, parts: ['instance', 'application'] })
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
        await lists.answer(0, { devices: [device('of i1')], complete: true, parts: ['instance', 'application'] })
        should(devices.value).be.null()
        should(lists.asked).eql(['i1', 'i2'])
    })

    it('stay when the server was not reached, and go when they may not be seen any more', async () => {
        const { devices, lists, automatic } = states()
        devices.turnTo('i1')
        devices.show()
        await automatic.answer(0, { instance: false, devices: false })
        await lists.answer(0, { devices: [device('a')], complete: true, parts: ['instance', 'application'] })
        void devices.refresh()
        await lists.refuse(1, new RequestFailure(502, { code: 'server-timeout', params: {} }))
        should(devices.value!.devices).have.length(1)
        void devices.refresh()
        await lists.refuse(2, new RequestFailure(502, { code: 'instance-gone', params: {} }))
        should(devices.value).be.null()
    })

    describe('at a look', () => {
        const listed = async (...devices: DeviceState[]) => {
            const all = states()
            all.devices.turnTo('i1')
            all.devices.show()
            await all.automatic.answer(0, { instance: false, devices: false })
            await all.lists.answer(0, { devices, complete: true, parts: ['instance', 'application'] })
            return all
        }
        const names = ({ value }: DeviceStates) => value!.devices.map(({ name, state }) => `${name} ${state}`)

        it('are asked for a page at a time, in turn; what has changed is taken over, what is gone goes, and the rest stays', async () => {
            const { devices, lists, pages } = await listed(device('a'), device('b'), device('c'), device('i', { owner: 'instance' }))
            void devices.glance()
            await pages.answer(0, { devices: [device('i', { owner: 'instance', state: 'offline' })], next: null })
            should(names(devices)).eql(['a running', 'b running', 'c running', 'i offline'])
            void devices.glance()
            await pages.answer(1, { devices: [device('b', { state: 'offline' })], next: 'c2' })
            should(names(devices)).eql(['a running', 'b offline', 'c running', 'i offline'])
            void devices.glance()
            await pages.answer(2, { devices: [device('c'), device('d')], next: null })
            should(names(devices)).eql(['b offline', 'c running', 'd running', 'i offline'])
            void devices.glance()
            should(pages.asked).eql(['instance ', 'application ', 'application c2', 'instance '])
            should(lists.asked).have.length(1)
        })

        it('lose nobody to a platform that gives the first page again and again', async () => {
            const { devices, pages } = await listed(device('a'), device('b'))
            for (const [each, part] of ['instance', 'application', 'application', 'instance'].entries()) {
                void devices.glance()
                await pages.answer(each, { devices: part === 'instance' ? [] : [device('a')], next: part === 'instance' ? null : 'c2' })
            }
            should(pages.asked).eql(['instance ', 'application ', 'application c2', 'instance '])
            should(names(devices)).eql(['a running', 'b running'])
        })

        it('are not older than they were: who was not reached was seen that much longer ago', async () => {
            const { devices, pages } = await listed(device('a'), device('i', { owner: 'instance' }))
            Object.assign(devices, { at: performance.now() - 50_000 })
            void devices.glance()
            await pages.answer(0, { devices: [device('i', { owner: 'instance' })], next: null })
            should(devices.age).be.below(10_000)
            const [a, i] = devices.value!.devices
            should(a!.seenAgo).be.within(51_000, 61_000)
            should(i!.seenAgo).equal(1000)
        })

        it('are asked for by one request while the server is away, and listed again once it is back', async () => {
            const { devices, lists, pages } = await listed(device('a'))
            for (const each of [0, 1]) {
                void devices.glance()
                await pages.refuse(each, new RequestFailure(502, { code: 'server-timeout', params: {} }))
            }
            should([lists.asked.length, devices.failure?.kind, devices.value!.devices.length]).eql([1, 'coded', 1])
            void devices.glance()
            await pages.answer(2, { devices: [], next: null })
            await lists.answer(1, { devices: [device('b')], complete: true, parts: ['instance', 'application'] })
            should([devices.failure, names(devices)]).eql([null, ['b running']])
        })

        it('are listed again when a part of them is refused, and not asked for any more when that is, too', async () => {
            const { devices, lists, pages } = await listed(device('a'))
            void devices.glance()
            const gone = new RequestFailure(502, { code: 'instance-gone', params: {} })
            await pages.refuse(0, gone)
            await lists.refuse(1, gone)
            should(devices.value).be.null()
            await devices.glance()
            should([pages.asked.length, lists.asked.length]).eql([1, 2])
        })

        it('are listed anew when somebody wants to do something with one, unless they just were', async () => {
            const { devices, lists } = await listed(device('a'))
            void devices.approach()
            should(lists.asked).have.length(1)
            Object.assign(devices, { listedAt: performance.now() - 11_000 })
            void devices.approach()
            should(lists.asked).have.length(2)
        })
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
