import { spawn } from 'node:child_process'
import { once } from 'node:events'
import 'should'
import { livesElsewhere, ownMark } from '../../src/runtime/process-life'

describe('the mark of a process', () => {
    it('tells a living other one from a dead one, and from one that has got its id since', async () => {
        const own = await ownMark()
        const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
        await once(other, 'spawn')
        try {
            const pid = other.pid ?? 0
            ;(await livesElsewhere({ ...own, pid, began: null })).should.be.true()
            if (own.began !== null) {
                (await livesElsewhere({ ...own, pid, began: 'at another time' })).should.be.false()
            }
            ;(await livesElsewhere({ ...own, pid, began: null, at: '2001-01-01T00:00:00Z' })).should.be.false()
            ;(await livesElsewhere({ ...own, pid, host: 'another-container' })).should.be.false()
            const ended = once(other, 'exit')
            other.kill()
            await ended
            ;(await livesElsewhere({ ...own, pid, began: null })).should.be.false()
        } finally {
            other.kill()
        }
    })

    it('takes its own id for that of a process before it: containers give it again at every start', async () => {
        (await livesElsewhere({ ...await ownMark(), began: 'before' })).should.be.false()
    })
})
