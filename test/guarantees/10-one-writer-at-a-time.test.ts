import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import should from 'should'
import { Journal, type JournalEntry } from '../../src/runtime/journal'
import { Jobs } from '../../src/runtime/jobs'
import { NodeRed } from '../../src/runtime/node-red'
import { DataKey } from '../../src/runtime/store/data-key'
import { Turns } from '../../src/runtime/turns'
import { findPlace } from '../../src/runtime/action-place'
import { findDevice } from '../../src/runtime/device-place'
import { ActionsTrial } from './actions-there'
import { MemoryRed } from './memory-red'
import { outcome } from './outcome'
import { PluginWorld, someFlows } from './plugin-world'

const other = [{ id: 't1', type: 'tab', label: 'by somebody else' }]

describe('Guarantee 10: two writers never run at once, and a stale revision writes nothing', () => {
    const nothing = () => ({ snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: 'i', name: 'n', url: '' } })

    it('one job at a time, whoever starts it', async () => {
        const jobs = new Jobs(() => undefined)
        let go = () => undefined as void
        const waiting = new Promise<void>(resolve => { go = resolve })
        const { id } = jobs.start('ann', ['capture'], nothing(), () => waiting)
        for (const user of ['ann', 'eve']) {
            should(await outcome(() => jobs.start(user, ['capture'], nothing(), async () => undefined))).equal('job-running')
        }
        go()
        await jobs.ended(id)
        should(await outcome(() => jobs.start('eve', ['capture'], nothing(), async () => undefined))).equal('done')
    })

    it('what changes the same thing on the platform is done one after the other, also after a failure', async () => {
        const turns = new Turns()
        const order: string[] = []
        const work = (name: string, fails = false) => turns.take('i', async () => {
            order.push(`${name} begins`)
            await turn()
            order.push(`${name} ends`)
            if (fails) { throw new Error(name) }
        }, () => new Error('late')).catch(() => undefined)
        await Promise.all([work('a', true), work('b'), work('c')])
        should(order).eql(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
    })

    it('work whose turn comes too late is never done, as its user was told', async () => {
        const turns = new Turns(5)
        let go = () => undefined as void
        const first = turns.take('i', () => new Promise<void>(resolve => { go = resolve }), () => new Error('late'))
        let done = 0
        should(await outcome(() => turns.take('i', async () => { done++ }, () => new Error('late')))).match(/late/)
        go()
        await first
        await turns.take('i', async () => undefined, () => new Error('late'))
        should(done).equal(0)
    })

    describe('what is done on the platform', () => {
        let there: ActionsTrial
        beforeEach(async () => { there = await ActionsTrial.start() })
        afterEach(() => there.trial.stop())
        const names = ['another name of a snapshot', 'deleting a snapshot', 'the target of all devices', 'a restore', 'deleting a snapshot of a device', 'the target of one device']

        for (const name of names) {
            it(`is not done where it is no longer what was shown: ${name}`, async () => {
                const { act, isDone, call } = there.all()[name]!
                const { fake } = there.trial
                const meanwhile = async () => {
                    for (const snapshot of [there.snapshot, there.ofDevice]) {
                        await there.place.session.request({ method: 'PUT', path: `/api/v1/snapshots/${snapshot}`, what: 'snapshots', body: { name: 'by another' } })
                    }
                    fake.requests.length = 0
                }
                should(await outcome(() => act(meanwhile))).equal('action-moved')
                should(isDone()).be.false()
                should(fake.requests.filter(({ method }) => method === call.method)).eql([])
            })
        }

        it('by two at once sees what the first has done, whatever each of them does', async () => {
            const { take } = Turns.prototype
            const taken: string[] = []
            Turns.prototype.take = async function (this: Turns, of, work, late) {
                taken.push(of)
                return await take.call(this, of, work, late) as never
            }
            try {
                const path = `snapshots/${there.snapshot}`
                for (const [method, to, body] of [
                    ['PUT', path, { name: 'one', from: { name: '', description: '' } }], ['POST', `${path}/deletion`, { seen: '' }],
                    ['PUT', `${path}/device-target`, { seen: '', majorStep: true }],
                    ['POST', `${path}/restore`, { seen: '', instanceName: 'filler', captureBefore: false, addModules: [] }]
                ] as const) {
                    should(await there.trial.ask(method, to, body)).containEql({ code: 'action-moved' })
                }
            } finally {
                Turns.prototype.take = take
            }
            should(taken).have.length(4)
            should(new Set(taken).size).equal(1)
        })

        it('is not done by a window that still shows another target', async () => {
            const { trial } = there
            await trial.call('PUT', 'target', { teamId: trial.fake.ids.teams.bottlingPlant, instanceId: trial.fake.ids.instances.labeller })
            trial.fake.requests.length = 0
            should(await outcome(() => findPlace(trial.services, '', trial.filler, 'delete'))).equal('target-changed')
            should(await outcome(() => findDevice(trial.services, '', trial.filler, trial.app, true))).equal('target-changed')
            const push = { instanceId: trial.filler, name: 'v2', description: '', variables: { rule: 'keep' }, deviceTarget: null, restore: null }
            for (const [path, body] of [['push', push], ['status/automatic-push', { instanceId: trial.filler, on: true }]] as const) {
                should((await trial.call<object>(path === 'push' ? 'POST' : 'PUT', path, body)).body).containEql({ code: 'target-changed' })
            }
            should(trial.writes()).eql([])
        })

        it('is not done on a device of another target', async () => {
            const { trial, place } = there
            trial.fake.setDevice(trial.app, { owner: null })
            should(await outcome(() => findDevice(trial.services, '', trial.filler, trial.app, true))).equal('device-elsewhere')
            should(await outcome(() => there.push())).equal('device-elsewhere')
            should(place.device.id).equal(trial.app)
            should(trial.writes()).eql([])
        })
    })

    it('one process at a time has the journal', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'ffs-guarantee-'))
        try {
            const entry: JournalEntry = {
                kind: 'restore', snapshot: { id: 'a', name: 'v1' }, safety: { id: 'b', name: 'x' }, revBefore: 'old', revAfter: 'new',
                files: { flows: { sha256: null, text: null }, credentials: { sha256: null, text: null } }, variables: null
            }
            const journals = [1, 2, 3].map(() => new Journal(folder, new DataKey(folder, () => [])))
            const opened = await Promise.all(journals.map(journal => outcome(() => journal.open(entry))))
            should(opened.sort()).eql(['done', 'restore-elsewhere', 'restore-elsewhere'])
        } finally {
            rmSync(folder, { recursive: true })
        }
    })

    describe('Node-RED', () => {
        let red: MemoryRed
        let userDir: string
        beforeEach(() => {
            userDir = mkdtempSync(join(tmpdir(), 'ffs-guarantee-'))
            red = new MemoryRed(userDir)
        })
        afterEach(() => {
            red.end()
            rmSync(userDir, { recursive: true })
        })

        it('takes no flows for another revision than the one that runs', async () => {
            const writing = new NodeRed(red.api).writing()!
            red.start(someFlows)
            should(await outcome(() => writing.setFlows(other, null, 'stale'))).equal('restore-moved')
            should(red.files().flows).equal(JSON.stringify(someFlows))
            should(red.deploys).equal(1)
        })

        it('loads no files for another revision than those that may be replaced', async () => {
            const writing = new NodeRed(red.api).writing()!
            red.start(someFlows)
            let written = 0
            should(await outcome(() => writing.replaceStored(['stale'], async () => { written++ }))).equal('restore-moved')
            should([written, red.deploys]).eql([0, 1])
        })

        it('stores no deploy of others while its files are being put back, and again afterwards', async () => {
            const nodeRed = new NodeRed(red.api)
            const writing = nodeRed.writing()!
            red.start(someFlows)
            let meanwhile = ''
            await writing.replaceStored([red.rev], async () => {
                meanwhile = await outcome(() => nodeRed.writing()!.setFlows(other, null, red.rev))
            })
            should(meanwhile).equal('restore-moved')
            should(red.files().flows).equal(JSON.stringify(someFlows))
            await writing.setFlows(other, null, red.rev)
            should(red.files().flows).equal(JSON.stringify(other))
        })
    })

    describe('the plugin as a whole', () => {
        let world: PluginWorld
        let id: string
        let plan: { rev: string, credentialMark: string }
        beforeEach(async () => {
            world = await PluginWorld.start({ credentials: { n1: { password: 'one' } } })
            await world.connect()
            id = (await world.json<{ id: string }>('POST', 'local', { name: 'one', description: '' })).id
            plan = await world.json('GET', `local/${id}/plan`)
        })
        afterEach(() => world.stop())

        const pulled = async () => {
            const { filler } = world.fake.ids.instances
            const snapshot = world.fake.addSnapshot(filler, { name: 'v2', flows: other, credentials: {}, env: {}, modules: {}, settings: {} })
            return (await world.json<{ id: string }>('POST', 'pull', { owner: { kind: 'instance', id: filler }, snapshot })).id
        }
        const replacing = { parts: { flows: true, credentials: 'theirs', variables: 'none' }, mine: [], theirs: [], otherwise: 'theirs' }
        /** What came of work that Node-RED's state must not be written by. */
        const refusal = async (path: string, body: object) => {
            const files = world.red.files()
            const deploys = world.red.deploys
            const { id: job } = await world.json<{ id: string }>('POST', path, body)
            const { state, error } = await world.ended(job)
            should(state).equal('failed')
            should(world.red.files()).eql(files)
            should(world.red.deploys).equal(deploys)
            return error?.code
        }

        it('restores, pulls and undoes nothing once others have deployed', async () => {
            const pull = await pulled()
            const done = await world.json<{ id: string }>('POST', `local/${id}/restore`, plan)
            should((await world.ended(done.id)).state).equal('done')
            const { undo } = await world.json<{ undo: { id: string } }>('GET', 'local')
            const { rev } = world.red
            world.red.start(other)
            should(await refusal(`local/${id}/restore`, plan)).equal('restore-moved')
            should(await refusal(`pull/${pull}/replace`, { rev, ...replacing })).equal('restore-moved')
            should(await refusal('undo', { id: undo.id, rev })).equal('restore-moved')
        })

        it('restores and pulls nothing once only credentials have changed', async () => {
            const pull = await pulled()
            world.red.credentials = { n1: { password: 'another' } }
            should(await refusal(`local/${id}/restore`, plan)).equal('restore-moved')
            should(await refusal(`pull/${pull}/replace`, { rev: plan.rev, ...replacing })).equal('restore-moved')
            // Nor for who does not say which credentials were shown.
            should((await world.call('POST', `local/${id}/restore`, { rev: plan.rev })).code).equal('body-invalid')
        })

        it('overwrites nothing that is deployed at the last moment', async () => {
            let isFirst = true
            // While the safety snapshot is written, somebody else deploys.
            const { getCredentials } = world.red.api.nodes
            world.red.api.nodes.getCredentials = node => {
                if (isFirst) {
                    isFirst = false
                    setImmediate(() => world.red.start(other))
                }
                return getCredentials(node)
            }
            const { id: job } = await world.json<{ id: string }>('POST', `local/${id}/restore`, plan)
            should((await world.ended(job)).state).equal('failed')
            should(world.red.files().flows).equal(JSON.stringify(other))
        })

        it('lets nothing else be written while a restore is at work', async () => {
            world.red.dieAt('setFlows')
            const started = await world.json<{ id: string }>('POST', `local/${id}/restore`, plan)
            await world.red.dead
            const others: Array<[string, string, object]> = [
                ['POST', `local/${id}/restore`, plan], ['POST', `local/${id}/restore-with-modules`, plan], ['POST', 'undo', { id, rev: plan.rev }], ['PUT', 'variables', { variables: [] }],
                ['POST', 'variables/import', { text: 'A=1' }], ['POST', 'local/former-secret', { secret: 'x' }], ['DELETE', `local/${id}`, {}]
            ]
            for (const [method, path, body] of others) {
                should((await world.call(method, path, body)).code).equal('job-running', `${method} ${path}`)
            }
            should((await world.call('DELETE', `jobs/${started.id}`)).code).equal('job-past-cancelling')
            should((await world.json<{ snapshots: object[] }>('GET', 'local')).snapshots).have.length(2)
        })

        it('deletes no safety snapshot that an open journal needs, and begins nothing beside one', async () => {
            const journal = new Journal(join(world.userDir, 'flowfuse-snapshots'), new DataKey(join(world.userDir, 'flowfuse-snapshots'), () => []))
            await journal.open({
                kind: 'restore', snapshot: { id: 'a', name: 'v1' }, safety: { id, name: 'x' }, revBefore: 'old', revAfter: 'new',
                files: { flows: { sha256: null, text: null }, credentials: { sha256: null, text: null } }, variables: null
            })
            should((await world.call('DELETE', `local/${id}`)).code).equal('restore-elsewhere')
            should(await refusal(`local/${id}/restore`, plan)).equal('restore-elsewhere')
            // Not even a safety snapshot, which would be in vain.
            should((await world.json<{ snapshots: object[] }>('GET', 'local')).snapshots).have.length(1)
        })
    })
})
