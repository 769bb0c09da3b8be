/** What can be done with a device. The dialogs are loaded when they are first needed. */
import type { Ability } from '../shared/abilities'
import { askRefusal, type DeviceState } from '../shared/devices'
import type { ErrorAnswer } from '../shared/errors'
import { permissions } from '../shared/permissions'
import type { TargetNames } from '../shared/requests'
import { coded, failureSentence } from './failure'
import { openLater } from './later'
import type { MenuItem } from './menu-button'
import { hasPermission } from './node-red'
import type { PanelModel } from './panel-model'
import { t } from './text'

/** The items of a device's menu, with what is off and why. */
export function deviceItems (model: PanelModel, { instance }: TargetNames, device: DeviceState): MenuItem[] {
    if (!hasPermission(permissions.act)) {
        return []
    }
    const item = (label: string, refused: ErrorAnswer | null, run: () => Promise<void>): MenuItem => ({
        label, run: () => openLater(run), refused: refused === null ? undefined : failureSentence(coded(refused))
    })
    return [
        item(t('devices.capture'), refusedAction(model, 'captureDevice') ?? askRefusal(device, model.devices.age),
            async () => (await import('./device-capture-dialog')).openDeviceCapture(model, instance, device))
    ]
}

/** Why the sign-in may not do it, as far as it is known; null when nothing is known against it. */
function refusedAction ({ target }: PanelModel, action: Ability['action']): ErrorAnswer | null {
    return target.value?.abilities.find(ability => ability.action === action)?.refused ?? null
}
