import 'should'
import { deployExample } from '../../scripts/local-flows'
import type { PanelState } from '../../src/shared/requests'
import { versions } from '../node-red/versions'
import type { Instance } from '../platform/platform'
import { CuttingProxy, type Fault } from './cutting-proxy'
import { pressAnswers, useWorld } from './platform-world'

for (const nodeRed of versions) describe(`a push from Node-RED ${nodeRed} over a network that breaks`, function () {
    this.timeout(5 * 60_000)
    const world = useWorld(nodeRed)
    let instance: Instance
    let proxy: CuttingProxy
    /** Snapshots of the instance that the other version has left. */
    let earlier: string[]

    before(async () => {
        instance = world().platform.instance
        proxy = await CuttingProxy.start(world().platform.url)
        await world().connect(instance, world().platform.token, proxy.url)
        earlier = (await world().snapshots(instance)).map(({ id }) => id)
    })

    afterEach(() => {
        proxy.onRequest = () => undefined
    })

    after(async () => {
        await proxy?.stop()
    })

    /** The fault meets the n-th create of a snapshot from now on. */
    function breakCreate (n: number, fault: Fault): void {
        let creates = 0
        proxy.onRequest = line => /^POST \S+\/snapshots /.test(line) && ++creates === n ? fault : undefined
    }

    async function named (name: string): Promise<unknown[]> {
        return (await world().snapshots(instance)).filter(snapshot => snapshot.name === name && !earlier.includes(snapshot.id))
    }

    async function deployLarge (): Promise<void> {
        await world().deploy([
            { id: 'large', type: 'tab', label: 'Large' },
            ...Array.from({ length: 200 }, (_, i) => ({
                id: `comment${i}`, type: 'comment', z: 'large', name: '', info: 'x'.repeat(10_000), x: 10, y: 10, wires: []
            }))
        ])
    }

    it('creates nothing when it breaks in the middle of the flows, says so, and works again', async () => {
        await deployLarge()
        const before = await world().snapshots(instance)
        breakCreate(1, { cutAfterBytes: 500_000 })
        const job = await world().push(instance, { name: 'cut', restore: { captureBefore: true } })
        job.should.containDeep({ state: 'failed', result: { snapshot: null, before: null, restored: false } })
        // The kernel may have taken all of it from the plugin before the break, which then cannot know how far it came.
        job.error!.code.should.match(/^push-(cut-short|outcome-unknown)$/)
        ;(await world().snapshots(instance)).should.deepEqual(before)
        const state = await world().ask<PanelState>('GET', 'state')
        state.should.have.property('link')

        const again = await world().push(instance, { name: 'cut' })
        again.state.should.equal('done')
        ;(await named('cut')).should.have.length(1)
    })

    it('finds the snapshot of which the answer was lost: pushed once, not twice', async () => {
        await deployExample(world().local, world().drawAnswers())
        breakCreate(1, { loseAnswer: true })
        const job = await world().push(instance, { name: 'lost answer' })
        job.should.containDeep({ state: 'done', error: null })
        ;(await named('lost answer')).should.containDeep([job.result.snapshot]).and.have.length(1)
        const { link } = await world().ask<PanelState>('GET', 'state')
        link!.snapshotId.should.equal(job.result.snapshot!.id)
    })

    it('restores nothing when the capture before it cannot be confirmed', async () => {
        const shown = world().drawAnswers()
        await deployExample(world().local, shown)
        const variables = { rule: 'mine' as const, names: ['PLANT_NAME'] }
        ;(await world().push(instance, { name: 'runs', variables, restore: { captureBefore: false } })).state.should.equal('done')
        await deployExample(world().local, world().drawAnswers())
        breakCreate(2, { cutAfterBytes: 10 })
        const job = await world().push(instance, { name: 'not restored', restore: { captureBefore: true } })
        job.should.containDeep({ state: 'failed', result: { snapshot: { name: 'not restored' }, before: null, restored: false } })
        job.error!.should.containDeep({ code: 'safety-capture-failed', because: { code: 'server-cut' } })
        ;(await named('not restored')).should.have.length(1)
        ;(await pressAnswers(instance.url, shown)).should.deepEqual(shown)
    })

    it('follows a restore of which the answer was lost', async () => {
        const answers = world().drawAnswers()
        await deployExample(world().local, answers)
        proxy.onRequest = line => line.includes('/actions/rollback ') ? { loseAnswer: true } : undefined
        const job = await world().push(instance, { name: 'restore answer lost', restore: { captureBefore: false } })
        job.should.containDeep({ state: 'done', error: null, result: { restored: true, stateAfter: 'running' } })
        ;(await pressAnswers(instance.url, answers)).should.deepEqual(answers)
    })

    it('says what is certain when the platform stops between the push and the restore', async () => {
        breakCreate(2, { holdUntil: () => world().platform.stop() })
        const job = await world().push(instance, { name: 'then it stopped', restore: { captureBefore: true } })
        await world().restartPlatform()
        job.should.containDeep({ state: 'failed', result: { snapshot: { name: 'then it stopped' }, before: null, restored: false } })
        job.error!.code.should.equal('safety-capture-failed')
        ;(await named('then it stopped')).should.containDeep([job.result.snapshot]).and.have.length(1)
        ;(await named('Before restore of “then it stopped”')).should.be.empty()
    })
})
