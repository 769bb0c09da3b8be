import type { Named } from '../shared/requests'
import { RestoreThereForm } from './action-restore-form'
import { RestoreThereOutcome, RestoreThereProgress } from './action-restore-outcome'
import { openDialog } from './dialog'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { t } from './text'

/** Opens the restore of a snapshot on its instance; where one is under way, or has ended unseen, that one. */
export function openRestoreThere (model: PanelModel, instance: Named, snapshot: Named): void {
    const { restoringThere: work } = model
    if (work.watched) {
        return
    }
    work.setWatched(true)
    const { request } = work
    const shown = request ?? { instance, snapshot }
    openDialog(t('actions.restoreTitle', { instance: shown.instance.name }), 560, close => <RestoreThereDialog model={model} {...shown} close={close} />, () => {
        work.setWatched(false)
        // What has ended was seen.
        work.clear()
    })
}

function RestoreThereDialog ({ model, instance, snapshot, close }: { model: PanelModel, instance: Named, snapshot: Named, close: () => void }) {
    const { restoringThere: work } = model
    useObservable(work)
    if (work.running) {
        return <RestoreThereProgress work={work} close={close} />
    }
    return work.request === null
        ? <RestoreThereForm model={model} instance={instance} snapshot={snapshot} close={close} />
        : <RestoreThereOutcome work={work} close={close} />
}
