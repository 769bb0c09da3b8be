import { setTimeout as delay } from 'node:timers/promises'
import should from 'should'
import { automaticPushesKept, type Status } from '../../src/shared/status'
import { versions } from '../node-red/versions'
import type { Instance } from '../platform/platform'
import { useWorld } from './platform-world'

for (const nodeRed of versions) describe(`an automatic push from Node-RED ${nodeRed} to a real FlowFuse`, function () {
    this.timeout(120_000)
    const world = useWorld(nodeRed)
    let instance: Instance
    /** What another Node-RED pushed there: never this one's to delete. */
    let others: string[] = []

    before(async () => {
        instance = world().platform.instance
        others = (await own()).map(({ id }) => id)
        await world().connect(instance)
        // The host has one of that name too.
        await world().setVariables(instance, { PLANT_NAME: 'there' })
        await deploy('by hand')
        const pushed = await world().push(instance, { name: 'by hand' })
        should(pushed.state).equal('done')
    })

    const flows = (name: string, x = 10) => [{ id: 'auto', type: 'tab', label: 'Line 4' }, { id: 'auton', type: 'comment', z: 'auto', name, x, y: 10, wires: [] }]
    const deploy = (name: string, x?: number) => world().deploy(flows(name, x))
    const status = (look = 'nothing') => world().ask<Status>('GET', `status?look=${look}`)
    const switchTo = (on: boolean) => world().ask<Status>('PUT', 'status/automatic-push', { instanceId: instance.id, on })
    const own = async () => (await world().snapshots(instance)).filter(({ id, name }) => name.startsWith('Local Auto Snapshot - ') && !others.includes(id))

    /** The status once it is as wanted, or what it was last. */
    async function until (wanted: (status: Status) => boolean): Promise<Status> {
        const deadline = Date.now() + 20_000
        for (;;) {
            const now = await status()
            if (wanted(now) || Date.now() > deadline) { return now }
            await delay(100)
        }
    }

    /** Deploys, and waits until that is on the instance. */
    async function deployAndPush (name: string): Promise<void> {
        const before = (await status()).link?.snapshotId
        await deploy(name)
        should((await until(({ link, standing }) => link?.snapshotId !== before && standing === 'same')).standing).equal('same')
    }

    it('happens after a deploy that changed something, and the status says so', async () => {
        should(await status('snapshots')).containDeep({ standing: 'same', changes: 0, link: { name: 'by hand' }, there: { newer: null, gone: false } })
        should((await switchTo(true)).automatic).containDeep({ on: true, kept: 0 })
        await deployAndPush('changed')
        const [snapshot] = await own()
        should((await status('snapshots')).link!.snapshotId).equal(snapshot!.id)
        const { flows: { flows: pushed }, settings } = await world().exported(snapshot!)
        should(pushed).containDeep([{ id: 'auton', name: 'changed' }])
        should(settings.env).containEql({ PLANT_NAME: 'there' })
    })

    it('keeps the newest ten on the platform', async () => {
        const first = (await own())[0]!
        for (let at = 0; at < automaticPushesKept; at++) {
            await deployAndPush(`change ${at}`)
        }
        const left = await own()
        should(left).have.length(automaticPushesKept)
        should(left.map(({ id }) => id)).not.containEql(first.id)
        const all = await world().snapshots(instance)
        should(all.map(({ name }) => name)).containEql('by hand')
        others.forEach(id => should(all.map(each => each.id)).containEql(id))
        await switchTo(false)
    })
})
