import 'should'
import { deployExample } from '../../scripts/local-flows'
import { versions } from '../node-red/versions'
import type { Instance } from '../platform/platform'
import { pressAnswers, useWorld } from './platform-world'

const restore = { captureBefore: true }

for (const nodeRed of versions) describe(`a push from Node-RED ${nodeRed} to a real FlowFuse`, function () {
    this.timeout(5 * 60_000)
    const world = useWorld(nodeRed)
    let instance: Instance

    before(async () => {
        instance = world().platform.instance
        await world().connect(instance)
    })

    it('brings credentials and variables of the running flows to the instance, and a way back', async () => {
        const first = world().drawAnswers()
        await deployExample(world().local, first)
        const variables = { rule: 'mine' as const, names: ['PLANT_NAME'] }
        const pushed = await world().push(instance, { name: 'press line 1', description: 'the first', variables, restore })
        pushed.should.containDeep({ state: 'done', error: null, result: { snapshot: { name: 'press line 1' }, restored: true, stateAfter: 'running' } })
        ;(await pressAnswers(instance.url, first)).should.deepEqual(first)

        const second = world().drawAnswers()
        await deployExample(world().local, second)
        const again = await world().push(instance, { name: 'press line 2', variables, restore })
        again.should.containDeep({ state: 'done', result: { before: { name: 'Before restore of “press line 2”' } } })
        ;(await pressAnswers(instance.url, second)).should.deepEqual(second)

        const [before, snapshot] = await world().snapshots(instance)
        before!.should.containDeep(again.result.before)
        snapshot!.should.containDeep(again.result.snapshot)

        await world().platform.api('POST', `/api/v1/projects/${instance.id}/actions/rollback`, { snapshot: before!.id })
        await world().platform.waitForState(instance.id, 'running')
        ;(await pressAnswers(instance.url, first)).should.deepEqual(first)
    })

    it('keeps the variables of the instance, or replaces all of them', async () => {
        const answers = world().drawAnswers()
        await deployExample(world().local, answers)
        await world().setVariables(instance, { PLANT_NAME: 'there', LINE: '7' })
        const kept = await world().push(instance, { name: 'keep', restore: { captureBefore: false } })
        kept.should.containDeep({ state: 'done', result: { before: null, restored: true } })
        ;(await world().variables(instance)).should.deepEqual({ PLANT_NAME: 'there', LINE: '7' })
        const theirs = { ...answers, plant: 'there' }
        ;(await pressAnswers(instance.url, theirs)).should.deepEqual(theirs)

        const mine = { rule: 'mine' as const, names: ['PLANT_NAME'] }
        const sent = await world().push(instance, { name: 'mine', variables: mine, restore: { captureBefore: false } })
        sent.state.should.equal('done')
        ;(await world().variables(instance)).should.deepEqual({ PLANT_NAME: world().plant })
        ;(await pressAnswers(instance.url, answers)).should.deepEqual(answers)
    })

    it('restores on a suspended instance and leaves it suspended', async () => {
        const sleeper = await world().platform.createInstance('sleeper')
        await world().platform.api('POST', `/api/v1/projects/${sleeper.id}/actions/suspend`)
        await world().platform.waitForState(sleeper.id, 'suspended')
        await world().connect(sleeper)
        const answers = world().drawAnswers()
        await deployExample(world().local, answers)

        const variables = { rule: 'mine' as const, names: ['PLANT_NAME'] }
        const job = await world().push(sleeper, { name: 'for later', variables, restore })
        job.should.containDeep({ state: 'done', error: null, result: { restored: true, stateAfter: 'suspended' } })
        await world().platform.waitForState(sleeper.id, 'suspended')

        await world().platform.api('POST', `/api/v1/projects/${sleeper.id}/actions/start`)
        await world().platform.waitForState(sleeper.id, 'running')
        ;(await pressAnswers(sleeper.url, answers)).should.deepEqual(answers)
        await world().connect(instance)
    })

    describe('stores exactly', () => {
        async function pushAndCompare (name: string, flows: unknown[], credentials: Record<string, Record<string, unknown>> = {}) {
            await world().deploy(flows, credentials)
            const job = await world().push(instance, { name })
            job.should.containDeep({ state: 'done', error: null })
            const stored = await world().exported(job.result.snapshot!)
            stored.name.should.equal(name)
            const running = await world().local.call('GET', 'flows')
            stored.flows.flows.should.deepEqual(running.body)
            stored.flows.flows.should.have.length(flows.length)
            stored.flows.credentials!.should.deepEqual(credentials)
            const { version } = (await world().local.call('GET', 'settings')).body as { version: string }
            version.should.startWith(`${nodeRed}.`)
            // Below a Git folder Node-RED takes itself for a checkout, and says so.
            stored.settings.modules!.should.have.property('node-red', version.replace(/-git$/, ''))
        }

        it('nodes of types that are not installed, with their credentials', () => pushAndCompare('missing types', [
            { id: 'f1', type: 'tab', label: 'F', env: [{ name: 'KEY', type: 'cred', value: '' }] },
            { id: 'n1', type: 'never heard of', z: 'f1', name: 'x', nested: { deep: [1, null, { $: 'a' }] }, x: 10, y: 10, wires: [['n2']] },
            { id: 'n2', type: 'debug', z: 'f1', name: 'ümläut 🚀 </script>', x: 20, y: 10, wires: [] }
        ], { f1: { KEY: 'secret ✓' }, n1: { user: 'u', password: '"quoted"\n' } }))

        it('nodes that share an id', () => pushAndCompare('duplicate ids', [
            { id: 'f2', type: 'tab', label: 'F' },
            { id: 'n3', type: 'inject', z: 'f2', name: 'first', props: [], repeat: '', once: false, x: 10, y: 10, wires: [[]] },
            { id: 'n3', type: 'inject', z: 'f2', name: 'second', props: [], repeat: '', once: false, x: 10, y: 50, wires: [[]] }
        ]))

        it('flows and nodes that are disabled', () => pushAndCompare('disabled', [
            { id: 'f3', type: 'tab', label: 'off', disabled: true },
            { id: 'n4', type: 'http request', z: 'f3', authType: 'basic', method: 'GET', url: '', d: true, x: 10, y: 10, wires: [[]] }
        ], { n4: { user: 'u', password: 'p' } }))

        it('no flows at all', () => pushAndCompare('nothing', []))
    })
})
