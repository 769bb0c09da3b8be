import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import should from 'should'
import type { ErrorAnswer } from '../../src/shared/errors'
import type { EnvironmentText, LocalList, LocalPlan, LocalSummary, VariableImport, VariableList } from '../../src/shared/local'
import type { AnyJob, Job, PushPreview, RestoreJob } from '../../src/shared/requests'
import type { FlowNode } from '../../src/snapshot/model'
import { startFakeFlowFuse, type FakeFlowFuse } from '../fake/platform'
import { startNodeRed, type LocalNodeRed } from '../node-red/local'

const prefix = 'flowfuse-snapshots'
const flowsOf = (name: string): FlowNode[] => [
    { id: 't', type: 'tab', label: 'Line 4', env: [] },
    { id: 'i', type: 'http in', z: 't', url: '/seen', method: 'get', wires: [['f']] },
    { id: 'f', type: 'function', z: 't', name, func: 'msg.payload = { limit: env.get("LIMIT"), token: env.get("TOKEN"), plant: env.get("PLANT") }\nreturn msg', outputs: 1, wires: [['o']] },
    { id: 'o', type: 'http response', z: 't', wires: [] },
    { id: 'c', type: 'http request', z: 't', name, wires: [[]] }
]
const folderFor = (name: string) => mkdtempSync(join(tmpdir(), `ffs-${name}-`))

function callsOf (local: () => LocalNodeRed, headers: Record<string, string> = {}) {
    const call = async <T = ErrorAnswer>(method: string, path: string, body?: unknown) => {
        const answer = await local().call(method, `${prefix}/${path}`, body, headers)
        return { status: answer.status, body: answer.body as T }
    }
    const ended = async <T extends AnyJob>(started: { status: number, body: T | ErrorAnswer }): Promise<T> => {
        should(started.status).equal(202)
        let job = started.body as T
        while (job.state === 'running') {
            job = (await call<T>('GET', `jobs/${job.id}`)).body
        }
        return job
    }
    return { call, ended, list: async () => (await call<LocalList>('GET', 'local')).body }
}

describe('the routes of local snapshots', function () {
    this.timeout(5 * 60_000)
    const userDir = folderFor('local-routes')
    const { call, ended, list } = callsOf(() => local)
    let local: LocalNodeRed
    const deploy = async (flows: FlowNode[], password: string) => {
        const answer = await local.call('POST', 'flows', { flows, credentials: { c: { user: 'u', password } } }, { 'node-red-api-version': 'v2' })
        return (answer.body as { rev: string }).rev
    }

    before(async () => {
        local = await startNodeRed({ userDir, settings: "'flowfuse-snapshots': { localAuto: false }," })
        await deploy(flowsOf('first'), 'canary first')
    })
    after(async () => {
        await (local as LocalNodeRed | undefined)?.stop()
        rmSync(userDir, { recursive: true })
    })

    it('make, rename, pin and delete one', async () => {
        const made = await call<LocalSummary>('POST', 'local', { name: ' v1 ', description: 'before the fair' })
        should(made.status).equal(201)
        should(made.body).containEql({ name: 'v1', description: 'before the fair', kind: 'named', pinned: false, sameFlows: true, credentials: 'included' })
        const { id } = made.body
        should((await call<LocalSummary>('PUT', `local/${id}`, { pinned: true })).body).containEql({ id, name: 'v1', pinned: true })
        should((await call<LocalSummary>('PUT', `local/${id}`, { name: 'v2', description: '' })).body).containEql({ id, name: 'v2', description: '', pinned: true })
        should((await list()).snapshots.map(({ name }) => name)).eql(['v2'])
        should((await call('DELETE', `local/${id}`)).status).equal(200)
        should((await list()).snapshots).eql([])
        should((await call('DELETE', `local/${id}`)).body.code).equal('snapshot-gone')
    })

    it('restore one, undo it, and say what it would do before', async () => {
        const { body: { id } } = await call<LocalSummary>('POST', 'local', { name: 'v1', description: '' })
        const rev = await deploy([...flowsOf('second'), { id: 'n', type: 'debug', z: 't' }], 'canary second')
        const { body: plan } = await call<LocalPlan>('GET', `local/${id}/plan`)
        should(plan).containEql({ rev, modules: [], restoreRefused: null, flows: { here: 1, there: 1, added: 0, removed: 1, changed: 2 } })
        should(plan.credentials).eql({ added: 0, removed: 0, changed: 1 })
        should(plan.snapshot).containEql({ id, name: 'v1', sameFlows: false })
        const job = await ended<RestoreJob>(await call<RestoreJob>('POST', `local/${id}/restore`, { rev, credentialMark: plan.credentialMark }))
        should(job).containEql({ kind: 'restore', state: 'done', error: null })
        should(job.result.snapshot).eql({ id, name: 'v1' })
        const restored = await list()
        should(restored.snapshots.find(snapshot => snapshot.id === id)?.sameFlows).be.true()
        should(restored.undo).containEql({ name: 'v1' })
        const undone = await ended<RestoreJob>(await call<RestoreJob>('POST', 'undo', { id: restored.undo?.id, rev: job.result.rev }))
        should(undone).containEql({ kind: 'undo', state: 'done', error: null })
        const { rev: now } = (await local.call('GET', 'flows', undefined, { 'node-red-api-version': 'v2' })).body as { rev: string }
        should(now).equal(rev)
    })

    it('answer every bad request in words, and change nothing', async () => {
        const { body: { id } } = await call<LocalSummary>('POST', 'local', { name: 'v1', description: '' })
        const before = await list()
        const bad: Array<[string, string, unknown, number, string]> = [
            ['POST', 'local', {}, 400, 'body-invalid'],
            ['POST', 'local', { name: '', description: '' }, 400, 'name-empty'],
            ['POST', 'local', { name: 'Auto Snapshot - 2026-01-01 00:00:00', description: '' }, 400, 'name-automatic'],
            ['PUT', `local/${id}`, { pinned: 'yes' }, 400, 'body-invalid'],
            ['PUT', `local/${id}`, { name: 'Auto Snapshot - 2026-01-01 00:00:00' }, 400, 'name-automatic'],
            ['PUT', 'local/..%2f..%2fflows', { name: 'x' }, 404, 'snapshot-gone'],
            ['DELETE', 'local/__proto__', undefined, 404, 'snapshot-gone'],
            ['GET', 'local/nosuchsnapshot/plan', undefined, 404, 'snapshot-gone'],
            ['POST', `local/${id}/restore`, {}, 400, 'body-invalid'],
            ['POST', `local/${id}/restore`, { rev: 'x' }, 400, 'body-invalid'],
            ['POST', `local/${id}/restore`, { rev: 'x', credentialMark: 'x', modules: ['node-red-node-random'] }, 400, 'body-invalid'],
            ['POST', `local/${id}/restore-with-modules`, { rev: 'x', credentialMark: 'x', modules: 'node-red-node-random' }, 400, 'body-invalid'],
            ['POST', 'undo', { id: 5 }, 400, 'body-invalid'],
            ['POST', 'local/former-secret', {}, 400, 'body-invalid'],
            ['POST', 'local/former-secret', { secret: 'wrong' }, 409, 'former-secret-wrong']
        ]
        for (const [method, path, body, status, code] of bad) {
            const answer = await call(method, path, body)
            should([answer.status, answer.body.code]).eql([status, code], `${method} ${path} ${JSON.stringify(body)}`)
        }
        should(await list()).eql(before)
    })

    it('let nothing be restored over a deploy that the user has not seen', async () => {
        const [snapshot] = (await list()).snapshots
        const job = await ended<RestoreJob>(await call<RestoreJob>('POST', `local/${snapshot?.id}/restore`, { rev: 'of before', credentialMark: 'of before' }))
        should(job).containDeep({ state: 'failed', error: { code: 'restore-moved' }, result: { safety: null, rev: null } })
    })

    it('refuse other pages', async () => {
        for (const [method, path] of [['GET', 'local'], ['POST', 'local'], ['PUT', 'variables'], ['POST', 'variables/export'], ['POST', 'undo']] as const) {
            const answer = await local.call(method, `${prefix}/${path}`, {}, { origin: 'https://evil.example' })
            should(answer).containEql({ status: 403 })
        }
    })
})

describe('the variables that the plugin keeps', function () {
    this.timeout(5 * 60_000)
    const userDir = folderFor('local-variables')
    const { call, list } = callsOf(() => local)
    let local: LocalNodeRed
    const start = () => startNodeRed({ userDir, environment: { PLANT: 'of the host' } })
    const seen = async () => await (await fetch(`${local.url}/seen`)).json() as Record<string, string>
    const variables = async () => (await call<VariableList>('GET', 'variables')).body.variables
    const put = (changes: unknown) => call<VariableList>('PUT', 'variables', { variables: changes })

    before(async () => {
        local = await start()
        await local.call('POST', 'flows', { flows: flowsOf('x') }, { 'node-red-api-version': 'v2' })
    })
    after(async () => {
        await (local as LocalNodeRed | undefined)?.stop()
        rmSync(userDir, { recursive: true })
    })

    it('are seen by flows at once, and by flows that start with Node-RED', async () => {
        const answer = await put([
            { name: 'LIMIT', hidden: false, value: '80' }, { name: 'TOKEN', hidden: true, value: 'canary token' }, { name: 'PLANT', hidden: false, value: 'ours' }
        ])
        should(answer.status).equal(200)
        should(await seen()).eql({ limit: '80', token: 'canary token', plant: 'of the host' })
        await local.stop()
        const started = { id: 's', type: 'function', z: 't', func: '', initialize: 'node.warn(`at the start ${env.get("LIMIT")}`)', outputs: 1, wires: [[]] }
        writeFileSync(join(userDir, 'flows.json'), JSON.stringify([...flowsOf('x'), started]))
        local = await start()
        should(await seen()).eql({ limit: '80', token: 'canary token', plant: 'of the host' })
        await local.printed('at the start 80')
    })

    it('are listed without their values: where they are used, and what stands before them', async () => {
        const common = { usedIn: ['Line 4'], shadowedBy: [], overridden: false, locked: false }
        should(await variables()).eql([
            { name: 'LIMIT', hidden: false, ...common }, { name: 'TOKEN', hidden: true, ...common }, { name: 'PLANT', hidden: false, ...common, overridden: true }
        ])
    })

    it('keep the value that is not sent again, and are gone when they are not', async () => {
        await put([{ name: 'TOKEN', hidden: true }, { name: 'LIMIT', hidden: false, value: '90' }])
        should(await seen()).eql({ limit: '90', token: 'canary token', plant: 'of the host' })
        await put([{ name: 'TOKEN', hidden: true }])
        should(await seen()).eql({ token: 'canary token', plant: 'of the host' })
    })

    it('come from a .env text and go into one', async () => {
        const { body } = await call<VariableImport>('POST', 'variables/import', { text: 'LIMIT=70 # of the fair\nNODE_ENV=production\nLINES="4\\n5"\n' })
        should(body.leftOut).eql(['NODE_ENV'])
        should(body.variables.map(({ name }) => name)).eql(['TOKEN', 'LIMIT', 'LINES'])
        should((await seen()).limit).equal('70')
        const { body: { text } } = await call<EnvironmentText>('POST', 'variables/export')
        should(text).equal("TOKEN='canary token'\nLIMIT=70\nLINES='4\n5'\n")
        should((await call('GET', 'variables/export')).status).equal(404)
    })

    it('answer every bad request in words, and change nothing', async () => {
        const before = await variables()
        const bad: Array<[string, string, unknown, string]> = [
            ['PUT', 'variables', {}, 'body-invalid'],
            ['PUT', 'variables', { variables: [null] }, 'body-invalid'],
            ['PUT', 'variables', { variables: [{ name: 'A', hidden: false, value: '1' }, { name: 'A', hidden: true, value: '2' }] }, 'body-invalid'],
            ['PUT', 'variables', { variables: [{ name: '__proto__', hidden: false, value: { toString: 1 } }] }, 'body-invalid'],
            ['PUT', 'variables', { variables: [{ name: 'A', hidden: false }] }, 'variable-not-set'],
            ['PUT', 'variables', { variables: [{ name: 'NODE_OPTIONS', hidden: false, value: '--require /tmp/x' }] }, 'variable-not-allowed'],
            ['PUT', 'variables', { variables: [{ name: 'two words', hidden: false, value: '' }] }, 'variable-name-invalid'],
            ['POST', 'variables/import', { text: 'A=1\nno line' }, 'env-text-invalid'],
            ['POST', 'variables/import', { text: 5 }, 'body-invalid']
        ]
        for (const [method, path, body, code] of bad) {
            should((await call(method, path, body)).body.code).equal(code, `${method} ${path} ${JSON.stringify(body)}`)
        }
        should(await variables()).eql(before)
    })

    it('are in every local snapshot, hidden ones unreadable, and no secret is in clear on disk or in the log', async () => {
        const { body } = await call<LocalSummary>('POST', 'local', { name: 'v1', description: '' })
        should(body.counts.variables).equal(3)
        should(JSON.stringify(await list())).not.containEql('canary')
        const texts = readdirSync(join(userDir, prefix), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
            .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join()
        should(texts).containEql('LINES').and.not.containEql('canary')
        should(local.output()).not.containEql('canary')
    })

    it('travel with a push, and a local snapshot travels with its own', async () => {
        const fake: FakeFlowFuse = await startFakeFlowFuse({ version: '2.33.2' })
        try {
            const { filler } = fake.ids.instances
            await call('POST', 'connection', { server: fake.url, token: fake.tokens.alice })
            await call('PUT', 'target', { teamId: fake.ids.teams.bottlingPlant, instanceId: filler })
            const { ended } = callsOf(() => local)
            const [snapshot] = (await list()).snapshots
            await put([{ name: 'TOKEN', hidden: true, value: 'canary new' }, { name: 'UNUSED', hidden: false, value: '1' }])
            await local.call('POST', 'flows', { flows: [...flowsOf('x'), { id: 'n', type: 'debug', z: 't' }] }, { 'node-red-api-version': 'v2' })
            const { body: preview } = await call<PushPreview>('GET', 'push/preview')
            should(preview.variables.kept).eql([{ name: 'TOKEN', hidden: true }, { name: 'UNUSED', hidden: false }])
            should(preview.variables.offered).eql(['PLANT', 'TOKEN'])
            should(JSON.stringify(preview)).not.containEql('canary')
            const push = { instanceId: filler, name: 'v1', description: '', variables: { rule: 'mine', names: ['TOKEN', 'UNUSED'] }, restore: null }
            should(await ended<Job>(await call<Job>('POST', 'push', push))).containEql({ state: 'done', error: null })
            should(fake.snapshotsOf(filler)[0]?.env).containEql({ UNUSED: '1' })
            should(JSON.stringify(fake.snapshotsOf(filler)[0]?.env.TOKEN)).containEql('hidden')

            const { body: earlier } = await call<PushPreview>('GET', `push/preview?local=${snapshot?.id}`)
            should(earlier.variables.kept.map(({ name }) => name)).eql(['TOKEN', 'LIMIT', 'LINES'])
            should(earlier.counts).containEql({ flows: 1, nodes: 5 })
            const old = { ...push, name: 'v0', local: snapshot?.id, variables: { rule: 'mine', names: ['LIMIT', 'LINES'] } }
            should(await ended<Job>(await call<Job>('POST', 'push', old))).containEql({ state: 'done', error: null })
            const [pushed] = fake.snapshotsOf(filler)
            should(pushed).containDeep({ name: 'v0', flows: flowsOf('x'), env: { LIMIT: '70', LINES: '4\n5' } })
            const gone = await ended<Job>(await call<Job>('POST', 'push', { ...old, local: 'nosuchsnapshot' }))
            should(gone.error?.code).equal('snapshot-gone')
        } finally {
            await fake.stop()
        }
    })
})

describe('local snapshots in a Node-RED with users', function () {
    this.timeout(5 * 60_000)
    const userDir = folderFor('local-users')
    const users = '({ rita: [\'flowfuse-snapshots.read\'], vera: [\'flowfuse-snapshots.read\', \'flows.read\'], wes: [\'*.read\', \'flowfuse-snapshots.write\'], max: [\'read\', \'flowfuse-snapshots.write\', \'flows.write\'], ann: \'*\' })'
    let local: LocalNodeRed

    const statusOf = async (username: string) => {
        const response = await fetch(`${local.url}/auth/token`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ client_id: 'node-red-editor', grant_type: 'password', scope: '', username, password: 'x' })
        })
        const { access_token: token } = await response.json() as { access_token: string }
        const { call } = callsOf(() => local, { authorization: `Bearer ${token}` })
        return async (method: string, path: string) => (await call(method, path, {})).status
    }

    before(async () => {
        local = await startNodeRed({
            userDir,
            settings: `adminAuth: {
                type: 'credentials',
                users: async name => ({ username: name, permissions: ${users}[name] }),
                authenticate: async name => ${users}[name] ? { username: name, permissions: ${users}[name] } : null
            },`
        })
    })
    after(async () => {
        await (local as LocalNodeRed | undefined)?.stop()
        rmSync(userDir, { recursive: true })
    })

    const acts = [
        ['POST', 'local'], ['PUT', 'local/x'], ['DELETE', 'local/x'], ['GET', 'local/x/plan'], ['POST', 'local/x/restore'], ['POST', 'undo'],
        ['DELETE', 'local/notice'], ['POST', 'local/former-secret'], ['PUT', 'variables'], ['POST', 'variables/import'], ['POST', 'variables/export'],
        ['POST', 'files/snapshot'], ['POST', 'files/package'], ['POST', 'files/environment'], ['POST', 'uploads/plan'], ['POST', 'uploads']
    ] as const

    it('are shown to nobody without a sign-in', async () => {
        for (const [method, path] of [['GET', 'local'], ['GET', 'variables'], ['POST', 'local/x/restore-with-modules'], ...acts] as const) {
            should((await local.call(method, `${prefix}/${path}`)).status).equal(401, path)
        }
    })

    it('are listed for those who may see, with variables for those who may see flows, and changed by neither', async () => {
        for (const [name, mayView] of [['rita', false], ['vera', true], ['wes', true]] as const) {
            const status = await statusOf(name)
            should(await status('GET', 'local')).equal(200)
            should(await status('GET', 'variables')).equal(mayView ? 200 : 401)
            for (const [method, path] of acts) {
                should(await status(method, path)).equal(401, `${name} ${path}`)
            }
        }
    })

    it('are changed by those who may write flows, and modules are installed only by those who may change the palette', async () => {
        const [max, ann] = [await statusOf('max'), await statusOf('ann')]
        for (const [method, path] of acts) {
            should(await max(method, path)).not.equal(401, path)
        }
        should(await max('POST', 'local/x/restore-with-modules')).equal(401)
        should(await ann('POST', 'local/x/restore-with-modules')).equal(400)
    })
})
