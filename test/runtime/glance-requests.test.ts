import should from 'should'
import { api } from '../../src/editor/api'
import { PanelModel } from '../../src/editor/panel-model'
import type { OpenEditor } from '../../src/editor/restore-work'
import type { SignInKind } from '../../src/shared/abilities'
import { settled } from '../editor/answers'
import { DevicesTrial } from './devices-trial'

for (const kind of ['token', 'oauth'] satisfies SignInKind[]) describe(`what FlowFuse is asked for while the panel is seen, with a sign-in by ${kind}`, () => {
    let trial: DevicesTrial
    let model: PanelModel

    beforeEach(async () => {
        trial = await DevicesTrial.start('2.33.2', kind)
        Object.assign(globalThis, { $: { ajax: throughRoutes } })
        model = new PanelModel(api, {} as OpenEditor)
        await model.refresh()
    })

    afterEach(async () => {
        Object.assign(globalThis, { $: undefined })
        await trial.stop()
    })

    /** As the editor's jQuery does it, to the plugin's own routes. */
    function throughRoutes ({ url, method }: { url: string, method: string }) {
        const answer = trial.call(method, url.replace('flowfuse-snapshots/', ''))
        return {
            then: (done: (answer: unknown) => void, failed: (failure: { status: number, responseJSON: unknown }) => void) => {
                void answer.then(({ status, body }) => status < 400 ? done(body) : failed({ status, responseJSON: body }))
            }
        }
    }

    async function asked (): Promise<string[]> {
        trial.fake.requests.length = 0
        await model.glance()
        return trial.fake.requests.map(({ method, path }) => `${method} ${path.replace('/api/v1', '').replace(/\?.*/, '').replace(/[0-9a-f-]{36}|(?<=\/)[A-Za-z0-9]{10}(?=\/|$)/g, ':id')}`)
    }

    const snapshots = 'GET /projects/:id/snapshots'
    const instance = 'GET /projects/:id'
    const ofInstance = 'GET /projects/:id/devices'
    const ofApplication = kind === 'oauth' ? 'GET /teams/:id/applications' : 'GET /applications/:id/devices'

    it('is one request a look, the instance and its snapshots in turn', async () => {
        const looks = [await asked(), await asked(), await asked(), await asked()]
        should(looks).eql([[instance], [snapshots], [instance], [snapshots]])
    })

    it('is one request a look with the devices on the screen too, and the snapshots every second time', async () => {
        const end = model.devices.show()
        while (model.devices.value === null) {
            await settled()
        }
        const looks = []
        for (let each = 0; each < 8; each++) {
            looks.push(await asked())
        }
        should(looks).eql([[ofInstance], [snapshots], [ofApplication], [snapshots], [instance], [snapshots], [ofInstance], [snapshots]])
        end()
    })

    it('is one request a look with hundreds of devices, which are seen page by page', async () => {
        for (let each = 0; each < 120; each++) {
            trial.fake.createDevice(`press ${String(each).padStart(3, '0')}`, { type: 'instance', id: trial.filler })
        }
        const end = model.devices.show()
        while (model.devices.value === null) {
            await settled()
        }
        const late = model.devices.value.devices.find(({ name }) => name === 'press 119')!
        trial.fake.setDevice(late.id, { status: 'offline' })
        const looks = []
        for (let each = 0; each < 3; each++) {
            looks.push(await asked())
        }
        should(looks).eql([[ofInstance], [snapshots], [ofInstance]])
        should(model.devices.value.devices).have.length(122)
        should(model.devices.value.devices.find(({ id }) => id === late.id)!.state).equal('offline')
        end()
    })
})
