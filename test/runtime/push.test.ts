import should from 'should'
import { setDeviceTarget } from '../../src/flowfuse/device-targets'
import { getInstance } from '../../src/flowfuse/instances'
import { tokenSession } from '../../src/flowfuse/session'
import type { SnapshotMeta } from '../../src/flowfuse/snapshots'
import type { Capture } from '../../src/runtime/capture'
import type { Progress } from '../../src/runtime/jobs'
import { push, pushSteps } from '../../src/runtime/push'
import type { CodedError, ErrorCode } from '../../src/shared/errors'
import type { PushRequest, PushResult } from '../../src/shared/requests'
import type { FlowNode } from '../../src/snapshot/model'
import { failure } from '../flowfuse/failure'
import { startFakeFlowFuse, type FakeFlowFuse, type FaultResponse } from '../fake/platform'
import { redDouble, revisionOf, type RedDouble } from './red-double'

const times = { lostAnswer: 250, restoreAnswer: 5000, untilRunning: 250, poll: 1 }
const flows = [{ id: 't', type: 'tab', label: 'Line 4' }, { id: 'n', type: 'x', z: 't', topic: '${FFS_TEST_LINE}' }]
const credentials = { n: { password: 'p4ss' } }
const create = { method: 'POST', path: /\/snapshots$/ }
const rollback = { method: 'POST', path: /\/rollback$/ }
/** Each takes longer than a slice of a capture. */
const many = Array.from({ length: 60 }, (_, index) => ({ id: `m${index}`, type: 'x' }))
function slowly (): void {
    const until = performance.now() + 5
    while (performance.now() < until) { /* the event loop stands still */ }
}
const page: FaultResponse = { status: 200, body: '<!DOCTYPE html>', contentType: 'text/html' }

for (const version of ['2.33.2', '2.4.0'] as const) {
    describe(`a push to FlowFuse ${version}`, () => {
        let fake: FakeFlowFuse
        let red: RedDouble
        let filler: string
        let result: PushResult
        let begun: string[]
        let created: Array<[SnapshotMeta, string]>
        let restored: Array<string | null>
        /** The version as far as it is known. */
        let told: string | null

        beforeEach(async () => {
            fake = await startFakeFlowFuse({ version })
            filler = fake.ids.instances.filler
            red = redDouble()
            red.deploy(flows, credentials)
            begun = []
            created = []
            restored = []
            told = version
        })

        afterEach(async () => {
            const changes = fake.requests.filter(({ method }) => method !== 'GET').map(({ path, body }) => JSON.stringify([path, body]))
            should(changes).eql([...new Set(changes)], 'something was sent twice')
            await fake.stop()
        })

        function run (change: Partial<PushRequest> = {}, user: 'alice' | 'bob' | 'carol' | 'mallory' = 'alice'): Promise<void> {
            const request: PushRequest = { instanceId: filler, name: 'v1.5', description: 'about', variables: { rule: 'keep' }, restore: null, ...change }
            result = { snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: filler, name: 'filler', url: '' } }
            const progress: Progress = { begin: step => { begun.push(step) }, result }
            const parts = {
                nodeRed: red.nodeRed,
                session: tokenSession(fake.url, fake.tokens[user]),
                user: { id: fake.ids.users[user] },
                platform: { version: told },
                onCreated: async (snapshot: SnapshotMeta, { revision }: Capture) => { created.push([snapshot, revision]) },
                onRestored: async (deployedAt: string | null) => { restored.push(deployedAt) },
                times
            }
            should(pushSteps(request)[0]).equal('capture')
            return push(parts, request, progress)
        }
        const changes = () => fake.requests.filter(({ method }) => method !== 'GET').map(({ path }) => path.replace(filler, '*'))
        const onePost = ['/api/v1/projects/*/snapshots']
        /** Everything of a create that arrives is kept, but its answer is something else. */
        const lost = (answer: FaultResponse) => fake.respondWith(create, { handled: true, ...answer })

        describe('that goes through', () => {
            it('leaves exactly what runs here, and keeps the variables of the instance', async () => {
                await run({}, 'bob')
                const [kept, ...others] = fake.snapshotsOf(filler)
                should(others).eql([])
                should(kept).containEql({ name: 'v1.5', description: 'about', user: 'bob', flows, credentials, modules: { 'node-red': '4.1.15' } })
                should(kept?.env).containEql({ KEEP: 'kept' }).and.have.property('SEALED')
                should(result).eql({
                    snapshot: { id: kept?.id, name: 'v1.5' }, before: null, restored: false, stateAfter: null,
                    instance: { id: filler, name: 'filler', url: '' }, added: { variables: [], modules: [] }
                })
                should(created.map(([{ id }, revision]) => [id, revision])).eql([[kept?.id, revisionOf(flows)]])
                should(begun).eql(['capture', 'check', 'create'])
                should(changes()).eql(onePost)
            })

            it('sends the ticked variables of this host, and then only them', async () => {
                process.env.FFS_TEST_LINE = '4'
                process.env.FFS_TEST_OTHER = 'never'
                try {
                    await run({ variables: { rule: 'mine', names: ['FFS_TEST_LINE'] } })
                } finally {
                    delete process.env.FFS_TEST_LINE
                    delete process.env.FFS_TEST_OTHER
                }
                const env = fake.snapshotsOf(filler)[0]?.env
                should(env).containEql({ FFS_TEST_LINE: '4' })
                should(env).not.have.any.keys('KEEP', 'SEALED', 'FFS_TEST_OTHER', 'PATH')
            })

            it('sends names without values, and hidden ones hidden where the platform can', async () => {
                process.env.FFS_TEST_LINE = '4'
                const names = ['FFS_TEST_LINE']
                try {
                    await run({ variables: { rule: 'mine', names, hidden: names } })
                    should(fake.snapshotsOf(filler)[0]?.env.FFS_TEST_LINE).eql(version === '2.4.0' ? '4' : { hidden: true, value: '4' })
                    await run({ name: 'v1.6', variables: { rule: 'mine', names, keysOnly: names } })
                    should(fake.snapshotsOf(filler)[0]?.env.FFS_TEST_LINE).equal('')
                } finally {
                    delete process.env.FFS_TEST_LINE
                }
            })

            it('adds the missing variables to the instance first, so that the snapshot carries them too', async () => {
                process.env.FFS_TEST_LINE = '4'
                fake.setInstance(filler, { env: [{ name: 'KEEP', value: 'kept' }] })
                try {
                    await run({ variables: { rule: 'add', names: ['FFS_TEST_LINE'] } }, 'bob')
                } finally {
                    delete process.env.FFS_TEST_LINE
                }
                should(fake.snapshotsOf(filler)[0]?.env).containEql({ KEEP: 'kept', FFS_TEST_LINE: '4' })
                should(fake.instance(filler).env).eql([{ name: 'KEEP', value: 'kept' }, { name: 'FFS_TEST_LINE', value: '4' }])
                should(result.added).eql({ variables: ['FFS_TEST_LINE'], modules: [] })
                should(begun).eql(['capture', 'check', 'add-variables', 'create'])
            })

            it('looks at the platform while a capture takes its time, once', async () => {
                let asked: string[] = []
                red.onCredentials = id => {
                    slowly()
                    asked = id === many.at(-1)?.id ? fake.requests.map(({ method }) => method) : asked
                }
                red.deploy(many)
                await run()
                should(asked).eql(['GET', 'GET', 'GET'])
                should(fake.requests.map(({ method }) => method)).eql(['GET', 'GET', 'GET', 'POST'])
                should(fake.snapshotsOf(filler)[0]?.flows).eql(many)
                should(begun).eql(['capture', 'check', 'create'])
            })

            it('says what was added to the instance when it fails afterwards', async () => {
                process.env.FFS_TEST_LINE = '4'
                fake.setInstance(filler, { env: [] })
                fake.respondWith(create, { status: 500, body: { message: 'kaboom' } })
                try {
                    await failure(run({ variables: { rule: 'add', names: ['FFS_TEST_LINE'] } }), 'server-error')
                } finally {
                    delete process.env.FFS_TEST_LINE
                }
                should(result).containEql({ snapshot: null, added: { variables: ['FFS_TEST_LINE'], modules: [] } })
            })

            it('restores, after the instance as it runs was captured', async () => {
                const running = [{ id: 'r', type: 'tab', label: 'as it ran' }]
                fake.setInstance(filler, { flows: running, credentials: { r: { a: 'b' } } })
                await run({ restore: { captureBefore: true } })
                const [before, pushed] = fake.snapshotsOf(filler)
                should(before).containEql({ name: 'Before restore of “v1.5”', flows: running, credentials: { r: { a: 'b' } } })
                should(fake.instance(filler)).containEql({ flows, credentials, state: 'running' })
                should(result).containEql({
                    snapshot: { id: pushed?.id, name: 'v1.5' }, before: { id: before?.id, name: before?.name }, restored: true, stateAfter: 'running'
                })
                should(begun).eql(['capture', 'check', 'create', 'capture-before', 'restore', 'follow'])
                should(changes()).eql([...onePost, ...onePost, '/api/v1/projects/*/actions/rollback'])
            })

            it('remembers its own restore as such', async () => {
                await run({ restore: { captureBefore: false } })
                should(restored).have.length(1)
                should(restored[0]).equal((await getInstance(tokenSession(fake.url, fake.tokens.alice), filler)).deployedAt).and.be.a.String()
                await run({ name: 'v1.6' })
                should(restored).have.length(1)
            })

            /** Devices that run a snapshot with this Node-RED. */
            const devicesHave = async (nodeRed: string) => {
                const id = fake.addSnapshot(filler, { name: 'there', modules: { 'node-red': nodeRed } })
                await setDeviceTarget(tokenSession(fake.url, fake.tokens.alice), filler, id)
                fake.requests.length = 0
            }

            it('becomes the target of the devices, with the Node-RED that was chosen for them', async () => {
                await devicesHave('4.0.9')
                await run({ deviceTarget: { nodeRed: '4.0.9' } }, 'bob')
                const [kept] = fake.snapshotsOf(filler)
                should(fake.targetOf(filler)).equal(kept?.id)
                should(kept?.modules).eql({ 'node-red': '4.0.9' })
                should(result.targeted).be.true()
                should(begun).eql(['capture', 'check', 'create', 'device-target'])
            })

            const versions: Array<[string, string | null, PushRequest['deviceTarget'], string | null]> = [
                ['this Node-RED, of the same major version', '4.0.9', { nodeRed: '4.1.15' }, null],
                ['this Node-RED, of another major version', '3.1.0', { nodeRed: '4.1.15' }, 'device-version-unagreed'],
                ['this Node-RED, of another major version, with consent', '3.1.0', { nodeRed: '4.1.15', majorStep: true }, null],
                ['this Node-RED where theirs is not known', null, { nodeRed: '4.1.15' }, 'device-version-unagreed'],
                ['this Node-RED where theirs is a range without end', '*', { nodeRed: '4.1.15' }, 'device-version-unagreed'],
                ['a Node-RED that was never shown', '4.0.9', { nodeRed: '99.0.0', majorStep: true }, 'device-version-unfit'],
                ['any Node-RED', '4.0.9', { nodeRed: '*', majorStep: true }, 'device-version-unfit'],
                ['any Node-RED where theirs is not known', null, { nodeRed: '*', majorStep: true }, 'device-version-unfit'],
                ['theirs of before', '4.1.0', { nodeRed: '4.0.9' }, 'device-version-unfit']
            ]
            for (const [name, now, deviceTarget, code] of versions) {
                it(`${code === null ? 'gives' : 'refuses, before anything is written,'} the devices ${name}`, async () => {
                    if (now !== null) { await devicesHave(now) }
                    const wish = { deviceTarget, variables: { rule: 'add' as const, names: ['FFS_TEST_LINE'] } }
                    process.env.FFS_TEST_LINE = '4'
                    fake.setInstance(filler, { env: [] })
                    try {
                        await (code === null ? run(wish) : failure(run(wish), code as ErrorCode, { version: deviceTarget!.nodeRed, instance: 'filler' }))
                    } finally {
                        delete process.env.FFS_TEST_LINE
                    }
                    should(begun.includes('create')).equal(code === null)
                    should(changes().length > 0).equal(code === null)
                    should(result.targeted ?? false).equal(code === null)
                })
            }

            it('finds out whether a lost answer set the target', async () => {
                await devicesHave('4.0.9')
                fake.respondWith({ method: 'POST', path: /devices\/settings$/ }, { handled: true, cut: 'at-once' })
                await run({ deviceTarget: { nodeRed: '4.0.9' } })
                should(result.targeted).be.true()
                fake.respondWith({ method: 'POST', path: /devices\/settings$/ }, { cut: 'at-once' })
                await failure(run({ name: 'v1.6', deviceTarget: { nodeRed: '4.0.9' }, restore: { captureBefore: false } }), 'device-target-not-set')
                should(result).containEql({ snapshot: { id: fake.snapshotsOf(filler)[0]?.id, name: 'v1.6' }, restored: false })
                should(result.targeted).not.be.ok()
            })

            it('restores at once where that was chosen', async () => {
                await run({ restore: { captureBefore: false } })
                should(fake.snapshotsOf(filler)).have.length(1)
                should(result).containEql({ before: null, restored: true })
                should(begun).eql(['capture', 'check', 'create', 'restore', 'follow'])
            })

            it('restores on a suspended instance, which stays suspended', async () => {
                fake.setInstance(filler, { state: 'suspended' })
                await run({ restore: { captureBefore: false } })
                should(result).containEql({ restored: true, stateAfter: 'suspended' })
                should(fake.instance(filler).flows).eql(flows)
            })

            it('gives the capture before a restore a name that the platform can hold', async () => {
                await run({ name: '😀'.repeat(255), restore: { captureBefore: true } })
                should([...result.before?.name ?? '']).have.length(255)
            })
        })

        describe('that is refused before anything is sent', () => {
            afterEach(() => {
                should(changes()).eql([])
                should(fake.snapshotsOf(filler)).eql([])
                should(result.snapshot).be.null()
                should(created).eql([])
            })

            it('since the role is too low', () => failure(run({}, 'carol'), 'role-too-low', { team: 'Bottling Plant', role: 'viewer', needed: 'member' }))

            it('since the user is no member', () => failure(run({}, 'mallory'), 'instance-gone'))

            it('since the instance was deleted', () => {
                fake.deleteInstance(filler)
                return failure(run(), 'instance-gone')
            })

            it('since the token is no longer good', () => {
                fake.expire(fake.tokens.alice)
                return failure(run(), 'token-refused')
            })

            it('since a ticked variable is none of the flows’', async () => {
                await failure(run({ variables: { rule: 'mine', names: ['USER'] } }), 'variable-not-referred', { name: 'USER' })
                should(fake.requests).eql([])
            })

            it('since a module is none that it carries, or one that every instance has', async () => {
                await failure(run({ addModules: ['left-pad'] }), 'module-not-addable', { name: 'left-pad' })
                await failure(run({ addModules: ['node-red'] }), 'module-not-addable', { name: 'node-red' })
                should(fake.requests).eql([])
            })

            it('after a long capture, during which the platform was only looked at', async () => {
                red.onCredentials = slowly
                red.deploy(many)
                red.events.emit('runtime-event', { id: 'runtime-deploy', payload: { revision: 'other' } })
                await failure(run(), 'capture-unproven')
                should(fake.requests).not.be.empty()
            })

            it('since the flows can’t be read exactly', async () => {
                red.events.emit('runtime-event', { id: 'runtime-deploy', payload: { revision: 'other' } })
                await failure(run(), 'capture-unproven')
                should(fake.requests).eql([])
            })
        })

        describe('whose create is refused', () => {
            const refusals: Array<[string, FaultResponse, Parameters<typeof failure>[1]]> = [
                ['not permitted', { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } }, 'not-permitted'],
                ['gone', { status: 404, body: { code: 'not_found', error: 'Not Found' } }, 'instance-gone'],
                ['signed out', { status: 401, body: { code: 'unauthorized', error: 'unauthorized' } }, 'token-refused'],
                ['too busy', { status: 429, body: {}, headers: { 'retry-after': '0.01' } }, 'rate-limited'],
                ['refused', { status: 400, body: { code: 'x', error: 'no' } }, 'platform-refused'],
                ['redirected', { status: 307, headers: { location: 'https://other.example' } }, 'server-redirects']
            ]
            for (const [name, answer, code] of refusals) {
                it(`says so (${name}), and looks for nothing`, async () => {
                    fake.respondWith(create, answer)
                    await failure(run({ restore: { captureBefore: true } }), code)
                    should(fake.requests.at(-1)?.method).equal('POST')
                    should(changes()).eql(onePost)
                    should(result.snapshot).be.null()
                })
            }
        })

        describe('whose create fails there', () => {
            const failed = { status: 500, body: { message: 'kaboom' } }

            it('says so once it was seen that nothing came of it', async () => {
                fake.respondWith(create, failed)
                await failure(run({ restore: { captureBefore: true } }), 'server-error')
                should(fake.requests.at(-1)?.method).equal('GET')
                should(changes()).eql(onePost)
                should(result.snapshot).be.null()
            })

            it('is done all the same where the snapshot is there', async () => {
                fake.respondWith(create, { ...failed, handled: true })
                await run()
                should(changes()).eql(onePost)
                should(result.snapshot).containEql({ id: fake.snapshotsOf(filler)[0]?.id })
            })
        })

        describe('that is too large', () => {
            const large = Array.from({ length: 110 }, (_, index): FlowNode => ({ id: `n${index}`, type: 'x', text: 'x'.repeat(100_000) }))

            it('is not sent where the limit is known', async () => {
                red.deploy(large)
                await failure(run(), 'request-too-large', { size: '10.5 MB', limit: version === '2.4.0' ? '5.0 MB' : '10.0 MB', version })
                should(fake.snapshotsOf(filler)).eql([])
                should(changes()).eql([])
            })

            it('is not sent either where only the largest limit is known', async () => {
                told = null
                red.deploy(large)
                await failure(run(), 'request-too-large-unknown-limit', { size: '10.5 MB' })
                should(changes()).eql([])
            })

            it('says the size, and that nothing was created, where the platform takes less than it says', async () => {
                fake.respondWith(create, { status: 413, body: { code: 'FST_ERR_CTP_BODY_TOO_LARGE', error: 'Payload Too Large' } })
                await failure(run(), 'request-too-large-unknown-limit', { size: '0.0 MB' })
                should(fake.snapshotsOf(filler)).eql([])
                should(changes()).eql(onePost)
            })

            // Where the largest limit is the platform's own, nothing that is cut is sent in the first place.
            if (version === '2.4.0') {
                it('says so too when the connection is cut while it is sent', async () => {
                    fake.tooLarge = 'cut'
                    told = null
                    red.deploy(large.slice(0, 60))
                    await failure(run(), 'push-cut-short', { size: '5.7 MB' })
                    should(fake.snapshotsOf(filler)).eql([])
                    should(changes()).eql(onePost)
                })
            }
        })

        describe('whose answer is lost', () => {
            const losses: Array<[string, FaultResponse]> = [
                ['the connection broke', { cut: 'at-once' }],
                ['the answer broke off', { cut: 'mid-body' }],
                ['a gateway answered', { status: 502, body: '<html>', contentType: 'text/html' }],
                ['a gateway ran out of time', { status: 504 }],
                ['a web page came', page],
                ['nothing came', { status: 200, body: '' }],
                ['half a JSON came', { status: 200, body: '{"id":', contentType: 'application/json' }],
                ['the answer does not say what was created', { status: 200, body: { status: 'okay' } }],
                ['the answer is hostile', { status: 200, body: '{"__proto__":{}}', contentType: 'application/json' }]
            ]
            for (const [name, answer] of losses) {
                it(`finds the snapshot in the list (${name})`, async () => {
                    lost(answer)
                    await run()
                    should(fake.snapshotsOf(filler)).have.length(1)
                    should(result.snapshot).eql({ id: fake.snapshotsOf(filler)[0]?.id, name: 'v1.5' })
                    should(created).have.length(1)
                    should(changes()).eql(onePost)
                })
            }

            const unknown = () => failure(run({ restore: { captureBefore: true } }), 'push-outcome-unknown', { name: 'v1.5', server: fake.url })
            afterEach(() => {
                should(changes()).eql(onePost)
            })

            it('is unknown when no snapshot shows up, and nothing more is done', async () => {
                fake.respondWith(create, { cut: 'at-once' })
                await unknown()
                should(result).containEql({ snapshot: null, restored: false })
                should(created).eql([])
            })

            it('is unknown when two could be it', async () => {
                fake.respondWith(create, (request, _response, _recorded, normally) => {
                    normally()
                    fake.addSnapshot(filler, { name: 'v1.5' })
                    request.socket.destroy()
                })
                await unknown()
            })

            it('is not taken from snapshots that were there before, of others, or with another name', async () => {
                fake.addSnapshot(filler, { name: 'v1.5' })
                fake.respondWith(create, (request) => {
                    fake.addSnapshot(filler, { name: 'v1.5', user: 'bob' })
                    fake.addSnapshot(filler, { name: 'v1.6' })
                    request.socket.destroy()
                })
                await unknown()
            })

            it('is looked for on, when the list can’t be had at first', async () => {
                fake.respondWith(create, (request, _response, _recorded, normally) => {
                    normally()
                    const list = { method: 'GET', path: /\/snapshots/ }
                    fake.respondWith(list, { status: 502, body: '' })
                    fake.respondWith(list, page)
                    fake.respondWith(list, { body: { snapshots: 5 } })
                    fake.respondWith(list, { body: { snapshots: [] } })
                    request.socket.destroy()
                })
                await run()
                should(result.snapshot?.id).equal(fake.snapshotsOf(filler)[0]?.id)
            })
        })

        describe('whose restore fails', () => {
            let error: CodedError

            const restoring = async (code: Parameters<typeof failure>[1], captureBefore = false) => {
                error = await failure(run({ restore: { captureBefore } }), code, { name: 'v1.5', instance: 'filler' })
            }
            /** Faults that begin with the restore: the checks before it must go through. */
            const fromRestoreOn = (answer: FaultResponse, times: number, restored: boolean) => {
                fake.respondWith(rollback, (request, response, _recorded, normally) => {
                    if (restored) { normally() }
                    fake.respondWith({ method: 'GET', path: `/api/v1/projects/${filler}` }, answer, times)
                    if (restored) { response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"okay"}') } else { request.socket.destroy() }
                })
            }

            afterEach(() => {
                should(result.snapshot?.name).equal('v1.5')
                should(created).have.length(1)
            })

            it('is not begun when the instance can’t be captured first', async () => {
                for (const answer of [{ status: 500, body: { message: 'kaboom' } }, { cut: 'at-once' as const }, page]) {
                    fake.requests.length = 0
                    created = []
                    fake.respondWith(({ method, path, headers }) => method === 'POST' && path.endsWith('/snapshots') && Number(headers['content-length']) < 100, answer)
                    await restoring('safety-capture-failed', true)
                    should(error.detail.because).have.property('code')
                    should(changes()).eql([...onePost, ...onePost])
                    should(result).containEql({ before: null, restored: false })
                }
            })

            it('says when the platform refuses it, and why', async () => {
                fake.respondWith(rollback, { status: 403, body: { code: 'unauthorized', error: 'unauthorized' } })
                await restoring('restore-refused', true)
                should(error.detail.because?.code).equal('not-permitted')
                should(result).containEql({ restored: false, stateAfter: null })
                should(result.before?.name).startWith('Before restore of')
            })

            it('says what the platform says when it fails there', async () => {
                fake.respondWith(rollback, { status: 500, body: { code: 'unexpected_error', error: 'Error: module x' } })
                await restoring('restore-failed')
                should(error.params.message).equal('Error: module x')
                should(result.restored).be.false()
            })

            for (const state of ['crashed', 'safe', 'stopped']) {
                it(`says when the instance is ${state} afterwards`, async () => {
                    fake.restartsWith(filler, ['restarting', state])
                    await restoring('restore-not-running')
                    should(error.params.state).equal(state)
                    should(result.restored).be.false()
                })
            }

            it('is not taken for done while the instance never runs', async () => {
                fake.restartsWith(filler, ['restarting'])
                await restoring('restore-unfollowed')
                should(error.params.state).equal('restarting')
                should(result.restored).be.false()
            })

            it('is followed on when its answer was lost: an instance that restarts shows it', async () => {
                fake.restartsWith(filler, ['restarting', 'installing', 'running'])
                fake.respondWith(rollback, { handled: true, cut: 'at-once' })
                await run({ restore: { captureBefore: false } })
                should(result).containEql({ restored: true, stateAfter: 'running' })
            })

            it('is not taken for done when its answer was lost and the instance just runs on', async () => {
                fake.respondWith(rollback, { cut: 'at-once' })
                await restoring('restore-unfollowed')
                should(error.params.state).equal('running')
                should(result.restored).be.false()
                should(fake.instance(filler).flows).eql([])
            })

            it('is not taken for done because one look at the instance failed', async () => {
                fromRestoreOn({ status: 500, body: {} }, 1, false)
                await restoring('restore-unfollowed')
                should(result.restored).be.false()
            })

            it('is not taken for done because an instance that was starting runs now', async () => {
                fake.setInstance(filler, { state: 'starting' })
                fake.respondWith(rollback, (request) => {
                    fake.setInstance(filler, { state: 'running' })
                    request.socket.destroy()
                })
                await restoring('restore-unfollowed')
            })

            const passing: FaultResponse[] = [{ status: 502, body: '' }, page, { status: 429, body: {}, headers: { 'retry-after': '60' } }, { body: { odd: true } }]
            it('is followed on when looks at the instance fail for a while', async () => {
                for (const answer of passing) {
                    created = []
                    fake.requests.length = 0
                    fromRestoreOn(answer, 2, true)
                    await run({ restore: { captureBefore: false } })
                    should(result).containEql({ restored: true, stateAfter: 'running' })
                }
            })

            it('says that its end was not seen, and why, when the sign-in ends meanwhile', async () => {
                fromRestoreOn({ status: 401, body: { code: 'unauthorized', error: 'unauthorized' } }, Infinity, true)
                await restoring('restore-unfollowed')
                should(error.params.state).equal('unknown')
                should(error.detail.because?.code).equal('token-refused')
                should(result.restored).be.false()
            })
        })
    })
}
