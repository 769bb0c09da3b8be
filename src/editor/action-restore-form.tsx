import { useState } from 'preact/hooks'
import type { RestoreTherePlan } from '../shared/actions'
import { beforeRestoreName } from '../shared/names'
import type { Named } from '../shared/requests'
import { PlanState, useActionPlan } from './action-plan'
import { actionsApi } from './actions-api'
import { Button } from './button'
import { DialogForm } from './dialog'
import { coded, failureSentence } from './failure'
import { InstanceState } from './instance-state'
import type { PanelModel } from './panel-model'
import { PushNotes } from './push-contents'
import { listed, shortened, t } from './text'

/** What a restore would do to the instance, the choices that it leaves, and the instance's name as the user's word for it. */
export function RestoreThereForm ({ model, instance, snapshot, close }: { model: PanelModel, instance: Named, snapshot: Named, close: () => void }) {
    const [plan, reload] = useActionPlan(() => actionsApi.restorePlan(instance.id, snapshot.id))
    const [captureBefore, setCaptureBefore] = useState(true)
    const [addModules, setAddModules] = useState(false)
    const [typed, setTyped] = useState('')
    const { value } = plan
    const named = value !== null && typed.trim() === value.instance.name.trim()
    const ready = value !== null && !plan.loading && named
    const name = value?.snapshot.name ?? snapshot.name
    const submit = () => {
        if (ready) {
            const modules = addModules && value.addModulesRefused === null ? value.contents?.modulesMissing.map(module => module.name) ?? [] : []
            const request = { seen: value.seen, instanceName: typed.trim(), captureBefore, addModules: modules }
            void model.restoringThere.start({ instance: value.instance, snapshot: value.snapshot, request })
        }
    }
    return (
        <DialogForm
            onSubmit={submit} busy={plan.loading}
            buttons={<>
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready} title={name}>{t('actions.restoreSubmit', { name: shortened(name, 40) })}</Button>
            </>}
        >
            <p class="ffs-wrap">{t('actions.restoreMeaning', { name, instance: instance.name })}</p>
            {value !== null && <p class="ffs-secondary ffs-wrap">{t('actions.restoreNow', { instance: value.instance.name })} <InstanceState state={value.instance.state} /></p>}
            <PlanState model={model} plan={plan} reload={reload} close={close} />
            {value !== null && <>
                <PushNotes notes={value.notes} />
                <Contents plan={value} addModules={addModules} onAddModules={setAddModules} />
                <label class="ffs-check">
                    <input type="checkbox" checked={captureBefore} onChange={event => setCaptureBefore(event.currentTarget.checked)} />
                    <span class="ffs-wrap">
                        {t('restore.captureBefore', { name: beforeRestoreName(name) })}
                        <span class="ffs-secondary ffs-below">{t(captureBefore ? 'actions.captureOrNothing' : 'restore.noWayBack')}</span>
                    </span>
                </label>
                <div class="ffs-field">
                    <label for="ffs-restore-instance" class="ffs-wrap">{t('actions.typeName', { instance: value.instance.name })}</label>
                    <input id="ffs-restore-instance" type="text" autocomplete="off" value={typed} onInput={event => setTyped(event.currentTarget.value)} />
                </div>
            </>}
        </DialogForm>
    )
}

/** Modules and variables that come and go with it, by name. */
function Contents ({ plan, addModules, onAddModules }: { plan: RestoreTherePlan, addModules: boolean, onAddModules: (on: boolean) => void }) {
    const { contents, addModulesRefused, instance: { name: instance } } = plan
    if (contents === null) {
        return null
    }
    const { modulesMissing, modulesGone, variablesGone, variablesNew } = contents
    const missing = modulesMissing.map(({ name, version }) => `${name} ${version}`)
    const count = missing.length
    return (
        <>
            {count > 0 && (addModulesRefused === null
                ? <label class="ffs-check">
                    <input type="checkbox" checked={addModules} onChange={event => onAddModules(event.currentTarget.checked)} />
                    <span>{t('actions.addModules', { count, instance })}
                        <span class="ffs-secondary ffs-below ffs-wrap">{listed(missing)}</span>
                        <span class="ffs-secondary ffs-below">{t('actions.addModulesMeaning', { count })}</span>
                    </span>
                </label>
                : <p class="ffs-warning-text ffs-wrap">{t('actions.modulesMissing', { count, names: listed(missing) })} {failureSentence(coded(addModulesRefused))}</p>)}
            {modulesGone.length > 0 && <p class="ffs-wrap">{t('actions.modulesGone', { count: modulesGone.length, names: listed(modulesGone), instance })}</p>}
            {variablesGone.length > 0 && <p class="ffs-wrap">{t('actions.variablesGone', { count: variablesGone.length, names: listed(variablesGone), instance })}</p>}
            {variablesNew.length > 0 && <p class="ffs-wrap">{t('actions.variablesNew', { count: variablesNew.length, names: listed(variablesNew), instance })}</p>}
        </>
    )
}
