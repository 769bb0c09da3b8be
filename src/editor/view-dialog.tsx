import { useLayoutEffect } from 'preact/hooks'
import type { View, ViewSource } from '../shared/views'
import { Button } from './button'
import { openConnectDialog } from './connect-dialog'
import { DialogForm, openDialog } from './dialog'
import { FailureMessage, Loading } from './message'
import { useObservable } from './observable'
import type { PanelModel } from './panel-model'
import { t } from './text'
import { ViewContents } from './view-contents'
import { ViewHead } from './view-head'
import { ViewWork } from './view-work'

/** What is looked at: a snapshot that is opened for it, or one that is held open by who asks. */
export type Viewed = { source: ViewSource, name: string } | { open: () => Promise<View>, name: string }

/** Opens a snapshot to look at: its flows drawn, its other parts listed. */
export function openView (model: PanelModel, viewed: Viewed): void {
    const { api } = model
    const work = 'open' in viewed
        ? new ViewWork(api, viewed.open, () => undefined)
        // It is forgotten by itself where this does not arrive.
        : new ViewWork(api, async () => await api.openView(viewed.source), ({ id }) => void api.letGoOfView(id).catch(() => undefined))
    void work.load()
    const { name } = viewed
    openDialog(name === '' ? t('view.titleRunning') : t('view.title', { name }), 1100, close => <ViewDialog model={model} work={work} close={close} />, () => work.end())
}

function ViewDialog ({ model, work, close }: { model: PanelModel, work: ViewWork, close: () => void }) {
    useObservable(work)
    const { view, nodes, flows, loading, failure } = work
    const isReady = view !== null && flows !== null
    useLayoutEffect(() => {
        if (document.activeElement?.matches('[data-first], body') === true) {
            document.querySelector<HTMLElement>('.ffs-places [data-first]')?.focus()
        }
    }, [isReady])
    return (
        <DialogForm
            onSubmit={close} busy={loading}
            buttons={<Button first onClick={close}>{t('common.close')}</Button>}
        >
            {failure !== null && <FailureMessage
                failure={failure} retry={() => void work.load()} connect={() => {
                    close()
                    openConnectDialog(model)
                }}
            />}
            {loading && <Loading text={t('view.loading')} />}
            {view !== null && <ViewHead view={view} />}
            {isReady && <ViewContents view={view} nodes={nodes} flows={flows} />}
        </DialogForm>
    )
}
