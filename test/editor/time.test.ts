import 'should'
import { exactTime, relativeTime } from '../../src/editor/time'

const now = Date.parse('2026-11-22T12:00:00Z')
const said = (iso: string) => relativeTime(iso, now, 'en-US')

describe('times', () => {
    it('are told in the largest unit that fits', () => {
        said('2026-11-22T11:58:00Z').should.equal('2 minutes ago')
        said('2026-11-22T10:00:01Z').should.equal('1 hour ago')
        said('2026-11-21T11:00:00Z').should.equal('yesterday')
        said('2026-11-08T12:00:00Z').should.equal('2 weeks ago')
        said('2024-11-01T12:00:00Z').should.equal('2 years ago')
    })

    it('of the last minute, or ahead of this clock, are now', () => {
        said('2026-11-22T11:59:10Z').should.equal('now')
        said('2026-11-22T12:04:00Z').should.equal('now')
        said('2026-11-22T13:00:00Z').should.equal('now')
    })

    it('that are none are not shown', () => {
        said('').should.equal('')
        exactTime('soon', 'en-US').should.equal('')
    })

    it('are exact on demand', () => {
        exactTime('2026-11-22T12:00:05Z', 'en-US').should.match(/2026/).and.match(/:05/)
    })
})
