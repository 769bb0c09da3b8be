import should from 'should'
import { everyPart, hasCredentials, isSealing, needsSecret, newDownloadDraft, secretProblem } from '../../src/editor/file-draft'
import type { View } from '../../src/shared/views'

const view = (state: View['credentials']['state'], variables: Array<{ hidden: boolean, mark: string | null }> = [], from = 'file') =>
    ({ from: { kind: from }, credentials: { state, marks: {} }, variables, sealed: from === 'file' }) as unknown as View
const sealedVariable = { hidden: true, mark: null }

describe('what goes into a snapshot file', () => {
    it('needs a secret where credentials or values of variables go along', () => {
        isSealing(everyPart).should.be.true()
        isSealing({ ...everyPart, credentials: false }).should.be.true()
        isSealing({ ...everyPart, variables: 'none' }).should.be.true()
        isSealing({ flows: false, credentials: true, variables: 'keys' }).should.be.false()
    })

    it('has a typed secret of eight characters at least, without blanks at its ends', () => {
        const typed = (text: string) => secretProblem({ ...newDownloadDraft(), secretBy: 'typed', typed: text })
        typed('1234567')!.code.should.equal('file-secret-short')
        typed('        ')!.code.should.equal('file-secret-blanks')
        typed(' 12345678')!.code.should.equal('file-secret-blanks')
        should(typed('1234 5678')).be.null()
        should(typed('x'.repeat(1024))).be.null()
        typed('x'.repeat(1025))!.should.eql({ code: 'file-secret-long', params: { most: 1024 } })
        should(secretProblem({ ...newDownloadDraft(), typed: '' })).be.null()
        should(secretProblem({ ...newDownloadDraft(), secretBy: 'typed', what: 'package' })).be.null()
    })
})

describe('what is uploaded of a file', () => {
    it('needs its secret only for what is sealed and goes along', () => {
        needsSecret(view('sealed'), everyPart).should.be.true()
        needsSecret(view('sealed'), { ...everyPart, credentials: false }).should.be.false()
        needsSecret(view('none', [sealedVariable]), everyPart).should.be.true()
        needsSecret(view('none', [sealedVariable]), { ...everyPart, variables: 'keys' }).should.be.false()
        needsSecret(view('included', [{ hidden: true, mark: 'm' }, { hidden: false, mark: null }]), everyPart).should.be.false()
    })

    it('asks for no secret of what is no file', () => {
        needsSecret(view('included', [sealedVariable], 'remote'), everyPart).should.be.false()
    })

    it('has credentials where they are open, or can be opened', () => {
        (['included', 'sealed', 'missing', 'locked', 'not-told', 'none'] as const).filter(state => hasCredentials(view(state))).should.eql(['included', 'sealed'])
    })
})
