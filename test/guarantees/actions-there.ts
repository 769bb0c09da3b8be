import { deleteThere, deletionPlan } from '../../src/runtime/action-delete'
import { deviceTargetPlan, targetThere } from '../../src/runtime/action-device-target'
import { captureThere, editThere } from '../../src/runtime/action-names'
import { prepareRestoreThere, restoreThere } from '../../src/runtime/action-restore'
import { restoreTherePlan } from '../../src/runtime/action-restore-plan'
import { switchAutomatic } from '../../src/runtime/device-automatic'
import { captureFromDevice } from '../../src/runtime/device-capture'
import { findDevice, type DevicePlace } from '../../src/runtime/device-place'
import { pushToDevice } from '../../src/runtime/device-push'
import { oneDevicePlan, targetOneDevice } from '../../src/runtime/device-target-one'
import { runningSource } from '../../src/runtime/push-source'
import { upload } from '../../src/runtime/upload'
import type { Json } from '../fake/json'
import { DevicesTrial } from '../runtime/devices-trial'
import { content } from '../runtime/recorded-file'

const times = { lostAnswer: 40, restoreAnswer: 100, untilRunning: 100, poll: 1 }
const flows: Json = [{ id: 't', type: 'tab', label: 'Line 4' }]
const modules = { 'node-red': '4.0.9' }
const named = (name: string) => ({ name, description: '' })

/** Something that a user has done on the platform, other than a push to the instance. */
export interface ActionThere {
    /** The one call that does it. */
    call: { method: string, path: RegExp }
    /** Does it; `look` is what happens after the user was shown what it would do, and before it is done. */
    act: (look?: () => unknown) => Promise<unknown>
    isDone: () => boolean
    /** A success that tells of something else than what was asked for. */
    answer: object
}

/** A target with a device of its own, and one of its application; each with a snapshot `v1`. */
export class ActionsTrial {
    private constructor (readonly trial: DevicesTrial, readonly place: DevicePlace, readonly snapshot: string, readonly ofDevice: string) {}

    static async start (): Promise<ActionsTrial> {
        const trial = await DevicesTrial.start('2.33.2')
        const { fake, filler, app, inst } = trial
        trial.red.deploy([{ id: 't', type: 'tab', label: 'here' }])
        fake.setInstance(filler, { env: [], flows: [], modules: [] })
        fake.restartsWith(filler, ['restarting', 'running'])
        fake.setFeatures({ deviceAutoSnapshot: true })
        for (const device of [app, inst]) {
            trial.live(device, { live: { flows, credentials: {}, modules } })
        }
        const place = await findDevice(trial.services, '', filler, app, true)
        return new ActionsTrial(trial, place, fake.addSnapshot(filler, { name: 'v1', flows, modules }), fake.addSnapshot(app, { name: 'v1', flows, modules }))
    }

    all (): Record<string, ActionThere> {
        const { trial, place, snapshot, ofDevice } = this
        const { fake, filler, app } = trial
        const owner = { kind: 'device' as const, id: app }
        const isThere = (of: string, name: string) => fake.snapshotsOf(of).some(each => each.name === name)
        const another = { id: 'another', name: 'new', description: '', createdAt: '2026-01-01T00:00:00.000Z', status: 'okay', modules: {} }
        const one = (method: string, path: RegExp, answer: object = { status: 'okay' }) => ({ call: { method, path }, answer })
        return {
            'a snapshot of the instance': {
                ...one('POST', /\/projects\/[^/]+\/snapshots$/, another),
                act: () => captureThere(place, named('new'), times),
                isDone: () => isThere(filler, 'new')
            },
            'another name of a snapshot': {
                ...one('PUT', /\/snapshots\/[^/]+$/),
                act: async look => {
                    await look?.()
                    await editThere(place, snapshot, { name: 'new', from: named('v1') }, times)
                },
                isDone: () => isThere(filler, 'new')
            },
            'deleting a snapshot': {
                ...one('DELETE', /\/projects\/[^/]+\/snapshots\/[^/]+$/),
                act: async look => {
                    const plan = await deletionPlan(place, snapshot)
                    await look?.()
                    await deleteThere(place, snapshot, plan, times)
                },
                isDone: () => fake.snapshotsOf(filler).every(({ id }) => id !== snapshot)
            },
            'the target of all devices': {
                ...one('POST', /\/devices\/settings$/),
                act: async look => {
                    const { seen } = await deviceTargetPlan(place, snapshot)
                    await look?.()
                    await targetThere(place, snapshot, { seen, majorStep: true }, times)
                },
                isDone: () => fake.targetOf(filler) === snapshot
            },
            'a restore': {
                ...one('POST', /\/actions\/rollback$/),
                act: look => this.restore(look),
                isDone: () => (fake.instance(filler).flows as unknown[]).length === 1
            },
            'a snapshot of a device': {
                ...one('POST', /\/devices\/[^/]+\/snapshots$/, another),
                act: () => captureFromDevice(place, named('new'), async () => ({ revision: 'r', isEmpty: false }), times),
                isDone: () => isThere(app, 'new')
            },
            'deleting a snapshot of a device': {
                ...one('DELETE', /\/devices\/[^/]+\/snapshots\/[^/]+$/),
                act: async look => {
                    const plan = await deletionPlan(place, ofDevice, owner)
                    await look?.()
                    await deleteThere(place, ofDevice, plan, times, owner)
                },
                isDone: () => fake.snapshotsOf(app).every(({ id }) => id !== ofDevice)
            },
            'the target of one device': {
                ...one('PUT', /\/devices\/[^/]+$/),
                act: async look => {
                    const { seen } = await oneDevicePlan(place, ofDevice, owner)
                    await look?.()
                    await targetOneDevice(place, { snapshot: ofDevice, from: owner, seen, majorStep: true }, times)
                },
                isDone: () => fake.targetOf(app) === ofDevice
            },
            'the switch of a device': {
                ...one('PUT', /\/devices\/[^/]+\/settings$/),
                act: () => switchAutomatic(place, false, times),
                isDone: () => !fake.device(app).autoSnapshot
            },
            'a push to a device': {
                ...one('POST', /\/snapshots\/import$/, another),
                act: () => this.push(),
                isDone: () => isThere(app, 'new')
            },
            'an upload': {
                ...one('POST', /\/snapshots\/import$/, another),
                act: () => upload(
                    { ...place, targets: trial.services.targets, user: { id: place.userId }, times }, content(),
                    { to: owner, ...named('new'), parts: { flows: true, credentials: false, variables: 'none' } }),
                isDone: () => isThere(app, 'new')
            }
        }
    }

    /** @param target the consent to another major version of Node-RED; null for no target at all */
    push (target: { majorStep: boolean } | null = null): Promise<void> {
        const { trial: { red }, place } = this
        const result = { device: place.device, snapshot: null, targeted: false }
        return pushToDevice({
            place, times, source: () => runningSource(red.nodeRed), watch: (_action, run) => run(), onCreated: async () => undefined
        }, { ...named('new'), variables: [], nodeRed: red.nodeRed.version, target }, { begin: () => undefined, result })
    }

    private async restore (look?: () => unknown): Promise<void> {
        const { place, snapshot, trial: { filler } } = this
        const { seen } = await restoreTherePlan(place, snapshot, null, Buffer.alloc(32))
        await look?.()
        const prepared = await prepareRestoreThere(place, snapshot, { seen, instanceName: 'filler', captureBefore: false, addModules: [] })
        const result = {
            snapshot: { id: snapshot, name: 'v1' }, instance: { id: filler, name: 'filler', url: '' },
            before: null, restored: false, stateAfter: null, addedModules: []
        }
        const watch = <T>(_action: unknown, run: () => Promise<T>) => run()
        const parts = { place, ...prepared, captureBefore: false, watch, onRestored: async () => undefined, times }
        await restoreThere(parts, { begin: () => undefined, result })
    }
}
