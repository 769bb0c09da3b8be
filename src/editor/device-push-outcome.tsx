import { useLayoutEffect, useRef } from 'preact/hooks'
import type { DevicePushResult, DeviceState } from '../shared/devices'
import type { Named } from '../shared/requests'
import { Button } from './button'
import type { DevicePushWork } from './device-push-work'
import { DialogForm } from './dialog'
import { openLater } from './later'
import { FailureMessage, Message } from './message'
import type { PanelModel } from './panel-model'
import { t } from './text'
import { WorkProgress } from './work-progress'

/** A push to a device under way. */
export function DevicePushProgress ({ work: { job, unheard }, close }: { work: DevicePushWork, close: () => void }) {
    return <WorkProgress
        steps={job?.steps.map(step => ({ ...step, text: t(`steps.${step.id}`) })) ?? null}
        unheard={unheard ? t('push.unheard') : null}
        goesOn={t('push.goesOn')}
        close={close}
    />
}

interface OutcomeProps { model: PanelModel, work: DevicePushWork, instance: Named, device: DeviceState, close: () => void }

/** How a push to a device ended, and what is certain of it. */
export function DevicePushOutcome ({ model, work, instance, device, close }: OutcomeProps) {
    const root = useRef<HTMLDivElement>(null)
    useLayoutEffect(() => root.current?.closest('form')?.querySelector<HTMLElement>('button.primary')?.focus(), [])
    const { job, reason } = work
    const snapshot = job?.result.snapshot ?? null
    const run = () => {
        close()
        if (snapshot !== null) {
            const owner = { kind: 'device' as const, id: device.id, name: device.name }
            openLater(async () => (await import('./device-target-dialog')).openOneDeviceTarget(model, instance, device, { ...snapshot, owner }))
        }
    }
    const certain = job !== null && <Certain result={job.result} />
    const offer = snapshot !== null && job?.result.targeted === false && <p><Button small onClick={run}>{t('devices.runIt', { device: device.name })}</Button></p>
    return (
        <DialogForm onSubmit={close} buttons={<Button primary>{t('common.close')}</Button>}>
            <div ref={root}>
                {reason === null
                    ? <Message look="success">{certain}{offer}</Message>
                    : <FailureMessage failure={reason}>
                        {certain}{offer}
                        {job === null && reason.kind === 'offline' && <p>{t('push.startUnknown')}</p>}
                        {snapshot === null && <p><Button small onClick={() => work.clear()}>{t('devices.pushAgain')}</Button></p>}
                    </FailureMessage>}
            </div>
        </DialogForm>
    )
}

function Certain ({ result: { device, snapshot, targeted } }: { result: DevicePushResult }) {
    if (snapshot === null) {
        return null
    }
    const values = { name: snapshot.name, device: device.name }
    return (
        <>
            <p><strong>{t('devices.pushed', values)}</strong></p>
            <p>{t(targeted ? 'devices.pushTargeted' : 'devices.pushNotTargeted', values)}</p>
        </>
    )
}
