import should from 'should'
import { lockOf } from '../../src/editor/device-items'
import type { PanelModel } from '../../src/editor/panel-model'
import type { DeviceState } from '../../src/shared/devices'

describe('a device, where the operator has set the target', () => {
    const lock = (preset: object | null, owner: DeviceState['owner']) => lockOf({ state: { value: { preset } } } as unknown as PanelModel, { owner } as DeviceState)

    it('of the application gets nothing where that keeps pushes to one instance, and is said so before the click', () => {
        const preset = { team: '', instance: 'press', lockedBy: 'settings.js' }
        should(lock(preset, 'application')).eql({ code: 'target-locked', params: { by: 'settings.js' } })
        should(lock(preset, 'instance')).be.null()
        should(lock({ ...preset, lockedBy: '' }, 'application')).be.null()
        should(lock({ ...preset, instance: '' }, 'application')).be.null()
        should(lock(null, 'application')).be.null()
    })
})
