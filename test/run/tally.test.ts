import 'should'
import { countLine, tallyCheck, tallySuite } from './tally'

const pass = '{"event":"pass"}\n'
const fail = '{"event":"fail","title":"adds","message":"3 is not 4"}\n'
const pending = '{"event":"pending","title":"later","message":"was skipped"}\n'
const end = '{"event":"end"}\n'

describe('the counts of npm test', () => {
    it('are those of the record', () => {
        tallySuite(pass + pass + fail + end, 1).should.deepEqual({ passed: 2, failures: ['adds: 3 is not 4'] })
        tallySuite(pass + end, 0).should.deepEqual({ passed: 1, failures: [] })
    })

    it('take a skipped test for a failed one', () => {
        tallySuite(pass + pending + end, 0).should.deepEqual({ passed: 1, failures: ['later: was skipped'] })
    })

    it('have a failure for a suite without tests', () => {
        tallySuite(end, 0).failures.should.have.length(1)
        tallySuite('', 0).failures.should.have.length(1)
    })

    it('have a failure for a suite that crashed, and what it had done before', () => {
        tallySuite('', 7).should.deepEqual({ passed: 0, failures: ['the suite ended with code 7 before its last test'] })
        tallySuite(pass + fail, 'was ended by SIGKILL').should.deepEqual({
            passed: 1, failures: ['adds: 3 is not 4', 'the suite was ended by SIGKILL before its last test']
        })
    })

    it('have a failure for a suite that ended well in a wrong way', () => {
        tallySuite(pass + end, 1).failures.should.deepEqual(['the suite ended with code 1 after its last test'])
        tallySuite(pass, 0).failures.should.deepEqual(['the suite ended with code 0 before its last test'])
        tallySuite(pass + fail + end, 'was stopped after 60 s').failures.should.have.length(2)
    })

    it('take a check for one', () => {
        tallyCheck(0).should.deepEqual({ passed: 1, failures: [] })
        tallyCheck(2).should.deepEqual({ passed: 0, failures: ['it ended with code 2'] })
    })

    it('are the last line', () => {
        countLine([{ passed: 2, failures: ['a'] }, { passed: 3, failures: ['b', 'c'] }]).should.equal('5 passed, 3 failed')
        countLine([]).should.equal('0 passed, 0 failed')
    })
})
