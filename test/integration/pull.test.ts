import should from 'should'
import type { PreparedPull, PullParts, PullReplaceRequest } from '../../src/shared/pull'
import type { RestoreJob } from '../../src/shared/requests'
import { oddFlows, plantFlows, unknownFlows, type FlowSet } from '../node-red/flow-sets'
import { LocalWorld, noFlows, opened, type Files } from '../node-red/local-world'
import { versions } from '../node-red/versions'
import type { Named } from '../platform/platform'
import { useWorld } from './platform-world'

const everything: PullParts = { flows: true, credentials: 'theirs', variables: 'all' }
const sets: Array<[string, () => FlowSet]> = [['a plant’s flows', plantFlows], ['unknown node types', unknownFlows], ['odd ids', oddFlows]]

function sameCredentials (files: Files, { credentials }: FlowSet): void {
    should(opened(files)).eql(opened({ flows: null, credentials: JSON.stringify(credentials) }))
}

for (const version of versions) {
    describe(`a pull into Node-RED ${version}`, function () {
        this.timeout(120_000)
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
        const replace = async ({ id, rev }: PreparedPull, request: Partial<PullReplaceRequest> = {}) => {
            const whole: PullReplaceRequest = { rev, parts: everything, mine: [], theirs: [], otherwise: 'theirs', ...request }
            return await local.followed(await local.ask<RestoreJob>('POST', `flowfuse-snapshots/pull/${id}/replace`, whole))
        }
        const push = async (name: string) => {
            const job = await world().push(instance, { name })
            should(job.error).be.null()
            return job.result.snapshot!
        }

        for (const [name, make] of sets) {
            it(`brings ${name} back after everything was deleted, byte by byte`, async () => {
                const set = make()
                const rev = await local.deploy(set)
                const before = local.files()
                const snapshot = await push(name)
                await local.deploy(noFlows)

                const pull = await prepare(snapshot)
                should(pull.snapshot).containDeep({ id: snapshot.id, name, owner: { kind: 'instance', id: instance.id, name: instance.name } })
                const job = await replace(pull)
                should(job.error).be.null()
                should(job.result.rev).equal(rev)
                should(local.files().flows).equal(before.flows)
                sameCredentials(local.files(), set)
            })
        }
    })
}
