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
import { openPushDialog } from './push-dialog'
import { t } from './text'

/** The items of a device's menu, with what is off and why. */
export function deviceItems (model: PanelModel, { instance }: TargetNames, device: DeviceState): MenuItem[] {
    const mayAct = hasPermission(permissions.act)
    const hasInstance: ErrorAnswer | null = device.owner === 'instance' ? { code: 'device-has-instance', params: { device: device.name, instance: instance.name } } : null
    const item = (label: string, refused: ErrorAnswer | null, run: () => Promise<void>): MenuItem => ({
        label, run: () => openLater(run), refused: refused === null ? undefined : failureSentence(coded(refused))
    })
    const own = device.owner === 'application'
    const locked = lockOf(model, device)
    return [
        // Those of an instance's device are in the instance's list.
        ...own ? [item(t('devices.snapshots'), null, async () => (await import('./device-snapshots-dialog')).openDeviceSnapshots(model, instance, device))] : [],
        ...mayAct ? [
            item(t('devices.capture'), locked ?? refusedAction(model, 'captureDevice') ?? askRefusal(device, model.devices.age),
                async () => (await import('./device-capture-dialog')).openDeviceCapture(model, instance, device)),
            own
                ? item(t('devices.push'), locked ?? refusedAction(model, 'import'), async () => (await import('./device-push-dialog')).openDevicePush(model, instance, device))
                : item(t('devices.pushToInstance', { instance: instance.name }), pushRefusal(model), async () => openPushDialog(model, null, { deviceTarget: true })),
            item(t('devices.setTarget'), hasInstance ?? locked ?? refusedAction(model, 'setDeviceTarget'),
                async () => (await import('./device-target-dialog')).openOneDeviceTarget(model, instance, device)),
            item(t('devices.automatic'), refusedAction(model, 'listDevices'),
                async () => (await import('./device-automatic-dialog')).openDeviceAutomatic(model, instance, device, locked ?? refusedAction(model, 'editDevice')))
        ] : []
    ]
}

/** The operator may have kept pushes to one instance: then nothing is put onto a device of its own. null when that is not so. */
export function lockOf ({ state }: PanelModel, { owner }: DeviceState): ErrorAnswer | null {
    const { lockedBy, instance } = state.value?.preset ?? { lockedBy: '', instance: '' }
    return owner === 'application' && lockedBy !== '' && instance !== '' ? { code: 'target-locked', params: { by: lockedBy } } : null
}

/** A push that could not set the device target would lead nowhere. */
function pushRefusal (model: PanelModel): ErrorAnswer | null {
    return refusedAction(model, 'push') ?? refusedAction(model, 'setTargetOnPush')
}

/** Why the sign-in may not do it, as far as it is known; null when nothing is known against it. */
function refusedAction ({ target }: PanelModel, action: Ability['action']): ErrorAnswer | null {
    return target.value?.abilities.find(ability => ability.action === action)?.refused ?? null
}
