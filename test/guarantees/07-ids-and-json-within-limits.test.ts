import { Readable } from 'node:stream'
import type { IncomingMessage } from 'node:http'
import should from 'should'
import { callPlatform, platformPath } from '../../src/flowfuse/http'
import { deviceSnapshotPage } from '../../src/flowfuse/snapshots'
import { readFileBody } from '../../src/runtime/file-body'
import { fileType } from '../../src/shared/files'
import { limits } from '../../src/shared/limits'
import { parseExport } from '../../src/snapshot/exported'
import { parseFile } from '../../src/snapshot/file'
import { parseAnswer, unfit } from '../../src/snapshot/parse'
import { ownServer } from '../flowfuse/own-server'
import { outcome } from './outcome'
import { PluginWorld } from './plugin-world'

const tricks = ['..%2F..%2Fuser', '%2e%2e', '..%5C', 'a%2Fb', 'a%3Fx=1', 'a%23', 'a%00', '%E2%80%AE', 'a%20b', '%252e%252e', 'x'.repeat(65), 'a;b', '%C3%BC', '%2F%2Fevil.example']

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const hostile = ['{"a":{"__proto__":{"x":1}}}', '[{"constructor":{"prototype":{"x":1}}}]', nested(limits.jsonDepth + 1), `{"a":${nested(5000)}}`]

describe('Guarantee 7: ids are checked and encoded, JSON from outside is limited and without hostile keys', () => {
    describe('ids in addresses', () => {
        let world: PluginWorld
        before(async () => {
            world = await PluginWorld.start()
            await world.connect()
        })
        after(() => world.stop())

        /** Places in addresses that stand for something on the platform: what leads there goes into a path of its API. */
        const there = ['instance', 'snapshot', 'device', 'team']
        /** What a route asks for beside the id, so that it comes as far as looking at it. */
        const bodies: Array<[RegExp, object]> = [
            [/\/restore$/, { captureBefore: false, addModules: [], lastDeploy: null }], [/\/push$/, { name: 'x', description: '' }], [/./, { name: 'x', description: '' }]
        ]
        const good = (name: string, fake: PluginWorld['fake']) => ({ instance: fake.ids.instances.filler, team: fake.ids.teams.bottlingPlant, device: 'd', snapshot: 's' } as Record<string, string>)[name] ?? 'x'

        it('are refused before anything is asked, on every route and in every place', async () => {
            const through: string[] = []
            for (const { method, path } of world.routes()) {
                const places = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name).filter(name => there.includes(name))
                for (const place of places) {
                    for (const trick of tricks) {
                        world.fake.requests.length = 0
                        const to = path.replace(/:(\w+)/g, (_, name: string) => name === place ? trick : good(name, world.fake))
                        const query = method === 'GET' ? '?part=instance&snapshot=s&kind=device&owner=d' : ''
                        const { code } = await world.call(method, `${to}${query}`, bodies.find(([pattern]) => pattern.test(path))?.[1])
                        // A body that is not as it should be may be what is refused first; nothing was asked then either.
                        if (!['id-invalid', 'body-invalid', 'route-unknown'].includes(code ?? '') || world.fake.requests.length > 0) {
                            through.push(`${method} ${path} ${place}=${trick}: ${code}, ${world.fake.requests.map(request => request.path).join()}`)
                        }
                    }
                }
            }
            should(through).eql([])
        })

        it('are refused in bodies and queries too', async () => {
            const ids = ['../user', 'a/b', '', '.', '..', 7, null, {}, 'x'.repeat(65)]
            const { filler } = world.fake.ids.instances
            for (const id of ids) {
                world.fake.requests.length = 0
                for (const [method, path, body] of [
                    ['PUT', 'target', { teamId: 'x', instanceId: id }], ['POST', 'pull', { owner: { kind: 'instance', id }, snapshot: 's' }],
                    ['POST', 'pull', { owner: { kind: 'device', id: 'd' }, snapshot: id }], ['PUT', 'status/automatic-push', { instanceId: id, on: true }],
                    ['POST', 'push', { instanceId: id, name: 'x', description: '', variables: { rule: 'keep' }, deviceTarget: null, restore: null }],
                    ['POST', 'uploads/plan', { view: id, to: { kind: 'instance', id: 'x' } }], ['POST', 'uploads/plan', { view: 'x', to: { kind: 'instance', id } }],
                    ['POST', 'views', { source: { kind: 'local', id } }], ['POST', 'views', { source: { kind: 'remote', owner: { kind: 'instance', id }, snapshot: 's' } }],
                    ['POST', 'files/package', { source: { kind: 'view', id } }],
                    ['PUT', `instances/${filler}/devices/d/target`, { snapshot: id, from: { kind: 'device', id: 'd' }, seen: '', majorStep: true }],
                    ['PUT', `instances/${filler}/devices/d/target`, { snapshot: 's', from: { kind: 'instance', id }, seen: '', majorStep: true }]
                ] as const) {
                    const { code } = await world.call(method, path, body)
                    should(['id-invalid', 'body-invalid'].includes(code ?? '')).be.true(`${path} ${JSON.stringify(body)}: ${code}`)
                }
                if (typeof id === 'string') {
                    const cursor = encodeURIComponent(id)
                    const devices = `instances/${filler}/devices`
                    for (const path of [
                        `instances/${filler}/snapshots?cursor=`, 'devices/d/snapshots?cursor=', `${devices}/page?part=instance&cursor=`, `${devices}/d/targets?cursor=`,
                        `${devices}/d/target?kind=device&owner=d&snapshot=`, `${devices}/d/target?kind=instance&snapshot=s&owner=`
                    ]) {
                        should((await world.call('GET', `${path}${cursor}`)).code).equal('id-invalid', path)
                    }
                }
                should(world.fake.requests).eql([])
            }
        })

        it('lead nowhere outside of the local store', async () => {
            for (const trick of tricks) {
                for (const [method, path] of [['GET', 'plan'], ['POST', 'restore'], ['PUT', ''], ['DELETE', '']] as const) {
                    const { code } = await world.call(method, `local/${trick}${path && `/${path}`}`, { rev: '', credentialMark: '', name: 'x' })
                    should(code).not.equal('internal')
                }
            }
            should(world.red.log).eql([])
        })

        it('are encoded where they go into a path, and none can leave its place', async () => {
            should(platformPath`/a/${'x/../y?z#%2e'}/b`).equal('/a/x%2F..%2Fy%3Fz%23%252e/b')
            for (const id of ['', '.', '..']) {
                should(await outcome(() => platformPath`/a/${id}/b`)).equal('id-invalid')
            }
            const asked: string[] = []
            const session = { origin: '', kind: 'token' as const, request: async ({ path }: { path: string }) => { asked.push(path); return { snapshots: [] } } }
            await deviceSnapshotPage(session, 'd', 1, 'a&limit=9#/../')
            should(asked).eql(['/api/v1/devices/d/snapshots?limit=1&cursor=a%26limit%3D9%23%2F..%2F'])
        })
    })

    describe('JSON', () => {
        it('of the platform is refused when it is too deep or has a hostile key', async () => {
            for (const text of hostile) {
                should(await outcome(() => parseAnswer(text, 'user'))).equal('answer-hostile')
                const server = await ownServer((_request, response) => {
                    response.writeHead(200, { 'content-type': 'application/json' })
                    response.end(text)
                })
                try {
                    should(await outcome(() => callPlatform(server.url, null, { method: 'GET', path: '/', what: 'user' }))).equal('answer-hostile')
                } finally {
                    await server.stop()
                }
                should(await outcome(() => parseExport(text, 'secret'))).equal('answer-hostile')
            }
            should(({} as { x?: number }).x).be.undefined()
        })

        it('of a file is refused when it is too deep or has a hostile key', async () => {
            for (const text of hostile) {
                should(await outcome(() => parseFile(Buffer.from(text), 'x.json', null))).equal('file-hostile')
            }
        })

        it('at the limit is taken', () => {
            should(unfit(JSON.parse(nested(limits.jsonDepth)))).be.null()
            should(unfit({ constructor: 'x', prototype: 7 })).be.null()
        })

        it('with more nodes than can be handled is refused', async () => {
            const flows = Array.from({ length: limits.flowNodes + 1 }, (_, at) => ({ id: `n${at}`, type: 'x', wires: [] }))
            should(await outcome(() => parseFile(Buffer.from(JSON.stringify(flows)), 'x.json', null))).equal('too-many-nodes')
            should(await outcome(() => parseExport(JSON.stringify({ id: 's', name: 'n', flows: { flows } }), 'x'))).equal('too-many-nodes')
        })

        it('that is longer than the limit is not read to its end', async () => {
            let sent = 0
            const piece = Buffer.alloc(1024 * 1024, 32)
            const server = await ownServer((_request, response) => {
                response.writeHead(200, { 'content-type': 'application/json' })
                const endless = Readable.from((function * () { for (;;) { sent += piece.length; yield piece } })())
                endless.pipe(response).once('close', () => endless.destroy())
            })
            try {
                should(await outcome(() => callPlatform(server.url, null, { method: 'POST', path: '/', what: 'user', body: {}, timeoutMs: 4000 }))).equal('answer-too-large')
                should(sent).be.below(3 * limits.answerBytes)
            } finally {
                await server.stop()
            }
        })

        it('of a file is read up to the limit, whatever its length was said to be', async () => {
            for (const length of ['9999', undefined]) {
                const request = Object.assign(Readable.from([Buffer.alloc(600), Buffer.alloc(600)]), { headers: { 'content-type': fileType, 'content-length': length } })
                should(await outcome(() => readFileBody(request as unknown as IncomingMessage, undefined, 1000))).equal('file-too-large')
            }
        })
    })
})
