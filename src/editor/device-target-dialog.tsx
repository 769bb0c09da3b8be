import { useLayoutEffect, useState } from 'preact/hooks'
import type { DeviceState, DeviceTargetChoice, OneDeviceTargetPlan } from '../shared/devices'
import type { Named } from '../shared/requests'
import { isOutdated, useActionCall } from './action-call'
import { PlanState, useActionPlan } from './action-plan'
import { Button, Icon } from './button'
import { openConnectDialog } from './connect-dialog'
import { runs } from './device-row'
import { TargetChoice } from './device-target-choice'
import { devicesApi } from './devices-api'
import { DialogForm, inTopDialog, openDialog } from './dialog'
import { FailureMessage, Message } from './message'
import type { PanelModel } from './panel-model'
import { shortened, t } from './text'

/** A snapshot and whose it is. */
type TargetSnapshot = Pick<DeviceTargetChoice, 'id' | 'name' | 'owner'>

/** What a device of the application shall run: chosen from every snapshot of the application, or the one that is given, and confirmed. */
export function openOneDeviceTarget (model: PanelModel, instance: Named, device: DeviceState, given: TargetSnapshot | null = null): void {
    openDialog(t('devices.targetTitle', { device: device.name }), 560,
        close => <TargetDialog model={model} instance={instance} device={device} given={given} close={close} />)
}

interface TargetDialogProps { model: PanelModel, instance: Named, device: DeviceState, given: TargetSnapshot | null, close: () => void }

function TargetDialog (props: TargetDialogProps) {
    const { model, instance, device, given, close } = props
    const [chosen, setChosen] = useState(given)
    const [confirming, setConfirming] = useState(given !== null)
    if (confirming && chosen !== null) {
        return <Confirm {...props} snapshot={chosen} onBack={given === null ? () => setConfirming(false) : undefined} />
    }
    const connect = () => {
        close()
        openConnectDialog(model)
    }
    return (
        <DialogForm
            onSubmit={() => chosen !== null && setConfirming(true)}
            buttons={<>
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={chosen === null} title={chosen?.name}>{t('devices.targetNext')}</Button>
            </>}
        >
            <p>{runs(device)}</p>
            <TargetChoice
                instance={instance} device={device} username={model.state.value?.connection?.user.username ?? ''} chosen={chosen}
                onChoose={setChosen} onConnect={connect}
            />
        </DialogForm>
    )
}

type ConfirmProps = TargetDialogProps & { snapshot: TargetSnapshot, onBack: (() => void) | undefined }

function Confirm ({ model, instance, device, snapshot, close, onBack }: ConfirmProps) {
    const [plan, reload] = useActionPlan(() => devicesApi.target(instance.id, device.id, snapshot))
    const [majorStep, setMajorStep] = useState(false)
    const { busy, failure, run, forget } = useActionCall(model, close)
    const { value } = plan
    const ready = value !== null && !plan.loading && !busy && !value.isTarget && (majorStep || !value.needsConsent)
    const again = () => {
        setMajorStep(false)
        forget()
        reload()
    }
    // What had the focus is gone with the list.
    useLayoutEffect(() => inTopDialog('[data-first]')?.focus(), [])
    const act = () => {
        if (ready) {
            const from = { kind: snapshot.owner.kind, id: snapshot.owner.id }
            void run(() => devicesApi.setTarget(instance.id, device.id, { snapshot: snapshot.id, from, seen: value.seen, majorStep }))
        }
    }
    return (
        <DialogForm
            onSubmit={act} busy={busy || plan.loading}
            foot={<div class="ffs-dialog-foot">
                {failure !== null && <FailureMessage failure={failure}>
                    {isOutdated(failure) && <p><Button small onClick={again}>{t('actions.lookAgain')}</Button></p>}
                </FailureMessage>}
            </div>}
            buttons={<>
                {onBack !== undefined && <Button onClick={onBack}>{t('file.back')}</Button>}
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready} title={snapshot.name}>{t('devices.targetSubmit', { name: shortened(snapshot.name, 40), device: device.name })}</Button>
            </>}
        >
            <p class="ffs-wrap">{t('devices.targetMeaning', { name: value?.snapshot.name ?? snapshot.name, device: device.name })}</p>
            <PlanState model={model} plan={plan} reload={again} close={close} />
            {value?.isTarget === true && <Message look="info"><p>{t('devices.targetAlready', { device: device.name })}</p></Message>}
            {value !== null && !value.isTarget && <Consequences plan={value} majorStep={majorStep} onMajorStep={setMajorStep} />}
        </DialogForm>
    )
}

function Consequences ({ plan, majorStep, onMajorStep }: { plan: OneDeviceTargetPlan, majorStep: boolean, onMajorStep: (on: boolean) => void }) {
    const { device, nodeRedNow, nodeRedThen, needsConsent, developer } = plan
    const consent = nodeRedThen === null
        ? t('devices.untoldStep', { device: device.name })
        : t(nodeRedNow === null ? 'push.unknownStep' : 'push.majorStep', { count: 1, version: nodeRedThen })
    return (
        <>
            <p>{runs(device)} {t('devices.targetRestart')}</p>
            {nodeRedThen !== null && <p>{nodeRedNow === null
                ? t('push.devicesInstall', { count: 1, version: nodeRedThen })
                : t('push.devicesInstallNow', { count: 1, version: nodeRedThen, now: nodeRedNow })}</p>}
            {developer !== null && <Message look="warning">
                <p>{t(developer === 'ignored' ? 'devices.developerIgnores' : 'devices.developerLoses', { device: device.name })}</p>
            </Message>}
            {needsConsent && <label class="ffs-check">
                <input type="checkbox" checked={majorStep} onChange={event => onMajorStep(event.currentTarget.checked)} />
                <span class="ffs-consequence"><Icon name="exclamation-triangle" /> {consent}</span>
            </label>}
        </>
    )
}
