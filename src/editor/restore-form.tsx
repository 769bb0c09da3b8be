import { useEffect, useRef, useState } from 'preact/hooks'
import type { LocalPlan, LocalSummary } from '../shared/local'
import { beforeRestoreName } from '../shared/names'
import { permissions } from '../shared/permissions'
import { Button } from './button'
import { DialogForm } from './dialog'
import { coded, toFailure } from './failure'
import { FailureMessage, Loading } from './message'
import { hasPermission } from './node-red'
import { onAnyDeploy } from './node-red-flows'
import type { Fetched } from './fetched'
import type { PanelModel } from './panel-model'
import { changesNothing, mayRestore, modulesToInstall, nothingChosen, restoreRequest } from './restore-choice'
import { RestoreContents } from './restore-contents'
import { RestoreModules } from './restore-modules'
import { t } from './text'
import { UndeployedEdits } from './undeployed-edits'

/** What a restore would do here, the choices that it leaves, and the button that does it. */
export function RestoreForm ({ model, snapshot, close }: { model: PanelModel, snapshot: LocalSummary, close: () => void }) {
    const [plan, reload] = usePlan(model, snapshot.id)
    const [choice, setChoice] = useState(nothingChosen)
    const mayInstall = hasPermission(permissions.install)
    const { value, loading, failure } = plan
    const ready = value !== null && !loading && mayRestore(choice, value)
    const installed = value === null ? 0 : modulesToInstall(choice, value, mayInstall).length
    const submit = () => {
        if (ready) {
            void model.restoring.start({ kind: 'restore', snapshot, request: restoreRequest(choice, value, mayInstall) })
        }
    }
    return (
        <DialogForm
            onSubmit={submit} busy={loading}
            foot={<div class="ffs-dialog-foot">
                {value !== null && value.restoreRefused === null && <p class="ffs-secondary">
                    {changesNothing(value) ? t('restoreHere.nothing') : t('restoreHere.before', { name: beforeRestoreName(snapshot.name) })}
                </p>}
            </div>}
            buttons={<>
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready}>{submitLabel(value, installed)}</Button>
            </>}
        >
            {value === null && loading && <Loading text={t('restoreHere.loading')} />}
            {failure !== null && <FailureMessage failure={failure} retry={reload} />}
            {value !== null && <>
                {value.restoreRefused !== null && <FailureMessage failure={coded(value.restoreRefused)} retry={reload} />}
                <UndeployedEdits sentence={t('restoreHere.drops')} deployed={t('restoreHere.deployed')} editing={t('restoreHere.editing')} />
                <RestoreContents plan={value} reloading={loading} choice={choice} onChange={setChoice} />
                <RestoreModules plan={value} choice={choice} mayInstall={mayInstall} onChange={setChoice} />
            </>}
        </DialogForm>
    )
}

/** The plan, made anew after each deploy: it is good for one revision of the flows only. */
function usePlan ({ api }: PanelModel, id: string): [Fetched<LocalPlan>, () => void] {
    const [plan, setPlan] = useState<Fetched<LocalPlan>>({ value: null, loading: true, failure: null })
    const latest = useRef(0)
    /** The revision that it is good for; undefined before there is one. */
    const rev = useRef<string | undefined>(undefined)
    const load = async () => {
        const mine = ++latest.current
        setPlan(former => ({ ...former, loading: true }))
        const answer = await api.plan(id).then(value => ({ value, failure: null }), (error: unknown) => ({ value: null, failure: toFailure(error) }))
        if (mine === latest.current) {
            rev.current = answer.value?.rev
            setPlan({ ...answer, loading: false })
        }
    }
    useEffect(() => {
        void load()
        return onAnyDeploy(deployed => {
            if (rev.current !== undefined && deployed !== rev.current) {
                void load()
            }
        })
    }, [id])
    return [plan, () => void load()]
}

/** Names what is replaced, and what else is done. */
function submitLabel (plan: LocalPlan | null, installed: number): string {
    if (plan === null) {
        return t('restoreHere.submitUnknown')
    }
    const { here, there } = plan.flows
    const replace = here > 0 ? t('restoreHere.submit', { count: here }) : t('restoreHere.submitEmpty', { count: there })
    return installed > 0 ? t('restoreHere.submitWithModules', { count: installed, replace }) : replace
}
