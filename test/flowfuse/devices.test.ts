import should from 'should'
import { getDeviceTarget, getVisibleDeviceTarget } from '../../src/flowfuse/device-targets'
import { listDevices } from '../../src/flowfuse/devices'
import { tokenSession } from '../../src/flowfuse/session'
import { listApplications } from '../../src/flowfuse/teams'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { callFailure } from './failure'

for (const version of ['2.4.0', '2.33.2'] as const) {
    describe(`devices (${version})`, () => {
        let fake: FakeFlowFuse

        beforeEach(async () => {
            fake = await startFakeFlowFuse({ version })
        })

        afterEach(() => fake.stop())

        const alice = () => tokenSession(fake.url, fake.tokens.alice)
        const plugin = () => tokenSession(fake.url, fake.signIn('alice').accessToken)
        const never = async () => await Promise.reject<string[]>(new Error('not needed'))

        it('of a team are listed with what they belong to', async () => {
            fake.setDevice(fake.ids.devices.edgeApp, { status: 'running' })
            const { devices, complete } = await listDevices(alice(), fake.ids.teams.bottlingPlant, never)
            should(complete).be.true()
            const { line1 } = fake.ids.applications
            should(devices.map(({ name, state, application, instance }) => [name, state, application, instance])).eql([
                ['edge-app', 'running', line1, null], ['edge-inst', 'offline', line1, fake.ids.instances.filler], ['edge-spare', 'offline', null, null]
            ])
        })

        it('are asked for page by page, and a cursor that is not understood ends it', async () => {
            const device = (id: string) => ({ id, name: id, status: 'running' })
            const pages = [[device('a'), device('b')], [device('c')], [device('a'), device('b')]]
            for (const devices of pages) {
                fake.respondWith({ path: /\/devices\?/ }, { body: { meta: { next_cursor: 'more' }, count: 9, devices } })
            }
            const { devices } = await listDevices(alice(), fake.ids.teams.bottlingPlant, never)
            should(devices.map(({ id }) => id)).eql(['a', 'b', 'c'])
        })

        it('of instances are all that a sign-in sees that may not list the team’s', async () => {
            const { filler, labeller } = fake.ids.instances
            const { devices, complete } = await listDevices(plugin(), fake.ids.teams.bottlingPlant, async () => [filler, labeller])
            should(complete).be.false()
            should(devices.map(({ name, instance }) => [name, instance])).eql([['edge-inst', filler]])
        })

        it('of an application come with it, also for such a sign-in', async () => {
            for (const session of [alice(), plugin()]) {
                const [line1] = await listApplications(session, fake.ids.teams.bottlingPlant)
                should(line1?.devices).eql([
                    { id: fake.ids.devices.edgeApp, name: 'edge-app', state: 'offline', application: fake.ids.applications.line1, instance: null }
                ])
            }
        })

        it('of another team are gone for who is no member', async () => {
            await callFailure(listDevices(tokenSession(fake.url, fake.tokens.mallory), fake.ids.teams.bottlingPlant, never), 'team-gone')
        })

        it('have a target, or none, in both versions’ ways of saying so', async () => {
            const { filler } = fake.ids.instances
            should(await getVisibleDeviceTarget(alice(), filler)).be.null()
            const id = fake.addSnapshot(filler, { name: 'v1' })
            await alice().request({ method: 'POST', path: `/api/v1/projects/${filler}/devices/settings`, what: 'devices', body: { targetSnapshot: id } })
            should(await getVisibleDeviceTarget(plugin(), filler)).equal(id)
            fake.respondWith({ path: /devices\/settings/ }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }, 2)
            await callFailure(getDeviceTarget(alice(), filler), 'not-permitted')
            should(await getVisibleDeviceTarget(alice(), filler)).be.null()
            fake.deleteInstance(filler)
            await callFailure(getVisibleDeviceTarget(alice(), filler), 'instance-gone')
        })
    })
}
