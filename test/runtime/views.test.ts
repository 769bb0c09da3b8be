import { PassThrough } from 'node:stream'
import type { IncomingMessage } from 'node:http'
import should from 'should'
import { readFileBody } from '../../src/runtime/file-body'
import { isPermitted } from '../../src/runtime/permitted'
import { Platforms } from '../../src/runtime/platforms'
import { HeldViews } from '../../src/runtime/view-held'
import { fileNameOf, parseFileSecret } from '../../src/runtime/view-request'
import { openFileView } from '../../src/runtime/view-file'
import { openRemote } from '../../src/runtime/view-remote'
import type { Opened } from '../../src/runtime/views'
import type { CodedError } from '../../src/shared/errors'
import { fileType } from '../../src/shared/files'
import { permissions } from '../../src/shared/permissions'
import { tokenSession } from '../../src/flowfuse/session'
import { startFakeFlowFuse } from '../fake/platform'

const key = Buffer.alloc(32)
const noKeys = { keys: async () => new Map<string, Buffer>() }
const openFile = (value: unknown): Promise<Opened> =>
    openFileView({ bytes: Buffer.from(JSON.stringify(value)), fileName: 'x.json' }, noKeys, key)

describe('snapshots that users look at in any number', () => {
    it('are opened beside each other, and the first is given up for one too many', async () => {
        const views = new HeldViews()
        const opened = await openFile([{ id: 'a', type: 'debug' }])
        const arrive: Array<() => void> = []
        const fetching = Array.from({ length: 5 }, () => views.prepare('ann', () => new Promise<Opened>(resolve => { arrive.push(() => resolve(opened)) })))
        arrive.forEach(run => run())
        const results = await Promise.allSettled(fetching)
        should(results.map(({ status }) => status)).eql(['rejected', 'fulfilled', 'fulfilled', 'fulfilled', 'fulfilled'])
        should((results[0] as PromiseRejectedResult).reason).have.property('code', 'view-given-up')
        views.forgetUser('ann')
    })

    it('give up the change that is under way for a newer one of the same, and count for the limit as what is opened', async () => {
        const views = new HeldViews()
        const { id } = await views.prepare('ann', () => openFile([]))
        const arrive: Array<() => void> = []
        const waiting = <T>(value: T) => () => new Promise<T>(resolve => { arrive.push(() => resolve(value)) })
        const codes = async (work: Array<Promise<unknown>>) => {
            arrive.splice(0).forEach(run => run())
            return (await Promise.allSettled(work)).map(each => each.status === 'rejected' ? (each.reason as CodedError).code : 'done')
        }
        const changes = ['first', 'second'].map(name => views.prepareChange('ann', id, waiting({ name })))
        should(await codes(changes)).eql(['view-given-up', 'done'])
        should(views.get('ann', id).name).equal('second')
        const fetched = Array.from({ length: 5 }, (_, at) => views.fetchOnly('ann', waiting(at)))
        should(await codes(fetched)).eql(['view-given-up', 'done', 'done', 'done', 'done'])
        await views.prepareChange('bob', id, waiting({ name: 'mine' })).should.be.rejectedWith('view-gone')
        views.forgetUser('ann')
    })

    it('are changed in their place, by the one who holds them', async () => {
        const views = new HeldViews()
        const { id, until } = await views.prepare('ann', () => openFile([]))
        should(views.change('ann', id, { name: 'other' })).containEql({ id, until, name: 'other' })
        should(views.get('ann', id).name).equal('other')
        should(() => views.change('bob', id, { name: 'mine' })).throw('view-gone')
        views.forgetUser('ann')
    })
})

describe('a snapshot of FlowFuse that is looked at', () => {
    const source = { kind: 'remote' as const, owner: { kind: 'instance' as const, id: 'i' }, snapshot: 's' }

    it('is refused to a sign-in that may not read any, without a call', async () => {
        const session = { origin: 'https://there', kind: 'oauth' as const, request: async () => should.fail('no call', 'a call') }
        await openRemote(session, new Platforms(), source, key).should.be.rejectedWith('needs-token')
    })

    it('comes from an older server with all variables shown, which is said', async () => {
        const fake = await startFakeFlowFuse({ version: '2.4.0' })
        try {
            const owner = { kind: 'instance' as const, id: fake.ids.instances.filler }
            const open = (env: Record<string, string>) => openRemote(tokenSession(fake.url, fake.tokens.alice), new Platforms(), {
                kind: 'remote', owner, snapshot: fake.addSnapshot(owner.id, { name: 'v1', flows: [], credentials: {}, env, modules: {}, settings: {} })
            }, key)
            should((await open({ LINE: '4' })).notes).eql([{ code: 'hidden-shown', params: { since: '2.19.0' } }])
            should((await open({})).notes).eql([])
        } finally {
            await fake.stop()
        }
    })
})

describe('a file that is opened', () => {
    it('says what of it is odd', async () => {
        const { notes } = await openFile({
            name: 'v', flows: { flows: [{ id: 'a', type: 'debug' }, { id: 'a', type: 'debug' }] }, settings: { env: { A: null, B: 4 } }
        })
        should(notes).eql([{ code: 'odd-ids', params: { count: 1 } }, { code: 'unfit-variables', params: { count: 2, names: 'A, B' } }])
    })

    it('says that credentials inside of nodes are left out', async () => {
        const nodes = [{ id: 'a', type: 'debug', credentials: { password: 'canary' } }, { id: 'b', type: 'debug', credentials: {} }, { id: 'c', type: 'debug', credentials: 'x' }]
        const { notes, opened } = await openFile({ name: 'v', flows: { flows: nodes }, settings: { env: {} } })
        should(notes).eql([{ code: 'inline-credentials', params: { count: 1 } }])
        should(Buffer.concat(opened.flowsJson).toString()).not.match(/canary|credentials/)
    })

    it('is named as its header says, in any encoding', () => {
        should([fileNameOf('F%C3%BCll%20%E2%80%AE.json'), fileNameOf('100%.json'), fileNameOf(undefined), fileNameOf('x'.repeat(1000)).length])
            .eql(['Füll \u202e.json', '100%.json', '', 255])
    })

    it('has a secret as long as those that files are made with may be, and no longer', () => {
        should(parseFileSecret({ secret: 'x'.repeat(1024) }).length).equal(1024)
        should(() => parseFileSecret({ secret: 'x'.repeat(1025) })).throw('file-secret-long')
        should(() => parseFileSecret({ secret: '' })).throw('body-invalid')
    })

    it('is read no further than it may be large, and is whole or nothing', async () => {
        const request = (headers: object = {}) => Object.assign(new PassThrough(), { headers: { 'content-type': fileType, ...headers }, complete: true }) as unknown as
            PassThrough & IncomingMessage
        const codeOf = (reading: Promise<Buffer>) => reading.then(() => 'read', (error: CodedError) => error.code)
        const [whole, tooLong, declared, cut, packed] = [request(), request(), request({ 'content-length': '11' }), request(), request({ 'content-encoding': 'gzip' })]
        const reading = readFileBody(whole, undefined, 10)
        whole.write('12345')
        whole.end('67890')
        should((await reading).toString()).equal('1234567890')
        const refused = [tooLong, declared, cut, packed].map(one => codeOf(readFileBody(one, undefined, 10)))
        tooLong.write('12345678901')
        cut.write('1')
        cut.destroy()
        should(await Promise.all(refused)).eql(['file-too-large', 'file-too-large', 'file-cut-short', 'content-type-refused'])
        const controller = new AbortController()
        const given = codeOf(readFileBody(request(), controller.signal, 10))
        controller.abort(Object.assign(new Error('given up'), { code: 'view-given-up' }))
        should(await given).equal('view-given-up')
    })
})

describe('what a scope of Node-RED’s includes', () => {
    const may = (scope: unknown) => permissions.act.every(permission => isPermitted(scope, permission))

    it('is acting for those who may do all, all writing, or just that', () => {
        for (const scope of ['*', ['*'], 'write', ['read', '*.write'], ['flows.write', 'flowfuse-snapshots.write']]) {
            should(may(scope)).equal(true, JSON.stringify(scope))
        }
        for (const scope of ['', [], 'read', ['*.read'], ['flows.write'], ['flows'], undefined, null, { '*': true }, ['flows.*', 'flowfuse-snapshots.*']]) {
            should(may(scope)).equal(false, JSON.stringify(scope))
        }
    })
})
