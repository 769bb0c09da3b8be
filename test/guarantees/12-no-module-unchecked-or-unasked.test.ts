import should from 'should'
import { installRefusal, moduleRefusal, versionHere } from '../../src/runtime/module-install'
import { compareModules, tickedModules } from '../../src/runtime/replace-plan'
import { validModuleName, validModuleVersion } from '../../src/snapshot/modules'
import { targetThere, deviceTargetPlan } from '../../src/runtime/action-device-target'
import { prepareRestoreThere } from '../../src/runtime/action-restore'
import { restoreTherePlan } from '../../src/runtime/action-restore-plan'
import { checkDeviceVersion } from '../../src/runtime/device-target'
import { oneDevicePlan, targetOneDevice } from '../../src/runtime/device-target-one'
import { redDouble } from '../runtime/red-double'
import { ActionsTrial } from './actions-there'
import { outcome } from './outcome'
import { PluginWorld } from './plugin-world'

const names = [
    '--registry=http://evil.example', '-g', '../x', './x', '/etc/passwd', 'a b', 'a;b', 'a@1', '$(id)', '`id`', 'file:x', 'git+ssh://x/y', 'http://evil.example/x.tgz', '@scope', '@scope/', '@/x',
    'x/y', 'X', '', '.', '..', 'a\nb', 'node_modules', 'favicon.ico', 'x'.repeat(215), '@a/b/c', 'a\\b', 'ü', '__proto__/x'
]
const versions = ['latest', '', ' ', 'file:..', 'http://evil.example/x.tgz', 'git+https://x/y', 'npm:other@1', '1', '1.0.0 --registry=x', '$(id)', '1.0.0;id', '../x', 'x.tgz', '1.0.0\n', '>=1.0.0 --force', '^x'.repeat(200)]
const other = 'node-red-contrib-other'

describe('Guarantee 12: nothing is installed without consent, and no name or version reaches npm unchecked', () => {
    it('no name passes that is none of the registry’s', () => {
        should(names.filter(validModuleName)).eql([])
        should(['a', 'node-red-contrib-x', '@scope/x.y_z', '~x'].filter(name => !validModuleName(name))).eql([])
    })

    it('no version passes that is no version or range', () => {
        should(versions.filter(validModuleVersion)).eql([])
        should(['1.2.3', '~1.2', '^1.2.3-beta.1', '*', '1.x', '>=1.0.0 <2.0.0'].filter(version => !validModuleVersion(version))).eql([])
    })

    it('a module of a snapshot is refused by name, by version, and where the operator’s lists say so', () => {
        const refusal = (name: string, version: string, settings = {}) => moduleRefusal(redDouble(settings).nodeRed, { name, version, here: null }, new Set(['library']))?.code
        should(names.map(name => refusal(name, '1.0.0'))).matchEach('module-name-invalid')
        should(versions.map(version => refusal('x', version))).matchEach('module-version-invalid')
        should(refusal('node-red', '4.0.0')).equal('module-is-core')
        should(refusal('library', '1.0.0')).equal('module-is-library')
        should(refusal('x', '1.0.0', { externalModules: { palette: { denyList: ['x'] } } })).equal('module-not-allowed')
        should(refusal('x', '1.0.0')).be.undefined()
        should(installRefusal(redDouble({ externalModules: { palette: { allowInstall: false } } }).nodeRed)?.code).equal('install-refused')
    })

    it('a name that is none is not looked for in folders', async () => {
        should(await versionHere(redDouble({ userDir: __dirname }).nodeRed, '../../..')).be.null()
    })

    it('Node-RED itself and this plugin are never offered', async () => {
        const offered = await compareModules(redDouble().nodeRed, { 'node-red': '9.0.0', 'node-red-contrib-flowfuse-snapshots': '9.0.0', x: '1.0.0' }, new Set())
        should(offered.map(({ name }) => name)).eql(['x'])
    })

    it('only what was ticked, was offered and was not refused is installed', async () => {
        const offered = [{ name: 'x', version: '1.0.0', here: null, refused: null }, { name: 'y', version: '1.0.0', here: null, refused: { code: 'module-not-allowed' as const, params: {} } }]
        should(tickedModules(offered, ['x'], 'v1')).eql([{ name: 'x', version: '1.0.0', here: null }])
        should(await outcome(() => tickedModules(offered, ['z'], 'v1'))).equal('module-not-in-plan')
        should(await outcome(() => tickedModules(offered, ['y'], 'v1'))).equal('module-not-allowed')
    })

    describe('on the platform', () => {
        let there: ActionsTrial
        beforeEach(async () => { there = await ActionsTrial.start() })
        afterEach(() => there.trial.stop())
        const next = { name: 'v2', flows: [], modules: { 'node-red': '5.0.0', '--registry=x': '1.0.0', y: 'http://evil.example', [other]: '1.0.0' } }

        it('no device gets another major version of Node-RED that nobody has agreed to', async () => {
            const { trial, place, snapshot, ofDevice } = there
            const { fake, filler, app } = trial
            fake.createDevice('edge-2', { type: 'instance', id: filler })
            const [forAll, forOne] = [fake.addSnapshot(filler, next), fake.addSnapshot(app, next)]
            await place.session.request({ method: 'POST', path: `/api/v1/projects/${filler}/devices/settings`, what: 'deviceTarget', body: { targetSnapshot: snapshot } })
            await place.session.request({ method: 'PUT', path: `/api/v1/devices/${app}`, what: 'deviceTarget', body: { targetSnapshot: ofDevice } })
            const running = { ...place, device: { ...place.device, target: { id: ofDevice, name: 'v1' } } }
            const owner = { kind: 'device' as const, id: app }
            const { seen } = await deviceTargetPlan(place, forAll)
            const one = await oneDevicePlan(running, forOne, owner)
            fake.requests.length = 0
            should(await outcome(() => targetThere(place, forAll, { seen, majorStep: false }))).equal('target-version-unagreed')
            should(await outcome(() => targetOneDevice(running, { snapshot: forOne, from: owner, seen: one.seen, majorStep: false }))).equal('target-version-unagreed')
            should(await outcome(() => checkDeviceVersion(place.session, place.instance, { nodeRed: '5.0.0' }, '5.0.0'))).equal('device-version-unagreed')
            should(await outcome(() => checkDeviceVersion(place.session, place.instance, { nodeRed: '4.0.7', majorStep: true }, '5.0.0'))).equal('device-version-unfit')
            should(trial.writes()).eql([])
        })

        it('nothing joins an instance’s palette but what the restored snapshot names, by a name and version that may', async () => {
            const { trial, place } = there
            const id = trial.fake.addSnapshot(trial.filler, next)
            const { seen } = await restoreTherePlan(place, id, null, Buffer.alloc(32))
            const adding = (name: string) => outcome(() => prepareRestoreThere(place, id, { seen, instanceName: 'filler', captureBefore: false, addModules: [name] }))
            for (const name of ['--registry=x', 'y', 'not-there', 'node-red']) {
                should(await adding(name)).equal('module-not-addable', name)
            }
            should(await adding(other)).equal('done')
        })
    })

    describe('the plugin as a whole', () => {
        let world: PluginWorld
        const authorization = 'Bearer ann'
        beforeEach(async () => {
            world = await PluginWorld.start({ adminAuth: true })
            await world.connect({ authorization })
        })
        afterEach(() => world.stop())

        const pulled = async (modules: Record<string, string>) => {
            const { filler } = world.fake.ids.instances
            const snapshot = world.fake.addSnapshot(filler, { name: 'v2', flows: [{ id: 't', type: 'tab' }], credentials: {}, env: {}, modules, settings: {} })
            return (await world.json<{ id: string }>('POST', 'pull', { owner: { kind: 'instance', id: filler }, snapshot }, { authorization })).id
        }
        const replacing = (modules: string[]) => ({
            rev: world.red.rev, parts: { flows: true, credentials: 'theirs', variables: 'none' }, mine: [], theirs: [], otherwise: 'theirs', modules
        })
        /** A local snapshot of a Node-RED that has the module, which it then has no more. */
        const kept = async () => {
            world.red.settings.nodes = { [other]: { version: '1.0.0', nodes: { x: { types: ['x'] } } } }
            const { id } = await world.json<{ id: string }>('POST', 'local', { name: 'one', description: '' }, { authorization })
            world.red.settings.nodes = {}
            const { rev, credentialMark, modules } = await world.json<{ rev: string, credentialMark: string, modules: object[] }>('GET', `local/${id}/plan`, undefined, { authorization })
            should(modules).containDeep([{ name: other }])
            return { id, rev, credentialMark }
        }
        const ended = async (path: string, body: object) => {
            const { id } = await world.json<{ id: string }>('POST', path, body, { authorization })
            for (;;) {
                const job = await world.json<{ state: string, error: { code: string } | null }>('GET', `jobs/${id}`, undefined, { authorization })
                if (job.state !== 'running') {
                    return job
                }
            }
        }

        it('a pull and a restore install nothing that was not ticked', async () => {
            const id = await pulled({ [other]: '1.0.0' })
            should((await ended(`pull/${id}/replace`, replacing([]))).state).equal('done')
            world.red.start([{ id: 't', type: 'tab' }, { id: 'n', type: 'x', z: 't' }])
            const { id: snapshot, ...seen } = await kept()
            should((await ended(`local/${snapshot}/restore`, seen)).state).equal('done')
            should(world.red.installed).eql([])
        })

        it('and exactly what was, in the version that was shown', async () => {
            const id = await pulled({ [other]: '1.0.0', 'node-red-contrib-unticked': '1.0.0' })
            should((await ended(`pull/${id}/replace-with-modules`, replacing([other]))).state).equal('done')
            should(world.red.installed).eql([`${other}@1.0.0`])
        })

        it('modules are asked for only where the right to install was asked for', async () => {
            const id = await pulled({ [other]: '1.0.0' })
            should((await world.call('POST', `pull/${id}/replace`, replacing([other]), { authorization })).code).equal('body-invalid')
            const { id: snapshot, ...seen } = await kept()
            should((await world.call('POST', `local/${snapshot}/restore`, { ...seen, modules: [other] }, { authorization })).code).equal('body-invalid')
            // May write flows and use the plugin, and not change the palette.
            const writer = { authorization: 'Bearer writer' }
            should((await world.call('POST', `pull/${id}/replace-with-modules`, replacing([other]), writer)).status).equal(401)
            should((await world.call('POST', `local/${snapshot}/restore-with-modules`, { ...seen, modules: [other] }, writer)).status).equal(401)
            should((await world.call('GET', 'pull/x', undefined, writer)).status).equal(404)
            should(world.red.installed).eql([])
        })

        for (const [name, version, code] of [
            ['--registry=http://evil.example', '1.0.0', 'module-name-invalid'], ['../x', '1.0.0', 'module-name-invalid'], ['x', 'http://evil.example/x.tgz', 'module-version-invalid'],
            ['x', 'latest', 'module-version-invalid'], ['not-there', '1.0.0', undefined]
        ] as const) {
            it(`a snapshot that names ${name}@${version} installs ${code === undefined ? 'what was ticked of it' : 'nothing'}`, async () => {
                const id = await pulled({ [name]: version })
                const job = await ended(`pull/${id}/replace-with-modules`, replacing([name]))
                should(job.error?.code).equal(code)
                should(world.red.installed).eql(code === undefined ? [`${name}@${version}`] : [])
            })
        }

        it('nothing is installed where the operator has switched it off', async () => {
            world.red.settings.externalModules = { palette: { allowInstall: false } }
            const id = await pulled({ [other]: '1.0.0' })
            should((await ended(`pull/${id}/replace-with-modules`, replacing([other]))).error?.code).equal('install-refused')
            const { id: snapshot, ...seen } = await kept()
            should((await ended(`local/${snapshot}/restore-with-modules`, { ...seen, modules: [other] })).error?.code).equal('install-refused')
            should(world.red.installed).eql([])
        })

        it('a push names to the platform only what is a module here, in a version that may travel', async () => {
            const { filler } = world.fake.ids.instances
            await world.json('PUT', 'target', { teamId: world.fake.ids.teams.bottlingPlant, instanceId: filler }, { authorization })
            const request = { instanceId: filler, name: 'v1', description: '', variables: { rule: 'keep' }, deviceTarget: null, restore: null }
            for (const name of ['--registry=x', 'not-here', 'node-red']) {
                should((await ended('push', { ...request, addModules: [name] })).error?.code).equal('module-not-addable')
            }
            for (const nodeRed of ['latest', 'http://evil.example', '']) {
                should((await world.call('POST', 'push', { ...request, deviceTarget: { nodeRed } }, { authorization })).code).equal('body-invalid')
                const toDevice = { name: 'v1', description: '', variables: [], nodeRed, target: null }
                should((await world.call('POST', `instances/${filler}/devices/d/push`, toDevice, { authorization })).code).equal('body-invalid')
            }
        })
    })
})
