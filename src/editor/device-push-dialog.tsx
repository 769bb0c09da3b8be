import { useState } from 'preact/hooks'
import type { DevicePushPreview, DeviceState } from '../shared/devices'
import { isMajorStep } from '../shared/major-step'
import { descriptionProblem, nameProblem } from '../shared/names'
import type { Named } from '../shared/requests'
import { PlanState, useActionPlan } from './action-plan'
import { Button, Icon } from './button'
import { DevicePushOutcome, DevicePushProgress } from './device-push-outcome'
import { devicesApi } from './devices-api'
import { DialogForm, openDialog } from './dialog'
import { coded } from './failure'
import { FailureMessage, Message } from './message'
import { localTime } from './names'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { PushNotes } from './push-contents'
import { newDraft, type PushDraft } from './push-draft'
import { PushNames } from './push-names'
import { OfferedVariables } from './push-offered'
import { shortened, t } from './text'
import { UndeployedEdits } from './undeployed-edits'

/** Opens the push of what runs here to a device of the application; where one is under way, or has ended unseen, that one. */
export function openDevicePush (model: PanelModel, instance: Named, device: DeviceState): void {
    const { pushingToDevice: work } = model
    if (work.watched) {
        return
    }
    work.setWatched(true)
    const shown = work.request ?? { instance, device }
    openDialog(t('devices.pushTitle', { device: shown.device.name }), 600, close => <DevicePushDialog model={model} {...shown} close={close} />, () => {
        work.setWatched(false)
        // What has ended was seen.
        work.clear()
    })
}

interface DevicePushProps { model: PanelModel, instance: Named, device: DeviceState, close: () => void }

function DevicePushDialog (props: DevicePushProps) {
    const { pushingToDevice: work } = props.model
    useObservable(work)
    if (work.running) {
        return <DevicePushProgress work={work} close={props.close} />
    }
    return work.request === null ? <DevicePushForm {...props} /> : <DevicePushOutcome {...props} work={work} />
}

function DevicePushForm ({ model, instance, device, close }: DevicePushProps) {
    const [plan, reload] = useActionPlan(() => devicesApi.pushPreview(instance.id, device.id))
    const [draft, setDraft] = useState(() => newDraft(t('push.defaultName', { date: localTime(new Date(), 'minute') })))
    const change = (part: Partial<PushDraft>) => setDraft({ ...draft, ...part })
    const { value } = plan
    const isNamed = nameProblem(draft.name) === null && descriptionProblem(draft.description) === null
    const ready = value !== null && !plan.loading && value.tooLarge === null && isNamed && (draft.majorStep || !needsConsent(draft, value))
    const push = () => {
        if (ready) {
            const names = [...new Set([...value.variables.kept.map(({ name }) => name), ...value.variables.offered])]
            void model.pushingToDevice.start({ instance, device, request: {
                name: draft.name.trim(),
                description: draft.description.trim(),
                variables: names.filter(name => draft.ticked.has(name)),
                nodeRed: nodeRedFor(draft, value),
                target: draft.deviceTarget ? { majorStep: needsConsent(draft, value) && draft.majorStep } : null
            } })
        }
    }
    return (
        <DialogForm
            onSubmit={push} busy={plan.loading}
            buttons={<>
                <Button onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready} title={draft.name}>{t('push.submit', { name: shortened(draft.name.trim(), 40) })}</Button>
            </>}
        >
            <fieldset class="ffs-fields">
                <p>{t('devices.pushMeaning', { device: device.name })}</p>
                <PushNames draft={draft} onChange={change} />
                <UndeployedEdits sentence={t('push.undeployed')} deployed={t('push.deployed')} />
                <PlanState model={model} plan={plan} reload={reload} close={close} />
                {value !== null && <>
                    {value.tooLarge !== null && <FailureMessage failure={coded(value.tooLarge)} />}
                    <Contents preview={value} />
                    <PushNotes notes={value.notes} />
                    <Variables preview={value} draft={draft} onChange={change} />
                    <Target preview={value} draft={draft} onChange={change} />
                </>}
            </fieldset>
        </DialogForm>
    )
}

function Contents ({ preview: { counts, modules, modulesLeftOut } }: { preview: DevicePushPreview }) {
    const parts = [
        t('inside.flows', { count: counts.flows }),
        ...(counts.subflows > 0 ? [t('inside.subflows', { count: counts.subflows })] : []),
        t('inside.nodes', { count: counts.nodes }),
        ...(counts.nodesWithCredentials > 0 ? [t('inside.credentials', { count: counts.nodesWithCredentials })] : [])
    ]
    return (
        <div class="ffs-pair">
            <span class="ffs-pair-label">{t('inside.title')}</span>
            <div class="ffs-pair-value">
                <p>{parts.join(' · ')}</p>
                <details class="ffs-fold">
                    <summary tabIndex={0}>{t('inside.modules', { count: modules.length })}</summary>
                    <ul class="ffs-modules">
                        {modules.map(({ name, version }) => <li key={name}><span class="ffs-wrap">{name}</span> <span class="ffs-secondary">{version}</span></li>)}
                        {modulesLeftOut.map(({ name, spec }) => (
                            <li key={name}>
                                <span class="ffs-wrap">{name}</span> <span class="ffs-secondary ffs-wrap">{spec}</span>
                                <span class="ffs-warning-text"> {t('inside.leftOut')}</span>
                            </li>
                        ))}
                    </ul>
                </details>
            </div>
        </div>
    )
}

interface PartProps { preview: DevicePushPreview, draft: PushDraft, onChange: (part: Partial<PushDraft>) => void }

function Variables ({ preview: { variables: { offered, kept, keepsHidden } }, draft, onChange }: PartProps) {
    const names = [...new Set([...kept.map(({ name }) => name), ...offered])]
    const inClear = kept.some(({ name, hidden }) => hidden && draft.ticked.has(name)) && !keepsHidden
    return names.length === 0 ? null : (
        <details class="ffs-fold ffs-field">
            <summary tabIndex={0}>{t('devices.pushVariables', { count: names.filter(name => draft.ticked.has(name)).length, total: names.length })}</summary>
            <p class="ffs-secondary">{t('devices.pushVariablesMeaning')}</p>
            <OfferedVariables offered={names} draft={draft} onChange={onChange} />
            {inClear && <Message look="warning"><p>{t('variables.cannotHide')}</p></Message>}
        </details>
    )
}

/** *Run it on the device*, and which Node-RED it installs with it. */
function Target ({ preview, draft, onChange }: PartProps) {
    const { device, nodeRedNow, nodeRedHere, developer } = preview
    const version = nodeRedFor(draft, preview)
    return (
        <div class="ffs-devices">
            {nodeRedNow !== null && nodeRedNow !== nodeRedHere && <label class="ffs-check">
                <input type="checkbox" checked={draft.keepNodeRed} onChange={event => onChange({ keepNodeRed: event.currentTarget.checked })} />
                <span>{t('devices.keepNodeRed', { version: nodeRedNow })}</span>
            </label>}
            <label class="ffs-check">
                <input type="checkbox" checked={draft.deviceTarget} onChange={event => onChange({ deviceTarget: event.currentTarget.checked })} />
                <span>{t('devices.pushTarget', { device: device.name })}<span class="ffs-secondary ffs-below">
                    {nodeRedNow === null ? t('push.devicesInstall', { count: 1, version }) : t('push.devicesInstallNow', { count: 1, version, now: nodeRedNow })}
                </span></span>
            </label>
            {draft.deviceTarget && developer !== null && <Message look="warning">
                <p>{t(developer === 'ignored' ? 'devices.developerIgnores' : 'devices.developerLoses', { device: device.name })}</p>
            </Message>}
            {needsConsent(draft, preview) && <label class="ffs-check ffs-indent">
                <input type="checkbox" checked={draft.majorStep} onChange={event => onChange({ majorStep: event.currentTarget.checked })} />
                <span class="ffs-consequence"><Icon name="exclamation-triangle" /> {t(nodeRedNow === null ? 'push.unknownStep' : 'push.majorStep', { count: 1, version })}</span>
            </label>}
        </div>
    )
}

function nodeRedFor ({ keepNodeRed }: PushDraft, { nodeRedNow, nodeRedHere }: DevicePushPreview): string {
    return keepNodeRed && nodeRedNow !== null ? nodeRedNow : nodeRedHere
}

/** A device that runs nothing has nothing to lose. */
function needsConsent (draft: PushDraft, preview: DevicePushPreview): boolean {
    const { device: { target, active }, nodeRedNow } = preview
    return draft.deviceTarget && (target !== null || active !== null) && isMajorStep(nodeRedNow, nodeRedFor(draft, preview))
}
