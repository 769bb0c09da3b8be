import should from 'should'
import { hostEnvironment, referredVariables, tickedVariables } from '../../src/runtime/environment'
import { CodedError } from '../../src/shared/errors'

describe('variables of the host', () => {
    const host = { LINE: '4', EMPTY: '', PATH: '/bin', NODE_OPTIONS: '--x', HTTPS_PROXY: 'http://user:pw@proxy', 'with-dash': 'x', UNUSED: 'secret' }
    const references = ['EMPTY', 'HTTPS_PROXY', 'LINE', 'MISSING', 'NODE_ENV', 'NODE_OPTIONS', 'PATH', 'with-dash']

    it('are offered by name, when flows refer to them and they may travel', () => {
        should(referredVariables(references, host)).eql({
            offered: ['EMPTY', 'LINE'], unset: ['MISSING'], withheld: ['HTTPS_PROXY', 'NODE_OPTIONS', 'PATH', 'with-dash']
        })
    })

    it('are only those that are really set, whatever an object has by nature', () => {
        should(referredVariables(['constructor', 'toString', '__proto__'], host)).eql({ offered: [], unset: ['constructor', 'toString', '__proto__'], withheld: [] })
    })

    it('travel when they were ticked, with their values, and no others do', () => {
        should(tickedVariables(['LINE', 'EMPTY'], references, host)).eql({ LINE: '4', EMPTY: '' })
        should(tickedVariables([], references, host)).eql({})
    })

    const refused: Array<[string, string]> = [
        ['PATH', 'variable-not-allowed'], ['path', 'variable-not-allowed'], ['NODE_OPTIONS', 'variable-not-allowed'], ['https_proxy', 'variable-not-allowed'],
        ['FF_TOKEN', 'variable-not-allowed'], ['with-dash', 'variable-name-invalid'], ['', 'variable-name-invalid'], ['1LINE', 'variable-name-invalid'],
        ['UNUSED', 'variable-not-referred'], ['constructor', 'variable-not-set'], ['MISSING', 'variable-not-set']
    ]
    for (const [name, code] of refused) {
        it(`don’t travel when it is “${name}” (${code}), nor do the others then`, () => {
            try {
                tickedVariables(['LINE', name], [...references, 'constructor'], host)
            } catch (error) {
                should((error as CodedError).toAnswer()).eql({ code, params: { name } })
                return
            }
            throw new Error('it travelled')
        })
    }

    it('are hidden where settings.js excludes them', () => {
        should(hostEnvironment({ A: '1', B: '2' }, ['B'])).eql({ A: '1' })
        ;[undefined, 'B', null, {}].forEach(excludes => should(hostEnvironment({ A: '1', B: '2' }, excludes)).eql({ A: '1', B: '2' }))
    })
})
