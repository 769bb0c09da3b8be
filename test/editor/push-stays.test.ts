import 'should'
import { whatStays } from '../../src/editor/push-stays'
import type { PushResult } from '../../src/shared/requests'

const nothing: PushResult = { snapshot: null, before: null, restored: false, stateAfter: null, instance: { id: 'i', name: 'press', url: '' } }
const before = { id: 'b', name: 'Before push of “v1”' }

describe('after a failed push', () => {
    it('nothing is said to stay where nothing was made', () => {
        whatStays(nothing).should.eql([])
    })

    it('the capture of a failed import is said to stay, by its name and on which instance', () => {
        whatStays({ ...nothing, before }).should.eql([{ key: 'outcome.beforeStays', values: { name: before.name, instance: 'press' } }])
    })

    it('the capture is the way back where the snapshot was made, and each other thing that is certain is said too', () => {
        const snapshot = { id: 's', name: 'v1' }
        whatStays({ ...nothing, before, snapshot, targeted: true }).map(({ key }) => key).should.eql(['outcome.before', 'outcome.targeted', 'outcome.again'])
    })
})
