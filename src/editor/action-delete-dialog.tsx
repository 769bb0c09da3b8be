import type { DeletionPlan } from '../shared/actions'
import type { Named, SnapshotSummary } from '../shared/requests'
import { isOutdated, useActionCall } from './action-call'
import { DeviceNames } from './action-devices'
import { PlanState, useActionPlan } from './action-plan'
import { actionsApi } from './actions-api'
import { Button } from './button'
import { devicesApi } from './devices-api'
import { DialogForm, openDialog } from './dialog'
import { FailureMessage, Message } from './message'
import type { PanelModel } from './panel-model'
import { shortened, t } from './text'

export function openDelete (model: PanelModel, instance: Named, snapshot: SnapshotSummary): void {
    openDeletion(model, instance, snapshot, {
        plan: () => actionsApi.deletion(instance.id, snapshot.id), remove: seen => actionsApi.remove(instance.id, snapshot.id, { seen })
    })
}

/** Of a snapshot that a device has. */
export function openDeviceDelete (model: PanelModel, instance: Named, device: Named, snapshot: SnapshotSummary): void {
    openDeletion(model, device, snapshot, {
        plan: () => devicesApi.deletion(instance.id, device.id, snapshot.id),
        remove: seen => devicesApi.remove(instance.id, device.id, snapshot.id, { seen })
    })
}

interface Calls { plan: () => Promise<DeletionPlan>, remove: (seen: string) => Promise<void> }

function openDeletion (model: PanelModel, owner: Named, snapshot: SnapshotSummary, calls: Calls): void {
    openDialog(t('actions.deleteTitle'), 500, close => <DeleteDialog model={model} instance={owner} snapshot={snapshot} calls={calls} close={close} />)
}

interface DeleteDialogProps { model: PanelModel, instance: Named, snapshot: SnapshotSummary, calls: Calls, close: () => void }

/** Says what is deleted, which devices stop by that, and that there is no way back. */
function DeleteDialog ({ model, instance, snapshot, calls, close }: DeleteDialogProps) {
    const [plan, reload] = useActionPlan(calls.plan)
    const { busy, failure, run, forget } = useActionCall(model, close)
    const { value } = plan
    const again = () => {
        forget()
        reload()
    }
    const ready = value !== null && !plan.loading && !busy
    const name = value?.snapshot.name ?? snapshot.name
    return (
        <DialogForm
            onSubmit={() => ready && void run(() => calls.remove(value.seen))} busy={busy || plan.loading}
            foot={<div class="ffs-dialog-foot">
                {failure !== null && <FailureMessage failure={failure}>
                    {isOutdated(failure) && <p><Button small onClick={again}>{t('actions.lookAgain')}</Button></p>}
                </FailureMessage>}
            </div>}
            buttons={<>
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready} title={name}>{submitLabel(value, name)}</Button>
            </>}
        >
            <p class="ffs-wrap">{t('actions.deleteMeaning', { name, instance: instance.name })}</p>
            <PlanState model={model} plan={plan} reload={reload} close={close} />
            {value !== null && <Reached plan={value} instance={instance} />}
        </DialogForm>
    )
}

function Reached ({ plan: { devices, complete, isDeviceTarget }, instance }: { plan: DeletionPlan, instance: Named }) {
    if (devices.length > 0) {
        return (
            <Message look="warning">
                <p><strong>{t('actions.deleteStops', { count: devices.length })}</strong></p>
                <DeviceNames devices={devices} complete={complete} />
            </Message>
        )
    }
    return (
        <>
            {isDeviceTarget && <Message look="warning"><p>{t('actions.deleteTarget', { instance: instance.name })}</p></Message>}
            {!complete && <Message look="warning"><p>{t('actions.notAllDevices')}</p></Message>}
        </>
    )
}

function submitLabel (plan: DeletionPlan | null, name: string): string {
    const shown = shortened(name, 40)
    return plan === null || plan.devices.length === 0
        ? t('actions.deleteSubmit', { name: shown })
        : t('actions.deleteSubmitStops', { name: shown, count: plan.devices.length })
}
