import 'should'
import type { ViewCredentials, ViewVariable } from '../../src/shared/views'
import { compareCredentials, compareParts, type ViewParts } from '../../src/snapshot/compare'

const credentials = (marks: Record<string, string>, state: ViewCredentials['state'] = 'included'): ViewCredentials => ({ state, marks })
const parts = (change: Partial<ViewParts> = {}): ViewParts => ({ variables: [], modules: {}, settings: {}, credentials: credentials({}), ...change })
const shown = (name: string, value: string): ViewVariable => ({ name, hidden: false, value, mark: `mark of ${value}` })
const hidden = (name: string, mark: string | null): ViewVariable => ({ name, hidden: true, value: null, mark })
const rows = (here: Partial<ViewParts>, there: Partial<ViewParts>) => compareParts(parts(here), parts(there)).rows

describe('what two snapshots have beside their flows', () => {
    it('differs where a variable is only in one, or has another value', () => {
        rows({ variables: [shown('SAME', 'x'), shown('GONE', '1'), shown('PLC', 'old')] }, { variables: [shown('PLC', 'new'), shown('SAME', 'x'), shown('NEW', '2')] }).should.eql([
            { part: 'variables', name: 'GONE', change: 'deleted', here: { text: '1', hidden: false }, there: null },
            { part: 'variables', name: 'NEW', change: 'added', here: null, there: { text: '2', hidden: false } },
            { part: 'variables', name: 'PLC', change: 'changed', here: { text: 'old', hidden: false }, there: { text: 'new', hidden: false } }
        ])
    })

    it('differs where a hidden variable has another mark, and never shows its value', () => {
        const leaky = { ...hidden('KEY', 'b'), value: 'secret' }
        const found = rows({ variables: [hidden('KEY', 'a'), hidden('SAME', 'c')] }, { variables: [leaky, hidden('SAME', 'c')] })
        found.should.eql([{ part: 'variables', name: 'KEY', change: 'changed', here: { text: null, hidden: true }, there: { text: null, hidden: true } }])
    })

    it('differs where a variable is hidden on one side only, even with the same value', () => {
        rows({ variables: [{ ...shown('KEY', 'a'), mark: 'm' }] }, { variables: [hidden('KEY', 'm')] }).map(({ change }) => change).should.eql(['changed'])
    })

    it('names the variables that can’t be compared, and calls them no difference', () => {
        const compared = compareParts(parts({ variables: [hidden('KEY', null), hidden('ONE', null)] }), parts({ variables: [hidden('KEY', 'a')] }))
        compared.unknown.should.eql(['KEY'])
        compared.rows.map(({ name, change }) => [name, change]).should.eql([['ONE', 'deleted']])
    })

    it('differs by modules and settings', () => {
        rows({ modules: { a: '1.0.0', b: '2.0.0' }, settings: { x: true } }, { modules: { a: '1.1.0', b: '2.0.0' }, settings: { x: true, y: 'z' } }).should.eql([
            { part: 'modules', name: 'a', change: 'changed', here: { text: '1.0.0', hidden: false }, there: { text: '1.1.0', hidden: false } },
            { part: 'settings', name: 'y', change: 'added', here: null, there: { text: 'z', hidden: false } }
        ])
    })

    it('is not compared where a side does not tell of it', () => {
        compareParts(parts({ modules: null }), parts({ modules: { a: '1.0.0' } })).should.containEql({ rows: [], untold: ['modules'] })
        compareParts(null, parts({ variables: [shown('A', '1')] })).should.eql({ rows: [], untold: ['variables', 'modules', 'settings'], unknown: [] })
    })

    it('stands names that reach a prototype', () => {
        const odd = JSON.parse('{"__proto__": "1", "constructor": "2"}') as Record<string, string>
        rows({ modules: odd }, { modules: {} }).map(({ name, change }) => `${change} ${name}`).should.eql(['deleted __proto__', 'deleted constructor'])
        compareCredentials(credentials(odd), credentials({})).changes.should.have.ownProperty('__proto__')
        compareCredentials(credentials({}), credentials({ constructor: 'a', toString: 'b' })).changes.should.eql({ constructor: 'added', toString: 'added' })
    })
})

describe('the credentials of two snapshots', () => {
    it('are compared by their marks', () => {
        compareCredentials(credentials({ same: 'a', other: 'b', gone: 'c' }), credentials({ same: 'a', other: 'B', new: 'd' }))
            .should.eql({ told: true, changes: { other: 'changed', new: 'added', gone: 'missing' } })
    })

    it('are said to be unknown where one side does not tell', () => {
        for (const state of ['missing', 'locked', 'sealed', 'not-told', 'none'] as const) {
            compareCredentials(credentials({ a: 'x' }), credentials({}, state)).should.eql({ told: false, changes: {} })
        }
        compareCredentials(null, credentials({ a: 'x' })).told.should.be.false()
    })
})
