import should from 'should'
import { flood, most } from './flood'

describe('an answer of a gigabyte', function () {
    this.timeout(30_000)

    it('in gzip is refused without being unpacked, whatever its status', async () => {
        for (const [status, code] of [[200, 'answer-unexpected'], [500, 'server-error']] as const) {
            const { became, rss } = await flood(true, status)
            should(became).equal(code)
            should(rss).be.below(most.zipped)
        }
    })

    it('as it is is given up at the limit of an answer, which is all that is kept of it', async () => {
        const { became, rss } = await flood(false)
        should(became).equal('answer-too-large')
        should(rss).be.below(most.plain)
    })
})
