/** What can be done with the instance's snapshots on FlowFuse itself. The dialogs are loaded when they are first needed. */
import type { Ability } from '../shared/abilities'
import { permissions } from '../shared/permissions'
import type { SnapshotSummary, TargetNames } from '../shared/requests'
import { coded, failureSentence } from './failure'
import { openLater } from './later'
import type { MenuItem } from './menu-button'
import { hasPermission } from './node-red'
import type { PanelModel } from './panel-model'
import { t } from './text'

/** The items of a snapshot's menu, with what the sign-in does not allow and why. */
export function actionItems (model: PanelModel, { instance }: TargetNames, snapshot: SnapshotSummary): MenuItem[] {
    if (!hasPermission(permissions.act)) {
        return []
    }
    const item = (action: Ability['action'], label: string, run: () => Promise<void>): MenuItem => ({
        label, run: () => openLater(run), refused: refusedAction(model, action)
    })
    return [
        item('restore', t('actions.restore', { instance: instance.name }), async () => (await import('./action-restore-dialog')).openRestoreThere(model, instance, snapshot)),
        item('setTarget', t('actions.setTarget'), async () => (await import('./action-target-dialog')).openDeviceTarget(model, instance, snapshot)),
        item('edit', t('actions.edit'), async () => (await import('./action-names-dialog')).openEdit(model, instance, snapshot)),
        item('delete', t('actions.delete'), async () => (await import('./action-delete-dialog')).openDelete(model, instance, snapshot))
    ]
}

/** A snapshot of the instance as it runs there. */
export function captureItem (model: PanelModel, { instance }: TargetNames): MenuItem {
    return {
        label: t('actions.capture'), refused: refusedAction(model, 'capture'),
        run: () => openLater(async () => (await import('./action-names-dialog')).openCapture(model, instance))
    }
}

/** Why the sign-in may not do it, as far as it is known; undefined when nothing is known against it. */
export function refusedAction ({ target }: PanelModel, action: Ability['action']): string | undefined {
    const refused = target.value?.abilities.find(ability => ability.action === action)?.refused ?? null
    return refused === null ? undefined : failureSentence(coded(refused))
}
