import 'should'
import { localTime, nextName } from '../../src/editor/names'
import { beforeRestoreName, nameProblem } from '../../src/shared/names'

const none = new Set<string>()

describe('names of snapshots', () => {
    it('count on from the last one', () => {
        nextName('v1.4', none)!.should.equal('v1.5')
        nextName('v1.9', none)!.should.equal('v1.10')
        nextName('build 009', none)!.should.equal('build 010')
        nextName('99999999999999999999', none)!.should.equal('100000000000000000000')
    })

    it('pass over those that are taken', () => {
        nextName('v1.4', new Set(['v1.5', 'v1.6']))!.should.equal('v1.7')
    })

    it('do not count on where there is no counter, or a date or time', () => {
        for (const last of ['release', '', 'Snapshot 2026-11-22 18:02', 'Snapshot 2026-11-22 18:02:11', 'plant 2026-11-22']) {
            (nextName(last, none) === null).should.be.true(last)
        }
    })

    it('never grow beyond what the platform keeps', () => {
        (nextName('x'.repeat(254) + '9', none) === null).should.be.true()
    })

    it('are refused before the click: empty, too long, or like the platform’s own', () => {
        nameProblem('  ')!.code.should.equal('name-empty')
        nameProblem('x'.repeat(256))!.should.eql({ code: 'name-too-long', params: { length: 256, max: 255 } })
        nameProblem(' Auto Snapshot - 2026-01-02 03:04:05 ')!.code.should.equal('name-automatic')
        for (const fine of ['v1', 'x'.repeat(255), '🌍'.repeat(255), 'Auto Snapshot', 'Auto Snapshot - 2026']) {
            (nameProblem(fine) === null).should.be.true(fine)
        }
    })

    it('made from the time are valid and sortable', () => {
        const time = new Date(2026, 0, 2, 3, 4, 5)
        localTime(time, 'minute').should.equal('2026-01-02 03:04')
        localTime(time, 'second').should.equal('2026-01-02 03:04:05')
    })

    it('of the capture before a restore stay within the limit, in whole characters', () => {
        beforeRestoreName(' v1.5 ').should.equal('Before restore of “v1.5”')
        const long = beforeRestoreName('🌍'.repeat(255))
        ;[...long].length.should.equal(255)
        long.should.endWith('🌍')
    })
})
