import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import { deleteThere, deletionPlan } from '../../src/runtime/action-delete'
import { deviceTargetPlan, targetThere } from '../../src/runtime/action-device-target'
import { captureThere, editThere } from '../../src/runtime/action-names'
import { findPlace } from '../../src/runtime/action-place'
import { prepareRestoreThere, restoreThere } from '../../src/runtime/action-restore'
import { restoreTherePlan } from '../../src/runtime/action-restore-plan'
import type { Services } from '../../src/runtime/services'
import type { Action } from '../../src/shared/abilities'
import { CodedError, errorCodes, type ErrorCode } from '../../src/shared/errors'
import { startFakeFlowFuse, type FakeFlowFuse, type FaultResponse } from '../fake/platform'
import { Recording } from '../fake/recording'
import { redDouble } from './red-double'
import { filled } from './recorded-file'
import { testServices } from './test-services'

const times = { lostAnswer: 20, restoreAnswer: 5000, untilRunning: 60, poll: 1 }
const flows = [{ id: 't', type: 'tab', label: 'Line 4' }]

/** `path` is without its query. */
interface Endpoint { method: string, path: RegExp }

const endpoints = {
    instance: { method: 'GET', path: /\/projects\/[^/]+$/ },
    teams: { method: 'GET', path: /\/user\/teams$/ },
    list: { method: 'GET', path: /\/projects\/[^/]+\/snapshots$/ },
    one: { method: 'GET', path: /\/projects\/[^/]+\/snapshots\/[^/]+$/ },
    content: { method: 'GET', path: /\/snapshots\/[^/]+\/full$/ },
    target: { method: 'GET', path: /\/projects\/[^/]+\/devices\/settings$/ },
    devices: { method: 'GET', path: /\/projects\/[^/]+\/devices$/ },
    teamDevices: { method: 'GET', path: /\/teams\/[^/]+\/devices$/ },
    create: { method: 'POST', path: /\/projects\/[^/]+\/snapshots$/ },
    edit: { method: 'PUT', path: /\/snapshots\/[^/]+$/ },
    delete: { method: 'DELETE', path: /\/projects\/[^/]+\/snapshots\/[^/]+$/ },
    setTarget: { method: 'POST', path: /\/projects\/[^/]+\/devices\/settings$/ },
    restore: { method: 'POST', path: /\/actions\/rollback$/ },
    palette: { method: 'PUT', path: /\/projects\/[^/]+$/ },
    restart: { method: 'POST', path: /\/actions\/restart$/ }
} satisfies Record<string, Endpoint>

/** Failures that say that it may have been done, or was. */
const mayBeDone: ErrorCode[] = [
    'capture-not-seen', 'push-outcome-unknown', 'edit-not-kept', 'deletion-not-seen', 'target-not-seen', 'there-failed', 'there-not-running', 'there-unfollowed',
    'there-modules-not-added', 'there-restart-failed'
]

interface Trial { services: Services, fake: FakeFlowFuse, filler: string, id: string }

const place = ({ services, filler }: Trial, ...actions: Action[]) => findPlace(services, '', filler, ...actions)
const restored = async (trial: Trial, captureBefore: boolean, addModules: string[]) => {
    const { filler, id } = trial
    const at = await place(trial, 'restore')
    const { seen } = await restoreTherePlan(at, id, null, Buffer.alloc(32))
    const prepared = await prepareRestoreThere(at, id, { seen, instanceName: 'filler', captureBefore, addModules })
    const result = { snapshot: { id, name: 'v1' }, instance: { id: filler, name: 'filler', url: '' }, before: null, restored: false, stateAfter: null, addedModules: [] }
    const watch = <T>(_action: unknown, run: () => Promise<T>) => run()
    await restoreThere({ place: at, ...prepared, captureBefore, watch, onRestored: async () => undefined, times }, { begin: () => undefined, result })
}
const isRestored = ({ fake, filler }: Trial) => (fake.instance(filler).flows as unknown[]).length === 1

/** Each action from the first request to the last, the requests that it makes, and whether it was done. */
const actions: Record<string, { uses: Array<keyof typeof endpoints>, act: (trial: Trial) => Promise<unknown>, isDone: (trial: Trial) => boolean }> = {
    'creating a snapshot': {
        uses: ['instance', 'teams', 'list', 'create'],
        act: async trial => captureThere(await place(trial, 'capture'), { name: 'new', description: '' }, times),
        isDone: ({ fake, filler }) => fake.snapshotsOf(filler).some(({ name }) => name === 'new')
    },
    'editing one': {
        uses: ['instance', 'teams', 'one', 'edit'],
        act: async trial => editThere(await place(trial, 'edit'), trial.id, { name: 'new', from: { name: 'v1', description: '' } }, times),
        isDone: ({ fake, filler }) => fake.snapshotsOf(filler).some(({ name }) => name === 'new')
    },
    'deleting one': {
        uses: ['instance', 'teams', 'one', 'target', 'teamDevices', 'delete'],
        act: async trial => {
            const at = await place(trial, 'delete')
            await deleteThere(at, trial.id, await deletionPlan(at, trial.id), times)
        },
        isDone: ({ fake, filler, id }) => fake.snapshotsOf(filler).every(snapshot => snapshot.id !== id)
    },
    'setting the device target': {
        uses: ['instance', 'teams', 'one', 'target', 'devices', 'setTarget'],
        act: async trial => {
            const at = await place(trial, 'setTarget')
            await targetThere(at, trial.id, { seen: (await deviceTargetPlan(at, trial.id)).seen, majorStep: true }, times)
        },
        isDone: ({ fake, filler, id }) => fake.targetOf(filler) === id
    },
    'restoring one, captured before': {
        uses: ['instance', 'teams', 'one', 'content', 'create', 'restore'], act: trial => restored(trial, true, []), isDone: isRestored
    },
    'restoring one with modules that it lacks': {
        uses: ['instance', 'one', 'content', 'restore', 'palette', 'restart'], act: trial => restored(trial, false, ['node-red-contrib-x']), isDone: isRestored
    }
}

for (const version of ['2.33.2', '2.4.0'] as const) describe(`what FlowFuse ${version} was recorded to refuse with`, function () {
    this.timeout(30_000)
    const recording = new Recording(version)
    let folder: string
    let fake: FakeFlowFuse | undefined

    beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'ffs-recorded-')) })
    afterEach(async () => {
        await fake?.stop()
        rmSync(folder, { recursive: true })
    })

    /** Every different answer of an endpoint that is not what was asked for. */
    function refusals ({ method, path }: Endpoint): Array<{ id: string, answer: FaultResponse }> {
        const found = new Map<string, { id: string, answer: FaultResponse }>()
        for (const { id, request, response: { status, contentType, body } } of recording.exchanges) {
            const isRefusal = status >= 400 || !contentType?.includes('json')
            // A placeholder may have a slash in it.
            if (isRefusal && request.method === method && path.test(request.path.replace(/<[^>]*>/g, 'x').split('?')[0]!)) {
                found.set(JSON.stringify([status, body]), { id, answer: { status, contentType, body: filled(recording, body) } })
            }
        }
        return [...found.values()]
    }

    async function startTrial (): Promise<Trial> {
        await fake?.stop()
        fake = await startFakeFlowFuse({ version })
        const { users, teams, instances: { filler } } = fake.ids as typeof fake.ids & { instances: { filler: string } }
        fake.setInstance(filler, { env: [], flows: [], modules: [] })
        fake.restartsWith(filler, ['running'])
        const services = testServices(redDouble().nodeRed, mkdtempSync(join(folder, 'trial-')))
        const target = { team: { id: teams.bottlingPlant, name: 'Bottling Plant' }, application: { id: 'a', name: 'Line 1' }, instance: { id: filler, name: 'filler', url: '' } }
        await services.connections.connect('', { server: fake.url, user: { id: users.alice, username: 'alice', name: 'Alice' }, target }, fake.tokens.alice)
        return { services, fake, filler, id: fake.addSnapshot(filler, { name: 'v1', flows, modules: { 'node-red': '4.1.0', 'node-red-contrib-x': '1.0.0' } }) }
    }

    for (const [what, { uses, act, isDone }] of Object.entries(actions)) {
        if (version === '2.4.0' && what === 'editing one') { continue }
        for (const use of uses) {
            const { method, path } = endpoints[use]
            const answers = refusals(endpoints[use])
            it(`is never success of ${what}, nor a failure where it was done, wherever “${use}” is asked (${answers.length} answers)`, async () => {
                for (const { id, answer } of answers) {
                    let reached = true
                    for (let nth = 1; reached; nth++) {
                        const trial = await startTrial()
                        let asked = 0
                        trial.fake.respondWith(request => request.method === method && path.test(request.path.split('?')[0]!) && ++asked === nth, answer)
                        const error = await Promise.resolve(act(trial)).then(() => null, (reason: unknown) => reason)
                        reached = asked >= nth
                        const writes = trial.fake.requests.filter(each => each.method !== 'GET').map(each => `${each.method} ${each.path}`)
                        const where = `${id}, as answer ${nth}`
                        should(new Set(writes).size).equal(writes.length, `${where}: ${writes.join(', ')}`)
                        if (error === null) {
                            should(isDone(trial)).equal(true, where)
                        } else {
                            should(error).be.instanceof(CodedError, `${where}: ${String(error)}`)
                            const { code } = error as CodedError
                            should(errorCodes).containEql(code)
                            should(JSON.stringify((error as CodedError).toAnswer())).not.containEql(trial.fake.tokens.alice)
                            should(!isDone(trial) || mayBeDone.includes(code)).equal(true, `${where}: done, and told as ${code}`)
                        }
                    }
                }
            })
        }
    }
})
