import should from 'should'
import { deleteThere, deletionPlan } from '../../src/runtime/action-delete'
import { switchAutomatic } from '../../src/runtime/device-automatic'
import { captureFromDevice } from '../../src/runtime/device-capture'
import { devicesOfTarget, findDevice, type DevicePlace } from '../../src/runtime/device-place'
import { pushToDevice } from '../../src/runtime/device-push'
import { oneDevicePlan, targetOneDevice } from '../../src/runtime/device-target-one'
import { runningSource } from '../../src/runtime/push-source'
import type { DevicePushResult } from '../../src/shared/devices'
import { CodedError, errorCodes } from '../../src/shared/errors'
import type { Json } from '../fake/json'
import type { FaultResponse } from '../fake/platform'
import { failure } from '../flowfuse/failure'
import { DevicesTrial } from './devices-trial'

const times = { lostAnswer: 150, restoreAnswer: 5000, untilRunning: 250, poll: 1 }
const flows: Json = [{ id: 't', type: 'tab', label: 'Line 4' }]

/** What a call that changes something can be answered with in place of what it should be. */
const answers: Array<[string, FaultResponse]> = [
    ['401', { status: 401, body: { code: 'unauthorized', error: 'unauthorized' } }],
    ['403', { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }],
    ['400 of another owner', { status: 400, body: { code: 'invalid_device', error: 'Device is not associated with an application' } }],
    ['400 of a snapshot', { status: 400, body: { code: 'invalid_snapshot', error: 'invalid snapshot' } }],
    ['404', { status: 404, body: { code: 'not_found', error: 'Not Found' } }],
    ['404 without a body', { status: 404, body: '' }],
    ['409', { status: 409, body: { code: 'conflict', error: 'Conflict' } }],
    ['429', { status: 429, body: { error: 'Too Many Requests', message: 'Rate limit exceeded, retry in 1 minute' } }],
    ['500 of a device that gave nothing', { status: 500, body: { statusCode: 500, error: 'Internal Server Error', message: 'Cannot read properties of null (reading \'flows\')' } }],
    ['502 of a gateway', { status: 502, body: '<html>Bad Gateway</html>', contentType: 'text/html' }],
    ['a web page', { status: 200, body: '<!DOCTYPE html>', contentType: 'text/html' }],
    ['an answer cut off', { cut: 'at-once' }]
]

describe('a call that has to do with a device of FlowFuse', function () {
    this.timeout(10_000)
    let trial: DevicesTrial
    let place: DevicePlace
    let id: string
    let app: string

    beforeEach(async () => {
        trial = await DevicesTrial.start('2.33.2')
        ;({ app } = trial)
        trial.red.deploy([{ id: 't', type: 'tab', label: 'Line 4' }])
        trial.live(app, { live: { flows, credentials: {}, modules: { 'node-red': '4.0.9' } } })
        trial.fake.setFeatures({ deviceAutoSnapshot: true })
        id = trial.fake.addSnapshot(app, { name: 'v1', flows, modules: { 'node-red': '4.0.9' } })
        place = await findDevice(trial.services, '', trial.filler, app, true)
        trial.fake.requests.length = 0
    })

    afterEach(() => trial.stop())

    const owner = () => ({ kind: 'device' as const, id: app })
    const read = () => Promise.resolve({ revision: 'r', isEmpty: false })
    const named = (name: string) => trial.fake.snapshotsOf(app).filter(snapshot => snapshot.name === name).length
    const result = (): DevicePushResult => ({ device: { id: app, name: 'edge-app' }, snapshot: null, targeted: false })

    const actions = {
        'making a snapshot of one': {
            call: { method: 'POST', path: /\/devices\/[^/]+\/snapshots$/ },
            act: () => captureFromDevice(place, { name: 'live', description: '' }, read, times),
            isDone: () => named('live') === 1
        },
        'setting what one runs': {
            call: { method: 'PUT', path: /\/devices\/[^/]+$/ },
            act: async () => {
                const { seen } = await oneDevicePlan(place, id, owner())
                await targetOneDevice(place, { snapshot: id, from: owner(), seen, majorStep: true }, times)
            },
            isDone: () => trial.fake.targetOf(app) === id
        },
        'moving the switch of one': {
            call: { method: 'PUT', path: /\/devices\/[^/]+\/settings$/ },
            act: () => switchAutomatic(place, false, times),
            isDone: () => !trial.fake.device(app).autoSnapshot
        },
        'deleting a snapshot of one': {
            call: { method: 'DELETE', path: /\/devices\/[^/]+\/snapshots\/[^/]+$/ },
            act: async () => deleteThere(place, id, await deletionPlan(place, id, owner()), times, owner()),
            isDone: () => named('v1') === 0
        },
        'pushing to one': {
            call: { method: 'POST', path: /\/snapshots\/import$/ },
            act: () => pushToDevice({
                place, times, source: () => runningSource(trial.red.nodeRed), watch: (_action, run) => run(), onCreated: () => Promise.resolve()
            }, { name: 'pushed', description: '', variables: [], nodeRed: trial.red.nodeRed.version, target: null }, { begin: () => undefined, result: result() }),
            isDone: () => named('pushed') === 1
        }
    }

    for (const [what, { call, act, isDone }] of Object.entries(actions)) {
        const calls = () => trial.fake.requests.filter(({ method, path }) => method === call.method && call.path.test(path)).length

        for (const [answer, fault] of answers) {
            it(`${what}: ${answer} is a failure in words, and is sent once`, async () => {
                trial.fake.respondWith(call, fault)
                const error = await Promise.resolve(act()).then(() => null, (reason: unknown) => reason)
                should(error).be.instanceof(CodedError)
                should(errorCodes).containEql((error as CodedError).code)
                should(JSON.stringify((error as CodedError).toAnswer())).not.match(new RegExp(trial.fake.tokens.alice))
                should(isDone()).be.false()
                should(calls()).equal(1)
            })
        }

        it(`${what}: is found to be done when only its answer was lost`, async () => {
            trial.fake.respondWith(call, { handled: true, cut: 'at-once' })
            await act()
            should(isDone()).be.true()
            should(calls()).equal(1)
        })

        it(`${what}: is found to be done although FlowFuse said that it failed`, async () => {
            trial.fake.respondWith(call, { handled: true, status: 500, body: { statusCode: 500, error: 'Internal Server Error', message: 'kaboom' } })
            await act()
            should(isDone()).be.true()
            should(calls()).equal(1)
        })
    }

    it('says of a device that another one was given for what it is', async () => {
        trial.fake.respondWith({ method: 'GET', path: `/api/v1/devices/${app}` }, { body: { id: 'another', name: 'x', team: { id: 't', name: 't' } } })
        await failure(findDevice(trial.services, '', trial.filler, app, true), 'answer-unexpected')
    })

    it('says of a list that is no list what it is, and of one that is refused to be seen in the applications', async () => {
        trial.fake.respondWith({ method: 'GET', path: /\/applications\/[^/]+\/devices/ }, { body: { devices: 'none' } })
        await failure(devicesOfTarget(trial.services, '', trial.filler), 'answer-unexpected')
        trial.fake.respondWith({ method: 'GET', path: /\/applications\/[^/]+\/devices/ }, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } })
        const { devices } = await devicesOfTarget(trial.services, '', trial.filler)
        should(devices.map(({ name, snapshotsTold }) => [name, snapshotsTold])).eql([['edge-app', false], ['edge-inst', true]])
    })

    it('takes a snapshot that can’t be looked into for what it is: made, and not seen', async () => {
        const unreadable = () => Promise.reject(new CodedError('server-error', {}, 502))
        should((await captureFromDevice(place, { name: 'live', description: '' }, unreadable, times)).doubt).equal('unread')
        should(named('live')).equal(1)
    })
})
