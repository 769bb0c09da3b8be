import { useEffect, useState } from 'preact/hooks'
import type { DeviceState } from '../shared/devices'
import type { ErrorAnswer } from '../shared/errors'
import type { Named } from '../shared/requests'
import { useActionCall } from './action-call'
import { PlanState, useActionPlan } from './action-plan'
import { Button } from './button'
import { devicesApi } from './devices-api'
import { DialogForm, openDialog } from './dialog'
import { coded, failureSentence } from './failure'
import { FailureMessage, Message } from './message'
import type { PanelModel } from './panel-model'
import { t } from './text'

/** Whether FlowFuse makes snapshots of a device by itself; the switch where it heeds it, else why not. `refused`: what the sign-in may not. */
export function openDeviceAutomatic (model: PanelModel, instance: Named, device: DeviceState, refused: ErrorAnswer | null): void {
    openDialog(t('devices.automaticTitle', { device: device.name }), 500,
        close => <AutomaticDialog model={model} instance={instance} device={device} refused={refused} close={close} />)
}

interface AutomaticDialogProps { model: PanelModel, instance: Named, device: DeviceState, refused: ErrorAnswer | null, close: () => void }

function AutomaticDialog ({ model, instance, device, refused, close }: AutomaticDialogProps) {
    const [plan, reload] = useActionPlan(() => devicesApi.automatic(instance.id, device.id))
    const [on, setOn] = useState<boolean | null>(null)
    const { busy, failure, run } = useActionCall(model, close)
    const { value } = plan
    useEffect(() => setOn(value?.on ?? null), [value])
    const why = value === null ? null : value.refused ?? refused
    const ready = value !== null && !busy && !plan.loading && why === null && on !== null && on !== value.on
    return (
        <DialogForm
            onSubmit={() => ready && void run(() => devicesApi.setAutomatic(instance.id, device.id, { on }))} busy={busy || plan.loading}
            foot={<div class="ffs-dialog-foot">{failure !== null && <FailureMessage failure={failure} />}</div>}
            buttons={<>
                <Button first onClick={close}>{t(why === null ? 'common.cancel' : 'common.close')}</Button>
                {why === null && <Button primary disabled={!ready}>{t('devices.automaticSubmit')}</Button>}
            </>}
        >
            <p>{t('devices.automaticMeaning', { device: device.name })}</p>
            <PlanState model={model} plan={plan} reload={reload} close={close} />
            {why !== null && <Message look="info">
                <p>{failureSentence(coded(why))}</p>
                {value !== null && value.on !== null && <p>{t(!value.on ? 'devices.automaticIsOff' : value.heeded ? 'devices.automaticIsOn' : 'devices.automaticIsIdle')}</p>}
            </Message>}
            {value !== null && why === null && <fieldset class="ffs-fields" disabled={busy}>
                <label class="ffs-check">
                    <input type="checkbox" checked={on === true} onChange={event => setOn(event.currentTarget.checked)} />
                    <span>{t('devices.automaticSwitch', { device: device.name })}</span>
                </label>
            </fieldset>}
        </DialogForm>
    )
}
