import { useState } from 'preact/hooks'
import type { DeviceTargetPlan } from '../shared/actions'
import type { Named, SnapshotSummary } from '../shared/requests'
import { isOutdated, useActionCall } from './action-call'
import { DeviceNames } from './action-devices'
import { PlanState, useActionPlan } from './action-plan'
import { targetSubmit } from './action-target-text'
import { actionsApi } from './actions-api'
import { Button, Icon } from './button'
import { DialogForm, openDialog } from './dialog'
import { FailureMessage, Message } from './message'
import type { PanelModel } from './panel-model'
import { t } from './text'

export function openDeviceTarget (model: PanelModel, instance: Named, snapshot: SnapshotSummary): void {
    openDialog(t('actions.targetTitle'), 520, close => <TargetDialog model={model} instance={instance} snapshot={snapshot} close={close} />)
}

/** Says which devices restart with the snapshot, and which Node-RED they install with it. */
function TargetDialog ({ model, instance, snapshot, close }: { model: PanelModel, instance: Named, snapshot: SnapshotSummary, close: () => void }) {
    const [plan, reload] = useActionPlan(() => actionsApi.deviceTarget(instance.id, snapshot.id))
    const [majorStep, setMajorStep] = useState(false)
    const { busy, failure, run, forget } = useActionCall(model, close)
    const { value } = plan
    const ready = value !== null && !plan.loading && !busy && !value.isDeviceTarget && (majorStep || !value.needsConsent)
    const again = () => {
        setMajorStep(false)
        forget()
        reload()
    }
    return (
        <DialogForm
            onSubmit={() => ready && void run(() => actionsApi.setDeviceTarget(instance.id, snapshot.id, { seen: value.seen, majorStep }))}
            busy={busy || plan.loading}
            foot={<div class="ffs-dialog-foot">
                {failure !== null && <FailureMessage failure={failure}>
                    {isOutdated(failure) && <p><Button small onClick={again}>{t('actions.lookAgain')}</Button></p>}
                </FailureMessage>}
            </div>}
            buttons={<>
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready}>{targetSubmit(value?.devices.length ?? 0)}</Button>
            </>}
        >
            <p class="ffs-wrap">{t('actions.targetMeaning', { name: value?.snapshot.name ?? snapshot.name, instance: instance.name })}</p>
            <PlanState model={model} plan={plan} reload={again} close={close} />
            {value?.isDeviceTarget === true && <Message look="info"><p>{t('actions.targetAlready')}</p></Message>}
            {value !== null && !value.isDeviceTarget && <Reached plan={value} />}
            {value !== null && !value.isDeviceTarget && value.needsConsent && <label class="ffs-check">
                <input type="checkbox" checked={majorStep} onChange={event => setMajorStep(event.currentTarget.checked)} />
                <span class="ffs-consequence"><Icon name="exclamation-triangle" /> {consent(value)}</span>
            </label>}
        </DialogForm>
    )
}

function Reached ({ plan: { devices, complete, nodeRedNow, nodeRedThen } }: { plan: DeviceTargetPlan }) {
    const count = devices.length
    if (count === 0) {
        return <Message look="info"><p>{t('actions.targetNone')}</p></Message>
    }
    return (
        <>
            <p>{t('actions.targetRestart', { count })}</p>
            <DeviceNames devices={devices} complete={complete} />
            {nodeRedThen !== null && <p>{nodeRedNow === null
                ? t('push.devicesInstall', { count, version: nodeRedThen })
                : t('push.devicesInstallNow', { count, version: nodeRedThen, now: nodeRedNow })}</p>}
        </>
    )
}

function consent ({ devices, nodeRedNow, nodeRedThen }: DeviceTargetPlan): string {
    const count = devices.length
    if (nodeRedThen === null) {
        return t('actions.targetUntold', { count })
    }
    return t(nodeRedNow === null ? 'push.unknownStep' : 'push.majorStep', { count, version: nodeRedThen })
}
