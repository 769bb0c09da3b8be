import should from 'should'
import type { FileParts, FileSource, UploadAnswer, UploadPlan } from '../../src/shared/files'
import { fileType } from '../../src/shared/files'
import type { PreparedPull } from '../../src/shared/pull'
import type { RestoreJob } from '../../src/shared/requests'
import type { View } from '../../src/shared/views'
import { parseEnv } from '../../src/snapshot/env-text'
import { noFlows, LocalWorld, opened } from '../node-red/local-world'
import { oddIds, plantFlows, type FlowSet } from '../node-red/flow-sets'
import { versions } from '../node-red/versions'
import type { Named } from '../platform/platform'
import { useWorld } from './platform-world'

const secret = 'a secret of the file'
const all: FileParts = { flows: true, credentials: true, variables: 'all' }

for (const version of versions) describe(`snapshot files of Node-RED ${version} and a real FlowFuse 2.4.0`, function () {
    this.timeout(5 * 60_000)
    const world = useWorld(version)
    let local: LocalWorld
    let instance: Named

    before(async () => {
        local = new LocalWorld(world().local)
        instance = await world().platform.createInstance('files')
        await world().connect(instance)
    })
    after(async () => {
        // Without a licence FlowFuse has room for few instances.
        await world().platform.api('DELETE', `/api/v1/projects/${instance.id}`)
        await local.ask('PUT', 'flowfuse-snapshots/variables', { variables: [] })
    })

    const ask = <T>(path: string, body: object) => local.ask<T>('POST', `flowfuse-snapshots/${path}`, body)
    const download = (source: FileSource, parts = all) => ask<string>('files/snapshot', { source, parts, secret })
    const remote = (snapshot: Named): FileSource => ({ kind: 'remote', owner: { kind: 'instance', id: instance.id }, snapshot: snapshot.id })
    const openFile = async (text: string, ofSecret = secret): Promise<View> => {
        const { url } = world().local
        const response = await fetch(`${url}/flowfuse-snapshots/views/file`, {
            method: 'POST', headers: { 'content-type': fileType, origin: url, 'x-file-name': 'x.json' }, body: text
        })
        const view = await response.json() as View
        should(view.credentials?.state).equal('sealed')
        return await ask<View>(`views/${view.id}/secret`, { secret: ofSecret })
    }
    const upload = (view: View, name: string, parts = all) =>
        ask<UploadAnswer>('uploads', { view: view.id, to: { kind: 'instance', id: instance.id }, name, description: 'from a file', parts })
    const setVariables = () => local.ask('PUT', 'flowfuse-snapshots/variables', {
        variables: [{ name: 'LINE', hidden: false, value: '4' }, { name: 'PIN', hidden: true, value: 'h1dden pin' }]
    })

    const sets: Array<[string, () => FlowSet]> = [['a plant’s flows', plantFlows], ['odd ids', oddIds]]
    for (const [name, make] of sets) {
        it(`a file of ${name} opens here, and pulls them back byte by byte after everything was deleted`, async () => {
            const set = make()
            await setVariables()
            await local.deploy(set)
            const before = local.files()
            const text = await download({ kind: 'running' })
            should(text).not.containEql('h1dden pin')
            await local.deploy(noFlows)
            const view = await openFile(text)
            const pull = await ask<PreparedPull>('pull', { view: view.id })
            const job = await ask<RestoreJob>(`pull/${pull.id}/replace`, {
                rev: pull.rev, parts: { flows: true, credentials: 'theirs', variables: 'all' }, mine: [], theirs: [], otherwise: 'theirs'
            })
            should((await local.followed(job)).error).be.null()
            should(local.files().flows).equal(before.flows)
            should(opened(local.files())).eql(opened(before))
        })
    }

    it('a file of a local snapshot is the same as one of what runs', async () => {
        await setVariables()
        await local.deploy(plantFlows())
        const { id } = await local.keep('kept')
        const [kept, running] = [await openFile(await download({ kind: 'local', id })), await openFile(await download({ kind: 'running' }))]
        should(kept).containEql({ name: 'kept', revision: running.revision, modules: running.modules })
        should(kept.variables.map(({ name, hidden, value }) => ({ name, hidden, value })))
            .eql([{ name: 'LINE', hidden: false, value: '4' }, { name: 'PIN', hidden: true, value: null }])
        should(kept.variables).eql(running.variables)
        should(kept.credentials).eql(running.credentials)
    })

    it('uploads a file by a create, with its credentials, and what comes down again is equal', async () => {
        await setVariables()
        const set = plantFlows()
        await local.deploy(set)
        const view = await openFile(await download({ kind: 'running' }))
        const plan = await ask<UploadPlan>('uploads/plan', { view: view.id, to: { kind: 'instance', id: instance.id } })
        should(plan).containDeep({ way: 'create', refused: null, most: 5 * 1024 * 1024, to: { name: instance.name } })
        should(plan.lacks).containEql('hidden-flags')
        const { way, snapshot } = await upload(view, 'uploaded')
        should({ way, name: snapshot.name }).eql({ way: 'create', name: 'uploaded' })
        const there = await world().exported(snapshot)
        should(there.flows.flows).eql((await local.running()).flows)
        should(there.flows.credentials).eql(set.credentials)
        should(there.settings.env).containEql({ LINE: '4', PIN: 'h1dden pin' })
        should(there.settings.modules).eql(view.modules)

        const down = await download(remote(snapshot))
        const again = await openFile(down)
        should(again).containEql({ name: 'uploaded', description: 'from a file', revision: view.revision, modules: view.modules })
        should(again.credentials.marks).eql(view.credentials.marks)
        should(withoutCiphers(down)).eql(withoutCiphers(await platformFile(snapshot)))
    })

    it('uploads without what was left out, and keeps the instance’s variables then', async () => {
        await local.deploy(plantFlows())
        await world().setVariables(instance, { KEPT: 'there' })
        const { snapshot } = await upload(await openFile(await download({ kind: 'running' })), 'flows alone', { flows: true, credentials: false, variables: 'none' })
        const there = await world().exported(snapshot)
        should(there.flows.credentials).eql({})
        should(there.settings.env).containEql({ KEPT: 'there' })
        should(there.settings.env).not.have.property('LINE')
    })

    it('is told with the version that FlowFuse takes nothing for a device', async () => {
        const device = await world().platform.api<Named>('POST', '/api/v1/devices', { name: `edge ${version}`, type: 'x', team: world().platform.team.id })
        const view = await ask<View>('views', { source: { kind: 'running' } })
        const to = { kind: 'device', id: device.id }
        const refused = { code: 'needs-version', params: { version: '2.4.0', needed: '2.5.0' } }
        should((await ask<UploadPlan>('uploads/plan', { view: view.id, to })).refused).eql(refused)
        const answer = await world().local.call('POST', 'flowfuse-snapshots/uploads', { view: view.id, to, name: 'x', description: '', parts: all })
        should(answer).eql({ status: 403, body: refused })
    })

    it('has names of its own, and is never opened by the browser', async () => {
        await setVariables()
        const { url } = world().local
        const header = async (path: string, body: object) => {
            const response = await fetch(`${url}/flowfuse-snapshots/files/${path}`, {
                method: 'POST', headers: { 'content-type': 'application/json', origin: url }, body: JSON.stringify(body)
            })
            should(response.headers.get('content-type')).equal('application/octet-stream')
            should(response.headers.get('x-content-type-options')).equal('nosniff')
            should(response.headers.get('cache-control')).equal('no-store')
            return response.headers.get('content-disposition')
        }
        const source = { kind: 'running' }
        should(await header('snapshot', { source, parts: all, secret })).match(/^attachment; filename="snapshot-[0-9a-f]{10}-\d{8}-\d{6}\.json"$/)
        should(await header('package', { source })).equal('attachment; filename="package.json"')
        should(await header('environment', { source, values: true })).match(/^attachment; filename="snapshot-[0-9a-f]{10}-\d{8}-\d{6}\.env"$/)
        should(parseEnv(await ask<string>('files/environment', { source, values: true }))).eql([['LINE', '4'], ['PIN', 'h1dden pin']])
        should(parseEnv(await ask<string>('files/environment', { source, values: false }))).eql([['LINE', ''], ['PIN', '']])
        should(JSON.parse(await ask<string>('files/package', { source }))).containDeep({ private: true, name: 'node-red' })
    })

    /** Each has an IV of its own. */
    const withoutCiphers = (text: string) => JSON.parse(text, (key, value: unknown) => key === '$' ? '' : value) as unknown

    /** As FlowFuse's own page downloads it. */
    const platformFile = async ({ id }: Named) =>
        JSON.stringify(await world().platform.api('POST', `/api/v1/snapshots/${id}/export`, { credentialSecret: secret }), null, 2)
})
