import { useLayoutEffect, useState } from 'preact/hooks'
import type { DeviceCaptureAnswer, DeviceState } from '../shared/devices'
import { descriptionProblem, nameProblem } from '../shared/names'
import type { Named } from '../shared/requests'
import { openDelete, openDeviceDelete } from './action-delete-dialog'
import { useActionCall } from './action-call'
import { Button } from './button'
import { devicesApi } from './devices-api'
import { DialogForm, inTopDialog, openDialog } from './dialog'
import { coded, failureSentence } from './failure'
import { FailureMessage, Loading, Message } from './message'
import { NameFields } from './name-fields'
import { localTime } from './names'
import type { PanelModel } from './panel-model'
import { shortened, t } from './text'

/** Makes a snapshot of what runs on a device, and says whether it can be from there. */
export function openDeviceCapture (model: PanelModel, instance: Named, device: DeviceState): void {
    openDialog(t('devices.captureTitle', { device: device.name }), 520, close => <CaptureDialog model={model} instance={instance} device={device} close={close} />)
}

interface CaptureDialogProps { model: PanelModel, instance: Named, device: DeviceState, close: () => void }

function CaptureDialog (props: CaptureDialogProps) {
    const [made, setMade] = useState<DeviceCaptureAnswer | null>(null)
    return made === null ? <CaptureForm {...props} onMade={setMade} /> : <CaptureOutcome {...props} made={made} />
}

function CaptureForm ({ model, instance, device, close, onMade }: CaptureDialogProps & { onMade: (made: DeviceCaptureAnswer) => void }) {
    const [name, setName] = useState(() => t('push.defaultName', { date: localTime(new Date(), 'minute') }))
    const [description, setDescription] = useState('')
    // What comes of it is shown, so that the dialog stays.
    const { busy, failure, run } = useActionCall(model, () => undefined)
    const ready = !busy && nameProblem(name) === null && descriptionProblem(description) === null
    const act = async () => onMade(await devicesApi.capture(instance.id, device.id, { name: name.trim(), description: description.trim() }))
    return (
        <DialogForm
            onSubmit={() => ready && void run(act)} busy={busy}
            foot={<div class="ffs-dialog-foot">
                {busy && <Loading text={t('devices.capturing', { device: device.name })} />}
                {failure !== null && <FailureMessage failure={failure} />}
            </div>}
            buttons={<>
                <Button onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready} title={name}>{t('actions.captureSubmit', { name: shortened(name.trim(), 40) })}</Button>
            </>}
        >
            <fieldset class="ffs-fields" disabled={busy}>
                <p>{device.owner === 'instance'
                    ? t('devices.captureToInstance', { device: device.name, instance: instance.name })
                    : t('devices.captureToDevice', { device: device.name })}</p>
                <NameFields name={name} description={description} unchanged={false} onName={setName} onDescription={setDescription} />
            </fieldset>
        </DialogForm>
    )
}

/** What was made, and why it may not be from the device. */
function CaptureOutcome ({ model, instance, device, close, made }: CaptureDialogProps & { made: DeviceCaptureAnswer }) {
    const { snapshot, owner, doubt, deleteRefused, left } = made
    const values = { name: snapshot.name, device: device.name, instance: instance.name, owner: owner.name }
    const isForeign = doubt === 'empty' || doubt === 'instance'
    const removal = deleteRefused === null
        ? <p><Button small onClick={() => remove()}>{t('devices.deleteIt', { name: shortened(snapshot.name, 40) })}</Button></p>
        : <p>{t('devices.cannotDelete')} {failureSentence(coded(deleteRefused))}</p>
    useLayoutEffect(() => inTopDialog('button.primary')?.focus(), [])
    const remove = () => {
        close()
        if (owner.kind === 'instance') {
            openDelete(model, instance, snapshot)
        } else {
            openDeviceDelete(model, instance, device, snapshot)
        }
    }
    return (
        <DialogForm onSubmit={close} buttons={<Button primary>{t('common.close')}</Button>}>
            {isForeign
                ? <Message look="warning">
                    <p role="alert"><strong>{t('devices.notFromDevice', values)}</strong></p>
                    <p>{t(`captureDoubts.${doubt}`, values)}</p>
                    {removal}
                </Message>
                : <Message look="success">
                    <p role="status"><strong>{t('devices.captured', values)}</strong></p>
                    {doubt !== null && <p>{t(`captureDoubts.${doubt}`, values)}</p>}
                    {doubt !== null && deleteRefused === null && removal}
                </Message>}
            {left !== null && <Message look="warning"><p>{t('devices.comparisonLeft', { name: left.name, instance: instance.name })}</p></Message>}
        </DialogForm>
    )
}
