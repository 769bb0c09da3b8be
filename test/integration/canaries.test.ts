import should from 'should'
import { canaries } from '../hold/canaries'

describe('secrets', function () {
    this.timeout(3 * 60_000)

    it('are in no answer, log, message or file of Node-RED’s, whatever is done with them and whatever fails', async () => {
        const { figures, failures } = await canaries({ version: '4.1', say: () => undefined, browser: false })
        should(failures).eql([])
        should(Number(figures.canaries)).be.above(100)
        should(Number(figures['places searched'])).be.above(200)
    })
})
