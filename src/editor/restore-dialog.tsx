import { useState } from 'preact/hooks'
import type { LocalSummary, Undo } from '../shared/local'
import { openDialog } from './dialog'
import { hasUndeployedEdits, isEditing, shownRevision } from './node-red-flows'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { RestoreForm } from './restore-form'
import { RestoreOutcome } from './restore-outcome'
import { RestoreProgress } from './restore-progress'
import { t } from './text'
import { UndoForm } from './undo-form'

/** Opens the restore of a snapshot that is kept here; where one is under way, or has ended unseen, that one. */
export function openRestoreDialog (model: PanelModel, snapshot: LocalSummary): void {
    open(model, t('restoreHere.title', { name: snapshot.name }), close => <RestoreDialog model={model} snapshot={snapshot} close={close} />)
}

/** Takes the last restore back: at once, or after asking where edits would be lost by it. */
export function openUndoDialog (model: PanelModel, undo: Undo): void {
    if (!hasUndeployedEdits() && !isEditing()) {
        startUndo(model, undo)
    }
    open(model, t('restoreHere.undoTitle', { name: undo.name }), close => <RestoreDialog model={model} undo={undo} close={close} />)
}

/** Opens what is under way, or has ended unseen. */
export function openRestoreProgress (model: PanelModel): void {
    const { request } = model.restoring
    if (request !== null) {
        const title = request.kind === 'pull' ? t('pull.titleHere') : t(request.kind === 'undo' ? 'restoreHere.undoTitle' : 'restoreHere.title', { name: request.snapshot.name })
        open(model, title, close => <RestoreDialog model={model} close={close} />)
    }
}

function open (model: PanelModel, title: string, draw: Parameters<typeof openDialog>[2]): void {
    const { restoring } = model
    if (restoring.watched) {
        return
    }
    restoring.setWatched(true)
    openDialog(title, 560, draw, () => {
        restoring.setWatched(false)
        // What has ended was seen.
        restoring.clear()
    })
}

function startUndo ({ restoring }: PanelModel, undo: Undo): void {
    void restoring.start({ kind: 'undo', snapshot: undo, request: { id: undo.id, rev: shownRevision() ?? '' } })
}

interface RestoreDialogProps { model: PanelModel, snapshot?: LocalSummary, undo?: Undo, close: () => void }

function RestoreDialog ({ model, snapshot, undo, close }: RestoreDialogProps) {
    const { restoring, local } = model
    useObservable(restoring)
    const [again, setAgain] = useState(snapshot)
    if (restoring.running) {
        return <RestoreProgress work={restoring} close={close} />
    }
    const { request } = restoring
    if (request !== null) {
        const failed = local.value?.snapshots.find(({ id }) => id === request.snapshot.id)
        return <RestoreOutcome
            model={model} close={close}
            onAgain={request.kind === 'undo' || failed === undefined ? undefined : () => {
                setAgain(failed)
                restoring.clear()
            }}
            onUndo={taken => {
                close()
                // Once this dialog is gone.
                setTimeout(() => openUndoDialog(model, taken))
            }}
            onLoad={() => void restoring.loadRunningFlows()}
        />
    }
    if (again !== undefined) {
        return <RestoreForm model={model} snapshot={again} close={close} />
    }
    return undo === undefined ? null : <UndoForm undo={undo} onUndo={() => startUndo(model, undo)} close={close} />
}
