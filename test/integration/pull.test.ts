import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import should from 'should'
import type { PreparedPull, PullParts, PullReplaceRequest } from '../../src/shared/pull'
import type { RestoreJob } from '../../src/shared/requests'
import { fewFlows, oddIds, plantFlows, unknownFlows, type FlowSet } from '../node-red/flow-sets'
import { LocalWorld, noFlows, opened, type Files } from '../node-red/local-world'
import { versions } from '../node-red/versions'
import type { Named } from '../platform/platform'
import { useWorld } from './platform-world'

const everything: PullParts = { flows: true, credentials: 'theirs', variables: 'all' }
const sets: Array<[string, () => FlowSet]> = [
    ['a plant’s flows', plantFlows], ['unknown node types', unknownFlows], ['odd ids', oddIds], ['flows that are read on another thread', largeFlows]
]

function largeFlows (): FlowSet {
    const { flows, credentials } = plantFlows()
    const more = Array.from({ length: 3000 }, (_, at) => ({
        id: `more${at}`, type: 'debug', z: 'tab1', name: `Überlauf ${at}`, active: false, x: at % 90 * 20, y: at, wires: []
    }))
    return { flows: [...flows, ...more], credentials: { ...credentials, more1: { secret: 'canary-more' } } }
}

function sameCredentials (files: Files, { credentials }: FlowSet): void {
    should(opened(files)).eql(opened({ flows: null, credentials: JSON.stringify(credentials) }))
}

for (const version of versions) {
    describe(`a pull from a real FlowFuse into Node-RED ${version}`, function () {
        this.timeout(5 * 60_000)
        const world = useWorld(version)
        let local: LocalWorld
        let instance: Named

        before(async () => {
            local = new LocalWorld(world().local)
            instance = await world().platform.createInstance('pulled')
            await world().connect(instance)
        })

        const prepare = (snapshot: Named) => local.ask<PreparedPull>(
            'POST', 'flowfuse-snapshots/pull', { owner: { kind: 'instance', id: instance.id }, snapshot: snapshot.id })
        const start = async ({ id, rev }: PreparedPull, request: Partial<PullReplaceRequest> = {}) => {
            const whole: PullReplaceRequest = { rev, parts: everything, mine: [], theirs: await local.units(id), otherwise: 'theirs', ...request }
            const route = whole.modules === undefined ? 'replace' : 'replace-with-modules'
            return await local.followed(await local.ask<RestoreJob>('POST', `flowfuse-snapshots/pull/${id}/${route}`, whole))
        }
        const replace = async (pull: PreparedPull, request?: Partial<PullReplaceRequest>) => {
            const job = await start(pull, request)
            should(job.error).be.null()
            return job
        }
        const push = async (name: string, names: string[] = []) => {
            const job = await world().push(instance, { name, ...(names.length > 0 && { variables: { rule: 'mine', names } }) })
            should(job.error).be.null()
            return job.result.snapshot!
        }
        const keep = (values: Record<string, string>) => local.ask('PUT', 'flowfuse-snapshots/variables', {
            variables: Object.entries(values).map(([name, value]) => ({ name, hidden: false, value }))
        })
        const kept = async () => {
            const { text } = await local.ask<{ text: string }>('POST', 'flowfuse-snapshots/variables/export', {})
            return text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
        }

        for (const [name, make] of sets) {
            it(`brings ${name} back after everything was deleted, byte by byte, and undo takes it away again`, async () => {
                const set = make()
                const rev = await local.deploy(set)
                const before = local.files()
                const snapshot = await push(name)
                await local.deploy(noFlows)
                const empty = local.files()

                const pull = await prepare(snapshot)
                should(pull.snapshot).containDeep({ id: snapshot.id, name, owner: { kind: 'instance', id: instance.id, name: instance.name } })
                const job = await replace(pull)
                should(job.result.rev).equal(rev)
                should(local.files().flows).equal(before.flows)
                sameCredentials(local.files(), set)

                should((await local.undo()).error).be.null()
                should(local.files()).eql(empty)
            })
        }

        it('gives the flows of the snapshot as they were, without a credential in anything that it answers', async () => {
            const set = largeFlows()
            await local.deploy(set)
            const snapshot = await push('looked at')
            await local.deploy(noFlows)
            await local.deploy(fewFlows())
            const pull = await prepare(snapshot)
            const flows = await local.ask<unknown[]>('GET', `flowfuse-snapshots/pull/${pull.id}/flows`)
            should(JSON.stringify(flows)).equal(JSON.stringify(set.flows))
            const here = await local.ask<{ rev: string, flows: unknown[] }>('GET', `flowfuse-snapshots/pull/${pull.id}/here`)
            const { flows: own, rev } = await local.running()
            should([here.rev, JSON.stringify(here.flows)]).eql([rev, JSON.stringify(own)])
            should(rev).equal(pull.rev)
            should(JSON.stringify([pull, flows, here])).not.match(/canary/)
            should(pull.credentials).containEql({ tab1: 'added', req1: 'changed', more1: 'added', in1: 'missing' })
            should(pull.counts).containEql({ flows: 2, subflows: 1, nodesWithCredentials: 9 })
            should(pull.countsHere).eql({ flows: 1, subflows: 0, nodes: 2, nodesWithCredentials: 2 })
        })

        it('brings variables and missing modules as they were', async () => {
            await local.ask('POST', 'nodes', { module: 'node-red-node-smooth', version: '0.1.2' })
            const tab = { id: 't', type: 'tab', env: [{ name: 'L', value: '${LINE} ${SHIFT}', type: 'env' }] }
            await local.deploy({ flows: [tab, { id: 'r', type: 'smooth', z: 't', low: 1, high: 9, wires: [[]] }], credentials: {} })
            await keep({ LINE: '4', SHIFT: 'früh “1”' })
            const variables = await kept()
            const before = local.files()
            const snapshot = await push('with module', ['LINE', 'SHIFT'])
            await local.deploy(noFlows)
            await keep({ OTHER: 'only here' })
            await local.nodeRed.call('DELETE', 'nodes/node-red-node-smooth')

            const pull = await prepare(snapshot)
            should(pull.modules.filter(({ state }) => state === 'missing')).eql([
                { name: 'node-red-node-smooth', version: '0.1.2', here: null, refused: null, state: 'missing' }
            ])
            should(pull.variables).containEql({ added: ['LINE', 'SHIFT'], removed: ['OTHER'], withheld: [] })
            should(pull.notes.map(({ code }) => code)).containEql('missing-types')
            const { result } = await replace(pull, { modules: ['node-red-node-smooth'] })
            should(result.installed).eql(['node-red-node-smooth'])
            should(local.files().flows).equal(before.flows)
            should(await kept()).eql(variables)
            const manifest = JSON.parse(readFileSync(join(local.nodeRed.userDir, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
            should(manifest.dependencies['node-red-node-smooth']).match(/0\.1\.2$/)
            await keep({})
        })

        it('undoes nothing that was done here since the last push unless it is told to, whoever asks', async () => {
            await local.deploy(plantFlows())
            const snapshot = await push('since')
            const edited = plantFlows().flows.map(node => node.id === 'req1' ? { ...node, name: 'edited since' } : node)
            await local.deploy({ flows: edited, credentials: {} })
            const pull = await prepare(snapshot)
            const files = local.files()
            const { error } = await start(pull, { theirs: [] })
            should(error).containDeep({ code: 'pull-overrules', params: { count: 1, name: 'since', base: 'since' } })
            should(local.files()).eql(files)
            should((await start(pull, { theirs: [], mine: ['tab1'] })).error).be.null()
            await replace(await prepare(snapshot), { theirs: ['tab1'] })
            should(JSON.stringify((await local.running()).flows)).not.match(/edited since/)
        })

        it('takes one flow and keeps the others, or no flow at all', async () => {
            await local.deploy(plantFlows())
            const snapshot = await push('two flows')
            const edited = plantFlows().flows.map(node => ['req1', 'req2'].includes(String(node.id)) ? { ...node, name: 'edited' } : node)
            await local.deploy({ flows: edited, credentials: { req1: { password: 'canary-here' }, req2: { password: 'canary-here' } } })

            await replace(await prepare(snapshot), { mine: ['tab2'] })
            const { flows } = await local.running()
            const names = (flows as Array<{ id: string, name: string }>).filter(({ id }) => ['req1', 'req2'].includes(id)).map(({ name }) => name)
            should(names).eql(['MES', 'edited'])
            should(opened(local.files())).containEql({ req1: { user: 'press', password: 'canary-password “ß”' }, req2: { password: 'canary-here' } })

            const before = local.files()
            await replace(await prepare(snapshot), { parts: { flows: false, credentials: 'mine', variables: 'none' } })
            should(local.files().flows).equal(before.flows)
            should(opened(local.files())).eql(opened(before))
        })

        it('knows what both sides had in common, after a push and after a pull', async () => {
            await local.deploy(plantFlows())
            const snapshot = await push('base')
            const { flows, credentials } = plantFlows()
            await local.deploy({ flows: [...flows.filter(({ id }) => id !== 'off1'), { id: 'mine', type: 'tab', label: 'made here' }], credentials })
            const pull = await prepare(snapshot)
            should(pull.base).containEql({ name: 'base' })
            should(pull.base?.states).eql({ off1: { here: 'gone', there: 'same' }, mine: { here: 'added', there: 'none' } })
            await replace(pull)
            should((await prepare(snapshot)).base?.states).eql({})
            should((await prepare(snapshot)).notes.map(({ code }) => code)).containEql('same-flows')
        })

        it('has in common what it had before, once a pull is undone', async () => {
            await local.deploy(fewFlows())
            const earlier = await push('earlier')
            await local.deploy(plantFlows())
            await push('later')
            const before = (await prepare(earlier)).base
            await replace(await prepare(earlier))
            should((await prepare(earlier)).base).containDeep({ name: 'earlier' })
            should((await local.list()).undo).containDeep({ name: 'earlier', pulled: true })
            should((await local.undo()).error).be.null()
            should((await prepare(earlier)).base).eql(before)
            should(before).containDeep({ name: 'later', states: { tab2: { here: 'same', there: 'gone' } } })
        })

        it('writes nothing when somebody has deployed since, and compares again', async () => {
            await local.deploy(plantFlows())
            const snapshot = await push('moved')
            await local.deploy(fewFlows())
            const pull = await prepare(snapshot)
            await local.deploy({ flows: [...fewFlows().flows, { id: 'later', type: 'tab' }], credentials: {} })
            const before = local.files()
            should((await start(pull)).error?.code).equal('restore-moved')
            should(local.files()).eql(before)
            const again = await local.ask<PreparedPull>('GET', `flowfuse-snapshots/pull/${pull.id}`)
            should(again.rev).not.equal(pull.rev)
            should((await start(again)).error).be.null()
        })
    })
}
