import should from 'should'
import { longRun } from './long-run'
import { slope, flatness, type Look } from './slope'

describe('a long run', function () {
    this.timeout(3 * 60_000)

    it('of push, pull and automatic snapshots on a platform that fails at random tells nothing that is not so', async () => {
        const lines: string[] = []
        // What is compiled and cached at first is far more than what a cycle may leave.
        const { figures, failures } = await longRun({ cycles: 24, seed: 8, bytesAllowed: 1024 * 1024, say: line => lines.push(line) })
        should(failures).eql([])
        should(Number(figures.faults)).be.above(10)
        should(Number(figures.pulls)).be.above(10)
        should(Number(figures.pushes)).be.above(10)
        should(Number(figures['automatic pushes'])).be.above(5)
    })

    it('is flat only where nothing grows', () => {
        const looks = (grow: number, listeners = 0): Look[] => Array.from({ length: 20 }, (_, at) => ({
            cycle: at * 100,
            gauge: { bytes: 1e7 + grow * at * 100 + (at % 2) * 1000, handles: 3, timers: 4, listeners: 5 + listeners * at, openFiles: 6 }
        }))
        should(Math.round(slope([[0, 1], [1, 3], [2, 5]]))).equal(2)
        should(flatness(looks(0), 1024).failures).eql([])
        should(flatness(looks(2000), 1024).failures).match([/memory grows by (?:19|20)\d\d bytes/])
        should(flatness(looks(0, 1), 1024).failures).match([/listeners grow/])
    })
})
