import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import type { SnapshotSummary } from '../shared/requests'
import type { PullOfViewRequest } from '../shared/views'
import { Button } from './button'
import { DialogForm, inTopDialog, isFocusLost, openDialog } from './dialog'
import { FailureMessage, Loading } from './message'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { firstDraft, type PullDraft } from './pull-choice'
import { PullForm } from './pull-form'
import { PullPicker } from './pull-picker'
import { PullPreview } from './pull-preview'
import { PullSource, type PullOwner } from './pull-source'
import { startComparison } from './pull-thread'
import { openUndoDialog } from './restore-dialog'
import { RestoreOutcome } from './restore-outcome'
import { RestoreProgress } from './restore-progress'
import { TeamLists } from './team-lists'
import { t } from './text'

/** Opens the pull: the picker, at the target and its newest snapshot, or at once the preview of the snapshot that is given. `of`: whose it is. */
export function openPullDialog (model: PanelModel, snapshot: SnapshotSummary | null = null, of: PullOwner | null = null): void {
    openPull(model, snapshot, null, of)
}

/** Opens the pull of what is held as a view, at its preview. `view`: opens it, each time that it is needed. */
export function openPullOfView (model: PanelModel, view: () => Promise<PullOfViewRequest>): void {
    openPull(model, null, view)
}

function openPull (model: PanelModel, snapshot: SnapshotSummary | null, viewed: PullDialogProps['viewed'], of: PullOwner | null = null): void {
    const { restoring, api } = model
    if (restoring.watched) {
        return
    }
    const source = new PullSource(api)
    const preview = new PullPreview(api, startComparison)
    const instance = model.state.value?.target?.instance
    const owner = of ?? (instance === undefined ? null : { kind: 'instance' as const, id: instance.id, name: instance.name })
    if (owner !== null && viewed === null) {
        source.chooseOwner(owner, snapshot)
    }
    restoring.setWatched(true)
    const atOnce = snapshot !== null || viewed !== null
    openDialog(t(viewed === null ? 'pull.title' : 'pull.titleHere'), 820, close => <PullDialog {...{ model, source, preview, atOnce, viewed, close }} />, () => {
        preview.end()
        restoring.setWatched(false)
        // What has ended was seen.
        restoring.clear()
    })
}

/** What had the focus is gone with the view before: then it goes on at the first button of this one. */
function useKeptFocus (view: string): void {
    useLayoutEffect(() => {
        if (isFocusLost()) {
            inTopDialog('[data-first]')?.focus()
        }
    }, [view])
}

interface PullDialogProps {
    model: PanelModel
    source: PullSource
    preview: PullPreview
    atOnce: boolean
    /** A view that is pulled, where it is no snapshot of the picker. */
    viewed: (() => Promise<PullOfViewRequest>) | null
    close: () => void
}

function PullDialog ({ model, source, preview, atOnce, viewed, close }: PullDialogProps) {
    const { restoring } = model
    const [lists] = useState(() => new TeamLists(model.api))
    const [drafted, setDrafted] = useState<{ pull: string, draft: PullDraft } | null>(null)
    useObservable(restoring)
    useObservable(preview)
    const asked = () => viewed ?? source.request
    const pull = () => {
        const request = asked()
        if (request !== null) {
            void preview.prepare(request)
        }
    }
    useEffect(() => {
        if (atOnce) {
            pull()
        }
    }, [])
    const isAsked = preview.loading && preview.prepared === null
    const view = restoring.running || restoring.request !== null ? 'work' : preview.prepared === null ? 'picker' : 'preview'
    useKeptFocus(`${view} ${isAsked}`)
    if (restoring.running) {
        return <RestoreProgress work={restoring} close={close} />
    }
    if (restoring.request !== null) {
        return <RestoreOutcome
            model={model} close={close}
            onAgain={() => {
                restoring.clear()
                void preview.again(asked())
            }}
            onUndo={taken => {
                close()
                // Once this dialog is gone.
                setTimeout(() => openUndoDialog(model, taken))
            }}
            onLoad={() => void restoring.loadRunningFlows()}
        />
    }
    const { prepared } = preview
    if (prepared !== null) {
        return <PullForm
            model={model} preview={preview} prepared={prepared} draft={drafted?.pull === prepared.id ? drafted.draft : firstDraft(prepared)}
            onChange={draft => setDrafted({ pull: prepared.id, draft })} onAgain={() => void preview.again(asked())}
            onBack={viewed === null ? () => preview.back() : undefined} close={close}
        />
    }
    if (viewed !== null) {
        return <Opening preview={preview} retry={pull} close={close} />
    }
    return <PullPicker model={model} source={source} lists={lists} busy={preview.loading} failure={preview.failure} onPull={pull} close={close} />
}

/** Where nothing is chosen: until the preview is there. */
function Opening ({ preview: { loading, failure }, retry, close }: { preview: PullPreview, retry: () => void, close: () => void }) {
    return (
        <DialogForm onSubmit={close} busy={loading} buttons={<Button first onClick={close}>{t('common.cancel')}</Button>}>
            {loading && <Loading text={t('restoreHere.loading')} />}
            {!loading && failure !== null && <FailureMessage failure={failure} retry={retry} />}
        </DialogForm>
    )
}
