import { useEffect } from 'preact/hooks'
import { beforeRestoreName } from '../shared/names'
import { permissions } from '../shared/permissions'
import type { PreparedPull } from '../shared/pull'
import { Button } from './button'
import { DialogForm } from './dialog'
import { coded } from './failure'
import { FailureMessage, Loading } from './message'
import { hasPermission } from './node-red'
import { onAnyDeploy } from './node-red-flows'
import type { PanelModel } from './panel-model'
import { changesAnything, choicesOf, mayReplace, modulesToInstall, replaceRequest, victim, type PullDraft } from './pull-choice'
import type { PlanOutline } from './pull-comparison'
import { PullDecisions } from './pull-decisions'
import { PullFlows } from './pull-flows'
import { PullParts } from './pull-parts'
import type { PullPreview } from './pull-preview'
import { PullSummary } from './pull-summary'
import { t } from './text'
import { UndeployedEdits } from './undeployed-edits'

interface PullFormProps {
    model: PanelModel
    preview: PullPreview
    prepared: PreparedPull
    draft: PullDraft
    onChange: (draft: PullDraft) => void
    onAgain: () => void
    /** Absent where there is nothing else to choose. */
    onBack: (() => void) | undefined
    close: () => void
}

/** What a pull would do here: counts first, details where somebody asks for them, the choices, and the button that does it. */
export function PullForm ({ model, preview, prepared, draft, onChange, onAgain, onBack, close }: PullFormProps) {
    const { compared, plan, loading, failure } = preview
    const mayInstall = hasPermission(permissions.install)
    useDeploys(prepared.rev, onAgain)
    useEffect(() => {
        if (compared !== null) {
            void preview.choose(choicesOf(draft), [...draft.sides.keys()], draft.parts.credentials)
        }
    }, [compared])
    const change = (next: PullDraft) => {
        onChange(next)
        if (next.sides !== draft.sides || next.otherwise !== draft.otherwise || next.parts.credentials !== draft.parts.credentials) {
            void preview.choose(choicesOf(next), [...next.sides.keys()], next.parts.credentials)
        }
    }
    const ready = !loading && !preview.planning && failure === null && mayReplace(draft, prepared, plan, mayInstall)
    const submit = () => {
        if (ready && plan !== null) {
            void model.restoring.start({ kind: 'pull', snapshot: prepared.snapshot, pull: prepared.id, request: replaceRequest(draft, prepared, plan, mayInstall) })
        }
    }
    return (
        <DialogForm
            onSubmit={submit} busy={loading}
            foot={<div class="ffs-dialog-foot">
                {failure !== null && <FailureMessage failure={failure} retry={onAgain} />}
                {failure === null && loading && <Loading text={t('restoreHere.loading')} />}
                {failure === null && !loading && plan !== null && prepared.replaceRefused === null && <p class="ffs-secondary" role="status">
                    {footText(draft, prepared, plan, mayInstall)}
                </p>}
            </div>}
            buttons={<>
                {onBack !== undefined && <Button onClick={onBack}>{t('pull.back')}</Button>}
                <Button first onClick={close}>{t('common.cancel')}</Button>
                <Button primary disabled={!ready}>{submitLabel(draft, prepared, plan, mayInstall)}</Button>
            </>}
        >
            {prepared.replaceRefused !== null && <FailureMessage failure={coded(prepared.replaceRefused)} retry={onAgain} />}
            <UndeployedEdits sentence={t('pull.drops')} deployed={t('restoreHere.deployed')} editing={t('restoreHere.editing')} />
            <PullSummary prepared={prepared} compared={compared} plan={plan} modules={modulesToInstall(draft, prepared, mayInstall)} />
            {compared !== null && plan !== null && <PullDecisions
                compared={compared} plan={plan} base={prepared.base} draft={draft} onChange={change}
            />}
            <PullFlows preview={preview} draft={draft} onChange={change} close={close} />
            <PullParts prepared={prepared} plan={plan} draft={draft} mayInstall={mayInstall} onChange={onChange} />
        </DialogForm>
    )
}

/** Compares anew after each deploy: a pull is good for one revision of the flows only. */
function useDeploys (rev: string, onAgain: () => void): void {
    useEffect(() => onAnyDeploy(deployed => {
        if (deployed !== undefined && deployed !== rev) {
            onAgain()
        }
    }), [rev])
}

function footText (draft: PullDraft, prepared: PreparedPull, plan: PlanOutline, mayInstall: boolean): string {
    if (plan.open.length > 0) {
        return t('pull.decideFirst', { count: plan.open.length })
    }
    return changesAnything(draft, prepared, plan, mayInstall) ? t('restoreHere.before', { name: beforeRestoreName(prepared.snapshot.name) }) : t('pull.nothing')
}

/** Names what is replaced, or what is done instead. */
function submitLabel (draft: PullDraft, prepared: PreparedPull, plan: PlanOutline | null, mayInstall: boolean): string {
    if (plan === null) {
        return t('pull.submitUnknown')
    }
    const installed = modulesToInstall(draft, prepared, mayInstall).length
    const { key, count } = victim(draft, prepared, plan, mayInstall)
    const replace = t(key, { count })
    return installed > 0 && key !== 'pull.submitModules' ? t('restoreHere.submitWithModules', { count: installed, replace }) : replace
}
