import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { deleteThere, deletionPlan } from '../../src/runtime/action-delete'
import { deviceTargetPlan, targetThere } from '../../src/runtime/action-device-target'
import { captureThere, editThere } from '../../src/runtime/action-names'
import { findPlace, type ActionPlace } from '../../src/runtime/action-place'
import { prepareRestoreThere, restoreThere } from '../../src/runtime/action-restore'
import { restoreTherePlan } from '../../src/runtime/action-restore-plan'
import { LearnedRefusals } from '../../src/runtime/learned-refusals'
import type { Action } from '../../src/shared/abilities'
import type { RestoreThereResult } from '../../src/shared/actions'
import { CodedError, errorCodes } from '../../src/shared/errors'
import { FlowFuseError } from '../../src/flowfuse/errors'
import { failure } from '../flowfuse/failure'
import { startFakeFlowFuse, type FakeFlowFuse, type FaultResponse } from '../fake/platform'
import { redDouble } from './red-double'
import { testServices } from './test-services'

const times = { lostAnswer: 150, restoreAnswer: 5000, untilRunning: 250, poll: 1 }
const flows = [{ id: 't', type: 'tab', label: 'Line 4' }]
const unwatched = <T>(_action: Action, run: () => Promise<T>) => run()

/** What a call that changes something can be answered with in place of what it should be. */
const answers: Array<[string, FaultResponse]> = [
    ['401', { status: 401, body: { code: 'unauthorized', error: 'unauthorized' } }],
    ['403', { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }],
    ['400', { status: 400, body: { code: 'invalid_snapshot', error: 'Invalid snapshot' } }],
    ['404', { status: 404, body: { code: 'not_found', error: 'Not Found' } }],
    ['404 without a body', { status: 404, body: '' }],
    ['409', { status: 409, body: { code: 'conflict', error: 'Conflict' } }],
    ['429', { status: 429, body: { error: 'Too Many Requests', message: 'Rate limit exceeded, retry in 1 minute' } }],
    ['500', { status: 500, body: { statusCode: 500, error: 'Internal Server Error', message: 'kaboom' } }],
    ['502 of a gateway', { status: 502, body: '<html>Bad Gateway</html>', contentType: 'text/html' }],
    ['a web page', { status: 200, body: '<!DOCTYPE html>', contentType: 'text/html' }],
    ['a licence that is gone', { status: 400, body: { code: 'not_licensed', error: 'Not licensed' } }],
    ['402 without a licence', { status: 402, body: { code: 'not_licensed', error: 'Not licensed' } }],
    ['an answer cut off', { cut: 'at-once' }],
    ['an answer cut off half-way', { status: 200, body: { status: 'okay', id: 'AbCdEfGhIj' }, cut: 'mid-body' }]
]

describe('a call that changes snapshots on FlowFuse', function () {
    this.timeout(10_000)
    let fake: FakeFlowFuse
    let filler: string
    let folder: string
    let place: ActionPlace
    let id: string

    beforeEach(async () => {
        fake = await startFakeFlowFuse({ version: '2.33.2' })
        filler = fake.ids.instances.filler
        fake.setInstance(filler, { env: [], flows: [], modules: [] })
        fake.restartsWith(filler, ['restarting', 'running'])
        folder = mkdtempSync(join(tmpdir(), 'ffs-action-faults-'))
        const services = testServices(redDouble().nodeRed, folder)
        const { users, teams, applications } = fake.ids as typeof fake.ids & { applications: Record<string, string> }
        const target = {
            team: { id: teams.bottlingPlant, name: 'Bottling Plant' }, application: { id: Object.values(applications)[0]!, name: 'Line 1' },
            instance: { id: filler, name: 'filler', url: '' }
        }
        await services.connections.connect('', { server: fake.url, user: { id: users.alice, username: 'alice', name: 'Alice' }, target }, fake.tokens.alice)
        id = fake.addSnapshot(filler, { name: 'v1', flows, modules: { 'node-red': '4.1.0' } })
        place = await findPlace(services, '', filler)
        fake.requests.length = 0
    })

    afterEach(async () => {
        await fake.stop()
        rmSync(folder, { recursive: true })
    })

    const exists = () => fake.snapshotsOf(filler).some(snapshot => snapshot.id === id)
    const named = (name: string) => fake.snapshotsOf(filler).filter(snapshot => snapshot.name === name).length
    const result = (): RestoreThereResult => ({
        snapshot: { id, name: 'v1' }, instance: { id: filler, name: 'filler', url: '' }, before: null, restored: false, stateAfter: null, addedModules: []
    })

    const actions = {
        'creating one': {
            call: { method: 'POST', path: /\/snapshots$/ },
            act: () => captureThere(place, { name: 'new', description: '' }, times),
            isDone: () => named('new') === 1
        },
        'editing one': {
            call: { method: 'PUT', path: /\/snapshots\/[^/]+$/ },
            act: () => editThere(place, id, { name: 'new', from: { name: 'v1', description: '' } }, times),
            isDone: () => named('new') === 1
        },
        'deleting one': {
            call: { method: 'DELETE', path: /\/snapshots\/[^/]+$/ },
            act: async () => deleteThere(place, id, await deletionPlan(place, id), times),
            isDone: () => !exists()
        },
        'setting the device target': {
            call: { method: 'POST', path: /\/devices\/settings$/ },
            act: async () => targetThere(place, id, { seen: (await deviceTargetPlan(place, id)).seen, majorStep: true }, times),
            isDone: () => fake.targetOf(filler) === id
        },
        'restoring one': {
            call: { method: 'POST', path: /\/actions\/rollback$/ },
            act: async () => {
                const { seen } = await restoreTherePlan(place, id, null, Buffer.alloc(32))
                const prepared = await prepareRestoreThere(place, id, { seen, instanceName: 'filler', captureBefore: false, addModules: [] })
                const parts = { place, ...prepared, captureBefore: false, watch: unwatched, onRestored: async () => undefined, times }
                await restoreThere(parts, { begin: () => undefined, result: result() })
            },
            isDone: () => (fake.instance(filler).flows as unknown[]).length === 1
        }
    }

    for (const [what, { call, act, isDone }] of Object.entries(actions)) {
        const calls = () => fake.requests.filter(({ method, path }) => method === call.method && call.path.test(path)).length

        for (const [answer, fault] of answers) {
            it(`${what}: ${answer} is a failure in words, and is sent once`, async () => {
                fake.respondWith(call, fault)
                const error = await Promise.resolve(act()).then(() => null, (reason: unknown) => reason)
                should(error).be.instanceof(CodedError)
                should(errorCodes).containEql((error as CodedError).code)
                should(JSON.stringify((error as CodedError).toAnswer())).not.match(new RegExp(fake.tokens.alice))
                should(isDone()).be.false()
                should(calls()).equal(1)
            })
        }

        for (const cut of ['at-once', 'mid-body'] as const) {
            it(`${what}: is found to be done when only its answer was lost, ${cut}`, async () => {
                fake.respondWith(call, { handled: true, cut })
                await act()
                should(isDone()).be.true()
                should(calls()).equal(1)
            })
        }

        // What a restore that failed half-way has done can't be seen.
        if (what !== 'restoring one') {
            it(`${what}: is found to be done although FlowFuse said that it failed`, async () => {
                fake.respondWith(call, { handled: true, status: 500, body: { statusCode: 500, error: 'Internal Server Error', message: 'kaboom' } })
                await act()
                should(isDone()).be.true()
                should(calls()).equal(1)
            })
        }
    }

    it('takes no other snapshot for the one that was made', async () => {
        const elsewhere = fake.addSnapshot(fake.ids.instances.labeller, { name: 'new' })
        for (const wrong of [{ id, name: 'new' }, { id, name: 'v1' }, { id: elsewhere, name: 'new' }]) {
            fake.respondWith(actions['creating one'].call, { body: { description: '', createdAt: '2026-01-01T00:00:00.000Z', modules: {}, ...wrong } })
            await failure(actions['creating one'].act(), 'capture-not-seen')
        }
    })

    it('says of one that another one was given for what it is', async () => {
        fake.respondWith({ method: 'GET', path: /\/snapshots\/[^/]+$/ }, { body: { id: 'another', name: 'v1', description: '', modules: {} } }, Infinity)
        await failure(deletionPlan(place, id), 'answer-unexpected')
        await failure(deviceTargetPlan(place, id), 'answer-unexpected')
        await failure(restoreTherePlan(place, id, null, Buffer.alloc(32)), 'answer-unexpected')
    })

    it('reads one of which FlowFuse tells no contents as such, and offers nothing to add', async () => {
        fake.respondWith({ method: 'GET', path: /\/full$/ }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } })
        const plan = await restoreTherePlan(place, id, null, Buffer.alloc(32))
        should(plan.contents).be.null()
        should(plan.notes.map(({ code }) => code)).eql(['restore-contents-unknown'])
    })

    it('warns of a protected instance', async () => {
        const plan = await restoreTherePlan({ ...place, instance: { ...place.instance, isProtected: true } }, id, null, Buffer.alloc(32))
        should(plan.notes).eql([{ code: 'restore-protected', params: { instance: 'filler' } }])
    })
})

describe('a refusal that was learned', () => {
    const standing = { user: 'ann', server: 'https://ff', instance: 'i', role: 50, kind: 'token' as const }
    const forbidden = new FlowFuseError('not-permitted', {}, { platformStatus: 403, mayHaveArrived: true })

    it('holds for who was refused, what was refused, and ten minutes', async () => {
        let now = 0
        const refusals = new LearnedRefusals(() => now)
        await failure(refusals.watch(standing, 'delete', () => Promise.reject(forbidden)), 'not-permitted')
        should(refusals.of(standing, 'delete')).eql({ code: 'not-permitted', params: {} })
        for (const other of [{ user: 'bob' }, { instance: 'j' }, { role: 30 }, { server: 'https://other' }]) {
            should(refusals.of({ ...standing, ...other }, 'delete')).be.null()
        }
        should(refusals.of(standing, 'edit')).be.null()
        now = 11 * 60_000
        should(refusals.of(standing, 'delete')).be.null()
    })

    it('is none of the whole where a part of it was refused', async () => {
        const refusals = new LearnedRefusals()
        const whole = new CodedError('there-capture-failed', {}, 502, { cause: forbidden })
        await failure(refusals.watch(standing, 'restore', () => Promise.reject(whole)), 'there-capture-failed')
        should(refusals.of(standing, 'restore')).be.null()
    })

    it('is none where something else failed', async () => {
        const refusals = new LearnedRefusals()
        await failure(refusals.watch(standing, 'delete', () => Promise.reject(new CodedError('action-moved'))), 'action-moved')
        should(refusals.of(standing, 'delete')).be.null()
        should(await refusals.watch(standing, 'delete', async () => 1)).equal(1)
    })
})
