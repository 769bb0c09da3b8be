import 'should'
import { draftOf, isComplete, newDraft, requestOf, withMine } from '../../src/editor/push-draft'
import { addOutlook, keepOutlook, mineOutlook } from '../../src/editor/variables'

const variables = {
    addRefused: null,
    writeRefused: null,
    keepsHidden: true,
    offered: ['PLANT', 'TOKEN'],
    kept: [{ name: 'LIMIT', hidden: true }, { name: 'PLANT', hidden: false }],
    unset: ['NOWHERE'],
    withheld: ['PATH'],
    onInstance: [{ name: 'PLANT', hidden: false }, { name: 'SECRET', hidden: true }, { name: 'NOWHERE', hidden: false }]
}
const choices = {
    variables,
    addModulesRefused: null,
    settingsRefused: null,
    devices: { count: 2, nodeRedNow: '4.1.0', nodeRedThen: '5.0.7', targetRefused: null, setWithPush: false },
    settings: [
        { key: 'disableTours', here: true, there: false, refused: null },
        { key: 'theme', here: 'forge-dark', there: null, refused: null },
        { key: 'codeEditor', here: 'monaco', there: 'monaco', refused: null },
        { key: 'apiMaxLength', here: null, there: '5mb', refused: { code: 'setting-size-unfit' as const, params: {} } }
    ],
    modules: [{ name: 'node-red', version: '4.1.0', inPalette: true }, { name: 'node-red-node-random', version: '0.4.1', inPalette: false }]
}

describe('a push draft', () => {
    it('sends nothing of this computer and restores nothing unless asked to', () => {
        requestOf(newDraft(' v1 '), 'i1', choices)
            .should.eql({ instanceId: 'i1', name: 'v1', description: '', variables: { rule: 'keep' }, addModules: [], settings: [], deviceTarget: null, restore: null })
    })

    it('sends only ticked variables that are still offered', () => {
        const draft = { ...newDraft('v1'), rule: 'mine' as const, ticked: new Set(['TOKEN', 'GONE']) }
        requestOf(draft, 'i1', choices).variables.should.eql({ rule: 'mine', names: ['TOKEN'], keysOnly: [], hidden: [] })
    })

    it('sends what the plugin keeps unless it is unticked, hidden where it is hidden here', () => {
        const draft = { ...newDraft('v1'), ...withMine(newDraft('v1'), variables.kept) }
        requestOf(draft, 'i1', choices).variables.should.eql({ rule: 'mine', names: ['LIMIT', 'PLANT'], keysOnly: [], hidden: ['LIMIT'] })
        requestOf({ ...draft, ticked: new Set(['TOKEN']) }, 'i1', choices).variables.should.eql({ rule: 'mine', names: ['TOKEN'], keysOnly: [], hidden: [] })
    })

    it('adds only what the instance lacks, and falls back to keeping where adding is refused', () => {
        const draft = { ...newDraft('v1'), rule: 'add' as const, ticked: new Set(['PLANT', 'TOKEN']) }
        requestOf(draft, 'i1', choices).variables.should.eql({ rule: 'add', names: ['TOKEN'] })
        const refused = { ...choices, variables: { ...variables, addRefused: { code: 'role-too-low' as const, params: {} } } }
        requestOf(draft, 'i1', refused).variables.should.eql({ rule: 'keep' })
        requestOf({ ...draft, settings: new Set(['theme']) }, 'i1', refused).variables.should.eql({ rule: 'keep' })
    })

    it('adds variables to an instance whose list can’t be written back only when they travel in an import', () => {
        const untold = { ...choices, variables: { ...variables, writeRefused: { code: 'variables-untold' as const, params: {} } } }
        const draft = { ...newDraft('v1'), rule: 'add' as const, ticked: new Set(['TOKEN']) }
        requestOf(draft, 'i1', untold).variables.should.eql({ rule: 'keep' })
        requestOf({ ...draft, settings: new Set(['theme']) }, 'i1', untold).variables.should.eql({ rule: 'add', names: ['TOKEN'] })
        requestOf({ ...draft, settings: new Set(['codeEditor']) }, 'i1', untold).variables.should.eql({ rule: 'keep' })
    })

    it('adds the modules that the palette lacks only when ticked and permitted', () => {
        requestOf(newDraft('v1'), 'i1', choices).addModules!.should.eql([])
        const draft = { ...newDraft('v1'), addModules: true }
        requestOf(draft, 'i1', choices).addModules!.should.eql(['node-red-node-random'])
        requestOf(draft, 'i1', { ...choices, addModulesRefused: { code: 'role-too-low', params: {} } }).addModules!.should.eql([])
    })

    it('sends only ticked runtime settings that may travel and differ', () => {
        const settings = new Set(['theme', 'codeEditor', 'apiMaxLength', 'gone'])
        requestOf({ ...newDraft('v1'), settings }, 'i1', choices).settings!.should.eql(['theme'])
        requestOf({ ...newDraft('v1'), settings }, 'i1', { ...choices, settingsRefused: { code: 'needs-token', params: {} } }).settings!.should.eql([])
    })

    it('gives devices this Node-RED or their own, and another major version only with consent', () => {
        const draft = { ...newDraft('v1'), deviceTarget: true }
        requestOf(draft, 'i1', choices).deviceTarget!.should.eql({ nodeRed: '5.0.7' })
        isComplete(draft, choices.devices).should.be.false()
        isComplete({ ...draft, majorStep: true }, choices.devices).should.be.true()
        const kept = { ...draft, keepNodeRed: true }
        requestOf(kept, 'i1', choices).deviceTarget!.should.eql({ nodeRed: '4.1.0' })
        requestOf({ ...kept, majorStep: true }, 'i1', choices).deviceTarget!.should.eql({ nodeRed: '4.1.0' })
        requestOf({ ...draft, majorStep: true }, 'i1', choices).deviceTarget!.should.eql({ nodeRed: '5.0.7', majorStep: true })
        isComplete(kept, choices.devices).should.be.true()
        isComplete({ ...draft, deviceTarget: false }, choices.devices).should.be.true()
        isComplete(draft, { count: 0, nodeRedNow: '4.1.0', nodeRedThen: '5.0.7', targetRefused: null, setWithPush: false }).should.be.true()
    })

    for (const [name, setWithPush] of [['with a token', false], ['with a sign-in that sets the target together with the snapshot', true]] as const) {
        it(`asks for the same consent where it is not known what the devices run, ${name}`, () => {
            const draft = { ...newDraft('v1'), deviceTarget: true }
            const devices = { ...choices.devices, nodeRedNow: null, setWithPush }
            isComplete(draft, devices).should.be.false()
            isComplete({ ...draft, keepNodeRed: true }, devices).should.be.false()
            isComplete({ ...draft, majorStep: true }, devices).should.be.true()
            requestOf({ ...draft, majorStep: true }, 'i1', { ...choices, devices }).deviceTarget!.should.eql({ nodeRed: '5.0.7', majorStep: true })
            isComplete(draft, { ...devices, nodeRedNow: '*' }).should.be.false()
            isComplete(draft, { ...devices, count: 0 }).should.be.true()
        })
    }

    it('comes with a way back when it restores', () => {
        requestOf({ ...newDraft('v1'), restore: true }, 'i1', choices).restore!.should.eql({ captureBefore: true })
    })

    it('is the same again after a failed push', () => {
        const draft = {
            name: 'v1', description: 'd', rule: 'mine' as const, ticked: new Set(['TOKEN']), keysOnly: new Set<string>(), hidden: new Set(['TOKEN']),
            addModules: true, settings: new Set(['theme']), deviceTarget: true, keepNodeRed: false, majorStep: false, restore: true, captureBefore: false
        }
        draftOf(requestOf(draft, 'i1', choices)).should.eql(draft)
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

    it('when added to: what is ticked is no longer missing, and nothing goes', () => {
        addOutlook(variables, new Set(['TOKEN'])).should.eql({ missing: [], gone: [], replaced: [] })
    })

    it('when replaced: names what goes, hidden ones first, what changes and what will be missing', () => {
        const { missing, gone, replaced } = mineOutlook(variables, new Set(['PLANT']))
        gone.map(({ name }) => name).should.eql(['SECRET', 'NOWHERE'])
        replaced.map(({ name }) => name).should.eql(['PLANT'])
        missing.should.eql(['TOKEN', 'NOWHERE'])
    })
})
