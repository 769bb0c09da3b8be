import should from 'should'
import { targetSubmit } from '../../src/editor/action-target-text'

describe('the button that sets a device target', () => {
    const before = (globalThis as { RED?: unknown }).RED
    beforeEach(() => { Object.assign(globalThis, { RED: { _: (key: string) => key.replace(/.*:/, '') } }) })
    afterEach(() => { Object.assign(globalThis, { RED: before }) })

    it('has a number only where there are devices', () => {
        should(targetSubmit(0)).equal('actions.targetSubmitUnknown')
        should(targetSubmit(2)).match(/^actions\.targetSubmit(_other)?$/)
    })
})
