import 'should'
import { allFrom, changesAnything, choicesOf, firstDraft, mayReplace, modulesToInstall, replaceRequest, victim, withSide, type PullDraft } from '../../src/editor/pull-choice'
import type { PlanOutline } from '../../src/editor/pull-comparison'
import type { PreparedPull, PullModule } from '../../src/shared/pull'

const counts = { flows: 2, subflows: 0, nodes: 3, nodesWithCredentials: 0 }
const noVariables = { added: [], changed: [], removed: [], same: [], hidden: [], locked: [], overridden: [], withheld: [], unfit: [] }
const pull = (change: Partial<PreparedPull> = {}): PreparedPull => ({
    id: 'p1', until: '', rev: 'r1', counts, countsHere: counts, base: null, credentials: {}, variables: noVariables, modules: [], installRefused: null,
    replaceRefused: null, flowsOnly: false, credentialsKnown: true, settings: [], notes: [],
    snapshot: { id: 's1', name: 'v1', description: '', createdAt: '', user: null, owner: { kind: 'instance', id: 'i1', name: 'press' } }, ...change
})
const noCredentials = { added: 0, changed: 0, missing: 0 }
const plan = (change: Partial<PlanOutline> = {}): PlanOutline => ({
    sides: { a: 'theirs' }, open: [], brought: [], linksLeft: [], leftOut: [], replaced: 1, added: 0, parts: 0, all: true, credentials: noCredentials, ...change
})
const nothing = plan({ sides: { a: 'mine' }, replaced: 0, all: false })
const module = (name: string, state: PullModule['state'], here: string | null = null): PullModule => ({ name, version: '1.0.0', here, refused: null, state })

describe('what is chosen of a pull', () => {
    it('is all of it at first, and the variables only where the snapshot has any', () => {
        firstDraft(pull({ variables: { ...noVariables, added: ['A'] } })).parts.should.eql({ credentials: 'theirs', variables: 'all' })
        firstDraft(pull({ variables: { ...noVariables, removed: ['A'] } })).parts.variables.should.equal('none')
        choicesOf(firstDraft(pull())).should.eql({ mine: [], theirs: [], otherwise: 'theirs' })
    })

    it('is what the user said last, and all from one side drops what was said before', () => {
        const draft = withSide(withSide(firstDraft(pull()), ['a', 'b'], 'mine'), ['b'], 'theirs')
        choicesOf(draft).should.eql({ mine: ['a'], theirs: ['b'], otherwise: 'theirs' })
        choicesOf(allFrom(draft, 'mine')).should.eql({ mine: [], theirs: [], otherwise: 'mine' })
    })

    it('writes no flow where all that differs stays as it is here', () => {
        replaceRequest(firstDraft(pull()), pull(), nothing, true).parts.flows.should.be.false()
        replaceRequest(firstDraft(pull()), pull(), plan(), true).parts.flows.should.be.true()
    })

    it('installs what is missing, another version only when it is asked for, and never what is FlowFuse’s own', () => {
        const modules = [
            module('missing', 'missing'), module('other', 'other', '0.9.0'), module('platform', 'platform'), module('local', 'here-only', '1.0.0')
        ]
        const prepared = pull({ modules })
        const names = (draft: PullDraft, mayInstall = true) => modulesToInstall(draft, prepared, mayInstall).map(({ name }) => name)
        const draft = firstDraft(prepared)
        names(draft).should.eql(['missing'])
        names({ ...draft, ticks: new Map([['missing', false], ['other', true], ['platform', true], ['local', true]]) }).should.eql(['other'])
        names(draft, false).should.eql([])
        replaceRequest(draft, prepared, plan(), true).modules!.should.eql(['missing'])
    })

    it('can’t be carried out while something is undecided, refused, or not worked out yet', () => {
        const draft = firstDraft(pull())
        mayReplace(draft, pull(), plan(), true).should.be.true()
        mayReplace(draft, pull(), plan({ open: [{ id: 'c', because: 'since', mine: [], theirs: [], also: [] }] }), true).should.be.false()
        mayReplace(draft, pull({ replaceRefused: { code: 'restore-read-only', params: {} } }), plan(), true).should.be.false()
        mayReplace(draft, pull(), null, true).should.be.false()
    })

    it('is named on the button: flows before parts, and else the variables or modules', () => {
        const named = (outline: Partial<PlanOutline>, change: Partial<PreparedPull> = {}) => {
            const prepared = pull(change)
            return victim(firstDraft(prepared), prepared, plan(outline), true)
        }
        const none = { sides: {}, replaced: 0 }
        named({ replaced: 1 }, { countsHere: { ...counts, flows: 14 } }).should.eql({ key: 'restoreHere.submit', count: 14 })
        named({ replaced: 1, all: false }).should.eql({ key: 'restoreHere.submit', count: 1 })
        named({ replaced: 0, added: 3, all: false }).should.eql({ key: 'restoreHere.submitEmpty', count: 3 })
        named({ replaced: 0, parts: 2, all: false }).should.eql({ key: 'pull.submitParts', count: 2 })
        named(none, { variables: { ...noVariables, added: ['A'] }, modules: [module('m', 'missing')] }).key.should.equal('pull.submitVariables')
        named(none, { modules: [module('m', 'missing')] }).should.eql({ key: 'pull.submitModules', count: 1 })
        named(none).key.should.equal('pull.submitNothing')
    })

    it('changes nothing when nothing is taken, unless variables, modules or lost credentials do', () => {
        const draft = firstDraft(pull())
        changesAnything(draft, pull(), nothing, true).should.be.false()
        changesAnything(draft, pull({ modules: [module('m', 'missing')] }), nothing, true).should.be.true()
        const allVariables = { ...draft, parts: { credentials: 'theirs', variables: 'all' } } as const
        changesAnything(allVariables, pull({ variables: { ...noVariables, removed: ['A'] } }), nothing, true).should.be.true()
        const lost = pull({ credentials: { n: 'missing' } })
        const same = plan({ sides: {}, replaced: 0, credentials: { ...noCredentials, missing: 1 } })
        changesAnything(draft, lost, same, true).should.be.false()
        changesAnything({ ...draft, parts: { credentials: 'exactly', variables: 'none' } }, lost, same, true).should.be.true()
    })
})
