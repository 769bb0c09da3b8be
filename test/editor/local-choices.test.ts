import 'should'
import { filterLocal } from '../../src/editor/local-filter'
import { changesNothing, mayRestore, modulesToInstall, nothingChosen, restoreRequest } from '../../src/editor/restore-choice'
import { byteSize } from '../../src/editor/snapshot-text'
import { isChanged, rowProblem, rowsOf, variablesRequest, withNewRow } from '../../src/editor/variables-draft'
import type { LocalPlan, LocalSummary, VariableSummary } from '../../src/shared/local'

const summary = (change: Partial<LocalSummary> = {}): LocalSummary => ({
    id: 's1', name: 'v1', description: '', createdAt: '', kind: 'named', pinned: false, bytes: 0, credentials: 'included', sameFlows: false,
    newer: false, counts: { flows: 0, nodes: 0, nodesWithCredentials: 0, variables: 0, modules: 0 }, ...change
})
const none = { added: 0, removed: 0, changed: 0 }
const plan = (change: Partial<LocalPlan> = {}): LocalPlan => ({
    snapshot: summary(), rev: 'r', credentialMark: 'm', flows: { here: 0, there: 0, ...none }, credentials: none,
    variables: { added: [], removed: [], changed: [], overridden: [], withheld: [] }, modules: [],
    installRefused: null, restoreRefused: null, notes: [], ...change
})
const refused = { code: 'module-not-allowed' as const, params: {} }
const modules: LocalPlan['modules'] = [
    { name: 'missing', version: '1.0.0', here: null, refused: null },
    { name: 'other', version: '2.0.0', here: '1.9.0', refused: null },
    { name: 'forbidden', version: '1.0.0', here: null, refused }
]

describe('what a restore is asked to do', () => {
    const names = (list: LocalPlan['modules']) => list.map(({ name }) => name)

    it('installs what is missing, and another version only when that is ticked', () => {
        names(modulesToInstall(nothingChosen, plan({ modules }), true)).should.eql(['missing'])
        const ticks = new Map([['missing', false], ['other', true], ['forbidden', true]])
        names(modulesToInstall({ ...nothingChosen, ticks }, plan({ modules }), true)).should.eql(['other'])
    })

    it('installs nothing without the permission, or where installing is refused', () => {
        modulesToInstall(nothingChosen, plan({ modules }), false).should.eql([])
        modulesToInstall(nothingChosen, plan({ modules, installRefused: { code: 'install-refused', params: {} } }), true).should.eql([])
        restoreRequest(nothingChosen, plan({ modules }), false).should.eql({ rev: 'r', credentialMark: 'm' })
    })

    it('goes without credentials only at the user’s word', () => {
        const locked = plan({ snapshot: summary({ credentials: 'locked' }) })
        mayRestore(nothingChosen, locked).should.be.false()
        mayRestore({ ...nothingChosen, withoutCredentials: true }, locked).should.be.true()
        restoreRequest({ ...nothingChosen, withoutCredentials: true }, locked, true).should.eql({ rev: 'r', credentialMark: 'm', withoutCredentials: true })
        restoreRequest({ ...nothingChosen, withoutCredentials: true }, plan(), true).should.eql({ rev: 'r', credentialMark: 'm' })
    })

    it('is nothing where it is refused', () => {
        mayRestore(nothingChosen, plan({ restoreRefused: { code: 'restore-read-only', params: {} } })).should.be.false()
    })

    it('is known to change nothing', () => {
        changesNothing(plan()).should.be.true()
        changesNothing(plan({ credentials: { ...none, changed: 1 } })).should.be.false()
        changesNothing(plan({ modules })).should.be.false()
    })
})

describe('the search in local snapshots', () => {
    it('finds every word in name or description, of the kind that is asked for', () => {
        const all = [summary({ id: 'a', name: 'Line 4 new', kind: 'automatic' }), summary({ id: 'b', name: 'v1', description: 'before line 4' })]
        filterLocal(all, { search: 'LINE 4', kind: 'all' }).map(({ id }) => id).should.eql(['a', 'b'])
        filterLocal(all, { search: 'line before', kind: 'all' }).map(({ id }) => id).should.eql(['b'])
        filterLocal(all, { search: '', kind: 'automatic' }).map(({ id }) => id).should.eql(['a'])
    })
})

describe('sizes', () => {
    it('are told in the unit that fits', () => {
        [[812, '812 bytes'], [143_210, '143 kB'], [2_345_678, '2.3 MB']].map(([bytes, text]) => byteSize(Number(bytes), 'en-US').should.equal(text))
    })
})

describe('the table of kept variables', () => {
    const kept = (name: string, hidden = false): VariableSummary => ({ name, hidden, usedIn: [], shadowedBy: [], overridden: false, locked: false })
    const list = { variables: [kept('A'), kept('B', true)], problem: null }

    it('sends every variable, and a value only where one was typed', () => {
        const rows = withNewRow(rowsOf(list)).map(row => row.name === 'B' ? { ...row, value: 'new' } : row.name === '' ? { ...row, name: 'C', value: '' } : row)
        variablesRequest(rows).should.eql({ variables: [{ name: 'A', hidden: false }, { name: 'B', hidden: true, value: 'new' }, { name: 'C', hidden: false, value: '' }] })
    })

    it('knows whether anything is to be saved', () => {
        const rows = rowsOf(list)
        isChanged(rows, list).should.be.false()
        isChanged(rows.slice(1), list).should.be.true()
        isChanged(rows.map(row => ({ ...row, hidden: true })), list).should.be.true()
    })

    it('says what is wrong with a line', () => {
        const rows = withNewRow(rowsOf(list))
        const problem = (change: object, key: number) => {
            const changed = rows.map(row => row.key === key ? { ...row, ...change } : row)
            return String(rowProblem(changed.find(row => row.key === key)!, changed))
        }
        problem({}, 2).should.equal('name-missing')
        problem({ name: '1x' }, 2).should.equal('name-invalid')
        problem({ name: 'A' }, 2).should.equal('name-double')
        problem({ name: 'C' }, 2).should.equal('null')
        problem({ hidden: false }, 1).should.equal('value-needed')
        problem({ hidden: false, value: 'x' }, 1).should.equal('null')
    })
})
