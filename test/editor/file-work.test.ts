import should from 'should'
import { everyPart, newDownloadDraft, type DownloadDraft } from '../../src/editor/file-draft'
import { DownloadWork, UploadWork } from '../../src/editor/file-work'
import { RequestFailure } from '../../src/editor/node-red-requests'
import { fileNameIn, newFileSecret } from '../../src/editor/save-file'
import type { FileSource, SnapshotFileRequest, UploadAnswer, UploadPlan, UploadTarget } from '../../src/shared/files'
import type { View } from '../../src/shared/views'
import { Answers, settled } from './answers'

const source: FileSource = { kind: 'local', id: 'l1' }
const file = { name: 'snapshot-x-20260101-101112.json', text: '{}' }

function download () {
    const made = new Answers<typeof file>()
    const saved: string[] = []
    const ask = (kind: string) => async (body: object) => await made.ask(`${kind} ${JSON.stringify(body)}`)
    const work = new DownloadWork(
        { snapshotFile: ask('snapshot'), packageFile: ask('package'), environmentFile: ask('environment') }, source,
        { save: (name, text) => { saved.push(`${name} ${text}`) }, newSecret: () => 'made here' }
    )
    const requested = (index: number) => JSON.parse(made.asked[index]!.replace(/^\w+ /, '')) as SnapshotFileRequest
    return { made, saved, work, requested }
}

const draft = (part: Partial<DownloadDraft> = {}) => ({ ...newDownloadDraft(), ...part })

describe('saving a snapshot as a file', () => {
    it('seals it under a secret that is made here, and tells that secret once the file is saved', async () => {
        const { made, saved, work, requested } = download()
        const done = work.start(draft())
        should(work.saved).be.null()
        await made.answer(0, file)
        await done
        requested(0).should.eql({ source, parts: everyPart, secret: 'made here' })
        saved.should.eql(['snapshot-x-20260101-101112.json {}'])
        work.saved!.should.eql({ name: file.name, secret: 'made here', generated: true })
    })

    it('seals it under the secret that was typed', async () => {
        const { made, work, requested } = download()
        const done = work.start(draft({ secretBy: 'typed', typed: 'my own secret' }))
        await made.answer(0, file)
        await done
        requested(0).secret.should.equal('my own secret')
        work.saved!.should.containEql({ secret: 'my own secret', generated: false })
    })

    it('leaves credentials out where the flows are left out, and tells no secret where nothing is sealed', async () => {
        const { made, work, requested } = download()
        const done = work.start(draft({ parts: { flows: false, credentials: true, variables: 'keys' }, secretBy: 'typed', typed: 'x' }))
        await made.answer(0, file)
        await done
        requested(0).should.eql({ source, parts: { flows: false, credentials: false, variables: 'keys' }, secret: 'made here' })
        should(work.saved!.secret).be.null()
    })

    it('asks for the modules or the variables alone', async () => {
        const { made, work } = download()
        void work.start(draft({ what: 'package' }))
        await made.answer(0, { name: 'package.json', text: '{}' })
        void work.start(draft({ what: 'environment', values: true }))
        await made.answer(1, { name: '.env', text: '' })
        made.asked.should.eql([`package ${JSON.stringify({ source })}`, `environment ${JSON.stringify({ source, values: true })}`])
    })

    it('saves nothing when the dialog was closed before the file had arrived', async () => {
        const { made, saved, work } = download()
        const done = work.start(draft())
        work.end()
        await made.answer(0, file)
        await done
        saved.should.eql([])
    })

    it('does not let go of a secret that was made here before it was copied, or somebody said so', async () => {
        const { made, work } = download()
        work.mayLeave().should.be.true()
        const done = work.start(draft())
        await made.answer(0, file)
        await done
        work.mayLeave().should.be.false()
        work.isLeaving.should.be.true()
        work.keepSecret()
        work.should.containEql({ isLeaving: false })
        work.mayLeave().should.be.true()
    })

    it('lets go at once where the secret was typed, or nothing is sealed', async () => {
        for (const filled of [draft({ secretBy: 'typed', typed: 'my own secret' }), draft({ what: 'package' }), draft({ parts: { flows: true, credentials: false, variables: 'keys' } })]) {
            const { made, work } = download()
            const done = work.start(filled)
            await made.answer(0, file)
            await done
            work.mayLeave().should.be.true()
        }
    })

    it('is tried again after it was refused', async () => {
        const { made, saved, work } = download()
        void work.start(draft())
        await made.refuse(0, new RequestFailure(409, { code: 'not-connected', params: {} }))
        work.failure!.should.containEql({ kind: 'coded', code: 'not-connected' })
        const again = work.start(draft())
        should(work.failure).be.null()
        await made.answer(1, file)
        await again
        saved.length.should.equal(1)
    })
})

describe('the name of a file', () => {
    it('is the one of the header, where there is one', () => {
        fileNameIn('attachment; filename="snapshot-1.json"', 'x').should.equal('snapshot-1.json')
        fileNameIn('', 'x').should.equal('x')
    })

    it('and its secret is 32 hexadecimal digits, another one each time', () => {
        newFileSecret().should.match(/^[0-9a-f]{32}$/)
        newFileSecret().should.not.equal(newFileSecret())
    })
})

const view = (change: Partial<View> = {}) => ({
    id: 'v1', from: { kind: 'file', name: 'f.json' }, name: 'v1', description: '', credentials: { state: 'included', marks: {} }, variables: [], ...change
}) as unknown as View
const one: UploadTarget = { kind: 'instance', id: 'i1' }
const other: UploadTarget = { kind: 'device', id: 'd1' }
const plan = (id: string): UploadPlan => ({ to: { kind: 'instance', id, name: id }, way: 'import', refused: null, lacks: [], leftOut: [], size: 1, most: 2 })

function upload () {
    const plans = new Answers<UploadPlan>()
    const secrets = new Answers<View>()
    const uploads = new Answers<UploadAnswer>()
    const ended: UploadWork[] = []
    const reopened: string[] = []
    const work = new UploadWork({
        planUpload: async ({ to }) => await plans.ask(to.id),
        giveSecret: async (_, secret) => await secrets.ask(secret),
        upload: async body => await uploads.ask(JSON.stringify(body))
    }, {
        view: view({ credentials: { state: 'sealed', marks: {} } }),
        reopen: async secrets => {
            reopened.push(...secrets)
            return await Promise.resolve(view({ id: 'v2' }))
        }
    }, each => { ended.push(each) })
    return { plans, secrets, uploads, ended, work, reopened }
}

describe('an upload', () => {
    it('is planned for the target that was chosen last', async () => {
        const { plans, work } = upload()
        void work.choose(one)
        void work.choose(other)
        await plans.answer(1, plan('d1'))
        await plans.answer(0, plan('i1'))
        plans.asked.should.eql(['i1', 'd1'])
        work.plan.value!.to.id.should.equal('d1')
    })

    it('says why it can’t be planned, and forgets that with another target', async () => {
        const { plans, work } = upload()
        void work.choose(one)
        await plans.refuse(0, new RequestFailure(404, { code: 'instance-gone', params: {} }))
        work.plan.failure!.should.containEql({ code: 'instance-gone' })
        void work.choose(null)
        work.plan.should.eql({ value: null, loading: false, failure: null })
    })

    it('takes the view that a right secret opens, and is planned anew', async () => {
        const { plans, secrets, work } = upload()
        void work.choose(one)
        void work.giveSecret('wrong')
        await secrets.refuse(0, new RequestFailure(400, { code: 'file-secret-wrong', params: {} }))
        work.secretFailure!.should.containEql({ code: 'file-secret-wrong' })
        work.view.credentials.state.should.equal('sealed')
        void work.giveSecret('right')
        should(work.secretFailure).be.null()
        await secrets.answer(1, view())
        work.view.credentials.state.should.equal('included')
        plans.asked.should.eql(['i1', 'i1'])
    })

    it('goes once to the chosen target, with names and parts, and tells its end', async () => {
        const { uploads, ended, work } = upload()
        void work.choose(one)
        void work.upload({ name: 'n', description: 'd' }, everyPart)
        void work.upload({ name: 'n', description: 'd' }, everyPart)
        uploads.asked.should.eql([JSON.stringify({ view: 'v1', to: one, name: 'n', description: 'd', parts: everyPart })])
        await uploads.answer(0, { snapshot: { id: 's', name: 'n' }, way: 'import' })
        work.answer!.snapshot.id.should.equal('s')
        ended.length.should.equal(1)
    })

    it('opens the file anew, under the secret that was given, when Node-RED has forgotten it', async () => {
        const { secrets, uploads, work, reopened } = upload()
        void work.choose(one)
        void work.giveSecret('right')
        await secrets.answer(0, view())
        void work.upload({ name: 'n', description: '' }, everyPart)
        await uploads.refuse(0, new RequestFailure(404, { code: 'view-gone', params: {} }))
        await settled()
        reopened.should.eql(['right'])
        uploads.asked[1]!.should.containEql('"view":"v2"')
        await uploads.answer(1, { snapshot: { id: 's', name: 'n' }, way: 'import' })
        should(work.failure).be.null()
        work.answer!.snapshot.id.should.equal('s')
    })

    it('forgets the secret when it is closed', async () => {
        const { secrets, work } = upload()
        void work.giveSecret('right')
        await secrets.answer(0, view())
        should(JSON.stringify(work)).containEql('right')
        work.end()
        should(JSON.stringify(work)).not.containEql('right')
    })

    it('keeps everything when it is refused, to be tried again', async () => {
        const { uploads, ended, work } = upload()
        void work.choose(one)
        void work.upload({ name: 'n', description: '' }, everyPart)
        await uploads.refuse(0, new RequestFailure(502, { code: 'server-cut', params: {} }))
        should(work).containEql({ busy: false, answer: null })
        work.failure!.should.containEql({ code: 'server-cut' })
        void work.upload({ name: 'n', description: '' }, everyPart)
        should(work.failure).be.null()
        await uploads.answer(1, { snapshot: { id: 's', name: 'n' }, way: 'create' })
        ended.length.should.equal(2)
    })
})
