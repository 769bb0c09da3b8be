import 'should'
import { draftOf, isComplete, newDraft, requestOf } from '../../src/editor/push-draft'
import { keepOutlook, mineOutlook } from '../../src/editor/variables'

const variables = {
    offered: ['PLANT', 'TOKEN'],
    unset: ['NOWHERE'],
    withheld: ['PATH'],
    onInstance: [{ name: 'PLANT', hidden: false }, { name: 'SECRET', hidden: true }, { name: 'NOWHERE', hidden: false }]
}

describe('a push draft', () => {
    it('sends nothing of this computer and restores nothing unless asked to', () => {
        requestOf(newDraft(' v1 '), 'i1', variables.offered)
            .should.eql({ instanceId: 'i1', name: 'v1', description: '', variables: { rule: 'keep' }, restore: null })
    })

    it('sends only ticked variables that are still offered', () => {
        const draft = { ...newDraft('v1'), rule: 'mine' as const, ticked: new Set(['TOKEN', 'GONE']) }
        requestOf(draft, 'i1', variables.offered).variables.should.eql({ rule: 'mine', names: ['TOKEN'] })
    })

    it('comes with a way back when it restores', () => {
        requestOf({ ...newDraft('v1'), restore: true }, 'i1', []).restore!.should.eql({ captureBefore: true })
    })

    it('is the same again after a failed push', () => {
        const draft = { name: 'v1', description: 'd', rule: 'mine' as const, ticked: new Set(['TOKEN']), restore: true, captureBefore: false }
        draftOf(requestOf(draft, 'i1', variables.offered)).should.eql(draft)
    })

    it('is incomplete without a valid name', () => {
        isComplete(newDraft('v1')).should.be.true()
        isComplete(newDraft(' ')).should.be.false()
        isComplete({ ...newDraft('v1'), description: 'x'.repeat(10_001) }).should.be.false()
    })
})

describe('the outlook of variables', () => {
    it('when kept: only what the instance lacks', () => {
        keepOutlook(variables).should.eql({ missing: ['TOKEN'], gone: [], replaced: [] })
    })

    it('when replaced: names what goes, hidden ones first, what changes and what will be missing', () => {
        const { missing, gone, replaced } = mineOutlook(variables, new Set(['PLANT']))
        gone.map(({ name }) => name).should.eql(['SECRET', 'NOWHERE'])
        replaced.map(({ name }) => name).should.eql(['PLANT'])
        missing.should.eql(['TOKEN', 'NOWHERE'])
    })
})
