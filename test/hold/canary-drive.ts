import { setTimeout as delay } from 'node:timers/promises'
import { fileType } from '../../src/shared/files'
import type { Json } from '../fake/json'
import type { FaultHandler } from '../fake/platform'
import type { Answered, CanaryWorld } from './canary-world'

const v2 = { 'Node-RED-API-Version': 'v2' }
const all = { flows: true, credentials: true, variables: 'all' }
const credentialed = ['tab1', 'group1', 'sub1', 'use1', 'req1', 'broker']

/** One road through the plugin. */
export type Road = [name: string, go: (world: CanaryWorld) => Promise<void>]

/** Every road that a secret travels, and what becomes of it where that goes wrong. */
export const roads: Road[] = [
    ['signing in with a token', signInByToken],
    ['deploys, variables and local snapshots', keepLocally],
    ['push', pushAll],
    ['pull', pullAll],
    ['files', filesInAndOut],
    ['what is done on the platform', actOnPlatform],
    ['failures that tell what they were sent', failures],
    ['automatic push', pushByItself],
    ['signing in by browser', signInByBrowser],
    ['a former credential secret', formerSecret]
]

interface CanaryFlows { flows: Array<Record<string, Json>>, credentials: Record<string, Record<string, string>> }

/** Flows in which every kind of node has credentials of its own. */
export function canaryFlows (world: CanaryWorld, whose: string): CanaryFlows {
    const make = (what: string) => world.canaries.make(`${what} ${whose}`)
    return {
        flows: [
            { id: 'tab1', type: 'tab', label: `Line of ${whose}`, env: [{ name: 'KEY', type: 'cred' }, { name: 'name', type: 'cred' }, { name: 'HOST', type: 'env', value: '${FFS_CANARY_HOST} ${FFS_CANARY_PIN}' }] },
            { id: 'group1', type: 'group', z: 'tab1', name: 'Press', nodes: ['req1'], env: [{ name: 'PIN', type: 'cred' }], x: 10, y: 10, w: 200, h: 100 },
            { id: 'sub1', type: 'subflow', name: 'Scale', in: [], out: [], env: [{ name: 'TOKEN', type: 'cred' }] },
            { id: 'use1', type: 'subflow:sub1', z: 'tab1', env: [{ name: 'TOKEN', type: 'cred' }], x: 60, y: 60, wires: [] },
            { id: 'req1', type: 'http request', z: 'tab1', g: 'group1', name: whose, method: 'GET', url: 'http://127.0.0.1:9/', authType: 'basic', x: 60, y: 40, wires: [[]] },
            { id: 'broker', type: 'mqtt-broker', name: whose, broker: 'localhost', port: '1', autoConnect: false, protocolVersion: '4', keepalive: '60' }
        ],
        credentials: {
            tab1: { KEY: make('a tab’s credential'), name: make('a tab’s credential that is called “name”') },
            group1: { PIN: make('a group’s credential') },
            sub1: { TOKEN: make('a subflow’s credential') },
            use1: { TOKEN: make('a subflow instance’s credential') },
            req1: { user: make('a user name'), password: make('a password') },
            broker: { user: make('a broker’s user'), password: make('a broker’s password') }
        }
    }
}

export async function deploy (world: CanaryWorld, whose: string): Promise<string> {
    const { json, status } = await world.ask('POST', 'flows', canaryFlows(world, whose), { headers: v2 })
    if (status >= 300) {
        throw new Error(`Node-RED did not deploy: ${status}`)
    }
    return String(json.rev)
}

const filler = ({ fake }: CanaryWorld) => fake.ids.instances.filler
const revision = async (world: CanaryWorld) => String((await world.ask('GET', 'flows', undefined, { headers: v2 })).json.rev)

/** A snapshot of somebody else's there, with secrets of its own. */
function snapshotThere (world: CanaryWorld, name: string, owner = filler(world)): string {
    const { flows, credentials } = canaryFlows(world, `${name} there`)
    return world.fake.addSnapshot(owner, {
        name, flows, credentials, modules: { 'node-red': '4.1.15' },
        env: { HIDDEN_THERE: { value: world.canaries.make(`a hidden variable of ${name} there`), hidden: true } }
    })
}

async function signInByToken (world: CanaryWorld): Promise<void> {
    const { fake, canaries } = world
    const wrong = `ffpat_${canaries.make('a wrong token', { plain: true })}`
    const broken = `${canaries.make('a malformed token')} with blanks\n`
    for (const [server, token] of [[fake.url, wrong], [fake.url, broken], ['http://127.0.0.1:9', wrong], ['http://elsewhere.invalid', wrong], ['not a server', wrong], [`${fake.url}/?token=x`, wrong]]) {
        await world.ask('POST', 'flowfuse-snapshots/connection', { server, token })
    }
    await world.ask('POST', 'flowfuse-snapshots/connection', `{"server": "${fake.url}", "token": "${wrong}`)
    fake.setInstance(filler(world), { env: [{ name: 'SEALED', value: canaries.make('a hidden variable of the instance'), hidden: true }], credentials: canaryFlows(world, 'the instance').credentials })
    await world.must('POST', 'connection', { server: fake.url, token: fake.tokens.alice })
    await world.must('PUT', 'target', { teamId: fake.ids.teams.bottlingPlant, instanceId: filler(world) })
    for (const path of ['state', 'target', 'teams', `teams/${fake.ids.teams.bottlingPlant}/applications`, `teams/${fake.ids.teams.bottlingPlant}/devices`, 'status?look=nothing']) {
        await world.must('GET', path)
    }
}

async function keepLocally (world: CanaryWorld): Promise<void> {
    await deploy(world, 'first')
    const hidden = world.canaries.make('a hidden variable kept here')
    const pin = world.canaries.make('another hidden variable kept here', { plain: true })
    await world.must('PUT', 'variables', { variables: [{ name: 'FFS_CANARY_HIDDEN', hidden: true, value: hidden }, { name: 'FFS_CANARY_PIN', hidden: true, value: pin }] })
    await world.ask('PUT', 'flowfuse-snapshots/variables', { variables: [{ name: 'PATH', hidden: true, value: hidden }] })
    await world.ask('PUT', 'flowfuse-snapshots/variables', { variables: [{ name: 'FFS', hidden: 'yes', value: { hidden } }] })
    await world.ask('POST', 'flowfuse-snapshots/variables/import', { text: `${hidden}\nNODE_OPTIONS=${hidden}` })
    await world.must('GET', 'variables')
    const { id } = await world.must('POST', 'local', { name: 'by hand', description: '' })
    await deploy(world, 'second')
    const plan = await world.must('GET', `local/${String(id)}/plan`)
    const { result } = await world.job(`local/${String(id)}/restore`, { rev: plan.rev, credentialMark: plan.credentialMark })
    await world.job(`local/${String(id)}/restore`, { rev: plan.rev, credentialMark: 'stale' })
    const { undo } = await world.must('GET', 'local') as { undo: { id: string } }
    await world.job('undo', { id: undo.id, rev: result.rev })
    await world.must('GET', 'local')
}

async function pushAll (world: CanaryWorld): Promise<void> {
    const { fake } = world
    fake.restartsWith(filler(world), ['running'])
    const preview = await world.must('GET', 'push/preview') as { settings: Array<{ key: string, problem?: unknown }> }
    const request = { instanceId: filler(world), description: '', restore: null, variables: { rule: 'keep' } }
    await world.job('push', { ...request, name: 'kept' })
    await world.job('push', { ...request, name: 'mine', variables: { rule: 'mine', names: ['FFS_CANARY_HOST', 'FFS_CANARY_HIDDEN', 'FFS_CANARY_PIN'], hidden: ['FFS_CANARY_HIDDEN'] }, restore: { captureBefore: true } })
    await world.job('push', { ...request, name: 'added', variables: { rule: 'add', names: ['FFS_CANARY_HOST'] } })
    const some = preview.settings.filter(row => row.problem === undefined || row.problem === null).map(({ key }) => key).slice(0, 1)
    await world.ask('POST', 'flowfuse-snapshots/push', { ...request, name: 'imported', settings: some })
    await idle(world)
    const { snapshots } = await world.must('GET', 'local') as { snapshots: Array<{ id: string }> }
    await world.job('push', { ...request, name: 'an older one', local: snapshots.at(-1)!.id })
    await world.must('GET', `instances/${filler(world)}/snapshots`)
    for (const look of ['snapshots', 'state', 'nothing']) {
        await world.ask('GET', `flowfuse-snapshots/status?look=${look}`)
    }
}

async function pullAll (world: CanaryWorld): Promise<void> {
    const there = snapshotThere(world, 'v2')
    const pull = await world.must('POST', 'pull', { owner: { kind: 'instance', id: filler(world) }, snapshot: there })
    for (const part of ['', '/flows', '/here']) {
        await world.ask('GET', `flowfuse-snapshots/pull/${String(pull.id)}${part}`)
    }
    const body = { rev: pull.rev, parts: { flows: true, credentials: 'exactly', variables: 'all' }, mine: [], theirs: credentialed, otherwise: 'theirs' }
    const job = await world.job(`pull/${String(pull.id)}/replace`, body)
    if (job.state !== 'done') {
        throw new Error(`The pull ended with ${job.error?.code}.`)
    }
    await world.job(`pull/${String(pull.id)}/replace`, { ...body, rev: 'stale' })
    const { undo } = await world.must('GET', 'local') as { undo: { id: string } }
    await world.job('undo', { id: undo.id, rev: await revision(world) })
    await world.must('DELETE', `pull/${String(pull.id)}`)
}

async function filesInAndOut (world: CanaryWorld): Promise<void> {
    const secret = world.canaries.make('the secret of a file').trim()
    const remote = { kind: 'remote', owner: { kind: 'instance', id: filler(world) }, snapshot: snapshotThere(world, 'v3') }
    const { snapshots } = await world.must('GET', 'local') as { snapshots: Array<{ id: string }> }
    let file = ''
    for (const source of [{ kind: 'running' }, { kind: 'local', id: snapshots[0]!.id }, remote]) {
        const { text } = await world.ask('POST', 'flowfuse-snapshots/files/snapshot', { source, parts: all, secret })
        file = text
        await world.ask('POST', 'flowfuse-snapshots/files/package', { source })
        await world.ask('POST', 'flowfuse-snapshots/files/environment', { source, values: false })
        await world.ask('POST', 'flowfuse-snapshots/files/environment', { source, values: true }, { isFile: true })
        const { json } = await world.ask('POST', 'flowfuse-snapshots/views', { source })
        await world.ask('GET', `flowfuse-snapshots/views/${String(json.id)}/flows`)
    }
    await world.ask('POST', 'flowfuse-snapshots/variables/export', {}, { isFile: true })
    const view = await opened(world, file)
    await world.ask('POST', `flowfuse-snapshots/views/${String(view.json.id)}/secret`, { secret: `${secret} wrong` })
    await world.must('POST', `views/${String(view.json.id)}/secret`, { secret })
    await world.must('POST', `views/${String(view.json.id)}/local`, { name: 'of a file', description: '' })
    const pull = await world.must('POST', 'pull', { view: view.json.id })
    await world.must('DELETE', `pull/${String(pull.id)}`)
    const to = { kind: 'instance', id: world.fake.ids.instances.labeller }
    await world.must('POST', 'uploads/plan', { view: view.json.id, to })
    await world.must('POST', 'uploads', { view: view.json.id, to, name: 'of a file', description: '', parts: all })
    // Credentials in clear, as some tools write them; and files that break where a secret stands.
    const { flows, credentials } = canaryFlows(world, 'a file in clear')
    const clear = flows.map(node => ({ ...node, ...(credentials[String(node.id)] && { credentials: credentials[String(node.id)]! }) }))
    const inClear = await opened(world, JSON.stringify(clear))
    await world.ask('GET', `flowfuse-snapshots/views/${String(inClear.json.id)}/flows`)
    const whole = JSON.stringify({ name: 'x', flows: { flows, credentials }, settings: {} })
    for (const at of ['a password', 'KEY', '"$"'].map(text => whole.indexOf(text))) {
        await opened(world, whole.slice(0, at > 0 ? at : whole.length - 12))
    }
    await opened(world, whole.slice(0, whole.indexOf('k4n4ry') + 30))
    await opened(world, `k${whole.slice(whole.indexOf('k4n4ry'))}`)
}

function opened (world: CanaryWorld, file: string): Promise<Answered> {
    return world.ask('POST', 'flowfuse-snapshots/views/file', file, { headers: { 'content-type': fileType, 'x-file-name': 'x.json' } })
}

async function actOnPlatform (world: CanaryWorld): Promise<void> {
    const { fake } = world
    const instance = `instances/${filler(world)}`
    const device = `${instance}/devices/${fake.ids.devices.edgeApp}`
    fake.setDevice(fake.ids.devices.edgeApp, { mode: 'developer', lastSeenAt: new Date().toISOString(), status: 'running' })
    const there = snapshotThere(world, 'v4')
    await world.must('POST', `${instance}/snapshots`, { name: 'as it runs', description: '' })
    await world.ask('PUT', `flowfuse-snapshots/${instance}/snapshots/${there}`, { name: 'v4 renamed', from: { name: 'v4', description: '' } })
    const { seen } = await world.must('GET', `${instance}/snapshots/${there}/restore`)
    await world.job(`${instance}/snapshots/${there}/restore`, { seen, instanceName: 'filler', captureBefore: true, addModules: [] })
    const target = await world.must('GET', `${instance}/snapshots/${there}/device-target`)
    await world.ask('PUT', `flowfuse-snapshots/${instance}/snapshots/${there}/device-target`, { seen: target.seen, majorStep: true })
    const deletion = await world.must('GET', `${instance}/snapshots/${there}/deletion`)
    await world.must('POST', `${instance}/snapshots/${there}/deletion`, { seen: deletion.seen })
    for (const path of [`${instance}/devices`, `${instance}/automatic`, `${device}/push`, `${device}/targets`, `${device}/automatic`]) {
        await world.ask('GET', `flowfuse-snapshots/${path}`)
    }
    await world.ask('POST', `flowfuse-snapshots/${device}/snapshots`, { name: 'of the device', description: '' })
    await world.job(`${device}/push`, { name: 'to the device', description: '', variables: ['FFS_CANARY_HOST'], nodeRed: '4.1.15', target: null })
}

/** What a refusal may say: everything that it was sent, in words, in JSON, and with a header. */
const echoes: FaultHandler[] = [400, 409, 500].flatMap(status => [(_request, response, recorded) => {
    const body = JSON.stringify(recorded.body ?? {})
    const from = Math.max(0, body.indexOf('k4n4ry') - 40)
    const error = `${recorded.headers.authorization ?? ''} may not send ${body.slice(from, from + 300)}`
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ code: 'refused', error }))
}, (_request, response, recorded) => {
    const secret = (recorded.body as Record<string, unknown> | undefined)?.credentialSecret
    response.writeHead(status, `No ${recorded.headers.authorization ?? ''}`, { 'content-type': 'text/html' })
        .end(`<p>${recorded.headers.authorization ?? ''} ${String(secret)} ${JSON.stringify(recorded.body ?? {})}`)
}] satisfies FaultHandler[])

async function failures (world: CanaryWorld): Promise<void> {
    const { fake } = world
    const there = snapshotThere(world, 'v5')
    const source = { kind: 'remote', owner: { kind: 'instance', id: filler(world) }, snapshot: there }
    const push = { instanceId: filler(world), name: 'refused', description: '', restore: null, variables: { rule: 'mine', names: ['FFS_CANARY_HOST', 'FFS_CANARY_PIN'] } }
    const broken = brokenAnswer(world)
    for (const echo of [...echoes, broken]) {
        const ways = [
            ['POST', /\/snapshots$/, () => world.job('push', push)],
            ['PUT', /\/projects\/[^/]+$/, () => world.job('push', { ...push, variables: { rule: 'add', names: ['FFS_CANARY_HOST'] } })],
            ['POST', /\/export$/, () => world.ask('POST', 'flowfuse-snapshots/pull', { owner: source.owner, snapshot: there })],
            ['POST', /\/export$/, () => world.ask('POST', 'flowfuse-snapshots/views', { source })],
            ['GET', /\/projects\/[^/]+$/, () => world.ask('GET', 'flowfuse-snapshots/target')],
            ['GET', /\/user$/, () => world.ask('POST', 'flowfuse-snapshots/connection', { server: fake.url, token: fake.tokens.bob })]
        ] as const
        // A change whose answer is broken is looked for during half a minute, and is told of in no other words.
        for (const [method, path, go] of echo === broken ? ways.slice(2) : ways) {
            const end = fake.respondWith({ method, path }, echo, Infinity)
            await go()
            end()
        }
    }
    await world.must('POST', 'connection', { server: fake.url, token: fake.tokens.alice })
}

/** A success that breaks off in a credential. */
function brokenAnswer (world: CanaryWorld): FaultHandler {
    const password = world.canaries.make('a password in a broken answer', { plain: true })
    return (_request, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(`${password}{"flows": {"credentials": {"n1": {"password": ${password}`) }
}

async function pushByItself (world: CanaryWorld): Promise<void> {
    const { fake } = world
    await idle(world)
    await world.must('PUT', 'status/automatic-push', { instanceId: filler(world), on: true })
    const end = fake.respondWith({ method: 'POST', path: /\/snapshots$/ }, echoes[0]!, 1)
    for (const whose of ['automatic and refused', 'automatic']) {
        const sent = fake.requests.length
        await deploy(world, whose)
        for (let look = 0; look < 400 && !fake.requests.slice(sent).some(({ method }) => method === 'POST'); look++) {
            await delay(25)
        }
        await idle(world)
        await world.must('GET', 'status?look=nothing')
    }
    end()
    await world.must('PUT', 'status/automatic-push', { instanceId: filler(world), on: false })
}

/** A push whose id is not known here may still be at work. */
async function idle (world: CanaryWorld): Promise<void> {
    for (let look = 0, before = -1; look < 100 && before !== world.fake.requests.length; look++) {
        before = world.fake.requests.length
        await delay(400)
    }
}

async function signInByBrowser (world: CanaryWorld): Promise<void> {
    const { fake } = world
    const cookie = { cookie: `sid=${encodeURIComponent(fake.cookies.alice)}` }
    const inWindow = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    const agreed = async (decision: 'complete' | 'reject') => {
        const { id, page } = await world.must('POST', 'sign-in', { server: fake.url, editorUrl: `${world.local.url}/` })
        const first = await world.visit(`${world.local.url}/${String(page)}`, { 'sec-fetch-site': 'same-origin' })
        const consent = (await world.visit(first.headers.location!, cookie)).headers.location!
        const callback = (await world.visit(`${fake.url}/account/${decision}/${consent.split('/').pop()}`, cookie)).headers.location!
        return { id: String(id), callback, cookie: { cookie: first.headers['set-cookie']!.split(';')[0]! } }
    }
    for (const [decision, headers] of [['reject', true], ['complete', false]] as const) {
        const { id, callback, cookie: own } = await agreed(decision)
        await world.visit(callback, { ...inWindow, ...(headers && own) })
        await world.must('GET', `sign-in/${id}/state`)
    }
    const { id, callback, cookie: own } = await agreed('complete')
    await world.visit(callback, { ...inWindow, ...own })
    await world.must('GET', `sign-in/${id}/state`)
    await world.must('POST', `sign-in/${id}/accept`)
    await world.must('GET', 'target')
    // After a start, tokens are asked for anew.
    await world.stopNodeRed()
    await world.startNodeRed(world.secret.credentials)
    await world.must('GET', 'target')
    await world.job('push', { instanceId: filler(world), name: 'by browser', description: '', restore: null, variables: { rule: 'keep' } })
    const end = fake.respondWith({ method: 'GET', path: '/api/v1/user' }, { status: 401, body: { error: 'gone' } })
    await world.ask('GET', 'flowfuse-snapshots/teams')
    end()
    await world.must('DELETE', 'connection')
    await world.must('POST', 'connection', { server: fake.url, token: fake.tokens.alice })
}

async function formerSecret (world: CanaryWorld): Promise<void> {
    await world.stopNodeRed()
    await world.startNodeRed(world.canaries.make('the credential secret after that', { plain: true }))
    await world.must('GET', 'local')
    await world.ask('POST', 'flowfuse-snapshots/local/former-secret', { secret: world.canaries.make('a wrong former secret') })
    await world.must('POST', 'local/former-secret', { secret: world.secret.credentials })
    await world.must('GET', 'state')
}
